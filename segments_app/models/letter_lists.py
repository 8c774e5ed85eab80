"""The lists of a letter as JSON arrays, built by the database in a fixed order.

One correlated subquery for each list that the letter's document uses, whatever the
number of lines. Shape of the rows: `interactions.merge.lists`.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import (
    CharField,
    F,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from contacts.models import Contact
from contacts.models.classification import (
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
)
from contacts.models.profile import ContactProfileAnswer
from contacts.models.querysets import ineligible
from interactions.merge.lists import LAST_INTERACTIONS, MAX_TURNS
from interactions.models import InteractionLogEntry

# One more than any letter goes through, so that a list that is too long is noticed.
MOST = MAX_TURNS + 1


class JsonRows(Subquery):
    """The rows of a queryset of one JSON column `row`, as an array in their order."""

    output_field = JSONField()
    template = "TO_JSONB(ARRAY(%(subquery)s))"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = '(SELECT JSON_GROUP_ARRAY(JSON("row")) FROM (%(subquery)s))'
        return super().as_sql(compiler, connection, template=template, **context)


def letter_lists(codes: Collection[str]) -> JSONObject:
    """Return the expression for the lists with these codes, for lines of segments."""
    found = {
        "answers": _answers,
        "mailing_groups": _mailing_groups,
        "industry_groups": _industry_groups,
        "business_relations": _business_relations,
        "job_responsibilities": _job_responsibilities,
        "interactions": _interactions,
        "people": _people,
    }
    return JSONObject(**{code: found[code]() for code in sorted(codes)})


def _answers() -> JsonRows:
    """As the card shows them: questionnaire by questionnaire, question by question."""
    answers = ContactProfileAnswer.objects.filter(contact=OuterRef("contact_id"))
    question = "answer__question"
    return _rows(
        answers.order_by(
            f"{question}__questionnaire__code",
            f"{question}__position",
            f"{question}__code",
            "answer__position",
            "answer__code",
            "pk",
        ),
        question=F(f"{question}__description"),
        question_code=F(f"{question}__code"),
        answer=F("answer__description"),
        answer_code=F("answer__code"),
        remark=F("value"),
        date=Cast("last_updated", CharField()),
    )


def _mailing_groups() -> JsonRows:
    links = ContactMailingGroup.objects.filter(contact=OuterRef("contact_id"))
    return _coded(links, "mailing_group")


def _job_responsibilities() -> JsonRows:
    links = ContactJobResponsibility.objects.filter(contact=OuterRef("contact_id"))
    return _coded(links, "job_responsibility")


def _industry_groups() -> JsonRows:
    links = ContactIndustryGroup.objects.filter(contact=_organisation())
    return _coded(links, "industry_group")


def _business_relations() -> JsonRows:
    links = ContactBusinessRelation.objects.filter(contact=_organisation())
    return _coded(links, "business_relation", reference=F("reference"))


def _interactions() -> JsonRows:
    """The latest of the contact, but for the letter that is being written.

    When a segment is logged its entries are there already.
    """
    entries = InteractionLogEntry.objects.counted().filter(
        contact=OuterRef("contact_id")
    )
    return _rows(
        entries.exclude(segment_number=OuterRef("segment__number")).order_by(
            "-date", "-pk"
        ),
        most=LAST_INTERACTIONS,
        date=Cast("date", CharField()),
        description=F("description"),
        subject=F("subject"),
        kind=Coalesce(F("template__description"), F("group__description")),
        salesperson=F("salesperson__name"),
    )


def _people() -> JsonRows:
    """Who works at the company that is written to, but for those we must not use."""
    people = Contact.objects.filter(company=OuterRef("contact_id"))
    names = ("number", "name", "first_name", "surname", "job_title")
    return _rows(
        people.exclude(ineligible(ignore_exclusion=True)).order_by(
            "surname", "first_name", "number"
        ),
        **{name: F(name) for name in (*names, "phone", "mobile", "email")},
    )


def _organisation() -> OuterRef:
    """The company of the contact, or the contact that is one."""
    return OuterRef("contact__organisation_id")


def _coded(links: QuerySet, to: str, **more: F) -> JsonRows:
    return _rows(
        links.order_by(f"{to}__code"),
        code=F(f"{to}__code"),
        description=F(f"{to}__description"),
        **more,
    )


def _rows(found: QuerySet, *, most: int = MOST, **fields: Any) -> JsonRows:
    return JsonRows(found.values(row=JSONObject(**fields))[:most])
