"""A letter to start from: ordinary Word, with fields where they belong."""

import io
import re

import docx
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

A4 = (Mm(210), Mm(297))


def starter_letter(*, tags: bool = False) -> bytes:
    """Return a Word letter in the language that is in force.

    Its fields are Word's own MERGEFIELDs or, with `tags`, written as {{ field }};
    those show a condition too.
    """
    document = docx.Document()
    _set_up(document)
    section = document.sections[0]
    _write(section.header.paragraphs[0], "<company_name>", tags=tags)
    condition = ["{%p if personal_text %}", "<personal_text>", "{%p endif %}"]
    for line in (
        "<contact_mail_address>",
        "",
        "<document_date>",
        "",
        "<formal_salutation>",
        "",
        _("Write here what everybody shall read."),
        *(condition if tags else ["<personal_text>"]),
        "",
        _("Kind regards,"),
        "<salesperson_name>",
        "<salesperson_job_title>",
        "<company_name>",
    ):
        _write(document.add_paragraph(), line, tags=tags)
    footer = section.footer.paragraphs[0]
    _write(footer, "<company_name> · <company_home_page>", tags=tags)
    return _saved(document)


def _set_up(document: Document) -> None:
    """A4, plain type, spelling in the reader's language, and no author but them."""
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    section.page_width, section.page_height = A4
    for spelling in document.styles.element.iter(qn("w:lang")):
        spelling.set(qn("w:val"), get_language() or "en")
    properties = document.core_properties
    properties.author = properties.comments = ""
    properties.title = _("Starter letter")


def _saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(paragraph: Paragraph, line: str, *, tags: bool) -> None:
    """Write a line into the paragraph; what stands in <> becomes a field."""
    for text, field in re.findall(r"([^<]+)|<(\w+)>", line):
        if not field:
            paragraph.add_run(text)
        elif tags:
            paragraph.add_run(f"{{{{ {field} }}}}")
        else:
            paragraph._p.append(_merge_field(field))


def _merge_field(code: str) -> BaseOxmlElement:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" MERGEFIELD {code} ")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = f"«{code}»"
    run.append(text)
    field.append(run)
    return field
