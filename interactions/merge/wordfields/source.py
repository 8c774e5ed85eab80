"""What a document says about its fields beside them: its settings and bookmarks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..fields import CODES, code_of, key_of
from ..wordxml import Element, w

# The roles of `w:fieldMapData`, which stand in this order in every document, and
# the placeholders that ask for them.
ROLES = {
    2: ("contact_first_name", "FIRST0"),
    4: ("contact_surname", "LAST0"),
    6: ("contact_first_name", "NICK0"),
    7: ("contact_job_title", ""),
    8: ("contact_company_name", "COMPANY"),
    9: ("contact_address", "STREET1"),
    10: ("contact_address_2", "STREET2"),
    11: ("contact_city", "CITY"),
    12: ("contact_county", "STATE"),
    13: ("contact_post_code", "POSTAL"),
    14: ("contact_country_name", "COUNTRY"),
    15: ("contact_phone_no", ""),
    19: ("contact_email", ""),
    20: ("contact_home_page", ""),
}
CODE_KEYS = frozenset(map(key_of, CODES))
OURS = key_of("company_name")
OFF = ("0", "false", "off")


@dataclass(frozen=True)
class FieldSource:
    """The decimal sign, and what the columns of the list of recipients were.

    `columns` has our field by the name of a column as it is compared, `placeholders`
    by the placeholder of an address. `keeps_blank_lines` is Word's "print blank lines
    when data fields are empty".
    """

    decimal: str = "."
    columns: dict[str, str] = field(default_factory=dict)
    placeholders: dict[str, str] = field(default_factory=dict)
    bookmarks: frozenset[str] = frozenset()
    keeps_blank_lines: bool = False

    def code_of(self, name: str) -> str | None:
        """Return the code of the field that the document calls by this name."""
        return self.columns.get(key_of(name)) or code_of(name)


def read_source(settings: Element | None, parts: Iterable[Element]) -> FieldSource:
    """Read the settings, if there are any, and the bookmarks of the parts."""
    bookmarks = frozenset(
        mark.get(w("name"), "").casefold()
        for part in parts
        for mark in part.iter(w("bookmarkStart"))
    )
    if settings is None:
        return FieldSource(bookmarks=bookmarks)
    sign = settings.find(w("decimalSymbol"))
    decimal = "," if sign is not None and sign.get(w("val")) == "," else "."
    keeps = settings.find(f"{w('mailMerge')}/{w('doNotSuppressBlankLines')}")
    return FieldSource(decimal, *_roles(settings), bookmarks, _is_on(keeps))


def _is_on(choice: Element | None) -> bool:
    return choice is not None and choice.get(w("val"), "1") not in OFF


def _roles(settings: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Return what columns and placeholders mean by the list of recipients.

    A name that we know means what it says. Only `Company Name`, which is the company
    of the recipient in the lists of Word, is our own company in ours.
    """
    columns: dict[str, str] = {}
    placeholders: dict[str, str] = {}
    for place, role in enumerate(settings.iter(w("fieldMapData"))):
        name = role.find(w("name"))
        if name is None or place not in ROLES:
            continue
        key = key_of(name.get(w("val"), ""))
        code, placeholder = ROLES[place]
        columns[key] = code
        if placeholder:
            placeholders[placeholder] = code if key == OURS else code_of(key) or code
    is_our_list = any(key != OURS and key in CODE_KEYS for key in columns)
    meant = {
        key: code
        for key, code in columns.items()
        if not code_of(key) or (key == OURS and not is_our_list)
    }
    return meant, placeholders
