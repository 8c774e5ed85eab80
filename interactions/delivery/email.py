"""The e-mail transport: it knows the wire and nothing of the outbox."""

import contextlib
import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from ..models.attachment import DOCX


class DeliveryError(Exception):
    """The letter did not go out; `permanent` says whether trying again is vain."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class OutcomeUnknown(Exception):
    """The line broke while the letter was handed over: it may have been taken."""


class ServerUnreachable(Exception):
    """There is no line to the mail server; nothing was tried."""


@dataclass(frozen=True)
class Mail:
    """One letter by e-mail, ready to go."""

    to: str
    subject: str
    body: str
    file_name: str
    letter: bytes
    message_id: str


def call(line: BaseEmailBackend) -> None:
    """Make sure that the line to the server is open. Raises ServerUnreachable."""
    server = getattr(line, "connection", None)
    if isinstance(server, smtplib.SMTP) and not _answers(server):
        hang_up(line)
    try:
        line.open()
    except (smtplib.SMTPException, OSError) as error:
        raise ServerUnreachable(
            _("The mail server could not be reached: %s") % error
        ) from error


def hang_up(line: BaseEmailBackend) -> None:
    """Close the line; that the other end closed it before is no matter."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        line.close()


def send(mail: Mail, line: BaseEmailBackend) -> None:
    """Hand the mail to the server. Raises DeliveryError, OutcomeUnknown."""
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.to],
        headers={"Message-ID": mail.message_id},
        connection=line,
    )
    message.attach(mail.file_name, mail.letter, DOCX)
    try:
        taken = message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _refused(code, answer) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise OutcomeUnknown(
            _("The line to the mail server broke before it answered: %s") % error
        ) from error
    except (smtplib.SMTPException, ValueError) as error:
        raise DeliveryError(
            _("The letter cannot be sent like this: %s") % error, permanent=True
        ) from error
    if not taken:
        raise DeliveryError(_("There is no address to send to."), permanent=True)


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _refused(code: int, answer: bytes | str) -> DeliveryError:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return DeliveryError(
        _("The mail server refused the letter: %(code)s %(answer)s")
        % {"code": code, "answer": text},
        permanent=500 <= code < 600,
    )
