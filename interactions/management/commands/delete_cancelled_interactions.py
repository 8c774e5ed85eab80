"""Delete interactions that were cancelled, unattended."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Contact, Salesperson
from interactions.management.deleting import add_day_arguments, between, with_progress
from interactions.models import (
    Campaign,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
)
from interactions.services.delete_cancelled import deletable_entries, delete_entries

# What they can be narrowed to: by the code or number of a related row.
NARROWED = {
    "contact": (Contact, "number"),
    "campaign": (Campaign, "number"),
    "group": (InteractionGroup, "code"),
    "template": (InteractionTemplate, "code"),
    "salesperson": (Salesperson, "code"),
}


class Command(BaseCommand):
    help = (
        "Delete cancelled interactions for good, with their comments, deliveries and "
        "letters. Nothing that counts is deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_day_arguments(parser)
        for name, (model, field) in NARROWED.items():
            named = model._meta.verbose_name
            parser.add_argument(
                f"--{name}", help=f"only of the {named} with this {field}"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = between("date", options)
        for name, (model, field) in NARROWED.items():
            if options[name]:
                asked[name] = _named(model, field, options[name])
        chosen = deletable_entries(InteractionLogEntry.objects.filter(**asked))
        total = chosen.count()
        if options["dry_run"]:
            said = ngettext(
                "%d cancelled interaction would be deleted.",
                "%d cancelled interactions would be deleted.",
                total,
            )
        else:
            total = with_progress(delete_entries(chosen), total=total, unit="entry")
            said = ngettext(
                "%d cancelled interaction deleted.",
                "%d cancelled interactions deleted.",
                total,
            )
        self.stdout.write(said % total)


def _named(model: Any, field: str, value: str) -> Any:
    row = model.objects.filter(**{field: value.strip().upper()}).first()
    if row is None:
        raise CommandError(
            _("There is no %(kind)s %(code)s.")
            % {"kind": model._meta.verbose_name, "code": value}
        )
    return row
