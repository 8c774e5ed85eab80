"""The e-mail transport: it knows the wire and nothing of the outbox.

The letter is handed over in steps, so that it is known what a line that broke means:
before the mail server asked for the content nothing was handed over, after it nobody
knows.
"""

import contextlib
import re
import smtplib
from dataclasses import dataclass
from email.encoders import encode_base64
from email.message import Message

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from .errors import DeliveryError, OutcomeUnknown, ServerUnreachable

GO_AHEAD, CLOSING = 354, 421
ENCODING = "utf-8"
STARTS_WITH_DOT = re.compile(rb"(?m)^\.")


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


def send(mail: Mail, line: BaseEmailBackend) -> None:
    """Hand the mail to the server over a line that was called.

    Raises DeliveryError, OutcomeUnknown, ServerUnreachable.
    """
    message = _message(mail)
    if not isinstance(line, EmailBackend):
        line.send_messages([message])
        return
    try:
        content = _on_the_wire(message)
        sender = sanitize_address(mail.envelope, ENCODING)
        to = sanitize_address(mail.to, ENCODING)
    except (ValueError, UnicodeError) as error:
        raise _impossible(error) from error
    try:
        _ask(line, sender, to, len(content))
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        hang_up(line)
        said = _("The line to the mail server broke before the letter was sent: %s")
        raise DeliveryError(said % error, permanent=False) from error
    except (smtplib.SMTPException, ValueError) as error:
        hang_up(line)
        raise _impossible(error) from error
    try:
        code, answer = _content(_server(line), content)
    except (smtplib.SMTPException, OSError) as error:
        hang_up(line)
        raise OutcomeUnknown(
            _("The line to the mail server broke before it answered: %s") % error
        ) from error
    if code != 250:
        raise _refused(line, code, answer)


def _message(mail: Mail) -> EmailMultiAlternatives:
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
    picture = Message()
    picture["Content-Type"] = part.content_type
    picture["Content-ID"] = f"<{part.content_id}>"
    picture.add_header("Content-Disposition", "inline", filename=part.name)
    picture.set_payload(part.data)
    encode_base64(picture)
    return (picture,)


def _on_the_wire(message: EmailMultiAlternatives) -> bytes:
    lines = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    content = STARTS_WITH_DOT.sub(b"..", lines)
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _ask(line: EmailBackend, sender: str, to: str, size: int) -> None:
    """Say from whom and to whom, until the server wants the content."""
    _greet(line, sender, size)
    server = _server(line)
    code, answer = server.rcpt(to)
    if code not in (250, 251):
        raise _refused(line, code, answer)
    server.putcmd("data")
    code, answer = server.getreply()
    if code != GO_AHEAD:
        raise _refused(line, code, answer)


def _greet(line: EmailBackend, sender: str, size: int) -> None:
    """Begin a letter; a line that was closed meanwhile is called once more."""
    try:
        code, answer = _from(_server(line), sender, size)
    except (smtplib.SMTPServerDisconnected, OSError):
        code, answer = CLOSING, b""
    if code == CLOSING:
        hang_up(line)
        call(line)
        code, answer = _from(_server(line), sender, size)
    if code != 250:
        raise _refused(line, code, answer)


def _server(line: EmailBackend) -> smtplib.SMTP:
    """What the line leads to. Raises SMTPServerDisconnected where it is closed."""
    if line.connection is None:
        raise smtplib.SMTPServerDisconnected(_("The line is closed."))
    return line.connection


def _content(server: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    server.send(content)
    return server.getreply()


def _from(server: smtplib.SMTP, sender: str, size: int) -> tuple[int, bytes]:
    return server.mail(sender, [f"size={size}"] if server.has_extn("size") else ())


def _refused(line: EmailBackend, code: int, answer: bytes) -> DeliveryError:
    """What the server said; the line is made ready for the next letter."""
    if code == CLOSING:
        hang_up(line)
    else:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            _server(line).rset()
    return DeliveryError(
        _("The mail server refused the letter: %(code)s %(answer)s")
        % {"code": code, "answer": answer.decode(errors="replace")},
        permanent=500 <= code < 600,
    )


def _impossible(error: Exception) -> DeliveryError:
    said = _("The letter cannot be sent like this: %s")
    return DeliveryError(said % error, permanent=True)
