"""What is right and wrong with a Word template, found where it can do no harm."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..merge import ENGINE_VERSION, Problem, TemplateError
from ..merge.findings import Finding, Findings
from . import confined
from .confined import FINDINGS, MEMORY, SECONDS
from .questions import unknown_questions

ROOT = Path(__file__).parents[2]
# What a program needs to start; nothing that is secret.
ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")
REMEMBERED = 3_600  # seconds
logger = logging.getLogger(__name__)


class DocumentRefused(TemplateError):
    """The document cannot be used; `findings` say everything about it."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__(
            Problem(
                one.kind,
                ", ".join(filter(None, (one.part, one.position))),
                one.message,
                one.fix,
            )
            for one in findings.problems
        )


class Stopped(Exception):
    """What was asked took more than it may, or cannot be told."""


def check_document(data: bytes) -> Findings:
    """Say everything about a .docx, in the language in force; nothing is stored.

    What was found is remembered for a while, by the bytes of the document. A check
    that takes too much is stopped.
    """
    findings = _checked(data)
    unknown = tuple(unknown_questions(findings.questions))
    return replace(findings, problems=(*findings.problems, *unknown))


def _checked(data: bytes) -> Findings:
    """What can be said without the database."""
    language = get_language() or "en"
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"document-check-{ENGINE_VERSION}-{language}-{sha256}"
    known: Findings | None = cache.get(key)
    if known is not None:
        return known
    try:
        findings = _read(json.loads(confine(FINDINGS, data)))
    except Stopped:
        message = _(
            "The document takes more than %(seconds)s seconds or %(size)s MB to check."
        ) % {"seconds": SECONDS, "size": MEMORY >> 20}
        fix = _("Copy the letter into a new document and upload that.")
        return Findings(problems=(Finding("too_much_work", message, fix),))
    cache.set(key, findings, REMEMBERED)
    return findings


def refuse_faulty(data: bytes) -> Findings:
    """Return what the check found. Raises DocumentRefused if there is a problem."""
    findings = check_document(data)
    if not findings.usable:
        raise DocumentRefused(findings)
    return findings


def _read(answer: dict[str, Any]) -> Findings:
    return Findings(
        problems=_findings(answer["problems"]),
        warnings=_findings(answer["warnings"]),
        fields=tuple(answer["fields"]),
        lists=tuple(answer["lists"]),
        questions=tuple(answer["questions"]),
        more=answer["more"],
    )


def _findings(rows: list[dict[str, str]]) -> tuple[Finding, ...]:
    return tuple(Finding(**row) for row in rows)


def confine(task: str, data: bytes) -> bytes:
    """Return what a bounded process answers, in the language in force.

    The tasks are those of `confined`. Raises Stopped if it does not answer.
    """
    language = get_language() or "en"
    command = [sys.executable, "-B", "-m", confined.__name__, task, language]
    known = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    try:
        done = subprocess.run(  # noqa: S603
            [*command, *map(str, settings.LOCALE_PATHS)],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env={**known, "PYTHONPATH": path},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Stopped from error
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-2_000:]
        logger.warning(
            "The check of a document ended with %s. %s", done.returncode, said
        )
        raise Stopped
    return done.stdout
