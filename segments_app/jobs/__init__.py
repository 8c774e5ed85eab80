"""Long work of segments, registered when the application starts."""

from . import adding, campaigns, letters, log_segment, other_way, paper

__all__ = ["adding", "campaigns", "letters", "log_segment", "other_way", "paper"]
