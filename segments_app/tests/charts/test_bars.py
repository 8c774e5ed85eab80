"""A chart is computed to the last coordinate, so whole results are compared."""

import pytest

from segments_app.charts import Bar, Chart, Mark, Series, bar_chart


def test_two_weeks_of_letters_and_answers():
    letters, answers = Series("Letters", [8, 4]), Series("Answers", [0, 1])
    assert bar_chart(["1 June", "8 June"], [letters, answers]) == Chart(
        labels=["1 June", "8 June"],
        series=[letters, answers],
        bars=[
            Bar(x=83, y=12, width=109, height=200, series=1),
            Bar(x=355, y=112, width=109, height=100, series=1),
            Bar(x=464, y=187, width=109, height=25, series=2),
        ],
        scale=[Mark(212, 0), Mark(162, 2), Mark(112, 4), Mark(62, 6), Mark(12, 8)],
        axis=[Mark(192, "1 June"), Mark(464, "8 June")],
    )


def test_the_table_says_what_the_bars_say():
    chart = bar_chart(["a", "b"], [Series("x", [1, 2]), Series("y", [3, 0])])
    assert (chart.rows, chart.totals) == ([("a", [1, 3]), ("b", [2, 0])], [3, 3])


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (11, [0, 5, 10, 15]),
        (99, [0, 20, 40, 60, 80, 100]),
        (1_000_001, [0, 500_000, 1_000_000, 1_500_000]),
    ],
)
def test_the_scale_is_of_round_numbers_and_has_room_for_the_highest(highest, scale):
    chart = bar_chart(["now"], [Series("x", [highest])])
    assert [mark.says for mark in chart.scale] == scale


def test_one_of_a_million_is_seen_and_nothing_is_not_drawn():
    chart = bar_chart(["a", "b", "c"], [Series("x", [1_000_000, 1, 0])])
    assert [(bar.y, bar.height) for bar in chart.bars] == [(12, 200), (211, 1)]


def test_a_year_of_weeks_stays_inside_and_says_few_dates():
    values = [7] * 54
    series = [Series("x", values), Series("y", values)]
    chart = bar_chart([str(week) for week in range(54)], series)
    assert [mark.says for mark in chart.axis] == [
        str(week) for week in range(0, 54, 12)
    ]
    assert len(chart.bars) == 108
    assert min(bar.x for bar in chart.bars) >= chart.left
    assert max(bar.x + bar.width for bar in chart.bars) <= chart.right
    for bar, following in zip(chart.bars, chart.bars[1:], strict=False):
        assert bar.x + bar.width <= following.x


@pytest.mark.parametrize(
    ("labels", "series"), [([], []), ([], [Series("x", [])]), (["a"], [])]
)
def test_without_figures_there_is_an_empty_chart(labels, series):
    chart = bar_chart(labels, series)
    assert (chart.bars, chart.is_empty) == ([], True)
    assert [mark.says for mark in chart.scale] == [0, 1]
