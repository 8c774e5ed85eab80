"""Choice values shared by contacts and by everything that talks about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContactType(models.TextChoices):
    """A contact is an organisation or an individual (contacts_interactions.md 1.1)."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class CorrespondenceType(models.TextChoices):
    """How a piece of correspondence goes out; blank means no preference."""

    HARD_COPY = "hard_copy", _("Hard copy")
    EMAIL = "email", _("E-mail")


class FormulaType(models.TextChoices):
    """The two greetings every salutation has (contacts_interactions.md 3.1.2)."""

    FORMAL = "formal", _("Formal")
    INFORMAL = "informal", _("Informal")


class NamePart(models.TextChoices):
    """What a placeholder of a salutation formula stands for."""

    JOB_TITLE = "job_title", _("Job title")
    FIRST_NAME = "first_name", _("First name")
    MIDDLE_NAME = "middle_name", _("Middle name")
    SURNAME = "surname", _("Surname")
    COMPANY_NAME = "company_name", _("Company name")


class Priority(models.IntegerChoices):
    """How far up an answer is shown on the card; the lowest is hidden."""

    VERY_LOW = 0, _("Very low (hidden)")
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    VERY_HIGH = 4, _("Very high")


class QuestionnairePriority(models.IntegerChoices):
    """Which questionnaire comes first among answers of the same priority."""

    VERY_LOW = 0, _("Very low")
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    VERY_HIGH = 4, _("Very high")


class ClassificationMethod(models.TextChoices):
    """What of a figure is compared with the ranges of the answers."""

    DEFINED_VALUE = "defined_value", _("Defined value")
    PERCENTAGE_OF_VALUE = "percentage_of_value", _("Percentage of value")
    PERCENTAGE_OF_CONTACTS = "percentage_of_contacts", _("Percentage of contacts")


class Sorting(models.TextChoices):
    """Which contact is the first hundredth of all."""

    DESCENDING = "descending", _("Descending")
    ASCENDING = "ascending", _("Ascending")


class PeriodKind(models.TextChoices):
    """Which days a figure is taken from, seen from the day of the classification."""

    LAST_DAYS = "last_days", _("The last days")
    THIS_YEAR = "this_year", _("This year until today")
    LAST_YEAR = "last_year", _("Last year")
    DATES = "dates", _("From one day to another")


class RatingScheme(models.TextChoices):
    """The answers of a new rating, the best first."""

    HIGH_LOW = "high_low", _("High, low")
    ABC = "abc", _("A, B, C")


class BlockReason(models.TextChoices):
    """Why a contact gets nothing through a channel."""

    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    DO_NOT_MAIL = "do_not_mail", _("Do not mail")
    RETURNED = "returned", _("Returned mail")
    BOUNCED = "bounced", _("Bounced")


class ChangeKind(models.TextChoices):
    """How a change of a contact came about, for the audit trail."""

    CREATED = "created", pgettext_lazy("contact", "Created")
    CHANGED = "changed", pgettext_lazy("contact", "Changed")
    INHERITED = "inherited", _("Taken from the company")
    IMPORTED = "imported", _("Imported")
    CLASSIFIED = "classified", _("Classified")
    PRIVACY = "privacy", _("Privacy changed")
    MERGED = "merged", _("Merged")
    UNMERGED = "unmerged", _("Merge undone")
    ANONYMISED = "anonymised", _("Anonymised")
    DELETED = "deleted", pgettext_lazy("contact", "Deleted")


class PairState(models.TextChoices):
    """What was decided about two contacts that may be the same."""

    OPEN = "open", pgettext_lazy("duplicates", "To be looked at")
    SEPARATE = "separate", pgettext_lazy("duplicates", "Different contacts")


class IneligibleReason(models.TextChoices):
    """Why a contact is kept out of a segment (DESIGN: eligibility)."""

    PRIVACY_BLOCKED = "privacy_blocked", _("Privacy blocked")
    MINOR = "minor", _("Minor without parental consent")
    EXCLUDED = "excluded", pgettext_lazy("contact", "Excluded from segments")


class TermKind(models.IntegerChoices):
    """Where a term that a contact is found by comes from."""

    NUMBER = 1, _("Number")
    NAME = 2, _("Name")
    EMAIL = 3, _("E-mail")
    PHONE = 4, _("Phone")
    CITY = 5, _("City")
    PLAIN_NAME = 6, _("Name in plain letters")
    PLAIN_CITY = 7, _("City in plain letters")
