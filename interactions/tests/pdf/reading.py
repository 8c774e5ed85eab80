"""What a reader finds in a PDF."""

import shutil
import subprocess


def text(pdf, *, layout=True):
    """The text, each page ended by a form feed."""
    options = ["-layout"] if layout else ["-raw"]
    shown = subprocess.run(
        [shutil.which("pdftotext"), *options, "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return shown.stdout.decode()
