"""Handing out merged letters: small ones at once, large ones as a job."""

import tempfile
from collections.abc import Callable

from django.http import FileResponse

from ..services.letters import Merged

# So many letters are merged well within a request.
IN_MEMORY = 4 * 1024 * 1024


def merged_download(merge: Callable[..., Merged], *, name: str) -> FileResponse:
    """Let `merge` write into `out`, and stream that under `name` and its suffix.

    The file is whole before the answer begins, so an error is a page and never
    half a document.
    """
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        merged = merge(out=out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}{merged.suffix}")
