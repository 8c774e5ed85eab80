"""Which contacts, chosen how, acted on together. Imports everything to its left."""

from .criteria import SavedCriteria, SavedCriteriaStep
from .line import SegmentLine
from .segment import Segment, SegmentDocument
from .step import SegmentStep, SegmentStepMember

__all__ = [
    "SavedCriteria",
    "SavedCriteriaStep",
    "Segment",
    "SegmentDocument",
    "SegmentLine",
    "SegmentStep",
    "SegmentStepMember",
]
