"""Counting lines by kinds of problems: those that are alike are asked once.

Of 100,000 lines most differ in nothing that a check looks at: the same document, the
same language, an address that is there. One of them is asked, and counts for all. The
lines are read once, also for who shares an address with another.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django_cte import CTE, with_cte

from contacts.models import AlternativeAddressPeriod, ContactChannelBlock

from ...models import Segment
from ...models.querysets import HAS_LETTER, SegmentLineQuerySet
from ..addressees import Joined
from .kinds import Check, Shared, names_in
from .lines import checked_lines, lines_to_log
from .repeated import SHARED_BY

# What checks look at: columns of the line and its contact, as they are. Those of the
# segment, which is one, and of templates come with them.
COMPARED = (
    "represented_by",
    "contact__salutation",
    "contact__language",
    "contact__correspondence_type",
    "contact__salesperson",
)
# Values of its own that a line may have. Most have none.
OWN = (
    "template",
    "language",
    "document",
    "document_base",
    "correspondence_type",
    "salesperson",
    "date",
)
# Of these they look only whether it is so, and whether there is anything.
SAID = (
    "contact__privacy_blocked",
    "contact__minor",
    "contact__parental_consent_received",
    "contact__exclude_from_segment",
)
FILLED = (
    "description",
    "personal_text",
    "contact__email",
    "contact__address",
    "contact__address_2",
    "contact__postcode",
    "contact__city",
)
NULLABLE = ("description", "personal_text")
# Of what was seen: who is like others, and nobody may stand for them.
AS_USUAL = Q(alone=None, same_represented_by=None)
Rows = QuerySet[Any, Any]


def count_by_kind(segment: Segment, checks: Collection[Check]) -> dict[str, int]:
    """How many lines there are as `lines`, and have each problem by its kind.

    One query.
    """
    told = {each.kind: each.condition for each in checks if not each.shared}
    shared = {each.kind: each.shared for each in checks if each.shared}
    named = names_in(told.values())
    lines = lines_to_log(segment).order_by()
    seen = CTE(_seen(lines, shared), "seen", materialized=True)
    alike = CTE(_alike(seen), "alike")
    first = CTE(_first(alike, segment, named), "first_of_alike", materialized=True)
    elsewhere = CTE(_elsewhere(seen, lines, shared), "elsewhere", materialized=True)
    held = CTE(_held(seen, elsewhere), "held_by_each")
    several = CTE(_by_several(held), "held_by_several", materialized=True)
    asked = first.join(_by_key(lines, first, "pk"), pk=first.col.pk).annotate(
        **{name: getattr(first.col, name) for name in first.query.annotation_select}
    )
    counts = {
        **{
            kind: Sum(Case(When(condition, then="size"), default=0), default=0)
            for kind, condition in told.items()
        },
        **{kind: Max(_lines_of(kind, several), default=0) for kind in shared},
    }
    asked = with_cte(seen, alike, first, elsewhere, held, several, select=asked)
    return asked.aggregate(lines=Sum("size", default=0), **counts)


def _seen(lines: SegmentLineQuerySet, shared: Mapping[str, Shared]) -> Rows:
    """The columns of every line that are compared, and what is usually `shared`."""
    usual = {kind: (each.channel, each.usual) for kind, each in shared.items()}
    lines = lines.with_effective_values(only=["correspondence_type"])
    return _columns(lines, {**_compared(), "held": _of_kinds(usual)})


def _alike(seen: CTE) -> Rows:
    """The `first` of lines that are alike, and their `size`."""
    grouped = _rows(seen).values(*_compared())
    return grouped.annotate(first=Min("pk"), size=Count("pk")).values("first", "size")


def _first(alike: CTE, segment: Segment, named: Collection[str]) -> Rows:
    """One of each that are alike, with those values in effect that are `named`."""
    lines = checked_lines(segment, named)
    values = [name for name in lines.query.annotations if name in named]
    lines = alike.join(_by_key(lines, alike, "first"), pk=alike.col.first)
    lines = lines.annotate(size=alike.col.size)
    return lines.order_by().values("pk", "size", *values)


def _elsewhere(
    seen: CTE, lines: SegmentLineQuerySet, shared: Mapping[str, Shared]
) -> Rows:
    """What is `shared` of the lines that are not as usual, as it holds in the end."""
    unusual = _rows(seen).exclude(AS_USUAL).values("pk")
    lines = lines.filter(pk__in=unusual).with_by_copy()
    in_effect = {
        kind: (HAS_LETTER & each.channel, each.in_effect)
        for kind, each in shared.items()
    }
    lines = lines.with_effective_values(only=SHARED_BY)
    return _columns(lines, {"held": _of_kinds(in_effect)})


def _of_kinds(shared: Mapping[str, tuple[Q, Any]]) -> Case:
    """What a line may share, after the kind of problem that makes; it has one."""
    return Case(
        *(
            When(channel, then=Joined(Value(f"{kind} "), value))
            for kind, (channel, value) in shared.items()
        ),
        output_field=CharField(),
    )


def _held(seen: CTE, elsewhere: CTE) -> Rows:
    usual = _rows(seen).filter(AS_USUAL).values("held")
    return usual.union(_rows(elsewhere).values("held"), all=True)


def _by_several(held: CTE) -> Rows:
    """What more than one line has, and the `size` of these."""
    sizes = _rows(held).exclude(held=None).values("held").annotate(size=Count("held"))
    return sizes.filter(size__gt=1)


def _lines_of(kind: str, several: CTE) -> Subquery:
    """How many lines share with another what this kind is about."""
    # In one group: the ORM would make one of every size.
    together = _rows(several).filter(held__startswith=f"{kind} ")
    together = together.values(together=Value(True))
    return Subquery(together.annotate(total=Sum("size", default=0)).values("total"))


def _by_key(lines: SegmentLineQuerySet, found: CTE, key: str) -> SegmentLineQuerySet:
    """These lines, to be joined to what was found.

    Of so few PostgreSQL looks up each; it would read all lines for the join alone.
    """
    return lines.filter(pk__in=_rows(found).values(key))


def _rows(found: CTE) -> Rows:
    """The rows of these, without the order of lines."""
    return found.queryset().order_by()


def _columns(lines: SegmentLineQuerySet, columns: Mapping[str, Any]) -> Rows:
    return lines.annotate(**columns).values("pk", *columns)


def _compared() -> dict[str, Any]:
    """The columns that lines are told apart by, with those who are like no other."""
    columns: dict[str, Any] = {f"same_{name}": F(name) for name in COMPARED}
    truths = [Q(**{name: True}) for name in SAID]
    truths += [Q(**{name: ""}) for name in FILLED]
    truths += [Q(**{name: None}) for name in FILLED if name in NULLABLE]
    columns["truths"] = reduce(
        add,
        (
            Case(When(truth, then=2**place), default=0)
            for place, truth in enumerate(truths)
        ),
    )
    return {**columns, "own": _own(), "alone": _alone()}


def _own() -> Case:
    """Its own values as one text, a dash where there is none; NULL without any."""
    texts = [Coalesce(Cast(F(name), CharField()), Value("-")) for name in OWN]
    any_of_them = reduce(or_, (Q(**{f"{name}__isnull": False}) for name in OWN))
    apart = [Value("|")] * len(texts)
    both = [each for pair in zip(texts, apart, strict=True) for each in pair]
    return Case(When(any_of_them, then=Joined(*both)), output_field=CharField())


def _alone() -> Case:
    """The key of lines that are like no other: what they are told by is the contact's.

    They have closed the channel, or letters to them or their company may go elsewhere.
    Whom neither may concern is found first: that is nearly everybody.
    """
    blocks = ContactChannelBlock.objects.order_by()
    periods = AlternativeAddressPeriod.objects.order_by()
    of_contact = {"contact": OuterRef("contact")}
    closed = blocks.filter(
        channel=OuterRef("effective_correspondence_type"), **of_contact
    )
    concerned = blocks.values("contact").union(periods.values("contact"), all=True)
    rare = (
        Q(alternative_address__isnull=False)
        | Q(contact__in=concerned)
        & (Q(Exists(closed)) | Q(Exists(periods.filter(**of_contact))))
        | Q(
            Exists(periods.filter(contact=OuterRef("contact__company"))),
            contact__company__isnull=False,
        )
    )
    return Case(When(rare, then=F("pk")))
