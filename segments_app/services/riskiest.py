"""Which letters to look at first: those where something may look wrong on paper.

Every reason is a condition on a line, asked by the database for all lines at once; a
letter's risk is the sum of the weights of its reasons. Nothing here refuses anything:
it says where to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Greatest, Length
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import MarketingSetup
from interactions.merge import FIELDS, TemplateError
from interactions.services.documents import DocumentLost, compiled

from ..models import Segment, SegmentLine
from ..models.effective import of_used_address
from ..models.querysets import SegmentLineQuerySet
from .documents_asking import documents_within_reach
from .letters import MUST_NOT
from .preflight import checks_for, lines_to_log, lines_with_letter, with_formulas

# A longer line may not fit the window of an envelope.
LONG = 35
# Beyond Latin letters and the marks of running text: another script, an emoji, a
# character that controls something.
UNUSUAL = r"[^\u0020-\u024F\u1E00-\u1EFF\u2010-\u2027\u20AC]"
# What is wrong before logging and shows on the letter.
FROM_PREFLIGHT = {
    "salutation_missing": 40,
    "greeting_missing": 40,
    "own_document_old": 40,
    "address_missing": 35,
    "personal_text_unused": 35,
    "greeting_of_usual_language": 15,
    "greeting_of_every_language": 15,
}
# Fields of a letter, and where they are empty.
EMPTY: dict[str, Q] = {
    **{
        code: Q(**{f"contact__{column}": ""})
        for code, column in {
            "contact_first_name": "first_name",
            "contact_surname": "surname",
            "contact_address": "address",
            "contact_post_code": "postcode",
            "contact_city": "city",
            "contact_country_name": "country",
            "contact_job_title": "job_title",
            "contact_phone_no": "phone",
            "contact_mobile_phone_no": "mobile",
            "contact_email": "email",
            "contact_home_page": "home_page",
        }.items()
    },
    **{
        code: Q(effective_salesperson_id=None)
        for code in ("salesperson_code", "salesperson_name")
    },
    **{
        code: Q(effective_campaign_id=None)
        for code in ("campaign_no", "campaign_description")
    },
    "subject": Q(effective_subject=""),
}
LABELS = {each.code: each.label for each in FIELDS}
ORDER = ("-risk", "-longest", "position", "pk")


class Total(Func):
    """A sum without the brackets of a sum of sums, of which SQLite takes few."""

    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " + "


@dataclass(frozen=True)
class Reason:
    """Why a letter is worth a look: a condition, its weight, and how it is said."""

    kind: str
    weight: int
    condition: Q
    message: str | Promise

    @property
    def column(self) -> str:
        return f"is_{self.kind}"


@dataclass(frozen=True)
class Risks:
    """The letters of a segment with their risk, and the reasons that were asked."""

    lines: SegmentLineQuerySet
    reasons: list[Reason]
    fields: dict[int, frozenset[str]] = field(default_factory=dict)

    def first(self, count: int) -> list[SegmentLine]:
        """The riskiest letters; none without a reason."""
        return list(self.lines.filter(risk__gt=0).order_by(*ORDER)[:count])

    def said(self, line: SegmentLine) -> list[str]:
        """The reasons of a line from `lines`, the gravest first, in words."""
        return [
            self._in_words(reason, line)
            for reason in sorted(self.reasons, key=lambda each: -each.weight)
            if getattr(line, reason.column)
        ]

    def _in_words(self, reason: Reason, line: Any) -> str:
        if reason.kind == "long":
            return _("The longest line has %s characters.") % line.longest
        if reason.kind == "empty_field":
            used = self.fields.get(line.effective_document_id, frozenset())
            empty = [
                str(LABELS[code])
                for code in EMPTY
                if code in used and _empty(line, code)
            ]
            return _("Empty in the letter: %s.") % ", ".join(empty)
        if reason.kind == "other_language":
            return _("In another language than most: %s.") % line.effective_language
        return str(reason.message)


def letter_risks(segment: Segment) -> Risks:
    """Return the letters of a segment with `risk`, `longest` and their reasons.

    A fixed number of queries, whatever the number of lines.
    """
    fields = _fields_by_document(segment)
    lines = with_formulas(lines_with_letter(segment)).with_inherited_document()
    lines = lines.exclude(MUST_NOT).filter(effective_document_id__isnull=False)
    reasons = [
        *_from_preflight(segment),
        *_of_letter(segment, lines, fields),
        *_of_address(),
    ]
    lines = lines.annotate(**_used_address())
    lines = lines.annotate(longest=_longest())
    lines = lines.annotate(
        **{
            each.column: ExpressionWrapper(
                Case(When(each.condition, then=True), default=False),
                output_field=BooleanField(),
            )
            for each in reasons
        }
    )
    weights = (
        Case(When(each.condition, then=Value(each.weight)), default=Value(0))
        for each in reasons
    )
    lines = lines.annotate(risk=Total(*weights))
    return Risks(lines.select_related("contact__company"), reasons, fields)


def _from_preflight(segment: Segment) -> Iterator[Reason]:
    for check in checks_for(segment, deliver=False):
        weight = FROM_PREFLIGHT.get(check.kind)
        if weight:
            yield Reason(check.kind, weight, check.condition, check.message)


def _of_letter(
    segment: Segment, lines: SegmentLineQuerySet, fields: dict[int, frozenset[str]]
) -> Iterator[Reason]:
    empty = [
        Q(effective_document_id=document)
        & reduce(or_, (EMPTY[code] for code in EMPTY if code in used))
        for document, used in fields.items()
        if used & EMPTY.keys()
    ]
    if empty:
        yield Reason("empty_field", 30, reduce(or_, empty), "")
    said = gettext_lazy("There is no document in the language of the contact.")
    yield Reason("fallback", 20, Q(usual_stands_in=True), said)
    most = (
        lines.order_by()
        .values_list("effective_language")
        .annotate(count=Count("pk"))
        .order_by("-count", "effective_language")
        .first()
    )
    if most:
        yield Reason("other_language", 10, ~Q(effective_language=most[0]), "")
    said = gettext_lazy("A document of its own.")
    yield Reason("own_document", 10, Q(document__isnull=False), said)
    said = gettext_lazy("A personal text.")
    yield Reason("personal_text", 10, ~Q(effective_personal_text=""), said)


def _of_address() -> Iterator[Reason]:
    texts = ("contact__name", "company_name", "street", "street_2", "town")
    odd = [Q(**{f"{name}__regex": UNUSUAL}) for name in texts]
    odd.append(Q(effective_personal_text__regex=UNUSUAL.replace(r"\u0020", r"\n\r\t ")))
    said = gettext_lazy("A character that the font of the letter may not have.")
    yield Reason("unusual", 25, reduce(or_, odd), said)
    yield Reason("long", 20, Q(longest__gte=LONG), "")
    home = MarketingSetup.load().country
    if home:
        abroad = ~Q(used_country__in=["", home])
        yield Reason("foreign", 10, abroad, gettext_lazy("An address abroad."))


def _used_address() -> dict[str, Any]:
    """The lines of the address that the letter goes to, by name."""
    postcode, city = of_used_address("postcode"), of_used_address("city")
    return {
        "company_name": Coalesce(F("contact__company__name"), Value("")),
        "street": of_used_address("address"),
        "street_2": of_used_address("address_2"),
        "town": Concat(postcode, Value(" "), city),
        "used_country": of_used_address("country"),
    }


def _longest() -> Greatest:
    names = ("contact__name", "company_name", "street", "street_2", "town")
    return Greatest(*(Length(name) for name in names))


def _fields_by_document(segment: Segment) -> dict[int, frozenset[str]]:
    """The fields that each document uses; one that cannot be read uses none."""
    found = {}
    for document in documents_within_reach(segment, lines_to_log(segment)):
        try:
            found[document.pk] = frozenset(compiled(document).fields)
        except (TemplateError, DocumentLost, OSError):
            found[document.pk] = frozenset()
    return found


def _empty(line: SegmentLine, code: str) -> bool:
    """Whether the field is empty on this line, as `EMPTY` asks it of the database."""
    condition: Any = EMPTY[code]
    ((path, nothing),) = condition.children
    value: Any = line
    for name in str(path).split("__"):
        value = getattr(value, name)
    return bool(value == nothing)
