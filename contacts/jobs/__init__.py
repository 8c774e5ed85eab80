"""Long work of contacts, registered when the application starts."""

from . import duplicates, files

__all__ = ["duplicates", "files"]
