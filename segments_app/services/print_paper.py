"""Labels, envelopes and cover sheets of a segment or a run, as PDF."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, BinaryIO, Self

from babel import Locale
from babel.dates import format_date
from django.db.models import TextChoices
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contacts.models import ContactComment
from interactions.choices import RunOrder
from interactions.models import LabelFormat
from interactions.paper import (
    ENVELOPES,
    USUAL_SHEETS,
    Cover,
    LabelSheet,
    Piece,
    Printed,
    write_covers,
    write_envelopes,
    write_labels,
)
from interactions.paper.piece import OnPiece

from .addresses import Addresses
from .errors import SegmentError

USUAL_SHEET = "Avery L7160"
OWN_FORMAT = "own:"


class PaperKind(TextChoices):
    LABELS = "labels", gettext_lazy("Labels")
    ENVELOPES = "envelopes", gettext_lazy("Envelopes")
    COVERS = "covers", gettext_lazy("Cover sheets")


# segments.md 5.12: what is ticked on a cover sheet, in this order.
REMARKS = {
    "agreed": gettext_lazy("As agreed upon"),
    "information": gettext_lazy("For your information"),
    "comments": gettext_lazy("Your comments, please"),
    "approval": gettext_lazy("For your approval"),
    "call": gettext_lazy("Please call"),
    "returned": gettext_lazy("Returned after use"),
}


class NothingOnPaper(SegmentError):
    """There is no address to print."""

    def __init__(self) -> None:
        super().__init__(
            _("There is no complete address to print. Mend the addresses first.")
        )


class FormatGone(SegmentError):
    """The label format was deleted meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This label format does not exist any more. Choose one."))


@dataclass(frozen=True)
class Asked:
    """What is to be printed, and how. `remarks` are codes of REMARKS."""

    kind: str = PaperKind.LABELS
    order: str = RunOrder.POSTAL
    sheet: str = USUAL_SHEET
    first: int = 1
    envelope: str = "DL"
    window: bool = False
    sender: bool = True
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    own_remark: str = ""
    comments: bool = False
    log: bool = False

    @classmethod
    def kept(cls, parameters: Mapping[str, Any]) -> Self:
        """Return what `parameters` of a job tell."""
        texts = {name: tuple(parameters[name]) for name in ("notes", "remarks")}
        return cls(**{**parameters, **texts})

    @property
    def parameters(self) -> dict[str, Any]:
        """The same as JSON, for a job."""
        return asdict(self)


def sheets() -> dict[str, LabelSheet]:
    """Every sheet that can be chosen, by its code: the usual ones and our own."""
    own = {f"{OWN_FORMAT}{each.code}": each.sheet for each in LabelFormat.objects.all()}
    return {**USUAL_SHEETS, **own}


def sender_lines(own: Mapping[str, str]) -> list[str]:
    """Our own address."""
    town = f"{own.get('postcode') or ''} {own.get('city') or ''}".strip()
    lines = [own.get("name"), own.get("address"), own.get("address_2"), town]
    return [line for line in lines if line]


def print_paper(
    *,
    addresses: Addresses,
    asked: Asked,
    out: BinaryIO,
    today: date,
    progress: OnPiece | None = None,
) -> Printed:
    """Write what is asked to `out`; who was left out while printing is in the result.

    Raises NothingOnPaper and FormatGone.
    """
    pieces = addresses.pieces(asked.order)
    title = f"{PaperKind(asked.kind).label} {addresses.number}"
    if asked.kind == PaperKind.ENVELOPES:
        printed = write_envelopes(
            pieces,
            out,
            envelope=ENVELOPES[asked.envelope],
            sender=sender_lines(addresses.own) if asked.sender else (),
            window=asked.window,
            title=title,
            progress=progress,
        )
    elif asked.kind == PaperKind.COVERS:
        cover = cover_of(addresses.own, asked, today)
        printed = write_covers(pieces, out, cover=cover, title=title, progress=progress)
    else:
        sheet = sheets().get(asked.sheet)
        if sheet is None:
            raise FormatGone
        printed = write_labels(
            pieces,
            out,
            sheet=sheet,
            first=min(asked.first, sheet.labels),
            title=title,
            progress=progress,
        )
    if not printed.pieces and not printed.left:
        raise NothingOnPaper
    return printed


def cover_of(own: Mapping[str, str], asked: Asked, today: date) -> Cover:
    """What every cover sheet says."""
    locale = Locale.parse(get_language() or "en", sep="-")
    details = [
        (_("Phone"), own.get("phone")),
        (_("VAT"), own.get("vat_number")),
        (_("Bank account"), own.get("bank_account")),
    ]
    remarks = [(str(label), code in asked.remarks) for code, label in REMARKS.items()]
    if asked.own_remark:
        remarks.append((asked.own_remark, True))
    return Cover(
        title=_("Cover sheet"),
        own=[
            *sender_lines(own),
            *(f"{label}: {value}" for label, value in details if value),
        ],
        date=format_date(today, format="long", locale=locale),
        notes=asked.notes,
        remarks=remarks,
        heading_of_comments=_("Comments"),
        comments_of=_comments if asked.comments else None,
    )


def _comments(pieces: list[Piece]) -> dict[int, list[str]]:
    """The comments on these contacts, the newest last."""
    found: dict[int, list[str]] = {}
    keys = [piece.key for piece in pieces]
    rows = ContactComment.objects.filter(contact__in=keys).order_by("pk")
    for contact, text in rows.values_list("contact_id", "text"):
        found.setdefault(contact, []).extend(text.splitlines())
    return found
