"""The lists a letter may go through: what a contact has more than one of.

Declared once, as the fields are: `{% for answer in answers %}` goes through the rows
of a list, and `{{ answer.question }}` is a field of a row. `{{ answers_of.HOBBY }}`
is what a contact answered to the question with that code.
"""

import difflib
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import SAMPLES, MergeField

ANSWERS_OF = "answers_of"
LOOP = "loop"
# What `loop` says that can be printed, and what can only be asked.
LOOP_NUMBERS = ("index", "length")
LOOP_QUESTIONS = ("first", "last")
# Interactions a letter can tell of; the other lists are as long as they are.
LAST_INTERACTIONS = 10
# Rows that one part of a letter may go through, all its loops together. No list is
# read any further.
MAX_TURNS = 20_000


@dataclass(frozen=True)
class MergeList:
    """A list: its name, what people call it, the name of a row, a row's fields.

    The samples of the fields are those of the first row, `second` is another one.
    """

    code: str
    label: str | Promise
    row: str
    fields: tuple[MergeField, ...]
    second: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The names of a row's fields."""
        return tuple(field.code for field in self.fields)

    @property
    def samples(self) -> list[dict[str, str]]:
        """Two rows to show."""
        first = [field.sample for field in self.fields]
        return [
            dict(zip(self.codes, values, strict=True))
            for values in (first, self.second)
        ]

    @property
    def snippet(self) -> str:
        """A loop that prints the first two fields, in one paragraph."""
        shown = ", ".join(f"{{{{ {self.row}.{code} }}}}" for code in self.codes[:2])
        return f"{{% for {self.row} in {self.code} %}}{shown}; {{% endfor %}}"


def _coded(described: str, code: str) -> tuple[MergeField, MergeField]:
    return (
        MergeField("description", _("Description"), described),
        MergeField("code", _("Code"), code),
    )


LISTS = [
    MergeList(
        "answers",
        _("Profile answers"),
        "answer",
        (
            MergeField("question", _("Question"), "What do you drink?"),
            MergeField("answer", _("Answer"), "Coffee"),
            MergeField("remark", _("Remark"), "Black"),
            MergeField("question_code", _("Code of the question"), "DRINK"),
            MergeField("answer_code", _("Code of the answer"), "COFFEE"),
            MergeField("date", _("Date"), "2 March 2026"),
        ),
        ("How did we meet?", "At a fair", "", "MET", "FAIR", "9 June 2026"),
    ),
    MergeList(
        "mailing_groups",
        _("Mailing groups"),
        "mailing_group",
        _coded("Newsletter", "NEWS"),
        ("Christmas card", "XMAS"),
    ),
    MergeList(
        "industry_groups",
        _("Industry groups of the company"),
        "industry_group",
        _coded("Cafés", "CAFE"),
        ("Hotels", "HOTEL"),
    ),
    MergeList(
        "business_relations",
        _("Business relations of the company"),
        "business_relation",
        (
            *_coded("Customer", "CUST"),
            MergeField("reference", _("Reference"), "10042"),
        ),
        ("Supplier", "SUPP", "S-7"),
    ),
    MergeList(
        "job_responsibilities",
        _("Job responsibilities"),
        "job_responsibility",
        _coded("Purchasing", "PURCHASE"),
        ("Marketing", "MARKETING"),
    ),
    MergeList(
        "interactions",
        _("Last interactions, newest first"),
        "interaction",
        (
            MergeField("date", _("Date"), "2 March 2026"),
            MergeField("description", _("Description"), "Spring letter"),
            MergeField("subject", _("Subject"), "The new harvest"),
            MergeField("kind", pgettext_lazy("of an interaction", "Kind"), "A letter"),
            MergeField("salesperson", _("Salesperson"), "Jon Berg"),
        ),
        ("14 January 2026", "Visit", "", "A visit", "Kari Moe"),
    ),
    MergeList(
        "people",
        _("People of the company"),
        "person",
        (
            MergeField("name", _("Name"), "Åse Vik"),
            MergeField("job_title", _("Job title"), "Manager"),
            MergeField("first_name", _("First name"), "Åse"),
            MergeField("surname", _("Surname"), "Vik"),
            MergeField("number", _("Number"), "C-000017"),
            MergeField("phone", _("Phone"), "+47 22 33 44 55"),
            MergeField("mobile", _("Mobile phone"), "+47 900 11 222"),
            MergeField("email", _("E-mail"), "aase@example.com"),
        ),
        (
            *("Per Ås", "Buyer", "Per", "Ås", "C-000018"),
            *("+47 22 33 44 56", "", "per@example.com"),
        ),
    ),
]
LIST_OF = {each.code: each for each in LISTS}


def list_of(name: str) -> MergeList | None:
    """Return the list with the name as a template writes it, or None."""
    return LIST_OF.get(name.lower())


def sample_record() -> dict[str, Any]:
    """Return the record of a letter to look at, two rows in every list."""
    return {**SAMPLES, **{each.code: each.samples for each in LISTS}}


def nearest_of(name: str, names: tuple[str, ...]) -> str | None:
    """Return which of these names was probably meant."""
    found = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.75)
    return found[0] if found else None
