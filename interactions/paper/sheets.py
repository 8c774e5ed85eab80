"""Sheets of labels: where each label is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

# Makers round their measures.
TOLERANCE = 0.11
LEAST = 10.0


class SheetError(ValueError):
    """Measures that do not fit each other; the message says which."""


@dataclass(frozen=True)
class LabelSheet:
    """A sheet of labels, in millimetres. Gaps are those between two labels."""

    name: str
    page_width: float
    page_height: float
    top: float
    left: float
    columns: int
    rows: int
    width: float
    height: float
    gap_across: float = 0.0
    gap_down: float = 0.0

    @property
    def labels(self) -> int:
        """How many are on a sheet."""
        return self.columns * self.rows

    def check(self) -> None:
        """Refuse labels that reach over the edge of the page. Raises SheetError."""
        if self.width < LEAST or self.height < LEAST:
            raise SheetError(_("A label is at least 10 mm wide and high."))
        across = self.left + self._extent(self.columns, self.width, self.gap_across)
        if across > self.page_width + TOLERANCE:
            raise SheetError(
                _(
                    "The labels reach to %(reach)s mm, and the page is only %(page)s "
                    "mm wide. Make the left margin, the gaps or the labels smaller."
                )
                % {"reach": _number(across), "page": _number(self.page_width)}
            )
        down = self.top + self._extent(self.rows, self.height, self.gap_down)
        if down > self.page_height + TOLERANCE:
            raise SheetError(
                _(
                    "The labels reach to %(reach)s mm, and the page is only %(page)s "
                    "mm high. Make the top margin, the gaps or the labels smaller."
                )
                % {"reach": _number(down), "page": _number(self.page_height)}
            )

    def place(self, position: int) -> tuple[float, float]:
        """Return left and top of a label, the first of the sheet being 0.

        They are counted along the rows.
        """
        row, column = divmod(position, self.columns)
        return (
            self.left + column * (self.width + self.gap_across),
            self.top + row * (self.height + self.gap_down),
        )

    def _extent(self, count: int, size: float, gap: float) -> float:
        return count * size + (count - 1) * gap


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


A4 = (210.0, 297.0)
LETTER = (215.9, 279.4)
USUAL_SHEETS = {
    sheet.name: sheet
    for sheet in (
        LabelSheet("Avery L7160", *A4, 15.1, 7.2, 3, 7, 63.5, 38.1, 2.5),
        LabelSheet("Avery L7161", *A4, 8.7, 7.2, 3, 6, 63.5, 46.6, 2.5),
        LabelSheet("Avery L7163", *A4, 15.1, 4.65, 2, 7, 99.1, 38.1, 2.5),
        LabelSheet("Avery L7165", *A4, 13.1, 4.65, 2, 4, 99.1, 67.7, 2.5),
        LabelSheet("Avery 3475", *A4, 4.5, 0.0, 3, 8, 70.0, 36.0),
        LabelSheet("Avery 5160", *LETTER, 12.7, 4.7625, 3, 10, 66.675, 25.4, 3.175),
    )
}
