"""Counts that stop where nobody reads on: a look costs the same, however many."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.translation import gettext as _

MOST = 1_000


def counted(rows: QuerySet, most: int = MOST) -> int:
    """Return how many rows there are; one above `most` stands for any more."""
    return rows.order_by()[: most + 1].count()


def say_count(count: int) -> str:
    """Return a count as `counted` gives it: "17", or "more than 1,000"."""
    if count > MOST:
        return _("more than %s") % intcomma(MOST)
    return str(intcomma(count))


class Counted(Subquery):
    """What `counted` returns, for every row of a query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) few)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet) -> None:
        super().__init__(rows.order_by().values("pk")[: MOST + 1])
