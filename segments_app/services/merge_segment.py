"""What the file is called that the letters of a segment are merged into."""

import os

from django.utils.translation import gettext as _

from interactions.services.printing import Plan
from interactions.services.printing.output import PDF

from .errors import SegmentError


class WrongName(SegmentError):
    """A file whose name says something else than what will be in it."""


def check_name(*, planned: Plan, name: str) -> None:
    """Refuse a file name that does not end as what was planned will be written.

    Raises WrongName with the right name.
    """
    suffix = ".zip" if planned.is_archive else f".{planned.output.kind}"
    stem, ending = os.path.splitext(name)
    if ending.lower() == suffix:
        return
    right = (stem if ending.lower() in (".docx", ".pdf", ".zip") else name) + suffix
    raise WrongName(_why(planned) % {"right": right, "count": len(planned.documents)})


def _why(planned: Plan) -> str:
    if planned.output.each:
        return _("One file per contact comes in a zip. Call it %(right)s.")
    if not planned.is_archive:
        if planned.output.kind == PDF:
            return _("The letters come as one PDF. Call it %(right)s.")
        return _("The letters come as one Word document. Call it %(right)s.")
    if len(planned.documents) == len(planned.parts):
        return _(
            "The letters use %(count)s documents, and come as one file for each of "
            "them in a zip. Call it %(right)s."
        )
    return _("The letters come as several documents in a zip. Call it %(right)s.")
