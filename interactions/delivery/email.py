"""The e-mail transport: it knows the wire and nothing of the outbox.

The letter is handed over in steps, so that it is known what a line that broke means:
before the mail server asked for the content nothing was handed over, after it nobody
knows.
"""

import contextlib
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.mime.image import MIMEImage

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from ..undelivered import (
    BROKE_BEFORE,
    BROKE_UNANSWERED,
    NEITHER,
    NOT_LIKE_THIS,
    REFUSED,
)
from .errors import DeliveryError, OutcomeUnknown, ServerUnreachable

GO_AHEAD, CLOSING = 354, 421
ENCODING = "utf-8"


@dataclass(frozen=True)
class Part:
    """A file of a mail; with a `content_id` a picture inside its HTML."""

    name: str
    data: bytes
    content_type: str
    content_id: str = ""


@dataclass(frozen=True)
class Mail:
    """One letter by e-mail, ready to go.

    `envelope` is where the mail servers send it back to, `sender` who it is from.
    """

    envelope: str
    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    html: str = ""
    parts: tuple[Part, ...] = ()
    reply_to: str = ""
    unsubscribe: str = ""
    pictures_lost: int = 0


@dataclass(frozen=True)
class Parcel:
    """A mail as it goes over the wire, and its envelope."""

    message: EmailMultiAlternatives
    sender: str
    to: str
    content: bytes


def call(line: BaseEmailBackend) -> None:
    """Make sure that there is a line to the server. Raises ServerUnreachable."""
    try:
        line.open()
        if isinstance(line, EmailBackend):
            _server(line).ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError) as error:
        hang_up(line)
        raise ServerUnreachable(
            _("The mail server could not be reached: %s") % error
        ) from error


def hang_up(line: BaseEmailBackend) -> None:
    """Close the line; that the other end closed it before is no matter."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        line.close()


def nothing() -> None:
    """Only wait."""


def pack(mail: Mail) -> Parcel:
    """Make the mail ready for the wire. Raises DeliveryError."""
    message = message_of(mail)
    try:
        return Parcel(
            message=message,
            sender=sanitize_address(mail.envelope, ENCODING),
            to=sanitize_address(mail.to, ENCODING),
            content=_on_the_wire(message),
        )
    except (ValueError, UnicodeError) as error:
        raise _impossible(error) from error


def send(
    parcel: Parcel, line: BaseEmailBackend, meanwhile: Callable[[], None] = nothing
) -> None:
    """Hand the mail to the server over a line that was called.

    `meanwhile` is what to do while the server looks at it. Raises DeliveryError,
    OutcomeUnknown, ServerUnreachable.
    """
    if not isinstance(line, EmailBackend):
        line.send_messages([parcel.message])
        return
    try:
        _ask(line, parcel)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        hang_up(line)
        raise DeliveryError(BROKE_BEFORE % error, permanent=False) from error
    except (smtplib.SMTPException, ValueError) as error:
        hang_up(line)
        raise _impossible(error) from error
    try:
        code, answer = _content(_server(line), parcel.content, meanwhile)
    except (smtplib.SMTPException, OSError) as error:
        hang_up(line)
        raise OutcomeUnknown(BROKE_UNANSWERED % error) from error
    if 400 <= code < 600:
        raise _refused(line, code, answer)
    if code != 250:
        hang_up(line)
        raise OutcomeUnknown(NEITHER)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """Return the mail as a message with its headers and parts."""
    headers = {"Message-ID": mail.message_id, "From": mail.sender}
    if mail.unsubscribe:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.envelope,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
        message.mixed_subtype = "related"  # type: ignore[attr-defined]
    for part in mail.parts:
        message.attach(*_attached(part))
    return message


def _attached(part: Part) -> tuple:
    if not part.content_id:
        return part.name, part.data, part.content_type
    picture = MIMEImage(part.data, part.content_type.removeprefix("image/"))
    picture["Content-ID"] = f"<{part.content_id}>"
    picture.add_header("Content-Disposition", "inline", filename=part.name)
    return (picture,)


def _on_the_wire(message: EmailMultiAlternatives) -> bytes:
    lines = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    content = lines.replace(b"\r\n.", b"\r\n..")
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _ask(line: EmailBackend, parcel: Parcel) -> None:
    """Say from whom and to whom, until the server wants the content."""
    _greet(line, parcel)
    server = _server(line)
    code, answer = server.rcpt(parcel.to)
    if code not in (250, 251):
        raise _refused(line, code, answer)
    server.putcmd("data")
    code, answer = server.getreply()
    if code != GO_AHEAD:
        raise _refused(line, code, answer)


def _greet(line: EmailBackend, parcel: Parcel) -> None:
    """Begin a letter; a line that was closed meanwhile is called once more."""
    try:
        code, answer = _from(_server(line), parcel)
    except (smtplib.SMTPServerDisconnected, OSError):
        code, answer = CLOSING, b""
    if code == CLOSING:
        hang_up(line)
        call(line)
        code, answer = _from(_server(line), parcel)
    if code != 250:
        raise _refused(line, code, answer)


def _server(line: EmailBackend) -> smtplib.SMTP:
    """What the line leads to. Raises SMTPServerDisconnected where it is closed."""
    if line.connection is None:
        raise smtplib.SMTPServerDisconnected(_("The line is closed."))
    return line.connection


def _content(
    server: smtplib.SMTP, content: bytes, meanwhile: Callable[[], None]
) -> tuple[int, bytes]:
    server.send(content)
    meanwhile()
    return server.getreply()


def _from(server: smtplib.SMTP, parcel: Parcel) -> tuple[int, bytes]:
    size = f"size={len(parcel.content)}"
    return server.mail(parcel.sender, [size] if server.has_extn("size") else ())


def _refused(line: EmailBackend, code: int, answer: bytes) -> DeliveryError:
    """What the server said; the line is made ready for the next letter."""
    if code == CLOSING:
        hang_up(line)
    else:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            _server(line).rset()
    return DeliveryError(
        REFUSED % {"code": code, "answer": answer.decode(errors="replace")},
        permanent=500 <= code < 600,
    )


def _impossible(error: Exception) -> DeliveryError:
    return DeliveryError(NOT_LIKE_THIS % error, permanent=True)
