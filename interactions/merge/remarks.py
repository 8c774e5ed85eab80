"""What works, but perhaps not as its author thinks."""

import re
from collections.abc import Container, Iterator

from django.utils.translation import gettext as _

from .errors import Problem
from .fields import code_of
from .wordxml import BRACES, Element, paragraph_of, place, texts_of, w

# Word works these out again when the letter is opened, printed or saved.
OF_THE_DAY = {"DATE", "TIME", "PRINTDATE", "SAVEDATE"}
OF_THE_READER = {
    *("AUTHOR", "EDITTIME", "FILENAME", "FILESIZE", "LASTSAVEDBY", "REVNUM"),
    *("USERADDRESS", "USERINITIALS", "USERNAME"),
}
TAG = re.compile(r"\{[{%#][^{}]{0,400}[}%#]\}")
TYPED = re.compile(
    r"«([^«»]{2,60})»|<<([^<>]{2,60})>>|\[([^\[\]]{2,60})\]|\{([^{}]{2,60})\}"
)


def remarks_on(
    root: Element, part: str, faulty: Container[Element | None] = ()
) -> list[Problem]:
    """Return the remarks on a part; its merge fields are tags already.

    In `faulty` paragraphs stands what is left of fields that cannot be merged.
    """
    found = [
        remark
        for instruction, element in instructions(root)
        if (remark := _on_field(instruction, part, element))
    ]
    for paragraph in root.iter(w("p")):
        if paragraph in faulty:
            continue
        text = "".join(text.text or "" for text in texts_of(paragraph))
        text = text.translate(BRACES)
        for match in TYPED.finditer(_without_tags(text)):
            if code_of(next(filter(None, match.groups()))):
                found.append(_typed(match[0], place(part, paragraph)))
    return list(dict.fromkeys(found))


def instructions(root: Element) -> Iterator[tuple[str, Element]]:
    """Yield the instruction of every field that is left, and where it stands."""
    for simple in root.iter(w("fldSimple")):
        yield simple.get(w("instr"), ""), simple
    open_fields: list[list[str]] = []
    for element in root.iter(w("fldChar"), w("instrText")):
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            open_fields.append([])
        elif open_fields and kind is None:
            open_fields[-1].append(element.text or "")
        elif open_fields and kind == "end":
            yield "".join(open_fields.pop()), element


def no_field() -> Problem:
    """The remark on a letter that is the same for everybody."""
    message = _(
        "There is no merge field: everybody gets the same letter, word for word."
    )
    return Problem("no_field", "", message)


def _on_field(instruction: str, part: str, element: Element) -> Problem | None:
    words = instruction.split()
    kind = words[0].upper() if words else ""
    if kind in OF_THE_DAY:
        message = _(
            "The field { %(field)s } shows another day whenever the letter is opened."
        )
        fix = _("Use document_date: the day of the letter, which stays.")
    elif kind in OF_THE_READER:
        message = _("The field { %(field)s } changes with who opens the letter.")
        fix = _("Write what it shall say.")
    else:
        return None
    shown = " ".join(words)[:100]
    where = place(part, paragraph_of(element))
    return Problem("changing_field", where, message % {"field": shown}, fix)


def _typed(text: str, where: str) -> Problem:
    message = _("“%(text)s” is only text: it is printed as it stands.")
    fix = _("Insert it as a merge field, or write it as a tag in double braces.")
    return Problem("typed_field", where, message % {"text": text}, fix)


def _without_tags(text: str) -> str:
    return TAG.sub(" ", text)
