"""Long work of contacts, registered when the application starts."""

from . import classification, duplicates, files

__all__ = ["classification", "duplicates", "files"]
