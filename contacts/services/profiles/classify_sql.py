"""The statements that answer one question for any number of contacts.

Nothing is done contact by contact, and what contacts have already is not written
again. A figure is a ratio of
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


def answer_by_figure(
    question: ProfileQuestion,
    source: ValueSource,
    *,
    asked: models.QuerySet[Contact],
    on: date,
) -> int:
    """Let contacts have the answers that their figure lies in, and no others.

    Returns how many were given; who has the answer already keeps it and its date
    (contacts_interactions.md 2.8.5 to 2.8.8).
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
    return _write(
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
        dated="CAST(NULL AS DATE), CAST(NULL AS INTEGER)",
        on=on,
    )


def answer_by_points(
    question: ProfileQuestion,
    *,
    contributing: Sequence[int],
    asked: models.QuerySet[Contact],
    on: date,
    contact: Contact | None = None,
) -> int:
    """Let contacts have the answers of a rating that their points lie in; how many.

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
    return _write(
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
        dated=f"{_as_date('placed.oldest')}, placed.percent",
        on=on,
        contact=contact,
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


def _write(
    question: ProfileQuestion,
    tables: Sequence[tuple[str, Part]],
    *,
    dated: str,
    on: date,
    contact: Contact | None = None,
) -> int:
    """Bring the answers of `question` in line with the ranges that hold `placed`.

    `dated` has the date of an answer, NULL for the day on which it changes, and its
    percentage. Returns how many were given, which are those that differ.
    """
    kept = "MATERIALIZED " if _vendor() == "postgresql" else ""
    wanted = Part(
        f"""SELECT placed.contact_id, answer.id, {dated}
        FROM placed JOIN {ANSWER} answer ON answer.question_id = %s
            AND (answer.from_value IS NOT NULL OR answer.to_value IS NOT NULL)
            AND (answer.from_value IS NULL
                OR placed.value >= {_units("answer.from_value")})
            AND (answer.to_value IS NULL
                OR placed.value <= {_units("answer.to_value")})""",  # noqa: S608
        (question.pk,),
    )
    tables = [*tables, ("wanted (contact_id, answer_id, dated, percent)", wanted)]
    asked = Part(
        ", ".join(f"{name} AS {kept}({part.sql})" for name, part in tables),
        tuple(value for _name, part in tables for value in part.parameters),
    )
    only = Part("AND contact_id = %s", (contact.pk,)) if contact else Part("")
    gone = Part(
        f"""DELETE FROM {LINK}
        WHERE answer_id IN (SELECT id FROM {ANSWER} WHERE question_id = %s) {only.sql}
            AND NOT EXISTS (SELECT 1 FROM wanted
                WHERE wanted.contact_id = {LINK}.contact_id
                    AND wanted.answer_id = {LINK}.answer_id)""",  # noqa: S608
        (question.pk, *only.parameters),
    )
    into = (
        f"INSERT INTO {LINK} "
        "(contact_id, answer_id, value, last_updated, answered_percent)"
    )
    given = Part(
        f"""SELECT wanted.contact_id, wanted.answer_id, '',
            COALESCE(wanted.dated, %s), wanted.percent
        FROM wanted LEFT JOIN {LINK} link ON link.contact_id = wanted.contact_id
            AND link.answer_id = wanted.answer_id
        WHERE link.id IS NULL OR link.value <> ''
            OR link.last_updated <> wanted.dated
            OR {_differ("link.answered_percent", "wanted.percent")}
        ON CONFLICT (contact_id, answer_id) DO UPDATE SET value = excluded.value,
            last_updated = excluded.last_updated,
            answered_percent = excluded.answered_percent""",  # noqa: S608
        (on,),
    )
    parameters = (*asked.parameters, *gone.parameters)
    with connections[_alias()].cursor() as cursor:
        if _vendor() == "postgresql":
            # Both see the same figures, whatever others write meanwhile.
            cursor.execute(
                f"WITH {asked.sql}, gone AS ({gone.sql}) {into} {given.sql}",
                (*parameters, *given.parameters),
            )
        else:
            cursor.execute(f"WITH {asked.sql} {gone.sql}", parameters)
            cursor.execute(
                f"{into} WITH {asked.sql} {given.sql}",
                (*asked.parameters, *given.parameters),
            )
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


def _differ(one: str, other: str) -> str:
    """Two values differ, or one of them is there and the other is not."""
    operator = "IS NOT" if _vendor() == "sqlite" else "IS DISTINCT FROM"
    return f"{one} {operator} {other}"


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _alias() -> str:
    return router.db_for_write(ContactProfileAnswer)


def _vendor() -> str:
    return connections[_alias()].vendor
