"""The set-up that an import reads once: codes and defaults, as columns of contacts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from ...choices import ContactType
from ...importing.fields import (
    CODE_FIELDS,
    FIELDS,
    FLAG_FIELDS,
    LINK_FIELDS,
    ONLY_SET,
    PRIVACY_FIELDS,
)
from ...importing.headings import did_you_mean
from ...importing.rows import YES, split_codes
from ...models import Contact, MarketingSetup
from .import_register import RowRefused

_meta: Any = Contact._meta
COLUMNS = {
    field: _meta.get_field(field).attname
    for field in FIELDS
    if field not in ("type", "company_number", *LINK_FIELDS)
}
NOT_TEXT = frozenset((*CODE_FIELDS, *FLAG_FIELDS))


@dataclass(frozen=True)
class ImportSetup:
    """Codes and defaults, read once per import."""

    setup: MarketingSetup
    codes: Mapping[str, Mapping[str, int]]
    gives_defaults: bool = True
    ignored: frozenset[str] = frozenset()

    @classmethod
    def load(cls, *, gives_defaults: bool, may_change_privacy: bool) -> "ImportSetup":
        codes = {}
        for field in (*CODE_FIELDS, *LINK_FIELDS):
            model = _meta.get_field(field).related_model
            codes[field] = dict(model._default_manager.values_list("code", "pk"))
        ignored = frozenset(() if may_change_privacy else PRIVACY_FIELDS)
        return cls(MarketingSetup.load(), codes, gives_defaults, ignored)

    def columns(
        self, values: Mapping[str, str], fields: Iterable[str]
    ) -> dict[str, Any]:
        """Translate values into columns: a code becomes the key of its row."""
        columns: dict[str, Any] = {}
        if not values:
            return columns
        for field in fields:
            text = values.get(field)
            if text is None:
                continue
            if field not in NOT_TEXT:
                columns[COLUMNS[field]] = text
            elif self._is_taken(field, text):
                columns[COLUMNS[field]] = self._stored(field, text)
        return columns

    def links(self, values: Mapping[str, str]) -> dict[str, set[int]]:
        """Return the rows of set-up that the cells with several codes name."""
        return {
            field: {self._pk(field, code) for code in split_codes(values[field])}
            for field in LINK_FIELDS
            if field in values
        }

    def code(self, field: str, pk: int | None) -> str:
        """Return the code of a row of set-up, as the audit trail says it."""
        return self._codes_of[field].get(pk, "")

    @cached_property
    def _codes_of(self) -> dict[str, dict[int | None, str]]:
        return {
            field: {pk: code for code, pk in codes.items()}
            for field, codes in self.codes.items()
        }

    def defaults(self, kind: str) -> dict[str, Any]:
        """What a new contact gets where it has nothing else."""
        if not self.gives_defaults:
            return {}
        setup = self.setup
        return {
            "salesperson_id": setup.default_salesperson_id,
            "territory_id": setup.default_territory_id,
            "country": setup.default_country,
            "language": setup.default_language,
            "correspondence_type": setup.default_correspondence_type,
            "salutation_id": setup.default_company_salutation_id
            if kind == ContactType.COMPANY
            else setup.default_person_salutation_id,
        }

    def _is_taken(self, field: str, text: str) -> bool:
        return field not in self.ignored and (text == YES or field not in ONLY_SET)

    def _stored(self, field: str, text: str) -> Any:
        if field in CODE_FIELDS:
            return self._pk(field, text)
        return text == YES if field in FLAG_FIELDS else text

    def _pk(self, field: str, code: str) -> int:
        if code not in self.codes[field]:
            near = did_you_mean(code, list(self.codes[field])).strip()
            said = _("%(field)s: there is no %(code)s") % {
                "field": FIELDS[field].label,
                "code": code,
            }
            raise RowRefused(f"{said}. {near}" if near else said)
        return self.codes[field][code]
