"""What is asked of an uploaded document, in a process of its own that is bounded.

`python -m interactions.services.confined TASK LANGUAGE LOCALES..` reads a file from its
input and answers with what the task makes of it. It knows no settings and no database,
so that a document that gets the better of the parsers finds nothing to take.
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

import django
from django.conf import settings

try:
    import resource
except ImportError:  # Windows: only the parent's time limit holds there
    resource = None  # type: ignore[assignment]

SECONDS = 10
MEMORY = 512 * 2**20
OUT_OF_MEMORY = 3


# Of each task only what is left of the memory may be used.
def _findings(document: bytes) -> bytes:
    from interactions.merge.findings import inspect  # noqa: PLC0415

    return json.dumps(asdict(inspect(document))).encode()


def _sample(document: bytes) -> bytes:
    from interactions.merge import compile_template  # noqa: PLC0415

    return compile_template(document).sample_letter()


def _pages(pdf: bytes) -> bytes:
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return str(len(opened.pages)).encode()


# The findings as JSON, the letter with sample values, how many pages a PDF has.
FINDINGS, SAMPLE, PAGES = "findings", "sample", "pages"
TASKS: dict[str, Callable[[bytes], bytes]] = {
    FINDINGS: _findings,
    SAMPLE: _sample,
    PAGES: _pages,
}


def main(task: str, language: str, *locales: str) -> int:
    """Do the task with the file on the input; return the exit code."""
    _bound()
    try:
        settings.configure(
            USE_I18N=True, LANGUAGE_CODE=language, LOCALE_PATHS=list(locales)
        )
        django.setup()
        answer = TASKS[task](sys.stdin.buffer.read())
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return 0


def _bound() -> None:
    if resource is None:
        return
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # Some systems know a limit and do not let it be set.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
