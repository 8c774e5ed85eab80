"""What came of a letter: the contact responded, or the post brought it back.

A response is an entry of its own, so that criteria, campaigns and the timeline know of
it; a return is kept with the letter and suspends its address.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.choices import CorrespondenceType
from contacts.services.returned_mail import (
    POSTAL,
    lift_suspension,
    suspend_address,
)

from ..choices import (
    DeliveryStatus,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    ReturnReason,
)
from ..models import (
    Delivery,
    InteractionComment,
    InteractionLogEntry,
    LetterReturn,
    LetterSnapshot,
)
from ..response_codes import BadCode, decode, encode
from .errors import InteractionError

# What the response says as its letter does.
SAME_IN_RESPONSE = (
    "contact",
    "company",
    "template",
    "group",
    "campaign",
    "salesperson",
)
MAY_COME_BACK = (
    "",
    DeliveryStatus.QUEUED,
    DeliveryStatus.PRINTED,
    DeliveryStatus.POSTED,
)


class LetterUnknown(InteractionError):
    """The code is none, or belongs to no letter that was logged."""


class NotRecorded(InteractionError):
    """It cannot have come of this letter."""


class WrongDay(NotRecorded):
    """It cannot have come on this day: it has not come yet, or is before the letter."""


class AlreadyRecorded(InteractionError):
    """The response to this letter, or its return, was entered before."""


class NothingToUndo(InteractionError):
    """The user has recorded nothing today that still stands, or not that last."""


@dataclass(frozen=True)
class Recorded:
    """What somebody entered: a response or a return, of which letter, and when."""

    letter: InteractionLogEntry
    at: datetime
    response: InteractionLogEntry | None = None
    letter_return: LetterReturn | None = None

    @property
    def key(self) -> str:
        """What a page says of it when it is to be undone."""
        came: Any = self.response or self.letter_return
        return f"{came._meta.model_name}-{came.pk}"

    @property
    def date(self) -> date:
        """The day on which it came."""
        came: Any = self.response or self.letter_return
        return came.date


def letter_by_code(code: str) -> InteractionLogEntry:
    """Return the entry of the letter with this response code. Raises LetterUnknown."""
    try:
        run, sequence = decode(code)
    except BadCode as error:
        raise LetterUnknown(str(error)) from error
    entries = InteractionLogEntry.objects.select_related("contact")
    letter = entries.filter(run_item__run=run, run_item__sequence=sequence).first()
    if letter is None:
        said = _(
            "No letter that was logged has the code “%s”. Perhaps it was withdrawn, or "
            "went another way."
        )
        raise LetterUnknown(said % code.strip())
    return letter


def code_of(entry: InteractionLogEntry) -> str:
    """Return the response code of the entry's letter; empty where it has none."""
    item = getattr(entry, "run_item", None)
    return encode(item.run_id, item.sequence) if item and item.sequence else ""


@transaction.atomic
def record_response(
    *,
    letter: InteractionLogEntry,
    on: date,
    evaluation: Evaluation | str = "",
    comment: str = "",
    user: Any,
    at: datetime,
) -> InteractionLogEntry:
    """Write down that the contact responded to the letter; return the response.

    Raises AlreadyRecorded and NotRecorded, of which WrongDay is about `on`.
    """
    letter = _held(letter)
    _check(letter, on, at)
    earlier = letter.responses.counted().first()
    if earlier:
        raise AlreadyRecorded(
            _("The response of %(contact)s was entered already: it came on %(date)s.")
            % _told(letter, earlier.date)
        )
    response = InteractionLogEntry.objects.create(
        response_to=letter,
        date=on,
        description=(_("Response to %s") % letter.description)[:100],
        information_flow=InformationFlow.INBOUND,
        initiated_by=InitiatedBy.THEM,
        evaluation=evaluation,
        campaign_response=letter.campaign_id is not None,
        user=user,
        created_at=at,
        **{f"{name}_id": getattr(letter, f"{name}_id") for name in SAME_IN_RESPONSE},
    )
    if comment:
        InteractionComment.objects.create(
            entry=response, date=on, text=comment, user=user
        )
    return response


@transaction.atomic
def record_return(
    *,
    letter: InteractionLogEntry,
    on: date,
    reason: ReturnReason | str,
    comment: str = "",
    user: Any,
    at: datetime,
) -> LetterReturn:
    """Write down that the letter came back, and suspend the address it went to.

    Raises AlreadyRecorded and NotRecorded, of which WrongDay is about `on`.
    """
    letter = _held(letter)
    _check(letter, on, at)
    earlier = LetterReturn.objects.filter(entry=letter).first()
    if earlier:
        raise AlreadyRecorded(
            _("The return of the letter to %(contact)s was entered already: %(date)s.")
            % _told(letter, earlier.date)
        )
    by_email = letter.correspondence_type == CorrespondenceType.EMAIL
    if by_email or letter.by_copy_of_id or letter.delivery_status not in MAY_COME_BACK:
        raise NotRecorded(_("Nothing was sent on paper here that could come back."))
    returned = LetterReturn.objects.create(
        entry=letter,
        date=on,
        reason=reason,
        comment=comment,
        status_before=letter.delivery_status,
        suspended=_suspend(letter, on, user, at),
        user=user,
        created_at=at,
    )
    _set_status(letter, DeliveryStatus.RETURNED)
    return returned


def recorded_today(*, user: Any, at: datetime, most: int) -> list[Recorded]:
    """What the user entered today, the latest first: three queries."""
    since = _beginning_of_day(at)
    responses = InteractionLogEntry.objects.counted().filter(
        response_to__isnull=False, user=user, created_at__gte=since
    )
    responses = responses.select_related("response_to__contact").order_by("-pk")
    returns = LetterReturn.objects.filter(user=user, created_at__gte=since)
    returns = returns.select_related("entry__contact").order_by("-pk")
    both = [
        *(
            Recorded(each.response_to, each.created_at, response=each)  # type: ignore[arg-type]
            for each in responses[:most]
        ),
        *(
            Recorded(each.entry, each.created_at, letter_return=each)
            for each in returns[:most]
        ),
    ]
    return sorted(both, key=lambda each: each.at, reverse=True)[:most]


@transaction.atomic
def undo_last(*, user: Any, at: datetime, expected: str | None = None) -> Recorded:
    """Take back what the user entered last today, as if it had not been.

    It was a slip, so nothing of it stays in the log. `expected` is the key of what
    the user saw to be the last. Raises NothingToUndo.
    """
    last = next(iter(recorded_today(user=user, at=at, most=1)), None)
    if last is None:
        raise NothingToUndo(_("You have entered nothing today that could be undone."))
    if expected not in (None, last.key):
        raise NothingToUndo(
            _("That is undone already, or something was entered since.")
        )
    if last.response:
        last.response.delete()
    if last.letter_return:
        _set_status(last.letter, last.letter_return.status_before)
        _open_again(last.letter_return, user, at)
        last.letter_return.delete()
    return last


def _open_again(undone: LetterReturn, user: Any, at: datetime) -> None:
    """Lift what the return suspended, unless another letter came back since."""
    contact = undone.entry.contact
    later = LetterReturn.objects.filter(entry__contact=contact, pk__gt=undone.pk)
    if not (contact and undone.suspended) or later.filter(suspended=True).exists():
        return
    lifted = lift_suspension(contact=contact, user=user, at=at)
    following = later.order_by("pk").first()
    if lifted and following:
        following.suspended = _suspend(following.entry, following.date, user, at)
        following.save(update_fields=["suspended"])


def _suspend(letter: InteractionLogEntry, on: date, user: Any, at: datetime) -> bool:
    """Suspend the address of the letter; false where that is no use."""
    contact: Any = letter.contact
    if _is_corrected(letter):
        return False
    return suspend_address(
        contact=contact,
        address=letter.alternative_address,
        since=on,
        source=f"{letter.pk} {letter.description}",
        user=user,
        at=at,
    )


def _is_corrected(letter: InteractionLogEntry) -> bool:
    """Whether the address is another by now than the one on the letter."""
    frozen = LetterSnapshot.objects.filter(item__entry=letter)
    inputs = frozen.values_list("inputs", flat=True).first() or {}
    own = letter.alternative_address is None
    on_it = inputs.get("contact" if own else "address") or {}
    stood = {name: on_it.get(name, "") for name in POSTAL}
    holder = letter.alternative_address or letter.contact
    stands = {name: getattr(holder, name) for name in POSTAL}
    return any(stood.values()) and stood != stands


def _held(letter: InteractionLogEntry) -> InteractionLogEntry:
    """The letter as it is, and as it stays until we are done."""
    InteractionLogEntry.objects.select_for_update().get(pk=letter.pk)
    related = InteractionLogEntry.objects.select_related(
        "contact", "alternative_address"
    )
    return related.get(pk=letter.pk)


def _check(letter: InteractionLogEntry, on: date, at: datetime) -> None:
    if letter.delivery_status == DeliveryStatus.WITHDRAWN:
        raise NotRecorded(_("This letter was withdrawn and not sent."))
    if letter.cancelled:
        raise NotRecorded(_("This interaction was cancelled."))
    if not InteractionLogEntry.objects.answerable().filter(pk=letter.pk).exists():
        raise NotRecorded(_("This is nothing that somebody could answer."))
    _check_day(letter, on, at)


def _check_day(letter: InteractionLogEntry, on: date, at: datetime) -> None:
    """Refuse a day to come, and one before the letter.

    A letter that carries a day to come is out since it was logged.
    """
    here = timezone.get_default_timezone()
    if on > timezone.localdate(at, here):
        raise WrongDay(_("This day has not come yet."))
    carried: Any = letter.date
    first = min(carried, timezone.localdate(letter.created_at, here))
    if on < first:
        said = _("Nothing can have come of this letter before %s.")
        raise WrongDay(said % date_format(first, "SHORT_DATE_FORMAT"))


def _told(letter: InteractionLogEntry, on: date | None) -> dict[str, str]:
    return {
        "contact": str(letter.contact and letter.contact.name),
        "date": date_format(on, "SHORT_DATE_FORMAT") if on else "",
    }


def _set_status(letter: InteractionLogEntry, status: DeliveryStatus | str) -> None:
    if status:
        Delivery.objects.filter(entry=letter).update(status=status)
    InteractionLogEntry.objects.filter(pk=letter.pk).update(delivery_status=status)


def _beginning_of_day(at: datetime) -> datetime:
    here = timezone.get_default_timezone()
    return datetime.combine(timezone.localdate(at, here), time(), tzinfo=here)
