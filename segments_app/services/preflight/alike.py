"""Counting lines by kinds of problems: those that are alike are asked once.

Of 100,000 lines most differ in nothing that a check looks at: the same document, the
same language, an address that is there. One of them is asked, and counts for all.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import RawSQL

from contacts.models import AlternativeAddressPeriod, ContactChannelBlock

from ...models import Segment
from ...models.querysets import SegmentLineQuerySet
from .kinds import Check
from .lines import checked_lines, lines_to_log

# What checks look at: columns of the line and its contact, as they are. Those of the
# segment, which is one, and of templates come with them.
COMPARED = (
    "template",
    "language",
    "document",
    "document_base",
    "correspondence_type",
    "salesperson",
    "date",
    "represented_by",
    "contact__privacy_blocked",
    "contact__minor",
    "contact__parental_consent_received",
    "contact__exclude_from_segment",
    "contact__salutation",
    "contact__language",
    "contact__correspondence_type",
    "contact__salesperson",
)
# Of these they look only whether there is anything.
FILLED = (
    "description",
    "personal_text",
    "contact__email",
    "contact__address",
    "contact__city",
)


def count_by_kind(segment: Segment, checks: Iterable[Check]) -> dict[str, int]:
    """How many lines there are as `lines`, and have each problem by its kind.

    For checks without a `count` of their own. One query.
    """
    kinds = {
        check.kind: Case(When(check.condition, then=True), default=False)
        for check in checks
    }
    one_of_each = _alike(lines_to_log(segment))
    first = RawSQL("SELECT first FROM alike", ())  # noqa: S611
    asked = checked_lines(segment).filter(pk__in=first).order_by()
    asked = asked.values("pk").annotate(**kinds)
    connection = connections[asked.db]
    quote = connection.ops.quote_name
    (of_groups, some), (of_asked, more) = (
        each.query.get_compiler(each.db).as_sql() for each in (one_of_each, asked)
    )
    sums = ", ".join(
        f"COALESCE(SUM(CASE WHEN asked.{quote(kind)} THEN size END), 0)"
        for kind in kinds
    )
    counted = (
        f"WITH alike AS ({of_groups}) SELECT COALESCE(SUM(size), 0), {sums} "  # noqa: S608
        f"FROM alike JOIN ({of_asked}) asked ON asked.pk = alike.first"
    )
    with connection.cursor() as cursor:
        cursor.execute(counted, [*some, *more])
        return dict(zip(("lines", *kinds), map(int, cursor.fetchone()), strict=True))


def _alike(lines: SegmentLineQuerySet) -> QuerySet[Any, Any]:
    """The `first` of lines that are alike, and their `size`."""
    filled = {
        f"no_{name}": ExpressionWrapper(Q(**{name: ""}), output_field=BooleanField())
        for name in FILLED
    }
    lines = lines.annotate(alone=_alone(), **filled).order_by()
    grouped = lines.values(*COMPARED, "alone", *filled)
    return grouped.annotate(first=Min("pk"), size=Count("pk")).values("first", "size")


def _alone() -> Case:
    """The key of lines that are like no other: what they are told by is the contact's.

    They have closed a channel, or letters to them or their company may go elsewhere.
    """
    periods = AlternativeAddressPeriod.objects.order_by()
    rare = (
        Q(alternative_address__isnull=False)
        | Exists(ContactChannelBlock.objects.filter(contact=OuterRef("contact")))
        | Exists(periods.filter(contact=OuterRef("contact")))
        | Exists(periods.filter(contact=OuterRef("contact__company")))
    )
    return Case(When(rare, then=F("pk")))
