"""Fields of Word that cannot be merged, and why."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..captions import COURTESY_TITLES
from ..errors import Problem
from ..fields import LABELS, key_of, nearest

LENGTH_SHOWN = 100

_ASKS = gettext_lazy("it asks a question for every letter")
_LOADS = gettext_lazy("it loads something from outside the document")
_RUNS = gettext_lazy("it runs or prints something")
_COUNTS = gettext_lazy("it works something out from other fields")
_DRAWS = gettext_lazy("only Word draws bar codes, and letters as PDF would lack them")
_NEXT = gettext_lazy("it goes on to the next contact, and a letter is for one contact")
REASONS: dict[str, str | Promise] = {
    **dict.fromkeys(("ASK", "FILLIN"), _ASKS),
    **dict.fromkeys(("INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT"), _LOADS),
    **dict.fromkeys(("DATABASE", "DDE", "DDEAUTO", "LINK", "DATA"), _LOADS),
    **dict.fromkeys(("MACROBUTTON", "PRINT"), _RUNS),
    **dict.fromkeys(("COMPARE", "QUOTE"), _COUNTS),
    "MERGEBARCODE": _DRAWS,
    **dict.fromkeys(("NEXT", "NEXTIF"), _NEXT),
}
_ONLY_WORD = gettext_lazy("a merge field stands where only Word fills in")
# Word works these out by itself; with a field of ours inside it cannot.
WITHOUT_MERGE_FIELDS: dict[str, str | Promise] = {
    **dict.fromkeys(("=", "SET"), _COUNTS),
    "DISPLAYBARCODE": _DRAWS,
}
INSTEAD = {
    "SET": gettext_lazy(
        "Take it out, and write the merge field itself wherever its bookmark stands."
    )
}


class Refused(Exception):
    """A field cannot be merged: the reason, as the end of a sentence, and a fix."""

    def __init__(self, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix or _("Take it out of the document.")

    @classmethod
    def for_word(cls, kind: str) -> "Refused":
        """With a merge field inside a field that Word fills in."""
        reason = WITHOUT_MERGE_FIELDS.get(kind, _ONLY_WORD)
        return cls(str(reason), str(INSTEAD.get(kind, "")))

    @classmethod
    def too_long(cls) -> "Refused":
        return cls(_("it is too long"))

    @classmethod
    def no_quote(cls) -> "Refused":
        fix = _("Delete the field and insert it again.")
        return cls(_("a quotation mark is missing"), fix)

    @classmethod
    def switch(cls, switch: str) -> "Refused":
        reason = _("the switch %(switch)s is not supported") % {"switch": switch[:40]}
        return cls(reason, _("Use the field without this switch."))


def unsupported(shown: str, where: str, refused: Refused) -> Problem:
    """The problem of a field that is refused."""
    message = _("The field { %(field)s } cannot be merged: %(reason)s.")
    said = {"field": shortened(shown), "reason": refused.reason}
    return Problem("unsupported_field", where, message % said, refused.fix)


def over_paragraphs(shown: str, where: str, kind: str) -> Problem:
    """The problem of a field that goes on beyond its paragraph."""
    message = _("The field { %(field)s } goes over several paragraphs.")
    fix = _("Keep the whole field in one paragraph: delete it and insert it again.")
    if kind == "IF":
        fix = _(
            'Write it as tags: {%p if contact_city == "Oslo" %} before the text and '
            "{%p endif %} behind it, each in a paragraph of its own."
        )
    return Problem(
        "unsupported_field", where, message % {"field": shortened(shown)}, fix
    )


def broken(shown: str, where: str) -> Problem:
    """The problem of a field that has no end."""
    message = _("The field { %(field)s } does not end where it begins.")
    fix = _("Keep the whole field in one paragraph: delete it and insert it again.")
    return Problem(
        "unsupported_field", where, message % {"field": shortened(shown)}, fix
    )


def unknown_field(name: str, where: str) -> Problem:
    """The problem of a field that does not exist, with what was meant."""
    message = _("There is no merge field “%(name)s”.") % {"name": name[:LENGTH_SHOWN]}
    return Problem("unknown_field", where, message, _meant(name))


def _meant(name: str) -> str:
    code = nearest(name)
    if key_of(name) in COURTESY_TITLES:
        fix = _("Mr. and Ms. belong to the salutation: use %(code)s (%(label)s).")
        code = "formal_salutation"
    elif code:
        fix = _("Did you mean %(code)s (%(label)s)?")
    else:
        return _("Choose a field from the list of merge fields.")
    return fix % {"code": code, "label": LABELS[code]}


def too_many(part: str, limit: int) -> Problem:
    """The problem of a template with more fields than a letter needs."""
    message = _("There are more than %(count)s fields.")
    return Problem(
        "too_large", part, message % {"count": limit}, _("Make the letter simpler.")
    )


def shortened(shown: str) -> str:
    """Return the beginning of a field's text."""
    if len(shown) <= LENGTH_SHOWN:
        return shown
    return shown[:LENGTH_SHOWN].rstrip() + "…"
