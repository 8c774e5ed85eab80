"""The check of an uploaded document in a process of its own, with bounds on its work.

`python -m interactions.services.confined LANGUAGE LOCALES..` reads a .docx from its
input and answers with the findings as JSON. It knows no settings and no database, so
that a document that gets the better of the parsers finds nothing to take.
"""

import contextlib
import json
import sys
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


def main(language: str, *locales: str) -> int:
    """Check the document on the input; return the exit code."""
    _bound()
    try:
        settings.configure(
            USE_I18N=True, LANGUAGE_CODE=language, LOCALE_PATHS=list(locales)
        )
        django.setup()
        # Only what is left of the memory may be used from here on.
        from interactions.merge.findings import inspect  # noqa: PLC0415

        findings = inspect(sys.stdin.buffer.read())
    except MemoryError:
        return OUT_OF_MEMORY
    json.dump(asdict(findings), sys.stdout)
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
