"""What the commands share that delete what was cancelled."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from contacts.management.days import typed_day


def add_day_arguments(parser: ArgumentParser) -> None:
    """Ask for the first and the last day, and for a dry run."""
    for name, said in (
        ("--from", "only from this day on"),
        ("--to", "only up to this day"),
    ):
        parser.add_argument(name, type=typed_day, metavar="YYYY-MM-DD", help=said)
    parser.add_argument("--dry-run", action="store_true", help="count, delete nothing")


def between(field: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the days that were asked for as a filter of `field`."""
    first, last = options["from"], options["to"]
    if first and last and first > last:
        said = _("--from %(first)s is after --to %(last)s.")
        raise CommandError(said % {"first": first, "last": last}, returncode=2)
    days = {f"{field}__gte": first, f"{field}__lte": last}
    return {name: day for name, day in days.items() if day}


def with_progress(deleted: Iterator[int], *, total: int, unit: str) -> int:
    """Delete to the end, show how far it is on a terminal, and return how many."""
    done = 0
    with tqdm(total=total, disable=None, unit=unit) as bar:
        for number in deleted:
            done += number
            bar.update(number)
    return done
