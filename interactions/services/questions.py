"""The profile questions whose answers a letter names: are they asked at all?"""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from contacts.models import ProfileQuestion

from ..merge.findings import Finding
from ..merge.lists import nearest_of

UNKNOWN_FIELD = "unknown_field"


def known_questions(codes: Collection[str]) -> set[str]:
    """Those of the codes that a profile question has; no query for none."""
    if not codes:
        return set()
    found = ProfileQuestion.objects.filter(code__in=codes)
    return set(found.values_list("code", flat=True))


def unknown_questions(codes: Collection[str]) -> Iterator[Finding]:
    """Yield a problem for each code that no profile question has: one query."""
    if not codes:
        return
    known = {*ProfileQuestion.objects.values_list("code", flat=True)}
    for code in codes:
        if code not in known:
            near = nearest_of(code.lower(), tuple(each.lower() for each in known))
            message = _("There is no profile question “%(code)s”.") % {"code": code}
            fix = _("Use the code of a question of a profile questionnaire.")
            if near:
                said = {"code": f"answers_of.{near.upper()}"}
                fix = _("Did you mean %(code)s?") % said
            yield Finding(UNKNOWN_FIELD, message, fix)
