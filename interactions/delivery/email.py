"""The e-mail transport: it knows the wire and nothing of the outbox."""

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


@dataclass(frozen=True)
class Mail:
    """One letter by e-mail, ready to go."""

    to: str
    subject: str
    body: str
    file_name: str
    letter: bytes
    message_id: str


def send(mail: Mail, connection: BaseEmailBackend) -> None:
    """Hand the mail to the server. Raises DeliveryError when it is not taken."""
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.to],
        headers={"Message-ID": mail.message_id},
        connection=connection,
    )
    message.attach(mail.file_name, mail.letter, DOCX)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _refused(code, answer) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(
            _("The mail server could not be reached: %s") % error, permanent=False
        ) from error


def _refused(code: int, answer: bytes | str) -> DeliveryError:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return DeliveryError(
        _("The mail server refused the letter: %(code)s %(answer)s")
        % {"code": code, "answer": text},
        permanent=500 <= code < 600,
    )
