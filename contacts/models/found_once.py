"""Keys that a condition looks up, found once."""

from typing import Any

from django.db.models import QuerySet, Subquery


class FoundOnce(Subquery):
    """What `__in` looks up, for a condition beside others: with OR, with NOT.

    There PostgreSQL cannot join. It asks a hash if it expects few keys, but of more
    than work_mem holds (262,000) it goes through all of them for every row; and where
    it expects one and finds a million, as after a window, a join does the same. Of an
    array it always expects ten. Another database gets the plain subquery.
    """

    def __init__(self, keys: QuerySet[Any, Any], **extra: Any) -> None:
        super().__init__(keys.order_by(), **extra)

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, Any]:
        template = "(SELECT unnest(ARRAY(%(subquery)s)))"
        return self.as_sql(compiler, connection, template=template, **context)
