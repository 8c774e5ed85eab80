"""ADDRESSBLOCK and GREETINGLINE: the address and the greeting of a contact.

What Word writes by default is our own mail address and formal salutation: only
they know the alternative address, the order of the country and the gender. A
pattern that somebody changed is followed part by part.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..fields import ABROAD, ENVELOPE
from .refusals import Refused
from .values import FieldText, Record, Value

GROUP = re.compile(r"<<(.*?)>>", re.DOTALL)
PLACEHOLDER = re.compile(r"_([A-Z]+\d?)_")
NAME = {
    "FIRST0": "contact_first_name",
    "LAST0": "contact_surname",
    "NICK0": "contact_first_name",
}
# Neither titles nor partners are kept by themselves.
NOTHING = ("TITLE0", "MIDDLE0", "SUFFIX0", "TITLE1", "FIRST1", "MIDDLE1", "LAST1")
NOBODY = (*NOTHING, "NICK1", "SUFFIX1")
ADDRESS = {
    "COMPANY": "contact_company_name",
    "STREET1": "contact_address",
    "STREET2": "contact_address_2",
    "CITY": "contact_city",
    "STATE": "contact_county",
    "POSTAL": "contact_post_code",
    "COUNTRY": "contact_country_name",
}
# With these a pattern has all that our mail address has.
WHOLE_ADDRESS = {"COMPANY", "STREET1", "CITY", "POSTAL"}
# \c: never, always, or unless it is the usual country.
COUNTRY_RULES = ("0", "1", "2")


@dataclass(frozen=True)
class Group:
    """A part of a pattern: a placeholder, and the text that comes with its value."""

    before: str
    placeholder: str
    after: str


def groups_of(pattern: str) -> list[Group | str]:
    """Read a pattern: groups and the text between them. Raises Refused."""
    found: list[Group | str] = []
    position = 0
    for match in GROUP.finditer(pattern):
        found += filter(None, [pattern[position : match.start()]])
        position = match.end()
        name = PLACEHOLDER.search(match[1])
        if not name:
            raise _unknown(match[0])
        before, after = match[1][: name.start()], match[1][name.end() :]
        found.append(Group(before, name[1], after))
    rest = pattern[position:]
    if not any(isinstance(each, Group) for each in found):
        raise _unknown(pattern)
    return [*found, rest] if rest else found


@dataclass(frozen=True)
class MailAddress:
    """Our own address, the country by the rule of the field."""

    country: str = "2"

    def text(self, record: Record) -> str:
        address = str(record.get("contact_mail_address") or "")
        name = _envelope(record, "contact_country_name")
        abroad = bool(record.get(ABROAD))
        if self.country == "0" and abroad:
            return address.removesuffix(f"\n{name}")
        if self.country == "1" and name and not abroad:
            return f"{address}\n{name}"
        return address


@dataclass(frozen=True)
class AddressPattern:
    """An address as somebody put it together in Word; `codes` by placeholder."""

    groups: tuple[Group | str, ...]
    codes: Mapping[str, str] = field(compare=False)
    country: str

    def text(self, record: Record) -> str:
        written = "".join(self._part(each, record) for each in self.groups)
        lines = (" ".join(line.split()) for line in written.split("\n"))
        return "\n".join(line.strip(" ,") for line in lines if line.strip(" ,"))

    def _part(self, part: Group | str, record: Record) -> str:
        if isinstance(part, str):
            return part
        text = self._value(part.placeholder, record)
        return part.before + text + part.after if text else ""

    def _value(self, placeholder: str, record: Record) -> str:
        code = self.codes.get(placeholder, "")
        if placeholder == "COUNTRY":
            home = not record.get(ABROAD)
            if self.country == "0" or (self.country == "2" and home):
                return ""
        return _envelope(record, code)


def address_block(pattern: str, country: str, roles: Mapping[str, str]) -> Value:
    """Return the value of an ADDRESSBLOCK. Raises Refused."""
    if country not in COUNTRY_RULES:
        raise Refused.switch(f"\\c {country}")
    if not pattern:
        return MailAddress(country)
    groups = groups_of(pattern)
    used = {each.placeholder for each in groups if isinstance(each, Group)}
    codes = {**NAME, **ADDRESS}
    for name in used - codes.keys() - set(NOBODY):
        raise _unknown(f"_{name}_")
    if used >= WHOLE_ADDRESS and used & {*NAME, *NOBODY}:
        return MailAddress(country)
    codes |= {name: code for name, code in roles.items() if name in codes}
    return AddressPattern(tuple(groups), codes, country)


@dataclass(frozen=True)
class FormalSalutation:
    """Our own salutation, else what the field says for nobody in particular."""

    otherwise: str

    def text(self, record: Record) -> str:
        return FieldText("formal_salutation").text(record) or self.otherwise


@dataclass(frozen=True)
class GreetingPattern:
    """A greeting as somebody put it together in Word."""

    groups: tuple[Group | str, ...]
    otherwise: str

    def text(self, record: Record) -> str:
        pieces, somebody = [], False
        for part in self.groups:
            if isinstance(part, str):
                pieces.append(part)
            elif part.placeholder in ("BEFORE", "AFTER"):
                # One space divides the mark from its text.
                pieces.append(part.before + part.after.removeprefix(" "))
            elif name := FieldText(NAME.get(part.placeholder, "")).text(record):
                pieces.append(part.before + name + part.after)
                somebody = True
        return " ".join("".join(pieces).split()) if somebody else self.otherwise


def greeting_line(pattern: str, otherwise: str) -> Value:
    """Return the value of a GREETINGLINE. Raises Refused."""
    if not pattern:
        return FormalSalutation(otherwise)
    groups = groups_of(pattern)
    used = {each.placeholder for each in groups if isinstance(each, Group)}
    for name in used - NAME.keys() - set(NOBODY) - {"BEFORE", "AFTER"}:
        raise _unknown(f"_{name}_")
    if "TITLE0" in used:
        return FormalSalutation(otherwise)
    return GreetingPattern(tuple(groups), otherwise)


def _envelope(record: Record, code: str) -> str:
    """A part of the address on the envelope, else of the contact's own."""
    raw = ENVELOPE.get(code, code)
    return str(record.get(raw, record.get(code)) or "")


def _unknown(placeholder: str) -> Refused:
    reason = _("it asks for %(placeholder)s, which contacts do not have")
    return Refused(reason % {"placeholder": " ".join(placeholder.split())[:60]})
