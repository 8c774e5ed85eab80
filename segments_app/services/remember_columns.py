"""Remembering which columns of the lines a user wants to see, on every segment."""

from collections.abc import Iterable
from typing import Any

from ..models import LineColumns
from ..models.line_columns import known_columns


def remember_columns(*, codes: Iterable[str], user: Any) -> None:
    """Show these columns from now on; codes that no column has are passed over."""
    columns = [column.code for column in known_columns(codes)]
    LineColumns.objects.update_or_create(user=user, defaults={"columns": columns})


def forget_columns(*, user: Any) -> None:
    """Show the usual columns again."""
    LineColumns.objects.filter(user=user).delete()
