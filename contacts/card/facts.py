"""What the card of a contact shows besides its own columns."""

from django.db.models import F, Q, Value
from django.utils import timezone

from ..choices import FormulaType
from ..models import (
    AlternativeAddress,
    Contact,
    ContactChange,
    SalutationFormula,
)
from ..models.postal import addresses_in_force
from ..privacy import PrivacyFlags
from ..salutations import greeting


def greetings_of(contact: Contact) -> list[tuple[str, str]]:
    """Return how the contact is greeted in its language: label and greeting."""
    if contact.salutation_id is None:
        return []
    formulas = SalutationFormula.objects.filter(salutation=contact.salutation_id)
    best: dict[str, SalutationFormula] = {}
    for formula in (*formulas.serving(Value(contact.language)), *formulas.usual()):
        best.setdefault(formula.type, formula)
    names = {
        "first_name": contact.first_name,
        "middle_name": contact.middle_name,
        "surname": contact.surname,
        "job_title": contact.job_title,
        "company_name": contact.company.name if contact.company else contact.name,
    }
    return [
        (str(kind.label), greeting(best[kind].text, best[kind].parts, names))
        for kind in FormulaType
        if kind in best
    ]


def holding_today(contact: Contact) -> AlternativeAddress | None:
    """Return the alternative address that a letter of today goes to, if any."""
    own, of_company = addresses_in_force("", timezone.localdate())
    holding = Contact.objects.filter(pk=contact.pk).values_list(own, of_company)
    keys = [key for key in holding.get() if key]
    if not keys:
        return None
    return AlternativeAddress.objects.select_related("contact").get(pk=keys[0])


def latest_privacy_change(contact: Contact) -> ContactChange | None:
    """Return the change that made the flags of privacy what they are.

    They are changed by hand, by a file and by a merge.
    """
    told = Q()
    for name in PrivacyFlags._fields:
        told |= Q(values__has_key=name)
    return (
        ContactChange.objects.filter(told, contact=contact)
        .select_related("user")
        .order_by(F("at").desc(), "-pk")
        .first()
    )
