"""Choice values of segments."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StepKind(models.TextChoices):
    ADD = "add", _("Add contacts")
    REDUCE = "reduce", _("Reduce contacts")
    REFINE = "refine", _("Refine contacts")
    BY_HAND = "by_hand", _("By hand")
    REFRESH = "refresh", _("Refresh")
    COMBINE = "combine", _("Combine segments")
    ONE_PER_ADDRESS = "one_per_address", _("One per address")
    REPLACE = "replace", _("Replace")


class StepOption(models.TextChoices):
    """What a step may be told beside its criteria."""

    ALL_CONTACTS = "all_contacts", _("All contacts")
    EXPAND_COMPANIES = "expand_companies", _("Whole organisations")
    INCLUDE_RELATED_COMPANIES = "include_related_companies", _("Their companies too")
    IGNORE_EXCLUSION = (
        "ignore_exclusion",
        _("Also contacts excluded from segments"),
    )
    ENTIRE_COMPANIES = (
        "entire_companies",
        pgettext_lazy("one hit counts for all", "Whole organisations"),
    )


class KeptOut(models.TextChoices):
    """Why a contact that the criteria found is not put on the segment."""

    PRIVACY_BLOCKED = "privacy_blocked", _("Privacy blocked")
    MINOR = "minor", _("Minor without parental consent")
    EXCLUDED = "excluded", _("Excluded from segments")
    ALREADY_IN = "already_in", _("Already in the segment")
