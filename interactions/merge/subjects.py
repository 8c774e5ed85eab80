"""Subjects of e-mails: plain text with the merge fields and conditions of letters."""

import functools
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import Template, TemplateSyntaxError

from .errors import Problem
from .expressions import ByCode, environment
from .language import Reader, how_to_write

SUBJECT = "subject"
PLAIN = environment(str)


def has_tags(subject: str) -> bool:
    """Whether anything in the subject may have to be filled in."""
    return "{{" in subject or "{%" in subject


def check_subject(subject: str) -> list[Problem]:
    """Return what is wrong with a subject: the same names as in a letter, no lists."""
    if not has_tags(subject):
        return []
    where = _("Subject")
    try:
        tree = PLAIN.parse(subject)
    except TemplateSyntaxError as error:
        message = _("The tags cannot be read: %(error)s") % {"error": error.message}
        return [Problem("syntax", where, message, how_to_write())]
    reader = Reader(where)
    reader.read(tree.body, {})
    problems = list(dict.fromkeys(reader.problems))
    if reader.lists or reader.questions:
        message = _("A subject has no lists and no answers.")
        problems.append(Problem("list", where, message, _("Take the tag away.")))
    if SUBJECT in reader.fields:
        message = _("A subject cannot hold itself.")
        problems.append(Problem("itself", where, message, _("Take the tag away.")))
    return problems


def fill_subject(subject: str, record: Mapping[str, Any]) -> str:
    """Return the subject for one record, in one line.

    One that is not sound stays as it is: it was written before subjects had fields.
    """
    if not has_tags(subject):
        return subject
    template = _compiled(subject)
    return " ".join(template.render(record).split()) if template else subject


@functools.lru_cache(maxsize=256)
def _compiled(subject: str) -> Template | None:
    if check_subject(subject):
        return None
    return PLAIN.from_string(ByCode(frozenset()).visit(PLAIN.parse(subject)))
