"""Long work of segments, registered when the application starts."""

from . import adding, letters, log_segment, paper

__all__ = ["adding", "letters", "log_segment", "paper"]
