"""LibreOffice, and one that a letter breaks: a small program before the real one."""

import shutil
import sys
import textwrap

import pytest

from interactions.pdf import find_office

needs_libreoffice = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice"),
]


def fragile_office(folder, *, dies="", hangs=""):
    """LibreOffice that dies, or hangs with a child, at a document with this text."""
    program = folder / "fragile-office"
    real = shutil.which("soffice")
    program.write_text(
        textwrap.dedent(f"""\
        #!{sys.executable}
        import os, subprocess, sys, time, zipfile

        documents = [name for name in sys.argv if name.endswith(".docx")]
        good = []
        ending = ""
        for name in documents:
            text = zipfile.ZipFile(name).read("word/document.xml").decode()
            if {dies!r} and {dies!r} in text:
                ending = "dies"
            elif {hangs!r} and {hangs!r} in text:
                ending = "hangs"
            if ending:
                break
            good.append(name)
        others = [each for each in sys.argv[1:] if each not in documents]
        if good or not documents:
            subprocess.run([{real!r}, *others, *good], check=True)
        if ending == "dies":
            os.abort()
        if ending == "hangs":
            child = subprocess.Popen(["sleep", "300"])
            with open({str(folder / "children")!r}, "a") as pids:
                print(child.pid, file=pids)
            time.sleep(300)
        """)
    )
    program.chmod(0o755)
    return find_office(str(program))
