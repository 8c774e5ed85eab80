"""Long work of contacts, registered when the application starts."""

from . import bulk_changes, classification, duplicates, files

__all__ = ["bulk_changes", "classification", "duplicates", "files"]
