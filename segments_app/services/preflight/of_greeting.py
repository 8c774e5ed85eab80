"""Whether a letter greets, and in the language that it is in."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import MarketingSetup

from ..documents_asking import Asking
from .kinds import WARNING, Check


def checks_of_greeting(asking: Asking, setup: MarketingSetup) -> Iterator[Check]:
    """None where no document of the segment greets."""
    if not asking.greeting:
        return
    documents = [key for keys in asking.greeting.values() for key in keys]
    yield Check(
        "salutation_missing",
        WARNING,
        Q(contact__salutation=None, effective_document_id__in=documents),
        _("The letter greets the contact, who has no salutation."),
        _("Choose a salutation on the contact."),
    )
    yield from _checks_of_formula(asking, setup)


def _checks_of_formula(asking: Asking, setup: MarketingSetup) -> Iterator[Check]:
    """Whether there is a formula in the language that the letter is really in.

    Without one that of the default language is used, and then the one for every
    language. That is as it should be in the default language, and for a salutation
    with that formula alone.
    """
    usual = setup.default_language.split("-")[0]
    missing, other, general = Q(), Q(), Q()
    for kind, documents in asking.greeting.items():
        asked = Q(
            contact__salutation__isnull=False, effective_document_id__in=documents
        )
        asked &= Q(**{f"{kind}_in_language": False})
        other |= asked & Q(**{f"{kind}_in_usual": True})
        asked &= Q(**{f"{kind}_in_usual": False})
        missing |= asked & Q(**{f"{kind}_in_every": False})
        general |= asked & Q(**{f"{kind}_in_every": True, f"{kind}_in_others": True})
    if usual:
        own, stands_in = Q(usual_stands_in=False), Q(usual_stands_in=True)
        general &= ~(own & _is_or_begins("effective_language", usual))
        general &= ~(stands_in & _is_or_begins("default_language", usual))
    yield Check(
        "greeting_missing",
        WARNING,
        missing,
        _("The letter greets the contact, but the salutation has no formula for it."),
        _("Add the formula to the salutation, in the language of the letter."),
    )
    yield Check(
        "greeting_of_usual_language",
        WARNING,
        other,
        _(
            "The greeting is in the default language: the salutation has none in the "
            "language of the letter."
        ),
        _("Add the formula to the salutation, in the language of the letter."),
    )
    yield Check(
        "greeting_of_every_language",
        WARNING,
        general,
        _(
            "The greeting is the one for every language: the salutation has none in "
            "the language of the letter."
        ),
        _("Add the formula to the salutation, in the language of the letter."),
    )


def _is_or_begins(column: str, language: str) -> Q:
    return Q(**{column: language}) | Q(**{f"{column}__startswith": f"{language}-"})
