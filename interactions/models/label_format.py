"""Sheets of labels that are bought, as the administrator measured them."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.fields import CodedModel

from ..paper import LabelSheet, SheetError


class Millimetres(models.DecimalField):
    """A length on paper."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs |= {"max_digits": 6, "decimal_places": 2}
        kwargs.setdefault("validators", [MinValueValidator(0)])
        super().__init__(*args, **kwargs)


class LabelFormat(CodedModel):
    """A sheet of labels beside the usual ones; lengths are millimetres."""

    page_width = Millimetres(_("width of the page (mm)"), default=210)
    page_height = Millimetres(_("height of the page (mm)"), default=297)
    top = Millimetres(_("top margin (mm)"))
    left = Millimetres(_("left margin (mm)"))
    columns = models.PositiveSmallIntegerField(
        _("columns"), validators=[MinValueValidator(1)]
    )
    rows = models.PositiveSmallIntegerField(
        _("rows"), validators=[MinValueValidator(1)]
    )
    width = Millimetres(_("width of a label (mm)"))
    height = Millimetres(_("height of a label (mm)"))
    gap_across = Millimetres(_("gap between columns (mm)"), default=0)
    gap_down = Millimetres(_("gap between rows (mm)"), default=0)

    class Meta(CodedModel.Meta):
        verbose_name = _("label format")
        verbose_name_plural = _("label formats")

    def clean(self) -> None:
        super().clean()
        measures = (getattr(self, name) for name in MEASURES)
        if any(value is None for value in measures):
            return
        try:
            self.sheet.check()
        except SheetError as error:
            raise ValidationError(str(error)) from error

    @property
    def sheet(self) -> LabelSheet:
        """The places of its labels."""
        lengths = {name: float(getattr(self, name)) for name in LENGTHS}
        return LabelSheet(
            self.description or self.code,
            columns=self.columns,
            rows=self.rows,
            **lengths,
        )


LENGTHS = (
    "page_width",
    "page_height",
    "top",
    "left",
    "width",
    "height",
    "gap_across",
    "gap_down",
)
MEASURES = (*LENGTHS, "columns", "rows")
