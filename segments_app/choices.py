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


class LettersPer(models.TextChoices):
    """Who shares a letter."""

    COMPANY = "company", _("One letter per company")
    ADDRESS = "address", _("One letter per address")


class AddresseeBy(models.TextChoices):
    """How the one who gets the letter is chosen among several."""

    LEVEL = "level", _("The highest organizational level")
    RESPONSIBILITY = "responsibility", _("Who has a job responsibility")
    LAST_CONTACT = "last_contact", _("Whom we were in touch with last")
    BY_HAND = "by_hand", _("By hand: the first of each, unless you choose another")


class Moving(models.TextChoices):
    """What becomes of a contact by a step that is proposed."""

    ENTERING = "entering", _("Enter")
    LEAVING = "leaving", _("Taken off")
    KEPT_OUT = "kept_out", _("Kept out")


class KeptOut(models.TextChoices):
    """Why a contact of a step does not enter, or gets no letter of its own."""

    PRIVACY_BLOCKED = "privacy_blocked", _("Privacy blocked")
    MINOR = "minor", _("Minor without parental consent")
    EXCLUDED = "excluded", _("Excluded from segments")
    ALREADY_IN = "already_in", _("Already in the segment")
    BY_COPY = "by_copy", _("By copy")


class Origin(models.TextChoices):
    """Where the value of a line comes from; empty: nowhere, it has none."""

    LINE = "line", _("Own value")
    SEGMENT = "segment", _("From the segment")
    CONTACT = "contact", _("From the contact")
    TEMPLATE = "template", _("From the template")


class Operation(models.TextChoices):
    """What a step makes of the segment and the contacts of a source."""

    UNION = "union", _("Put them on")
    INTERSECTION = "intersection", _("Keep only who is also there")
    DIFFERENCE = "difference", _("Take them off")


class SourceKind(models.TextChoices):
    """Where contacts come from, other than from criteria."""

    SEGMENT = "segment", _("Open segment")
    LOGGED_SEGMENT = "logged_segment", _("Logged segment")
    MAILING_GROUP = "mailing_group", _("Mailing group")
    LIST = "list", _("List or file")
    ONLY_ON = "only_on", _("Only on one of two segments")
    ON_BOTH = "on_both", _("On both of two segments")


class FollowUpOf(models.TextChoices):
    """Whom of a logged segment a follow-up takes."""

    ALL = "all", _("Everybody who was logged")
    NOT_ANSWERED = "not_answered", _("Only those who did not answer")
    EVALUATION = "evaluation", _("Only those with an evaluation")
    NOT_DELIVERED = "not_delivered", _("Only those whom the letter never reached")
    RETURNED = "returned", _("Only those whose letter came back")


class SegmentState(models.TextChoices):
    """How far a segment has come; the last two are logged ones."""

    EMPTY = "empty", _("Empty")
    NO_TEMPLATE = "no_template", _("No template yet")
    STEPS_UNDONE = "steps_undone", _("Steps undone")
    PARTLY_LOGGED = "partly_logged", _("Partly logged")
    READY = "ready", _("Ready to check")
    LOGGED = "logged", _("Logged")
    CANCELLED = "cancelled", _("Cancelled")


class SegmentMark(models.TextChoices):
    """What is particular about an open segment."""

    LIVING = "living", _("Kept up to date")
    FOLLOW_UP = "follow_up", _("Follow-up")
    LEFT_OVER = "left_over", _("Left over")


class LogStage(models.TextChoices):
    """What is being done while a segment is logged, in this order."""

    CHECK = "check", _("Looking for problems")
    ENTRIES = "entries", _("Writing the interactions")
    LETTERS = "letters", _("Freezing the letters")
    OUTBOX = "outbox", _("Filling the outbox")
    WORKSHEET = "worksheet", _("Removing the worksheet")
    FOLLOW_UP = "follow_up", _("Making the follow-up segment")


class TargetStage(models.TextChoices):
    """What is being done while a campaign is activated, in this order."""

    LEAVING = "leaving", _("Letting go of who is no target any more")
    COMING = "coming", _("Aiming it at who is one now")
