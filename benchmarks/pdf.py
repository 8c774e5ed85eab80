"""Letters to PDF: pages per second and core, and what a second process gives.

    python benchmarks/pdf.py [--letters 2000] [--out FILE.json]

Letters of one page with a picture-less header and a footer, in documents of 100, ten
documents per start of LibreOffice, as the product converts them. The seconds of the
processor are those of LibreOffice and of ours together.
"""

import argparse
import io
import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
os.environ.setdefault("SECRET_KEY", "benchmark-" * 5)

import django

django.setup()

import docx

from interactions.merge import compile_template
from interactions.merge.fields import CODES
from interactions.pdf import Converted, convert_letters, find_office, split


def template():
    """A letter of one page: header, address, eight paragraphs, footer."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ company_name }}"
    document.sections[0].footer.paragraphs[0].text = "{{ company_bank_account }}"
    document.add_paragraph("{{ contact_mail_address }}")
    document.add_paragraph("{{ document_date }}")
    document.add_paragraph("{{ formal_salutation }}")
    for number in range(8):
        text = "We write to you about {{ subject }}. " + "It matters to us. " * 8
        document.add_paragraph(f"{number} {text}")
    document.add_paragraph("{{ salesperson_name }}")
    out = io.BytesIO()
    document.save(out)
    return compile_template(out.getvalue())


def record(number):
    return {
        **dict.fromkeys(CODES, ""),
        "contact_name": f"Åse Nordmann {number}",
        "contact_mail_address": f"Åse Nordmann {number}\nBakken {number}\n5003 Bergen",
        "document_date": "22 November 2026",
        "formal_salutation": f"Dear Åse Nordmann {number},",
        "subject": "the autumn campaign",
        "company_name": "Fjord & Co",
        "company_bank_account": "1234.56.78903",
        "salesperson_name": "Kari Hansen",
    }


def spent():
    """Seconds of the processor, ours and those of processes that ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(
            resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
    )


def measured(letters, processes, *, apart):
    letter = template()
    pages = 0
    cpu, wall = spent(), time.perf_counter()
    results = convert_letters(
        map(record, range(letters)),
        make=lambda these, out: letter.merge_document(these, out, marked=True),
        office=find_office(),
        processes=processes,
        expected=letters,
    )
    for result in results:
        assert isinstance(result, Converted)
        pages += len(result.letters)
        if apart:
            for _pdf in split(result.path, result.starts):
                pass
    wall, cpu = time.perf_counter() - wall, spent() - cpu
    assert pages == letters
    return {
        "processes": processes,
        "apart": apart,
        "pages": pages,
        "wall_s": round(wall, 2),
        "cpu_s": round(cpu, 2),
        "pages_per_s": round(pages / wall, 1),
        "pages_per_cpu_s": round(pages / cpu, 1),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--letters", type=int, default=2_000)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    if find_office() is None:
        sys.exit("LibreOffice is not installed.")
    runs = [
        measured(asked.letters, processes, apart=apart)
        for processes, apart in ((1, False), (2, False), (2, True))
    ]
    for run in runs:
        print(run)
    gain = runs[1]["pages_per_s"] / runs[0]["pages_per_s"]
    print(f"two processes: {gain:.2f} x")
    if asked.out:
        asked.out.write_text(json.dumps({"runs": runs, "gain": gain}, indent=1))


if __name__ == "__main__":
    main()
