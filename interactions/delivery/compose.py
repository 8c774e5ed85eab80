"""A letter as a mail: attached or in the body, always with a part in plain text."""

import base64
import re
from collections.abc import Mapping
from email.utils import formataddr
from html import escape
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, SuspiciousFileOperation
from django.utils.text import get_valid_filename

from ..choices import EmailForm
from ..merge import RenderError, TemplateError
from ..merge.subjects import fill_subject
from ..models import Delivery
from ..models.attachment import DOCX
from ..services.documents import DocumentLost
from ..services.letter_html import NotShown, html_of
from ..services.letter_pdf import NoPdf, pdf_of
from ..services.letters import Letter, letter_from
from ..services.mail_texts import Words, words_in
from ..services.reading import text_of
from ..services.unsubscribe import unsubscribe_url
from ..undelivered import NO_LETTER, NOT_MADE
from .email import Mail, Part
from .errors import DeliveryError
from .pdfs import Pdf

PDF = "application/pdf"
PAGE = '<!doctype html><html><head><meta charset="utf-8"></head><body>%s</body></html>'
LOST = re.compile(r'<img (?=[^>]*src="")[^>]*alt="([^"]*)"[^>]*>')
INLINE = re.compile(r'src="data:(image/(\w+));base64,([^"]*)"')


class Body(NamedTuple):
    """A letter as HTML; how many pictures of it cannot be shown."""

    html: str = ""
    pictures: tuple[Part, ...] = ()
    pictures_lost: int = 0


def mail_of(delivery: Delivery, pdf: Pdf | None = None) -> Mail:
    """Return the mail of a delivery with its entry, run and frozen letter.

    `pdf` is what its letter is as PDF, where it was made before. Raises DeliveryError.
    """
    entry = delivery.entry
    try:
        run, snapshot = entry.run_item.run, entry.run_item.snapshot
    except ObjectDoesNotExist as error:
        raise DeliveryError(NO_LETTER, permanent=True) from error
    try:
        letter = letter_from(snapshot)
    except (TemplateError, RenderError, DocumentLost, OSError) as error:
        raise DeliveryError(NOT_MADE % error, permanent=True) from error
    return compose(
        letter,
        form=entry.email_form,
        to=delivery.to_address,
        company=run.own_company,
        texts=run.mail_texts,
        subject=fill_subject(entry.subject or entry.description, letter.record),
        message_id=delivery.message_id,
        unsubscribe=unsubscribe_url(entry),
        pdf=pdf,
    )


def compose(
    letter: Letter,
    *,
    form: str,
    to: str,
    company: Mapping[str, Any],
    texts: Mapping[str, Any],
    subject: str,
    message_id: str,
    unsubscribe: str = "",
    pdf: Pdf | None = None,
) -> Mail:
    """Return a letter as a mail from our company. Raises DeliveryError."""
    words = words_in(letter.language, texts)
    subject = " ".join(subject.split())
    body = Body()
    if form == EmailForm.BODY:
        body, text = _body(letter, message_id), _plain(letter)
        parts = body.pictures
    else:
        parts, text = (_attachment(letter, form, subject, pdf),), words.beside
    if unsubscribe:
        text = f"{text.rstrip()}\n\n{words.unsubscribe}\n{unsubscribe}\n"
    farewell = _farewell(words, unsubscribe) if unsubscribe else ""
    return Mail(
        envelope=settings.DEFAULT_FROM_EMAIL,
        sender=_sender(company),
        to=to,
        reply_to=letter.record["salesperson_email"],
        subject=subject,
        text=text,
        html=body.html and PAGE % (body.html + farewell),
        parts=parts,
        pictures_lost=body.pictures_lost,
        message_id=message_id,
        unsubscribe=unsubscribe,
    )


def _sender(company: Mapping[str, Any]) -> str:
    """Our company and its e-mail; what the settings say where it has none."""
    if not company.get("email"):
        return str(settings.DEFAULT_FROM_EMAIL)
    return formataddr((company.get("name") or "", company["email"]))


def _attachment(letter: Letter, form: str, subject: str, pdf: Pdf | None) -> Part:
    if form != EmailForm.PDF:
        return Part(_file_name(subject, "docx"), letter.document, DOCX)
    if isinstance(pdf, DeliveryError):
        raise pdf
    return Part(_file_name(subject, "pdf"), pdf or _pdf_alone(letter), PDF)


def _pdf_alone(letter: Letter) -> bytes:
    try:
        return pdf_of(letter.document)
    except NoPdf as error:
        raise DeliveryError(str(error), permanent=not error.passes) from error


def _file_name(subject: str, ending: str) -> str:
    try:
        return f"{get_valid_filename(subject)}.{ending}"
    except SuspiciousFileOperation:
        return f"letter.{ending}"


def _body(letter: Letter, message_id: str) -> Body:
    """The letter as HTML, and its pictures as parts that it refers to.

    Of one that no mail program would show only the words stay.
    """
    try:
        shown = html_of(letter.document)
    except NotShown as error:
        raise DeliveryError(str(error), permanent=True) from error
    pictures: list[Part] = []

    def refer(found: re.Match[str]) -> str:
        kind, ending, data = found.groups()
        number = len(pictures) + 1
        content_id = f"picture{number}.{message_id.strip('<>')}"
        name = f"picture{number}.{ending}"
        pictures.append(Part(name, base64.b64decode(data), kind, content_id))
        return f'src="cid:{content_id}"'

    shown, lost = LOST.subn(r"\1", INLINE.sub(refer, shown))
    return Body(shown, tuple(pictures), lost)


def _farewell(words: Words, unsubscribe: str) -> str:
    said, link = escape(words.unsubscribe), escape(unsubscribe)
    return f'<p>{said} <a href="{link}">{link}</a></p>'


def _plain(letter: Letter) -> str:
    said = text_of(letter.document)
    return "\n".join(
        line.rstrip() for line in (*said.header, *said.body, *said.footer)
    ).strip("\n")
