"""A row of cells -> the values of a contact, or the reasons it is refused."""

import csv
import functools
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..choices import ContactType, CorrespondenceType
from ..home_pages import is_home_page
from ..names import compose_name, split_name
from ..phones import check_phone
from .errors import ImportProblem
from .fields import (
    ADDRESS_LINES,
    CODE_FIELDS,
    FIELDS,
    FLAG_FIELDS,
    FOR_COMPANIES,
    FOR_PERSONS,
    LINK_FIELDS,
    NAME_PARTS,
    NO_CONSTANT,
)
from .headings import Columns, check_field
from .places import to_country, to_language, whole_postcode

_TYPES = {
    **dict.fromkeys(
        "company organisation organization business firma bedrijf selskap virksomhed "
        "yritys".split(),
        ContactType.COMPANY,
    ),
    **dict.fromkeys(
        "person individual contact persoon henkilö".split(), ContactType.PERSON
    ),
}
_CHANNELS = {
    **dict.fromkeys(
        "hard_copy hardcopy letter post paper brev brief kirje".split(),
        CorrespondenceType.HARD_COPY,
    ),
    **dict.fromkeys(
        "email e-mail mail epost e-post sähköposti".split(), CorrespondenceType.EMAIL
    ),
}
NUMBERS_AND_CODES = frozenset(("number", "company_number", *CODE_FIELDS))
CELLS_KEPT = 512
YES, NO = "yes", "no"
_FLAGS = {
    **dict.fromkeys("yes y true 1 x ja j kyllä on".split(), YES),
    **dict.fromkeys("no n false 0 nei nej nee ei off".split(), NO),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class ContactRow:
    """What one row says. Empty cells are not in `values`: they say nothing.

    `type` is empty where the row does not tell. `fillers` are constants, used only
    where the contact has nothing yet. `company` is the name of the organisation: of
    the company itself, or of the person's employer.
    """

    line: int
    type: str
    values: Mapping[str, str]
    fillers: Mapping[str, str] = field(default_factory=dict)
    company: str = ""

    @property
    def number(self) -> str:
        return self.values.get("number", "")

    @property
    def company_number(self) -> str:
        return self.values.get("company_number", "")

    @property
    def email(self) -> str:
        return self.values.get("email", "")

    @functools.cached_property
    def name(self) -> str:
        """The whole name of the one the row is about; empty if it tells none."""
        parts = (self.values.get(part, "") for part in NAME_PARTS)
        name = self.values.get("name") or compose_name(*parts)
        return name if self.type == ContactType.PERSON else name or self.company

    def value(self, code: str) -> str:
        """What the row or a constant says about the field."""
        return self.values.get(code) or self.fillers.get(code, "")


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken, and why."""

    line: int
    reason: str


class _Refusal(Exception):
    """A cell cannot be used."""


class RowCleaner:
    """Cleans the rows of one file: its columns and constants are known."""

    def __init__(self, columns: Columns, constants: Mapping[str, str]) -> None:
        self._places = columns.places
        # In most columns the same few cells come again and again.
        self._clean: dict[str, Callable[[str], str]] = {
            code: functools.lru_cache(CELLS_KEPT)(functools.partial(_clean, code))
            for code in columns.places
        }
        self._constants = _clean_constants(constants)
        # A lone name is a person's where the file also has persons' columns.
        self._has_people = bool(
            {"company", "first_name", "surname", "job_title"} & set(columns.places)
        )

    def clean(
        self, line: int, cells: Sequence[str], width: int
    ) -> ContactRow | RefusedRow:
        """Return the row, or every reason why it cannot be taken."""
        reasons: list[str] = []
        values: dict[str, str] = {}
        if any(cells[width:]):
            reasons.append(_("the row has more cells than the first line has headings"))
        for code, place in self._places.items():
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            try:
                text = self._clean[code](text)
            except _Refusal as refusal:
                reasons.append(str(refusal))
            else:
                if text:
                    values[code] = text
        try:
            if not reasons:
                return self._row(line, values)
        except _Refusal as refusal:
            reasons.append(str(refusal))
        return RefusedRow(line, "; ".join(reasons))

    def _row(self, line: int, values: dict[str, str]) -> ContactRow:
        fillers = {k: v for k, v in self._constants.items() if k not in values}
        if "postcode" in values:
            country = values.get("country") or fillers.get("country", "")
            values["postcode"] = whole_postcode(values["postcode"], country)
        company = values.pop("company", "") or fillers.get("company", "")
        kind = values.pop("type", "") or fillers.get("type", "")
        kind = kind or self._type(values, company)
        fillers = {k: v for k, v in fillers.items() if k not in ("company", "type")}
        _check_type(kind, values)
        if kind == ContactType.COMPANY and "name" in values:
            if company and company.casefold() != values["name"].casefold():
                raise _Refusal(_("a company has no employer; %s is one") % company)
        for code in ("phone", "mobile"):
            country = values.get("country") or fillers.get("country", "")
            try:
                check_phone(values.get(code, ""), country, get_language() or "en")
            except ValidationError as error:
                raise _Refusal(f"{FIELDS[code].label}: {error.message}") from None
        if kind == ContactType.PERSON and "name" in values:
            for part, text in split_name(values["name"])._asdict().items():
                _check_length(part, text)
        return ContactRow(line, kind, values, fillers, company)

    def _type(self, values: Mapping[str, str], company: str) -> str:
        """Whom the row is about; empty where only the register can tell."""
        told = {code for code, text in values.items() if text != NO}
        if told.intersection(FOR_PERSONS):
            return ContactType.PERSON
        if told.intersection(FOR_COMPANIES):
            return ContactType.COMPANY
        if "name" in values and self._has_people:
            same = values["name"].casefold() == company.casefold()
            return ContactType.COMPANY if same else ContactType.PERSON
        return ""


def _check_type(kind: str, values: Mapping[str, str]) -> None:
    """Refuse what only the other kind of contact can have."""
    told = {code for code, text in values.items() if text != NO}
    if kind == ContactType.COMPANY:
        only: tuple[str, ...] = FOR_PERSONS
        said = _("a company has no %(fields)s")
    elif kind == ContactType.PERSON:
        only = FOR_COMPANIES
        said = _("a person has no %(fields)s")
    else:
        return
    wrong = [str(FIELDS[code].label) for code in only if code in told]
    if wrong:
        raise _Refusal(said % {"fields": ", ".join(wrong)})


def _clean_constants(constants: Mapping[str, str]) -> dict[str, str]:
    """Check the constants once; a wrong one is a problem of the whole import."""
    cleaned = {}
    for code, text in constants.items():
        check_field(code)
        if code in NO_CONSTANT:
            raise ImportProblem(
                _("%(field)s cannot be the same for every row.") % {"field": code}
            )
        try:
            cleaned[code] = _clean(code, text.strip())
        except _Refusal as refusal:
            raise ImportProblem(
                _("Default %(field)s: %(reason)s.") % {"field": code, "reason": refusal}
            ) from refusal
    return {code: text for code, text in cleaned.items() if text}


def _clean(code: str, text: str) -> str:
    """Return the text as the field stores it; raises _Refusal."""
    if code in LINK_FIELDS:
        return join_codes(split_codes(text))
    text = tidy(code, text)
    if _CONTROL.search(text):
        raise _Refusal(
            _("%(field)s: characters that cannot be printed")
            % {"field": FIELDS[code].label}
        )
    _check_length(code, text)
    if not text:
        return ""
    if code in NUMBERS_AND_CODES:
        return text.upper()
    if code in ("email", "email_2"):
        return _email(code, text)
    if code == "home_page" and not is_home_page(text):
        raise _wrong(code, text)
    if code in _KNOWN:
        known = _KNOWN[code](text)
        if known is None:
            raise _wrong(code, text)
        return str(known)
    return text


def tidy(code: str, text: str) -> str:
    """Return the text with the spaces and lines that a row keeps of it."""
    if code in NUMBERS_AND_CODES:
        return text.strip()
    if code in ADDRESS_LINES:
        return ", ".join(filter(None, (part.strip() for part in text.splitlines())))
    return " ".join(text.split())


def split_codes(text: str) -> list[str]:
    """Return the codes of one cell; one with a semicolon in it stands in quotes."""
    rows = csv.reader(text.splitlines(), delimiter=";", skipinitialspace=True)
    codes = {code.strip().upper() for row in rows for code in row}
    return sorted(codes - {""})


def join_codes(codes: Iterable[str]) -> str:
    """Put codes in one cell, for `split_codes` to take apart again."""
    cell = io.StringIO()
    csv.writer(cell, delimiter=";", lineterminator="").writerow(sorted(codes))
    return cell.getvalue()


def _email(code: str, text: str) -> str:
    text = text.removeprefix("mailto:")
    try:
        validate_email(text)
    except ValidationError:
        raise _wrong(code, text) from None
    return text


def _check_length(code: str, text: str) -> None:
    field_spec = FIELDS[code]
    if len(text) > field_spec.max_length:
        raise _Refusal(
            _("%(field)s: %(length)s characters, at most %(most)s fit")
            % {
                "field": field_spec.label,
                "length": len(text),
                "most": field_spec.max_length,
            }
        )


def _wrong(code: str, text: str) -> _Refusal:
    return _Refusal(
        _("%(field)s: “%(text)s” is not one")
        % {"field": FIELDS[code].label, "text": text}
    )


_KNOWN: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(FLAG_FIELDS, lambda text: _FLAGS.get(text.casefold())),
    "country": to_country,
    "language": to_language,
    "type": lambda text: _TYPES.get(text.casefold()),
    "correspondence_type": lambda text: _CHANNELS.get(
        text.casefold().replace(" ", "_")
    ),
}
