"""What may be asked: fields, relations, operators. The one source of them all.

The screen, the validation, the compiler and the sentence all read this catalogue.
"""

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.choices import ContactType, CorrespondenceType
from interactions.choices import Evaluation, InformationFlow, InitiatedBy

Label = str | Promise

TEXT, CHOICE, CODE, YES_NO, NUMBER, DATE = (
    *("text", "choice", "code"),
    *("yes_no", "number", "date"),
)
EMPTINESS = ("is_empty", "is_not_empty")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    TEXT: (
        *("is", "is_not", "in", "not_in"),
        *("contains", "starts_with", "ends_with"),
        *EMPTINESS,
    ),
    CHOICE: ("is", "is_not", "in", "not_in", *EMPTINESS),
    CODE: ("is", "is_not", "in", "not_in", *EMPTINESS),
    YES_NO: ("is",),
    NUMBER: ("is", "is_not", "lt", "lte", "gt", "gte", "between"),
    DATE: (
        *("is", "before", "after", "between"),
        *("within_days", "older_than_days"),
        *EMPTINESS,
    ),
}
OPERATOR_LABELS: Mapping[str, Label] = {
    "is": pgettext_lazy("operator", "is"),
    "is_not": pgettext_lazy("operator", "is not"),
    "in": pgettext_lazy("operator", "is one of"),
    "not_in": pgettext_lazy("operator", "is none of"),
    "contains": pgettext_lazy("operator", "contains"),
    "starts_with": pgettext_lazy("operator", "starts with"),
    "ends_with": pgettext_lazy("operator", "ends with"),
    "is_empty": pgettext_lazy("operator", "is empty"),
    "is_not_empty": pgettext_lazy("operator", "is not empty"),
    "lt": pgettext_lazy("operator", "is less than"),
    "lte": pgettext_lazy("operator", "is at most"),
    "gt": pgettext_lazy("operator", "is more than"),
    "gte": pgettext_lazy("operator", "is at least"),
    "between": pgettext_lazy("operator", "is between"),
    "before": pgettext_lazy("operator", "is before"),
    "after": pgettext_lazy("operator", "is after"),
    "within_days": pgettext_lazy("operator", "is within the last (days)"),
    "older_than_days": pgettext_lazy("operator", "is longer ago than (days)"),
}
LISTS = {"in", "not_in"}
RANGES = {"between"}
DAYS = {"within_days", "older_than_days"}


@dataclass(frozen=True)
class Field:
    """Something of a row that can be compared.

    `lookup` is the ORM path from the row. A code field names the set-up table and
    column its values come from (`contacts.MailingGroup:code`); without one every
    text is accepted, as for countries and languages; those in `upper` are stored in
    capitals. `called` is such a table for values that are named by it but need not be
    in it. A code that is unique only `below` others has these fields here, each with
    its column in the table. `moment` is a date that is stored with its time.
    """

    code: str
    label: Label
    type: str
    lookup: str
    source: str = ""
    choices: builtins.type[Choices] | None = None
    upper: bool = False
    moment: bool = False
    called: str = ""
    below: tuple[tuple[str, str], ...] = ()

    @property
    def named_by(self) -> str:
        """The table and column that know what a value is called; empty: none."""
        return self.called or self.source

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that fit the type."""
        return OPERATORS[self.type]


@dataclass(frozen=True)
class Relation:
    """Rows that belong to a contact.

    `name` is the relation of Contact that leads to them. `through_company` ones are
    asked of the contact's organisation, `through_employer` ones of the organisation or,
    of who works for nobody, of the person; of `counted` ones, the interactions, those
    cancelled or postponed are left out unless asked for; in `nests` ones, contacts
    themselves, related rows may be asked again. `elsewhere` leaves out those of the
    segment that the criteria are asked for; where there is none, nothing.
    """

    code: str
    label: Label
    name: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    through_company: bool = False
    through_employer: bool = False
    counted: bool = False
    nests: bool = False
    elsewhere: bool = False


def _by_code(*fields: Field) -> dict[str, Field]:
    return {each.code: each for each in fields}


CONTACT_FIELDS = _by_code(
    Field("number", _("number"), TEXT, "number"),
    Field("type", _("type"), CHOICE, "type", choices=ContactType),
    Field("name", _("name"), TEXT, "name"),
    Field("first_name", _("first name"), TEXT, "first_name"),
    Field("surname", _("surname"), TEXT, "surname"),
    Field("job_title", _("job title"), TEXT, "job_title"),
    Field("address", _("address"), TEXT, "address"),
    Field("postcode", _("postcode"), TEXT, "postcode"),
    Field("city", _("city"), TEXT, "city"),
    Field("county", _("county"), TEXT, "county"),
    Field("country", _("country"), CODE, "country", upper=True),
    Field(
        "territory",
        _("territory"),
        CODE,
        "territory__code",
        source="contacts.Territory:code",
    ),
    Field("language", _("language"), CODE, "language"),
    Field(
        "salesperson",
        _("salesperson"),
        CODE,
        "salesperson__code",
        source="contacts.Salesperson:code",
    ),
    Field(
        "organizational_level",
        _("organizational level"),
        CODE,
        "organizational_level__code",
        source="contacts.OrganizationalLevel:code",
    ),
    Field(
        "salutation",
        _("salutation"),
        CODE,
        "salutation__code",
        source="contacts.Salutation:code",
    ),
    Field(
        "correspondence_type",
        _("correspondence type"),
        CHOICE,
        "correspondence_type",
        choices=CorrespondenceType,
    ),
    Field("phone", _("phone"), TEXT, "phone"),
    Field("mobile", _("mobile phone"), TEXT, "mobile"),
    Field("email", _("e-mail"), TEXT, "email"),
    Field("home_page", _("home page"), TEXT, "home_page"),
    Field(
        "exclude_from_segment",
        _("exclude from segments"),
        YES_NO,
        "exclude_from_segment",
    ),
    Field("minor", _("minor"), YES_NO, "minor"),
    Field("created_at", _("created"), DATE, "created_at", moment=True),
    Field("updated_at", _("last changed"), DATE, "updated_at", moment=True),
)

INTERACTION_FIELDS = _by_code(
    Field("date", _("date"), DATE, "date"),
    Field(
        "template",
        _("interaction template"),
        CODE,
        "template__code",
        source="interactions.InteractionTemplate:code",
    ),
    Field(
        "group",
        _("interaction group"),
        CODE,
        "group__code",
        source="interactions.InteractionGroup:code",
    ),
    Field(
        "campaign",
        _("campaign"),
        CODE,
        "campaign__number",
        source="interactions.Campaign:number",
    ),
    Field(
        "segment_number",
        _("segment"),
        TEXT,
        "segment_number",
        called="interactions.LoggedSegment:segment_number",
    ),
    Field("evaluation", _("evaluation"), CHOICE, "evaluation", choices=Evaluation),
    Field(
        "salesperson",
        _("salesperson"),
        CODE,
        "salesperson__code",
        source="contacts.Salesperson:code",
    ),
    Field(
        "correspondence_type",
        _("correspondence type"),
        CHOICE,
        "correspondence_type",
        choices=CorrespondenceType,
    ),
    Field(
        "information_flow",
        _("information flow"),
        CHOICE,
        "information_flow",
        choices=InformationFlow,
    ),
    Field(
        "initiated_by", _("initiated by"), CHOICE, "initiated_by", choices=InitiatedBy
    ),
    Field("attempt_failed", _("attempt failed"), YES_NO, "attempt_failed"),
    Field("campaign_response", _("campaign response"), YES_NO, "campaign_response"),
    Field("language", _("language"), CODE, "language"),
    Field("description", _("description"), TEXT, "description"),
    Field("subject", _("subject"), TEXT, "subject"),
    Field("cancelled", _("cancelled"), YES_NO, "cancelled"),
    Field("postponed", _("postponed"), YES_NO, "postponed"),
)


ON_A_SEGMENT = _by_code(
    Field(
        "number",
        _("number"),
        CODE,
        "segment__number",
        source="segments_app.Segment:number",
    )
)


def _classified(code: str, label: Label, model: str, **options: bool) -> Relation:
    """A relation to a set-up table by its code."""
    only = Field("code", _("code"), CODE, f"{code}__code", source=f"{model}:code")
    return Relation(code, label, f"{code}_links", _by_code(only), **options)


RELATIONS = {
    relation.code: relation
    for relation in (
        _classified("mailing_group", _("mailing group"), "contacts.MailingGroup"),
        _classified(
            "industry_group",
            _("industry group"),
            "contacts.IndustryGroup",
            through_company=True,
        ),
        _classified(
            "business_relation",
            _("business relation"),
            "contacts.BusinessRelation",
            through_company=True,
        ),
        _classified(
            "job_responsibility",
            _("job responsibility"),
            "contacts.JobResponsibility",
        ),
        Relation(
            "profile_answer",
            _("profile answer"),
            "profile_answer_links",
            _by_code(
                Field(
                    "questionnaire",
                    _("questionnaire"),
                    CODE,
                    "answer__question__questionnaire__code",
                    source="contacts.ProfileQuestionnaire:code",
                ),
                Field(
                    "question",
                    _("question"),
                    CODE,
                    "answer__question__code",
                    source="contacts.ProfileQuestion:code",
                    below=(("questionnaire", "questionnaire__code"),),
                ),
                Field(
                    "answer",
                    _("answer"),
                    CODE,
                    "answer__code",
                    source="contacts.ProfileAnswer:code",
                    below=(
                        ("questionnaire", "question__questionnaire__code"),
                        ("question", "question__code"),
                    ),
                ),
                Field("last_updated", _("last updated"), DATE, "last_updated"),
            ),
        ),
        Relation(
            "interaction",
            _("interaction"),
            "interactions",
            INTERACTION_FIELDS,
            counted=True,
        ),
        Relation("segment", _("open segment"), "segment_lines", ON_A_SEGMENT),
        Relation(
            "other_segment",
            _("other open segment"),
            "segment_lines",
            ON_A_SEGMENT,
            elsewhere=True,
        ),
        Relation(
            "logged_segment",
            _("logged segment"),
            "interactions",
            _by_code(
                Field(
                    "id",
                    _("entry number"),
                    NUMBER,
                    "logged_segment__id",
                    called="interactions.LoggedSegment:id",
                ),
                Field(
                    "segment_number",
                    _("segment"),
                    TEXT,
                    "logged_segment__segment_number",
                    called="interactions.LoggedSegment:segment_number",
                ),
            ),
            counted=True,
        ),
        Relation(
            "campaign_target",
            _("active campaign aimed at it"),
            "campaign_targets",
            _by_code(
                Field(
                    "campaign",
                    _("campaign"),
                    CODE,
                    "campaign__number",
                    source="interactions.Campaign:number",
                )
            ),
            through_employer=True,
        ),
        Relation("company", _("company"), "company", CONTACT_FIELDS, nests=True),
        Relation("person", _("person"), "people", CONTACT_FIELDS, nests=True),
    )
}


def fields_of(scope: str) -> Mapping[str, Field]:
    """The fields of a scope: `contact`, or the code of a relation."""
    return CONTACT_FIELDS if scope == "contact" else RELATIONS[scope].fields


def may_nest(scope: str) -> bool:
    """Whether `has` may stand in this scope."""
    return scope == "contact" or RELATIONS[scope].nests
