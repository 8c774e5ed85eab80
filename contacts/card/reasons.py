"""Why two contacts may be the same, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

REASONS = {
    ("name", "same"): _("same name"),
    ("name", "similar"): _("similar name"),
    ("name", "different"): _("different name"),
    ("email", "same"): _("same e-mail"),
    ("email", "different"): _("different e-mail"),
    ("phone", "same"): _("same phone"),
    ("phone", "different"): _("different phone"),
    ("address", "same"): _("same address"),
    ("address", "similar"): _("similar address"),
    ("address", "different"): _("different address"),
    ("postcode", "same"): _("same postcode"),
    ("postcode", "different"): _("different postcode"),
    ("city", "same"): _("same city"),
    ("city", "different"): _("different city"),
    ("domain", "same"): _("same domain of e-mail or home page"),
    ("domain", "different"): _("different domain of e-mail or home page"),
    ("company", "same"): _("same company"),
    ("company", "different"): _("different company"),
}


def say_reasons(reasons: Iterable[Iterable[str]]) -> str:
    """Say the reasons of a pair: what is alike first, then what is not."""
    told = sorted(map(tuple, reasons), key=lambda reason: reason[1] == "different")
    return ", ".join(str(REASONS[reason]) for reason in told if reason in REASONS)
