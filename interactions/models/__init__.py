"""What was said, and how it went out. Imports contacts and jobs, nothing else."""

from .attachment import Attachment
from .campaign import Campaign, CampaignEntry, CampaignStatus
from .delivery import Delivery, LetterSnapshot, Run, RunItem
from .draft import InteractionDraft
from .label_format import LabelFormat
from .log import InteractionComment, InteractionLogEntry, LoggedSegment
from .picture import LetterPicture
from .setup import InteractionTemplateSetup
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
    "Delivery",
    "DocumentVersion",
    "InteractionComment",
    "InteractionDraft",
    "InteractionGroup",
    "InteractionLogEntry",
    "InteractionTemplate",
    "InteractionTemplateLanguage",
    "InteractionTemplateSetup",
    "LabelFormat",
    "LetterPicture",
    "LetterSnapshot",
    "LoggedSegment",
    "Run",
    "RunItem",
]
