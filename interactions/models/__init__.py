"""What was said, and how it went out. Imports contacts and jobs, nothing else."""

from .attachment import Attachment
from .campaign import Campaign, CampaignEntry, CampaignStatus, CampaignTarget
from .cancellation import Cancellation
from .delivery import Delivery, LetterSnapshot, Run, RunItem
from .draft import InteractionDraft
from .label_format import LabelFormat
from .log import InteractionComment, InteractionLogEntry, LoggedSegment
from .mail import MailText
from .paper import LetterReturn, RunEvent
from .picture import LetterPicture
from .sending import EarlierSending
from .setup import InteractionTemplateSetup
from .submission import Submission
from .template import (
    DocumentVersion,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)

__all__ = [
    "Attachment",
    "Campaign",
    "CampaignEntry",
    "CampaignStatus",
    "CampaignTarget",
    "Cancellation",
    "Delivery",
    "DocumentVersion",
    "EarlierSending",
    "InteractionComment",
    "InteractionDraft",
    "InteractionGroup",
    "InteractionLogEntry",
    "InteractionTemplate",
    "InteractionTemplateLanguage",
    "InteractionTemplateSetup",
    "LabelFormat",
    "LetterPicture",
    "LetterReturn",
    "LetterSnapshot",
    "LoggedSegment",
    "MailText",
    "Run",
    "RunEvent",
    "RunItem",
    "Submission",
]
