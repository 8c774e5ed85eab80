"""Choice values of interactions, campaigns and delivery."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InformationFlow(models.TextChoices):
    OUTBOUND = "outbound", _("Outbound")
    INBOUND = "inbound", _("Inbound")


class InitiatedBy(models.TextChoices):
    US = "us", _("Us")
    THEM = "them", _("Them")


class Evaluation(models.TextChoices):
    VERY_POSITIVE = "very_positive", _("Very positive")
    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")
    VERY_NEGATIVE = "very_negative", _("Very negative")


class EmailForm(models.TextChoices):
    """How a letter travels by e-mail."""

    BODY = "body", _("In the body")
    DOCX = "docx", _("Attached as Word document")
    PDF = "pdf", _("Attached as PDF")


class DeliveryStatus(models.TextChoices):
    """Where a piece of correspondence is; empty: nothing to deliver."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", pgettext_lazy("delivery", "Failed")
    UNKNOWN = "unknown", pgettext_lazy("delivery", "Unknown")
    PRINTED = "printed", _("Printed")
    POSTED = "posted", _("Posted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RETURNED = "returned", pgettext_lazy("delivery", "Returned")


class ReturnReason(models.TextChoices):
    """Why the post brought a letter back."""

    MOVED = "moved", _("Moved")
    UNKNOWN = "unknown", _("Not known at the address")
    INCOMPLETE = "incomplete", _("Address incomplete or wrong")
    REFUSED = "refused", _("Refused")
    UNCLAIMED = "unclaimed", _("Not collected")
    DECEASED = "deceased", _("Deceased")
    OTHER = "other", _("Another reason")


class CancelledKind(models.TextChoices):
    """What was cancelled at once."""

    ENTRIES = "entries", _("Interactions")
    LOGGED_SEGMENT = "logged_segment", _("Logged segment")
    CAMPAIGN_ENTRY = "campaign_entry", _("Campaign entry")


class RunKind(models.TextChoices):
    PRINT = "print", _("Print run")
    SEND = "send", _("Send run")


class RunState(models.TextChoices):
    PREPARED = "prepared", _("Prepared")
    PRINTED = "printed", _("Printed")
    POSTED = "posted", _("Posted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SendState(models.TextChoices):
    """Where the e-mails of a run that was logged are, worked out from them."""

    NOTHING = "nothing", _("Nothing to send")
    PAUSED = "paused", _("Paused")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    NOT_SENT = "not_sent", _("Not sent")


class RunEventKind(models.TextChoices):
    """What was done with letters of a run."""

    PRINTED = "printed", _("Printed")
    POSTED = "posted", _("Posted")
    WITHDRAWN = "withdrawn", pgettext_lazy("run", "Run withdrawn")
    TAKEN_OUT = "taken_out", _("Letters taken out")
    TO_PAPER = "to_paper", _("Printed instead of sent by e-mail")
    TO_EMAIL = "to_email", _("Sent by e-mail instead of printed")
    SENT_AGAIN = "sent_again", _("Sent again")


class RunOrder(models.TextChoices):
    """By what the letters of a run are numbered."""

    POSTAL = "postal", _("Country and postcode")
    NAME = "name", _("Name")
    NUMBER = "number", _("Contact number")
    STEP = "step", _("As they came onto the segment")


class LeftOut(models.TextChoices):
    """Why somebody of the segment has no letter in a run."""

    NO_DOCUMENT = "no_document", _("No document in their language")
    BLOCKED = "blocked", _("Must not be written to")
    SKIPPED = "skipped", _("Left out by a field of the letter")


class BundleBy(models.TextChoices):
    """Between which letters a separator sheet lies."""

    COUNTRY = "country", _("Country")
    POSTCODE = "postcode", _("Beginning of the postcode")
    NUMBER = "number", _("A number of letters")
