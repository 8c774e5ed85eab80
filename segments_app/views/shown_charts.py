"""Charts over time, from what was counted to what a page shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ..charts import Chart, Period, Series, bar_chart, starts_of

COLUMNS = {
    Period.DAY: _("Day"),
    Period.WEEK: _("Week from"),
    Period.MONTH: _("Month"),
    Period.YEAR: _("Year"),
}
FORMATS = {
    Period.DAY: "SHORT_DATE_FORMAT",
    Period.WEEK: "SHORT_DATE_FORMAT",
    Period.MONTH: "YEAR_MONTH_FORMAT",
    Period.YEAR: "Y",
}


def chart_over_time(
    counts: Mapping[date, Mapping[str, int]],
    *,
    period: Period,
    first: date,
    last: date,
    series: Mapping[str, Any],
) -> Chart:
    """Return the chart of counts by the first days of their periods.

    A period without a count stands as nothing. `series` are the labels of the
    counts, by name.
    """
    starts = starts_of(period, first, last)
    return bar_chart(
        [date_format(start, FORMATS[period]) for start in starts],
        [
            Series(str(label), [counts.get(start, {}).get(name, 0) for start in starts])
            for name, label in series.items()
        ],
    )
