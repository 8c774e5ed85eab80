"""LibreOffice as a converter: one start, a profile of its own, an end in any case."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# A bookmark becomes a named destination, by which letters are told apart.
EXPORT = "pdf:writer_pdf_Export:" + json.dumps(
    {"ExportBookmarksToPDFDestination": {"type": "boolean", "value": "true"}}
)
OPTIONS = (
    "--headless",
    "--norestore",
    "--nologo",
    "--nodefault",
    "--nolockcheck",
    "--nofirststartwizard",
)
# Macros never run, and nothing is fetched that a document links to.
REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">\
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">\
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">\
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>\
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">\
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
POLL = 0.05
PROGRAMS = ("soffice", "libreoffice")
# Said lazily: it is found in a thread that knows no language. "" is that all is well.
Reason = str | Promise


class Stopped(Exception):
    """Somebody asked to stop while a document was being converted."""


def find_office(program: str = "") -> "Office | None":
    """Return LibreOffice: the `program` asked for, else what the path has.

    None where there is none.
    """
    names = (program,) if program else PROGRAMS
    found = next(filter(None, map(shutil.which, names)), None)
    return Office(found) if found else None


@dataclass(frozen=True)
class Office:
    """A LibreOffice that is installed."""

    program: str

    def convert(
        self,
        documents: Sequence[Path],
        *,
        folder: Path,
        profile: Path,
        limit: float,
        stopped: threading.Event,
    ) -> Reason:
        """Convert documents to PDFs of the same stem in `folder`, in one start.

        Return why not all of them are there: "" where it ended by itself. `limit` are
        the seconds for one document; with the next PDF they begin anew. Whatever it
        started is dead when this returns. Raises Stopped.
        """
        folder.mkdir(parents=True, exist_ok=True)
        _prepare(profile)
        command = [
            *(self.program, f"-env:UserInstallation={profile.as_uri()}", *OPTIONS),
            *("--convert-to", EXPORT, "--outdir", str(folder)),
            *map(str, documents),
        ]
        process = subprocess.Popen(  # noqa: S603 - the operator chose the program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(profile),
            cwd=folder,
            start_new_session=True,
        )
        try:
            return _wait(process, folder, limit, stopped)
        finally:
            _kill(process)


def _prepare(profile: Path) -> None:
    user = profile / "user"
    if not user.exists():
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(REGISTRY)


def _environment(profile: Path) -> dict[str, str]:
    """No more than it needs: what the server keeps secret is none of its business."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(profile),
        "TMPDIR": str(profile),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }


def _wait(
    process: subprocess.Popen, folder: Path, limit: float, stopped: threading.Event
) -> Reason:
    made = 0
    deadline = time.monotonic() + limit
    while process.poll() is None:
        if stopped.wait(POLL):
            raise Stopped
        now_made = len(list(folder.glob("*.pdf")))
        if now_made > made:
            made, deadline = now_made, time.monotonic() + limit
        elif time.monotonic() > deadline:
            said = _("LibreOffice took longer than {seconds} seconds")
            return format_lazy(said, seconds=round(limit))
    if process.returncode:
        return format_lazy(
            _("LibreOffice ended with code {code}"), code=process.returncode
        )
    return ""


def _kill(process: subprocess.Popen) -> None:
    """End the process and whatever it started, its whole group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
