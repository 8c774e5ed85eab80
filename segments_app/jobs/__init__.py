"""Long work of segments, registered when the application starts."""

from . import adding, letters, paper

__all__ = ["adding", "letters", "paper"]
