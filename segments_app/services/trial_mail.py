"""A real letter of a segment by e-mail, to who asks for it: nothing is logged."""

from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from contacts.models import MarketingSetup
from interactions.delivery.compose import compose
from interactions.delivery.email import Mail, call, hang_up, pack, send
from interactions.delivery.errors import (
    DeliveryError,
    OutcomeUnknown,
    ServerUnreachable,
)
from interactions.services.letters import own_company
from interactions.services.mail_texts import mail_texts
from interactions.undelivered import told

from ..models import SegmentLine
from .errors import SegmentError
from .letters import letter_from_line


class NotTried(SegmentError):
    """The letter did not go to who asked for it; why, and what to do."""


def send_trial(*, line: SegmentLine, user: Any) -> Mail:
    """Send the letter of a line to the user's own address, marked as a test.

    Raises LetterUnmade, NotTried.
    """
    if not user.email:
        said = _("You have no e-mail address. An administrator can write it down.")
        raise NotTried(said)
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        raise NotTried(_("No mail server is set. Set EMAIL_URL."))
    letter = letter_from_line(line)
    server = get_connection()
    try:
        mail = compose(
            letter,
            form=line.effective_email_form,
            to=user.email,
            company=own_company(MarketingSetup.load()),
            texts=mail_texts(),
            subject=_("[Test] %s") % letter.record["subject"],
            message_id=make_msgid(domain="test.invalid"),
        )
        call(server)
        send(pack(mail), server)
    except (DeliveryError, OutcomeUnknown, ServerUnreachable) as error:
        raise NotTried(told(str(error))) from error
    finally:
        hang_up(server)
    return mail
