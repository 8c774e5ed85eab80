"""What the file of one letter is called: `{sequence} {company} {name}`."""

import difflib
import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from ..merge.fields import CODES, code_of

USUAL = "{sequence} {company} {name}"
# Short names for the merge fields that file names are made of.
SHORT = {
    "sequence": "sequence_no",
    "number": "contact_no",
    "company": "contact_company_name",
    "name": "contact_name",
    "first_name": "contact_first_name",
    "surname": "contact_surname",
    "city": "contact_city",
    "postcode": "contact_post_code",
    "country": "contact_country_name",
    "segment": "segment_no",
    "date": "document_date",
    "campaign": "campaign_no",
}
# Fields that say the same of somebody who belongs to no company.
NAMES = ("contact_company_name", "contact_name")
BRACKETS = {"(": ")", "[": "]"}
MOST = 200
PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
BLANKS = re.compile(r"\s+")


class PatternError(ValueError):
    """A pattern that cannot be; the message says where and why."""


class FileName:
    """A pattern, checked once and used for every letter.

    Numbers of letters are filled up with zeros to the width of the last one, so that
    files sort as they were printed.
    """

    def __init__(self, pattern: str, *, last: int) -> None:
        """Read the pattern. Raises PatternError."""
        self._width = len(str(last))
        self._pieces = list(_pieces(pattern))
        if not any(code for code, _text in self._pieces):
            said = _(
                "Without a field every file has the same name. Write, for example, %s."
            )
            raise PatternError(said % USUAL)

    def of(self, record: Mapping[str, str]) -> str:
        """Return the name for a letter, without its ending.

        What is empty goes with the text before it, and with the bracket around it. A
        person of no company is not named twice.
        """
        said: list[str] = []
        named: set[str] = set()
        waiting, closing, swallowing = "", "", False
        for code, text in self._pieces:
            if not code:
                waiting += "" if swallowing else text.removeprefix(closing)
                closing, swallowing = "", False
                continue
            value = self._value(code, record)
            if code in NAMES and value in named:
                value = ""
            elif code in NAMES:
                named.add(value)
            if value:
                said += [waiting, value]
                waiting = ""
            elif said:
                closing = BRACKETS.get(waiting.rstrip()[-1:], "")
                if waiting[:1] in BRACKETS.values():
                    said.append(waiting[0])
                waiting = ""
            else:
                swallowing = True
        name = "".join([*said, waiting])
        return BLANKS.sub(" ", name).strip(" -_,;.")

    def _value(self, code: str, record: Mapping[str, str]) -> str:
        value = BLANKS.sub(" ", record.get(code, "")).strip()
        return value.zfill(self._width) if code == "sequence_no" and value else value


def _pieces(pattern: str) -> list[tuple[str, str]]:
    """The pattern as (code of a field, "") and ("", text). Raises PatternError."""
    if len(pattern) > MOST:
        raise PatternError(_("A pattern has at most %s characters.") % MOST)
    pieces = []
    for name, text, brace in PIECES.findall(pattern):
        if brace:
            raise PatternError(
                _("There is a single “%s”. A field stands between two braces: {name}.")
                % brace
            )
        pieces.append(("", text) if text else (_code(name), ""))
    return pieces


def _code(name: str) -> str:
    wanted = name.strip().lower()
    code = SHORT.get(wanted) or code_of(wanted)
    if code:
        return code
    near = difflib.get_close_matches(wanted, [*SHORT, *sorted(CODES)], n=1, cutoff=0.5)
    said = _("There is no field “%s” for file names.") % name
    if near:
        said += " " + _("Did you mean {%s}?") % near[0]
    raise PatternError(said)
