"""Between which values of two contacts one chooses, and which follow a rule."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ...models import Contact
from ...phones import e164
from ..inherit import ADDRESS

NAME = ("name", "first_name", "middle_name", "surname")
FOR_PERSONS = ("company", "job_title", "organizational_level")
ONE_BY_ONE = (
    *("salutation", "language"),
    *FOR_PERSONS,
    *ADDRESS,
    "country",
    *("phone", "mobile", "email", "email_2", "home_page", "correspondence_type"),
    *("salesperson", "territory"),
)
# One address is not put together from two.
WHOLE_ADDRESS = (*ADDRESS, "country")
STRICTER = ("exclude_from_segment", "privacy_blocked", "minor")


@dataclass(frozen=True)
class MergeField:
    """What is chosen as one: a value, or a name with its parts."""

    name: str
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        meta: Any = Contact._meta
        return str(meta.get_field(self.name).verbose_name)

    def values(self, contact: Contact) -> list[Any]:
        return [getattr(contact, column) for column in self.columns]

    def differs(self, one: Contact, other: Contact) -> bool:
        return self.values(one) != self.values(other)


def merge_fields(contact: Contact) -> list[MergeField]:
    """Return what can be chosen for this type of contact, in the order of the card."""
    names = [
        name for name in ONE_BY_ONE if name not in FOR_PERSONS or not contact.is_company
    ]
    meta: Any = Contact._meta
    single = [MergeField(name, (meta.get_field(name).attname,)) for name in names]
    return [MergeField("name", NAME), *single]


def usually_taken(survivor: Contact, duplicate: Contact) -> set[str]:
    """Return the names of the fields that the survivor lacks and the other has.

    An address is filled only where the survivor has none at all.
    """
    has_address = any(getattr(survivor, name) for name in ADDRESS)
    return {
        field.name
        for field in merge_fields(survivor)
        if not any(field.values(survivor)) and any(field.values(duplicate))
        if not (field.name in WHOLE_ADDRESS and has_address)
    }


def put_together(
    *, survivor: Contact, duplicate: Contact, take: Collection[str]
) -> None:
    """Give the survivor the fields of the other named in `take`, and what is stricter.

    Blocked, kept out or minor is who one of the two was; consent has a minor whom all
    consents are there for. The contact exists since the earlier of both.
    """
    for field in merge_fields(survivor):
        if field.name in take:
            for column in field.columns:
                setattr(survivor, column, getattr(duplicate, column))
    both = (survivor, duplicate)
    consents = [c.parental_consent_received for c in both if c.minor]
    survivor.parental_consent_received = bool(consents) and all(consents)
    for name in STRICTER:
        setattr(survivor, name, any(getattr(contact, name) for contact in both))
    survivor.created_at = min(contact.created_at for contact in both)
    survivor.phone_e164 = e164(survivor.phone, survivor.country) or _known(
        survivor, duplicate, "phone"
    )
    survivor.mobile_e164 = e164(survivor.mobile, survivor.country) or _known(
        survivor, duplicate, "mobile"
    )


def _known(survivor: Contact, duplicate: Contact, name: str) -> str:
    """The E.164 form that one of both has for this number already."""
    for contact in (survivor, duplicate):
        if getattr(contact, name) == getattr(survivor, name):
            known = getattr(contact, f"{name}_e164")
            if known:
                return str(known)
    return ""
