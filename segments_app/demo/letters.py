"""The Word letters of the demo company, made as somebody would in Word."""

import io

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

# What the fair letter says; a line in << >> is a merge field of Word, one in {{ }} a
# tag: both may be used, here one language shows either.
INVITATION_EN = (
    "We would be delighted to welcome {{ contact_company_name or contact_name }} on "
    "our stand at the autumn fair in Lillestrøm. You will be the first to sit on our "
    "new chairs, and lunch is on us.",
    "{%p if personal_text %}",
    "{{ personal_text }}",
    "{%p endif %}",
    "Please tell {{ salesperson_name }} on {{ salesperson_phone_no }} whether you can "
    "come.",
)
INVITATION_NB = (
    "Vi har gleden av å ønske <<contact_name>> velkommen til vår stand på høstmessen "
    "på Lillestrøm. Du blir blant de første som får prøve de nye stolene våre, og vi "
    "byr på lunsj.",
    "<<personal_text>>",
    "Gi gjerne beskjed til <<salesperson_name>> på <<salesperson_phone_no>> om du har "
    "anledning.",
)
NEWSLETTER_EN = (
    "Our new catalogue is out: forty pages of desks that rise, chairs that listen and "
    "lamps that know when to stop. You will find yours enclosed.",
    "Orders placed before Christmas are delivered at last year's prices.",
)


def invitation_en() -> bytes:
    """The invitation in English, with tags."""
    return _letter(
        opening=("{{ contact_mail_address }}", "{{ document_date }}"),
        subject="{{ subject }}",
        greeting="{{ formal_salutation }}",
        body=INVITATION_EN,
        closing=("Kind regards,", "{{ salesperson_name }}", "{{ company_name }}"),
        header="{{ company_name }}",
        footer="{{ company_address }}, {{ company_post_code }} {{ company_city }}, "
        "{{ company_phone_no }}, {{ company_home_page }}",
    )


def invitation_nb() -> bytes:
    """The invitation in Norwegian, with Word's own merge fields."""
    return _letter(
        opening=("<<contact_mail_address>>", "<<document_date>>"),
        subject="Velkommen til høstmessen!",
        greeting="<<formal_salutation>>",
        body=INVITATION_NB,
        closing=("Med vennlig hilsen", "<<salesperson_name>>", "<<company_name>>"),
        header="<<company_name>>",
        footer="<<company_address>>, <<company_post_code>> <<company_city>>, "
        "<<company_phone_no>>, <<company_home_page>>",
    )


def newsletter_en() -> bytes:
    return _letter(
        opening=("{{ contact_mail_address }}", "{{ document_date }}"),
        subject="{{ subject }}",
        greeting="{{ informal_salutation }}",
        body=NEWSLETTER_EN,
        closing=("Your friends at", "{{ company_name }}"),
        header="{{ company_name }}",
        footer="{{ company_home_page }}",
    )


def _letter(
    *,
    opening: tuple[str, str],
    subject: str,
    greeting: str,
    body: tuple[str, ...],
    closing: tuple[str, ...],
    header: str,
    footer: str,
) -> bytes:
    """A page with a letterhead, an address, a date, a subject and a signature."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    _page(document, header, footer)
    address, date = opening
    _write(document.add_paragraph(), address).paragraph_format.space_after = Pt(36)
    _write(document.add_paragraph(), date).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    heading = _write(document.add_paragraph(), subject)
    for run in heading.runs:
        run.bold, run.font.size = True, Pt(14)
    for text in (greeting, *body):
        _write(document.add_paragraph(), text).paragraph_format.space_after = Pt(10)
    first, *rest = closing
    _write(document.add_paragraph(), first).paragraph_format.space_before = Pt(24)
    for text in rest:
        _write(document.add_paragraph(), text).paragraph_format.space_after = Pt(0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Document, header: str, footer: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    head = _write(section.header.paragraphs[0], header)
    for run in head.runs:
        run.bold, run.font.size = True, Pt(16)
        run.font.color.rgb = RGBColor(0x2F, 0x5D, 0x50)
    foot = _write(section.footer.paragraphs[0], footer)
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in foot.runs:
        run.font.size = Pt(8)


def _write(paragraph: Paragraph, text: str) -> Paragraph:
    """Write text whose <<names>> become merge fields as Word stores them."""
    for place, part in enumerate(text.replace(">>", "<<").split("<<")):
        if place % 2:
            _merge_field(paragraph, part)
        elif part:
            paragraph.add_run(part)
    return paragraph


def _merge_field(paragraph: Paragraph, name: str) -> None:
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" MERGEFIELD {name} "
    for kind in ("begin", instruction, "separate", f"«{name}»", "end"):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif isinstance(kind, str):
            run.text = kind
        else:
            run._r.append(kind)
