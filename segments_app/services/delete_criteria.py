"""Deleting saved criteria; segments built with them, and their steps, stay."""

from django.db import transaction

from ..models import SavedCriteria


@transaction.atomic
def delete_criteria(*, saved: SavedCriteria) -> None:
    """Delete them with their saved steps; where they are gone it is done.

    The row is held as for every change of them, so that no step is written meanwhile.
    """
    held = SavedCriteria.objects.select_for_update().filter(pk=saved.pk).first()
    if held is not None:
        held.delete()
