"""Which contacts, chosen how, acted on together. Imports everything to its left."""

from .criteria import SavedCriteria, SavedCriteriaStep
from .line import SegmentLine
from .line_columns import LineColumns
from .segment import Segment, SegmentDocument
from .step import SegmentStep, SegmentStepMember

__all__ = [
    "LineColumns",
    "SavedCriteria",
    "SavedCriteriaStep",
    "Segment",
    "SegmentDocument",
    "SegmentLine",
    "SegmentStep",
    "SegmentStepMember",
]
