"""A letter to start from: ordinary Word, with merge fields where they belong."""

import io
import re

import docx
from django.utils.translation import gettext as _
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph


def starter_letter() -> bytes:
    """Return a Word letter with MERGEFIELDs, in the language that is in force."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    _write(section.header.paragraphs[0], "<company_name>")
    for line in (
        "<contact_mail_address>",
        "",
        "<document_date>",
        "",
        "<formal_salutation>",
        "",
        _("Write here what everybody shall read."),
        "<personal_text>",
        "",
        _("Kind regards,"),
        "<salesperson_name>",
        "<salesperson_job_title>",
        "<company_name>",
    ):
        _write(document.add_paragraph(), line)
    _write(section.footer.paragraphs[0], "<company_name> · <company_home_page>")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(paragraph: Paragraph, line: str) -> None:
    """Write a line into the paragraph; what stands in <> becomes a MERGEFIELD."""
    for text, field in re.findall(r"([^<]+)|<(\w+)>", line):
        if field:
            paragraph._p.append(_merge_field(field))
        else:
            paragraph.add_run(text)


def _merge_field(code: str) -> BaseOxmlElement:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" MERGEFIELD {code} ")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = f"«{code}»"
    run.append(text)
    field.append(run)
    return field
