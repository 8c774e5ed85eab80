"""Long work of segments, registered when the application starts."""

from . import adding, letters

__all__ = ["adding", "letters"]
