"""The statements that answer one question for any number of contacts.

One INSERT .. SELECT each: nothing is done contact by contact. A figure is a ratio of
whole numbers, kept in ten-thousandths, so SQLite and PostgreSQL come to the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router

from ...choices import ClassificationMethod, Sorting
from ...models import (
    Contact,
    ContactProfileAnswer,
    ProfileAnswer,
    ProfileQuestion,
    RatingPoints,
)
from ...profiles import UNITS
from ...registry import ValueSource

LINK = ContactProfileAnswer._meta.db_table
ANSWER = ProfileAnswer._meta.db_table
POINTS = RatingPoints._meta.db_table


@dataclass(frozen=True)
class Part:
    """A piece of SQL with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def insert_by_figure(
    question: ProfileQuestion,
    source: ValueSource,
    *,
    asked: models.QuerySet[Contact],
    on: date,
) -> int:
    """Give contacts the answers that their figure lies in; return how many.

    contacts_interactions.md 2.8.5 to 2.8.8
    """
    figures = source.figures(question.days(on), on)
    found = [_select(rows, columns=3) for rows in figures.parts]
    denominator = "figured.denominator"
    if figures.denominator is not None:
        denominator = str(int(figures.denominator))
    join = "LEFT JOIN" if source.zero_if_none else "JOIN"
    # What is compared with the figures of others first keeps all its decimals.
    exact = question.method == ClassificationMethod.DEFINED_VALUE
    decimals = question.decimals if exact else 4
    value = _ratio("COALESCE(figured.numerator, 0)", denominator, decimals)
    return _insert(
        question,
        [
            ("part (contact_id, numerator, denominator)", _union(found)),
            (
                "figured (contact_id, numerator, denominator)",
                Part(
                    "SELECT contact_id, SUM(numerator), SUM(denominator) "
                    "FROM part GROUP BY contact_id"
                ),
            ),
            ("asked (contact_id)", _select(asked.values_list("pk"), columns=1)),
            (
                "figure (contact_id, value)",
                Part(
                    f"SELECT asked.contact_id, {value} FROM asked "  # noqa: S608
                    f"{join} figured ON figured.contact_id = asked.contact_id"
                ),
            ),
            ("placed (contact_id, value)", _placed(question)),
        ],
        Part("%s, NULL", (on,)),
    )


def insert_by_points(
    question: ProfileQuestion,
    *,
    contributing: Sequence[int],
    asked: models.QuerySet[Contact],
    on: date,
    contact: Contact | None = None,
) -> int:
    """Give contacts the answers of a rating that their points lie in; how many.

    `contributing` are the questions whose answers give points. The date is that of
    the oldest answer behind it (contacts_interactions.md 2.9.3). Where no answer gives
    points, nobody has answered any part of it.
    """
    value = _ratio("COALESCE(score.points, 0)", str(UNITS), question.decimals)
    answered = "COALESCE(score.answered, 0)"
    total = len(contributing)
    percent = f"(200 * {answered} + {total}) / {2 * total}" if total else "0"
    only = Part("AND link.contact_id = %s", (contact.pk,)) if contact else Part("")
    scored = Part(
        f"""SELECT link.contact_id,
            SUM(COALESCE({_units("given.points")}, 0)),
            MIN(link.last_updated), COUNT(DISTINCT answer.question_id)
        FROM {LINK} link
        JOIN {ANSWER} answer ON answer.id = link.answer_id
        LEFT JOIN {POINTS} given
            ON given.answer_id = link.answer_id AND given.rating_id = %s
        WHERE answer.question_id IN ({_places(contributing)}) {only.sql}
        GROUP BY link.contact_id""",  # noqa: S608
        (question.pk, *contributing, *only.parameters),
    )
    if not total:
        scored = Part("SELECT 0, 0, NULL, 0 WHERE 1 = 0")
    return _insert(
        question,
        [
            ("asked (contact_id)", _select(asked.values_list("pk"), columns=1)),
            ("score (contact_id, points, oldest, answered)", scored),
            (
                "placed (contact_id, value, oldest, percent)",
                Part(
                    f"SELECT asked.contact_id, {value}, score.oldest, {percent} "  # noqa: S608
                    "FROM asked "
                    "LEFT JOIN score ON score.contact_id = asked.contact_id "
                    f"WHERE 100 * {answered} >= %s",
                    (question.min_answered * max(total, 1),),
                ),
            ),
        ],
        Part(
            f"COALESCE({_as_date('placed.oldest')}, %s), placed.percent",
            (on,),
        ),
    )


def _placed(question: ProfileQuestion) -> Part:
    """What is compared with the ranges: the figure itself, or its place among all.

    A share is the contact's own of the whole. Of contacts with the same figure all
    take the last place, so that 25 % never holds more than a quarter of them.
    """
    if question.method == ClassificationMethod.DEFINED_VALUE:
        return Part("SELECT contact_id, value FROM figure")
    if question.method == ClassificationMethod.PERCENTAGE_OF_VALUE:
        percent = _ratio("100 * value", "SUM(value) OVER ()", question.decimals)
    else:
        order = "DESC" if question.sorting == Sorting.DESCENDING else "ASC"
        place = f"100 * COUNT(*) OVER (ORDER BY value {order})"
        percent = _ratio(place, "COUNT(*) OVER ()", question.decimals)
    return Part(
        f"SELECT contact_id, {percent} FROM figure WHERE value IS NOT NULL"  # noqa: S608
    )


def _insert(
    question: ProfileQuestion, tables: Sequence[tuple[str, Part]], dated: Part
) -> int:
    """Insert the answers of `question` whose range holds a value of `placed`."""
    kept = "MATERIALIZED " if _vendor() == "postgresql" else ""
    asked = ", ".join(f"{name} AS {kept}({part.sql})" for name, part in tables)
    sql = f"""INSERT INTO {LINK}
            (contact_id, answer_id, value, last_updated, answered_percent)
        WITH {asked}
        SELECT placed.contact_id, answer.id, '', {dated.sql}
        FROM placed JOIN {ANSWER} answer ON answer.question_id = %s
            AND (answer.from_value IS NOT NULL OR answer.to_value IS NOT NULL)
            AND (answer.from_value IS NULL
                OR placed.value >= {_units("answer.from_value")})
            AND (answer.to_value IS NULL
                OR placed.value <= {_units("answer.to_value")})"""  # noqa: S608
    parameters = [value for _name, part in tables for value in part.parameters]
    with connections[_alias()].cursor() as cursor:
        cursor.execute(sql, [*parameters, *dated.parameters, question.pk])
        return int(cursor.rowcount)


def _select(rows: models.QuerySet[Any, Any], *, columns: int) -> Part:
    compiler = rows.order_by().query.get_compiler(_alias())
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return Part(f"SELECT {', '.join('0' * columns)} WHERE 1 = 0")  # noqa: S608
    return Part(sql, tuple(parameters))


def _union(parts: Sequence[Part]) -> Part:
    return Part(
        " UNION ALL ".join(part.sql for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )


def _ratio(numerator: str, denominator: str, decimals: int) -> str:
    """`profiles.round_ratio` of two whole numbers, in SQL."""
    if _vendor() == "sqlite":
        return f"ROUND_RATIO({numerator}, {denominator}, {decimals})"
    up, down = 10 ** max(decimals, 0), 10 ** max(-decimals, 0)
    above, below = f"({numerator})::numeric", f"NULLIF({denominator}, 0)::numeric"
    return (
        f"(SIGN({above}) * DIV(2 * ABS({above}) * {up} + {below} * {down}, "
        f"2 * {below} * {down}) * {10 ** (4 - decimals)})"
    )


def _units(column: str) -> str:
    """A column of four decimals as a whole number; SQLite keeps it as a float."""
    whole = "INTEGER" if _vendor() == "sqlite" else "NUMERIC"
    return f"CAST(ROUND({column} * {UNITS}) AS {whole})"


def _as_date(column: str) -> str:
    return column if _vendor() == "sqlite" else f"CAST({column} AS DATE)"


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _alias() -> str:
    return router.db_for_write(ContactProfileAnswer)


def _vendor() -> str:
    return connections[_alias()].vendor
