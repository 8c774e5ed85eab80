"""What the codes in steps are called, looked up once for all steps of a page."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..choices import SourceKind
from ..criteria import Names, fields_of
from ..criteria.catalogue import Field

LEVEL = fields_of("contact")["organizational_level"]
RESPONSIBILITY = fields_of("job_responsibility")["code"]
SEGMENT = fields_of("segment")["number"]
SOURCES: Mapping[str, Field] = {
    SourceKind.SEGMENT: SEGMENT,
    SourceKind.ONLY_ON: SEGMENT,
    SourceKind.ON_BOTH: SEGMENT,
    SourceKind.LOGGED_SEGMENT: fields_of("logged_segment")["segment_number"],
    SourceKind.MAILING_GROUP: fields_of("mailing_group")["code"],
}


def names_of(asked: Iterable[tuple[Any, Mapping[str, Any]]]) -> Names:
    """Return the names of the codes in criteria and options, each pair a step's."""
    names = Names()
    for criteria, options in asked:
        if criteria is not None:
            names.note(criteria)
        names.note_codes(LEVEL, options.get("levels", []))
        if options.get("responsibility"):
            names.note_codes(RESPONSIBILITY, [options["responsibility"]])
        source = options.get("source_kind")
        if source in SOURCES:
            names.note_codes(SOURCES[source], source_codes(options["source"]))
    return names


def source_codes(source: str | Iterable[str]) -> list[str]:
    """The numbers or codes of a source; a part of two segments has both."""
    return [source] if isinstance(source, str) else list(source)
