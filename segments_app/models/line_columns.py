"""The columns of the table of lines: what may be shown, and how each is sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interactions.choices import Evaluation
from interactions.models import Attachment

# Who gets the letter that counts for a line too; see `with_by_copy`.
BY_COPY_OF = "by_copy_of"
# Whose line it is must always be seen.
ALWAYS = "name"
BLANK = Value("")
USUAL = ("number", "name", "company", "language", "correspondence_type", "document")


@dataclass(frozen=True)
class LineColumn:
    """A column; `sort` is an expression that is never NULL, None where it cannot sort.

    `needs` are the effective values that the expression refers to. A text can be
    gone to by its beginning, the order of the lines by its number.
    """

    code: str
    label: str | Promise
    sort: Any = None
    needs: tuple[str, ...] = ()
    is_text: bool = False
    is_number: bool = False


def _text(*sources: Any) -> Upper:
    """The first text there is; one that is never NULL may be read from an index."""
    if len(sources) == 1:
        return Upper(*sources)
    return Upper(Coalesce(*sources))


def _document_name() -> Any:
    chosen = Attachment.objects.filter(pk=OuterRef("effective_document_id"))
    return Subquery(chosen.values("name"))


def _text_column(code: str, label: Any, *sources: Any, needs: Any = ()) -> LineColumn:
    return LineColumn(code, label, _text(*sources), needs=needs, is_text=True)


def _value_column(code: str, label: Any, *, number: bool = False) -> LineColumn:
    sort = F(f"effective_{code}")
    return LineColumn(code, label, sort, needs=(code,), is_number=number)


COLUMNS = (
    LineColumn("position", _("Line"), F("position"), is_number=True),
    LineColumn("number", _("Number"), F("contact__number"), is_text=True),
    _text_column("name", _("Name"), F("contact__name")),
    _text_column("company", _("Company"), F("contact__company__name"), BLANK),
    _text_column("job_title", _("Job title"), F("contact__job_title")),
    _text_column("city", _("City"), F("contact__city")),
    LineColumn("phone", _("Phone")),
    LineColumn("mobile", _("Mobile phone")),
    _text_column("email", _("E-mail"), F("contact__email")),
    _text_column(BY_COPY_OF, _("By copy of"), F("by_copy_of_name"), BLANK),
    _text_column(
        "template",
        _("Interaction template"),
        F("template__code"),
        F("segment__template__code"),
        BLANK,
    ),
    _text_column(
        "description",
        _("Description"),
        F("effective_description"),
        needs=("description",),
    ),
    _value_column("language", _("Language")),
    _value_column("correspondence_type", _("Correspondence type")),
    _text_column(
        "document", _("Document"), _document_name(), BLANK, needs=("document_id",)
    ),
    _text_column("subject", _("Subject"), F("effective_subject"), needs=("subject",)),
    _text_column(
        "salesperson",
        _("Salesperson"),
        F("salesperson__name"),
        F("segment__salesperson__name"),
        F("contact__salesperson__name"),
        BLANK,
    ),
    _text_column(
        "campaign",
        _("Campaign"),
        F("campaign__number"),
        F("segment__campaign__number"),
        F("template__campaign__number"),
        F("segment__template__campaign__number"),
        BLANK,
    ),
    _value_column("date", _("Date")),
    _value_column("cost", _("Cost"), number=True),
    _value_column("duration", _("Duration (minutes)"), number=True),
    LineColumn(
        "evaluation",
        _("Evaluation"),
        Case(
            *(
                When(evaluation=value, then=Value(rank))
                for rank, value in enumerate(Evaluation.values)
            ),
            default=Value(len(Evaluation.values)),
        ),
    ),
    LineColumn("personal_text", _("Personal text")),
    _value_column("email_form", _("Form of the e-mail")),
    _value_column("information_flow", _("Information flow")),
    _value_column("initiated_by", _("Initiated by")),
    _value_column("campaign_target", _("Campaign target")),
    _value_column("campaign_response", _("Campaign response")),
    LineColumn("alternative_address", _("Alternative address")),
)
OF_CONTACT = (
    "position",
    "number",
    "name",
    "company",
    "job_title",
    "city",
    "phone",
    "mobile",
    "email",
)
# Those a line may have a value of its own for; named like the value.
OWN_COLUMNS = tuple(
    column for column in COLUMNS if column.code not in (*OF_CONTACT, BY_COPY_OF)
)
BY_CODE = {column.code: column for column in COLUMNS}


def known_columns(codes: Iterable[Any]) -> list[LineColumn]:
    """Return these columns in their usual order; a name is always among them."""
    wanted = {code for code in codes if isinstance(code, str)} | {ALWAYS}
    return [column for column in COLUMNS if column.code in wanted]


class LineColumnsManager(models.Manager):
    def of(self, user: Any) -> list[LineColumn]:
        """Return the columns this user looks at."""
        chosen = self.filter(user_id=user.pk).values_list("columns", flat=True).first()
        return known_columns(USUAL if chosen is None else chosen)


class LineColumns(models.Model):
    """The columns that a user chose for the lines of every segment."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="+",
        primary_key=True,
    )
    columns = models.JSONField(_("columns"), default=list)

    objects = LineColumnsManager()

    class Meta:
        verbose_name = _("columns of lines")
        verbose_name_plural = _("columns of lines")

    def __str__(self) -> str:
        return ", ".join(self.columns)
