"""Saved criteria as a file: taken from one installation to another.

The file is JSON with a name of its format and a version. Reading refuses what it
does not know, with the place in the file, and stores nothing of it. Whatever goes out
can be read again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..criteria import CriteriaError
from ..criteria.validate import UNREADABLE
from ..models import SavedCriteria
from .edit_saved import check_saved_step, saved_steps_of
from .errors import SegmentError
from .recipe import MOST_STEPS
from .saved_codes import missing_codes_of
from .write_saved import CodeTaken, SavedStep, create_saved, write_saved_steps

FORMAT = "segments.saved-criteria"
VERSION = 1
LARGEST = 1_000_000
KEYS = {"format", "version", "code", "description", "steps"}
STEP_KEYS = {"kind", "criteria", "options"}
MOST_CODES_SAID = 20


class FileRefused(SegmentError):
    """A file that cannot be imported; the message names the place in it."""


class TooLargeForFile(SegmentError):
    """Saved criteria whose file could not be imported again."""


@dataclass(frozen=True)
class Content:
    """What a file says, judged and ready to be stored."""

    code: str
    description: str
    parts: list[SavedStep]


def export_criteria(saved: SavedCriteria) -> bytes:
    """Return the file of saved criteria. Raises TooLargeForFile."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "code": saved.code,
        "description": saved.description,
        "steps": saved_steps_of(saved),
    }
    data = _written(content).encode() + b"\n"
    if len(data) > LARGEST:
        raise TooLargeForFile(
            _(
                "The file would have more than %d KB and could not be imported. Take "
                "out steps that name very many contacts, or choose these by what they "
                "have in common."
            )
            % (LARGEST // 1_000)
        )
    return data


def _written(value: Any, indent: str = "") -> str:
    """JSON to be read by people: long, but a list of plain values is one line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = [
            f"{json.dumps(name, ensure_ascii=False)}: {_written(each, deeper)}"
            for name, each in value.items()
        ]
        brackets = "{}"
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        rows = [_written(each, deeper) for each in value]
        brackets = "[]"
    else:
        return json.dumps(value, ensure_ascii=False)
    inner = f",\n{deeper}".join(rows)
    return f"{brackets[0]}\n{deeper}{inner}\n{indent}{brackets[1]}"


def read_criteria(data: bytes) -> Content:
    """Return what the file says. Raises FileRefused."""
    content = _parsed(data)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileRefused(_("This is not a file of saved criteria of Segments."))
    version = content.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise _refusal("version", _("Expected a whole number from 1."))
    if version > VERSION:
        raise FileRefused(
            _(
                "The file was made by a newer version of Segments; it has version "
                "%(theirs)d and this installation reads up to %(ours)d. Update "
                "Segments, or save the criteria there again by hand."
            )
            % {"theirs": version, "ours": VERSION}
        )
    _check_keys(content, KEYS, "")
    steps = content.get("steps")
    if not isinstance(steps, list) or not steps:
        raise _refusal("steps", _("Expected a list of steps, at least one."))
    if len(steps) > MOST_STEPS:
        raise _refusal("steps", _("More than %d steps.") % MOST_STEPS)
    parts = [
        _part(step, f"steps[{number}]") for number, step in enumerate(steps, start=1)
    ]
    _check_codes(parts)
    return Content(
        code=_text(content, "code"),
        description=_text(content, "description"),
        parts=parts,
    )


def import_criteria(
    *,
    content: Content,
    code: str = "",
    shared: bool = True,
    replace: bool = False,
    user: Any,
    at: datetime,
) -> SavedCriteria:
    """Store what a file says, under `code` or else that of the file.

    With `replace` those of that code get the description and the steps of the file,
    if the user may change them. Raises CodeTaken, FileRefused.
    """
    code = (code or content.code).strip()
    if not code:
        raise FileRefused(_("The file names no code. Fill one in."))
    with transaction.atomic():
        locked = SavedCriteria.objects.select_for_update()
        existing = locked.filter(code=code).first()
        if existing is None:
            return create_saved(
                code=code,
                description=content.description,
                shared=shared,
                parts=content.parts,
                user=user,
                at=at,
            )
        if not (replace and _may_replace(existing, user)):
            raise CodeTaken.of(existing.code)
        write_saved_steps(existing, content.parts)
        existing.description = content.description
        existing.updated_at = at
        existing.save(update_fields=["description", "updated_at"])
        return existing


def _may_replace(saved: SavedCriteria, user: Any) -> bool:
    return (
        user is not None and saved.is_visible_to(user) and saved.may_be_changed_by(user)
    )


def _parsed(data: bytes) -> Any:
    if len(data) > LARGEST:
        raise FileRefused(
            _("The file is larger than %d KB: it is no file of saved criteria.")
            % (LARGEST // 1_000)
        )
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise FileRefused(_("The file is not a text in UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise FileRefused(
            _("The file is not JSON: line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileRefused(_("The file is not JSON that can be read.")) from error


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _refusal(place: str, message: str) -> FileRefused:
    return FileRefused(f"{place}: {message}" if place else message)


def _check_keys(found: Mapping[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        said = _("Unknown key: %s.") % _readable(", ".join(unknown))
        raise _refusal(place, said)


def _readable(text: str) -> str:
    return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:100]


def _text(content: Mapping[str, Any], name: str) -> str:
    """A text of the file that fits its column."""
    value = content.get(name, "")
    if not isinstance(value, str) or UNREADABLE.search(value):
        raise _refusal(name, _("Expected a text of readable characters."))
    field: Any = SavedCriteria._meta.get_field(name)
    try:
        field.run_validators(value)
    except ValidationError as error:
        raise _refusal(name, " ".join(error.messages)) from error
    return value


def _part(step: Any, place: str) -> SavedStep:
    if not isinstance(step, dict):
        raise _refusal(place, _("Expected a step."))
    _check_keys(step, STEP_KEYS, place)
    part = {
        "kind": _readable(str(step.get("kind"))),
        "criteria": step.get("criteria"),
        "options": step.get("options") or {},
    }
    try:
        return check_saved_step(part, known_codes=None)
    except CriteriaError as error:
        within = ".".join(name for name in (place, "criteria", error.path) if name)
        raise _refusal(within, error.message) from error
    except SegmentError as error:
        raise _refusal(place, _readable(str(error))) from error


def _check_codes(parts: list[SavedStep]) -> None:
    """Refuse codes that are not set up here, all at once."""
    missing = [
        f"{code} (steps[{number}].criteria{'.' if within else ''}{within})"
        for number, found in enumerate(missing_codes_of(parts), start=1)
        for within, code in found
    ]
    if missing:
        said = missing[:MOST_CODES_SAID]
        if len(missing) > len(said):
            said.append("…")
        raise FileRefused(
            _("These codes are not set up here: %s. Set them up, then import again.")
            % ", ".join(said)
        )
