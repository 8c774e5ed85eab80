"""Who: the register of companies and persons. Imports nothing but jobs."""

from .addressing import Salutation, SalutationFormula
from .change import ContactChange
from .classification import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    Territory,
    WebSource,
)
from .contact import Contact
from .duplicate import DuplicateKey, DuplicatePair, MergeJournal
from .notes import ContactChannelBlock, ContactComment
from .postal import AlternativeAddress, AlternativeAddressPeriod
from .profile import (
    ContactProfileAnswer,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
)
from .rating import RatingPoints
from .saved_view import SavedView
from .setup import MarketingSetup, NumberSeries, Salesperson
from .term import ContactTerm

__all__ = [
    "AlternativeAddress",
    "AlternativeAddressPeriod",
    "BusinessRelation",
    "Contact",
    "ContactBusinessRelation",
    "ContactChange",
    "ContactChannelBlock",
    "ContactComment",
    "ContactIndustryGroup",
    "ContactJobResponsibility",
    "ContactMailingGroup",
    "ContactProfileAnswer",
    "ContactTerm",
    "ContactWebSource",
    "DuplicateKey",
    "DuplicatePair",
    "IndustryGroup",
    "JobResponsibility",
    "MailingGroup",
    "MarketingSetup",
    "MergeJournal",
    "NumberSeries",
    "OrganizationalLevel",
    "ProfileAnswer",
    "ProfileQuestion",
    "ProfileQuestionnaire",
    "RatingPoints",
    "Salesperson",
    "Salutation",
    "SalutationFormula",
    "SavedView",
    "Territory",
    "WebSource",
]
