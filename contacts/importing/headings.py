"""Which column fills which field."""

import difflib
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .errors import ImportProblem, NothingKnown
from .fields import FIELDS, FieldSpec


@dataclass(frozen=True)
class Columns:
    """The place of each field in a row, and the headings nobody wants."""

    places: Mapping[str, int]
    unmapped: tuple[str, ...]


def map_columns(header: Sequence[str], asked: Mapping[str, str]) -> Columns:
    """Find the columns by their headings; `asked` (heading -> field) goes first.

    An empty field in `asked` leaves the column out. Raises ImportProblem for an
    unknown heading or field, and when no column fills a name or a key.
    """
    places: dict[str, int] = {}
    taken: set[int] = set()
    for heading, code in asked.items():
        place = _place_of(heading, header)
        taken.add(place)
        if not code:
            continue
        check_field(code)
        if code in places:
            raise ImportProblem(
                _("Two columns are mapped to %(field)s.") % {"field": code}
            )
        places[code] = place
    for field in FIELDS.values():
        if field.code not in places:
            best = _best(field, header, taken)
            if best is not None:
                places[field.code] = best
                taken.add(best)
    if not {"number", "company", "name", "first_name", "surname", "email"} & set(
        places
    ):
        raise NothingKnown(
            _(
                "The first line has no heading that is known as a name, company, "
                "number or e-mail: %(headings)s."
            )
            % {"headings": ", ".join(filter(None, header))[:300]}
        )
    used = set(places.values())
    unmapped = (h for place, h in enumerate(header) if h and place not in used)
    return Columns(places, tuple(unmapped))


def check_field(code: str) -> None:
    """Raise ImportProblem unless `code` is a field a column or constant can fill."""
    if code not in FIELDS:
        raise ImportProblem(
            _("There is no field %(field)s. %(nearest)sFields: %(fields)s.")
            % {
                "field": code,
                "nearest": did_you_mean(code, list(FIELDS)),
                "fields": ", ".join(FIELDS),
            }
        )


def _place_of(heading: str, header: Sequence[str]) -> int:
    wanted = _plain(heading)
    for place, candidate in enumerate(header):
        if candidate == heading or (wanted and _plain(candidate) == wanted):
            return place
    raise ImportProblem(
        _("The file has no column %(heading)s. %(nearest)sColumns: %(columns)s.")
        % {
            "heading": heading,
            "nearest": did_you_mean(heading, header),
            "columns": ", ".join(filter(None, header)),
        }
    )


def _best(field: FieldSpec, header: Sequence[str], taken: set[int]) -> int | None:
    """Return the free column with the most preferred heading of the field."""
    ranks = _ranks(field)
    found = [
        (ranks[_plain(heading)], place)
        for place, heading in enumerate(header)
        if place not in taken and _plain(heading) in ranks
    ]
    return min(found)[1] if found else None


@functools.cache
def _ranks(field: FieldSpec) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for heading in (*field.headings, *field.labels()):
        ranks.setdefault(_plain(heading), len(ranks))
    return ranks


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).casefold()


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Say which of the known words is nearest; nothing where none is near."""
    lowered = {candidate.casefold(): candidate for candidate in known if candidate}
    near = difflib.get_close_matches(word.casefold(), lowered, n=1)
    return _("Did you mean %(word)s? ") % {"word": lowered[near[0]]} if near else ""
