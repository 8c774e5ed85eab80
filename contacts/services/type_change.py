"""When a company may become a person, and a person a company."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ..models import Contact
from .errors import ContactError
from .references import references

# What only the one type has, so it must be gone before the contact is of the other.
LINKS_OF_COMPANIES = ("business_relations", "industry_groups")
LINKS_OF_PERSONS = ("job_responsibilities",)


def check_type_may_change(
    *,
    before: Contact,
    contact: Contact,
    links: Mapping[str, Iterable[models.Model]],
) -> None:
    """Refuse while anything says what the contact is (contacts_interactions.md 1.6).

    That is: interactions and lines of segments, also those that were cancelled or
    left; people of the company; classification that only its type has. Every reason
    is said. Raises ContactError.
    """
    meta: Any = Contact._meta
    reasons = []
    if referring := references(before):
        reasons.append(
            _("The type can no longer be changed, because of %s.")
            % ", ".join(reference.counted for reference in referring)
        )
    names = LINKS_OF_COMPANIES if before.is_company else LINKS_OF_PERSONS
    for name in names:
        count = len(list(links.get(name, getattr(before, name).all())))
        if count:
            label = meta.get_field(name).verbose_name
            reasons.append(
                _("The number of %(what)s must be 0. It is %(count)s.")
                % {"what": label, "count": count}
            )
    if contact.is_company and contact.organizational_level_id:
        reasons.append(_("The organizational level must be empty."))
    if reasons:
        raise ContactError(" ".join(reasons), field="type")
