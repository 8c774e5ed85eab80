"""Dates in criteria: which day is in, which is not, and whose midnight counts."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from contacts.tests.factories import make_person
from interactions.tests.factories import make_entry
from segments_app.tests.criteria.asking import found, has, where
from segments_app.tests.factories import TODAY

pytestmark = pytest.mark.django_db

OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def contacted():
    """One contact for each day around today, named by how long ago it was."""
    for days in (-1, 0, 1, 29, 30, 31):
        person = make_person(f"{days:+} ago")
        make_entry(person, date=TODAY - datetime.timedelta(days=days))


def on(op, value):
    return found(has("interaction", where("date", op, value)))


class TestDays:
    @pytest.mark.parametrize(
        ("op", "value", "expected"),
        [
            ("within_days", 30, ["+0 ago", "+1 ago", "+29 ago", "+30 ago"]),
            ("within_days", 0, ["+0 ago"]),
            ("older_than_days", 30, ["+31 ago"]),
            ("older_than_days", 29, ["+30 ago", "+31 ago"]),
            ("older_than_days", 0, ["+1 ago", "+29 ago", "+30 ago", "+31 ago"]),
            ("is", "2026-11-20", ["+0 ago"]),
            ("before", "2026-11-20", ["+1 ago", "+29 ago", "+30 ago", "+31 ago"]),
            ("after", "2026-11-20", ["-1 ago"]),
            ("between", ["2026-10-21", "2026-10-22"], ["+29 ago", "+30 ago"]),
            ("between", ["2026-10-21", "2026-10-21"], ["+30 ago"]),
            ("between", ["2026-11-21", "9999-12-31"], ["-1 ago"]),
            ("before", "0001-01-01", []),
            ("after", "9999-12-31", []),
            ("is", "9999-12-31", []),
            ("within_days", 100_000, [*"+0 +1 +29 +30 +31".split()]),
        ],
    )
    def test_the_borders(self, contacted, op, value, expected):
        expected = [name if " " in name else f"{name} ago" for name in expected]
        assert on(op, value) == sorted(expected)

    def test_relative_dates_move_with_today(self, contacted):
        asked = has("interaction", where("date", "within_days", 1))
        tomorrow = TODAY + datetime.timedelta(days=1)
        assert found(asked) == ["+0 ago", "+1 ago"]
        assert found(asked, today=tomorrow) == ["+0 ago", "-1 ago"]

    def test_not_contacted_in_90_days(self, contacted):
        make_person("never")
        old = make_person("long ago")
        make_entry(old, date=TODAY - datetime.timedelta(days=91))
        recently = has("interaction", where("date", "within_days", 90))
        assert found({"not": recently}) == ["-1 ago", "long ago", "never"]


class TestMoments:
    """Created and last changed are moments; a day of them is a day of TIME_ZONE."""

    @pytest.fixture
    def around_midnight(self):
        for name, moment in {
            "19th, 23:59": datetime.datetime(2026, 11, 19, 23, 59, 59, tzinfo=OSLO),
            "20th, 00:00": datetime.datetime(2026, 11, 20, 0, 0, tzinfo=OSLO),
            "20th, 23:59": datetime.datetime(2026, 11, 20, 23, 59, 59, tzinfo=OSLO),
            "21st, 00:00": datetime.datetime(2026, 11, 21, 0, 0, tzinfo=OSLO),
        }.items():
            make_person(name, created_at=moment)

    @pytest.mark.parametrize(
        ("op", "value", "expected"),
        [
            ("is", "2026-11-20", ["20th, 00:00", "20th, 23:59"]),
            ("before", "2026-11-20", ["19th, 23:59"]),
            ("after", "2026-11-20", ["21st, 00:00"]),
            (
                "between",
                ["2026-11-19", "2026-11-20"],
                ["19th, 23:59", "20th, 00:00", "20th, 23:59"],
            ),
            ("within_days", 0, ["20th, 00:00", "20th, 23:59"]),
            ("within_days", 1, ["19th, 23:59", "20th, 00:00", "20th, 23:59"]),
            ("older_than_days", 0, ["19th, 23:59"]),
            ("older_than_days", 1, []),
            ("before", "0001-01-01", []),
            ("after", "0001-01-01", "all"),
            ("after", "9999-12-31", []),
            ("is", "9999-12-31", []),
            ("between", ["0001-01-01", "9999-12-31"], "all"),
        ],
    )
    def test_the_borders(self, around_midnight, op, value, expected):
        if expected == "all":
            expected = ["19th, 23:59", "20th, 00:00", "20th, 23:59", "21st, 00:00"]
        assert found(where("created_at", op, value)) == expected

    def test_a_day_of_25_hours_is_one_day(self):
        night = datetime.datetime(2026, 10, 24, 22, 0, tzinfo=datetime.UTC)
        for hours in (0, 24, 25):
            moment = night + datetime.timedelta(hours=hours)
            make_person(f"after {hours} hours", created_at=moment)
        assert found(where("created_at", "is", "2026-10-25")) == [
            "after 0 hours",
            "after 24 hours",
        ]

    def test_another_time_zone_of_the_installation_has_another_midnight(
        self, around_midnight, settings
    ):
        settings.TIME_ZONE = "America/New_York"
        assert found(where("created_at", "is", "2026-11-20")) == [
            "20th, 23:59",
            "21st, 00:00",
        ]
