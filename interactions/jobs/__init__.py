"""Long work of interactions, registered when the application starts."""

from . import deleting

__all__ = ["deleting"]
