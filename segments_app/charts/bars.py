"""Bars beside each other, one group for each label, on a scale of round numbers.

Coordinates are whole: a page writes them as they are, in every language. Bars of one
group stand on the bounds of their shares, so that rounding never adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 12, 28
MOST_STEPS = 5
NARROWEST_LABEL = 72  # what a date takes in the middle of the axis


@dataclass(frozen=True)
class Series:
    """Figures of one kind, one for each label."""

    label: str
    values: Sequence[int]


@dataclass(frozen=True)
class Bar:
    """One figure; `series` is the place of its series, from 1."""

    x: int
    y: int
    width: int
    height: int
    series: int


@dataclass(frozen=True)
class Mark:
    """Where an axis says something: a label, or a figure of the scale."""

    at: int
    says: str | int


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn, and the same figures as rows of a table."""

    labels: Sequence[str]
    series: Sequence[Series]
    bars: Sequence[Bar]
    scale: Sequence[Mark]
    axis: Sequence[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """Each label with its figure in every series."""
        return [
            (label, [one.values[place] for one in self.series])
            for place, label in enumerate(self.labels)
        ]

    @property
    def totals(self) -> list[int]:
        return [sum(one.values) for one in self.series]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not any(self.totals)


def bar_chart(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Return the chart of these figures, none of them below zero."""
    highest = max((value for one in series for value in one.values), default=0)
    step = _step(highest)
    top = max(-(-highest // step), 1) * step
    return Chart(
        labels=labels,
        series=series,
        bars=_bars(len(labels), series, top),
        scale=[Mark(_y(value, top), value) for value in range(0, top + 1, step)],
        axis=_axis(labels),
    )


def _step(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 .. that needs few lines for the highest."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if highest <= factor * power * MOST_STEPS:
                return factor * power
        power *= 10


def _bars(groups: int, series: Sequence[Series], top: int) -> list[Bar]:
    """Bars fill four fifths of their group; the rest of it is the gap."""
    share = 0.8 / max(len(series), 1)
    ground = _y(0, top)
    bars = []
    for place in range(groups):
        for number, one in enumerate(series):
            if not one.values[place]:
                continue
            begin = place + 0.1 + share * number
            x, end = _x(begin, groups), _x(begin + share, groups)
            y = min(_y(one.values[place], top), ground - 1)  # one of many is seen too
            bars.append(Bar(x, y, max(end - x, 1), ground - y, number + 1))
    return bars


def _axis(labels: Sequence[str]) -> list[Mark]:
    """As many labels as there is room for, the first one always."""
    if not labels:
        return []
    share = (WIDTH - LEFT - RIGHT) / len(labels)
    every = max(-(-NARROWEST_LABEL // max(int(share), 1)), 1)
    return [
        Mark(_x(place + 0.5, len(labels)), label)
        for place, label in enumerate(labels)
        if place % every == 0
    ]


def _x(place: float, groups: int) -> int:
    return LEFT + round((WIDTH - LEFT - RIGHT) * place / groups)


def _y(value: int, top: int) -> int:
    return HEIGHT - BOTTOM - round((HEIGHT - TOP - BOTTOM) * value / top)
