"""PDFs of single letters, kept for as long as somebody may be stepping through them.

They lie under the hash of the letter that they show, so what is shown can never be of
another one: a changed contact or document is another letter. They hold names and
addresses: after an hour they go, and all at once when a person is forgotten.
"""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

try:
    import fcntl
except ImportError:  # not on this system: then nobody takes turns
    fcntl = None  # type: ignore[assignment]

KEPT_SECONDS = 60 * 60
KEPT_AT_MOST = 300
SLOTS = 2


def folder() -> Path:
    """Where they lie, only for the application to read."""
    made = Path(settings.MEDIA_ROOT) / "previews"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def kept(key: str) -> bytes | None:
    """Return the PDF of the letter with this hash, if it is still there."""
    let_go()
    try:
        return (folder() / f"{key}.pdf").read_bytes()
    except FileNotFoundError:
        return None


def keep(key: str, pdf: bytes, *, begun: str) -> None:
    """Keep a PDF, and let go of those that are old or too many.

    `begun` is the generation that its making began in: where previews were forgotten
    since, it is of somebody who may be gone, and is not kept.
    """
    with _alone():
        if begun != generation():
            return
        handle, name = tempfile.mkstemp(dir=folder(), suffix=".pdf")
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        Path(name).replace(folder() / f"{key}.pdf")
    let_go()


def generation() -> str:
    """What is another one each time that the previews are forgotten."""
    try:
        return (folder() / "generation").read_text()
    except FileNotFoundError:
        return ""


def forget_previews() -> None:
    """Delete every PDF that is kept; they are made anew when they are asked for."""
    with _alone():
        (folder() / "generation").write_text(secrets.token_hex())
        for path in folder().glob("*.pdf"):
            path.unlink(missing_ok=True)


def let_go() -> None:
    """Delete the PDFs that are old or too many."""
    aged = []
    for path in folder().glob("*.pdf"):
        with suppress(FileNotFoundError):
            aged.append((path.stat().st_mtime, path))
    aged.sort(reverse=True)
    oldest = time.time() - KEPT_SECONDS
    for place, (made, path) in enumerate(aged):
        if place >= KEPT_AT_MOST or made < oldest:
            path.unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the folder while something is kept or all is forgotten."""
    with (folder() / "alone").open("w") as lock:
        if fcntl:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        yield


@contextmanager
def slot(patience: float) -> Iterator[Path | None]:
    """Hold one of a few turns to convert; the folder of its LibreOffice profile.

    None where all are taken for `patience` seconds.
    """
    until = time.monotonic() + patience
    while True:
        for number in range(SLOTS):
            with (folder() / f"turn-{number}").open("w") as lock:
                if fcntl and not _locked(lock.fileno()):
                    continue
                profile = folder() / f"office-{number}"
                yield profile
                return
        if time.monotonic() > until:
            yield None
            return
        time.sleep(0.1)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def drop_profile(profile: Path) -> None:
    """Delete a profile that LibreOffice may have left broken."""
    shutil.rmtree(profile, ignore_errors=True)
