"""I8: statistics of interactions, as Business Central's own tests ask."""

import datetime

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import InteractionGroup, InteractionLogEntry
from interactions.panels import statistics
from interactions.tests.factories import make_entry, make_template
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


def sums_of(group):
    sums = group.entries.sums()
    return sums["number"], sums["cost"], sums["duration"]


def test_logging_a_segment_counts_for_the_group_of_its_template():
    """MInteraction.OpenInteractionGroupStatistics"""
    template = make_template(correspondence_type="", unit_cost=8, unit_duration=4)
    segment = make_segment(make_person("Anna Dahl"), template=template)
    log_segment(segment=segment, user=None, at=NOW)
    assert sums_of(template.group) == (1, 8, 4)


def test_two_templates_of_one_group_are_summed_up(admin_client):
    """MInteraction.InteractionGroupStatistics"""
    anna = make_person("Anna Dahl")
    for code, cost, duration in (("CALL", 3, 10), ("VISIT", 20, 60)):
        make_entry(anna, template=make_template(code), cost=cost, duration=duration)
    make_entry(anna, template=make_template("NOT"), cost=99, cancelled=True)
    group = InteractionGroup.objects.get()
    assert sums_of(group) == (2, 23, 70)
    page = admin_client.get(
        reverse("admin:interactions_interactiongroup_change", args=[group.pk])
    )
    assert "23" in page.content.decode()
    assert "70" in page.content.decode()


def test_a_contact_tells_number_cost_and_duration():
    """MContacts.InteractionStatisticsOnContact"""
    anna = make_person("Anna Dahl")
    make_entry(anna, cost=12, duration=7)
    shown = statistics(anna, None)["statistics"]
    assert (shown["number"], shown["cost"], shown["duration"]) == (1, 12, 7)


def test_the_last_days_leave_out_what_failed_and_what_others_began():
    """6.8 and 1.2: the day of the last interaction, and of the last attempt."""
    anna = make_person("Anna Dahl")
    for day, values in (
        (1, {"initiated_by": "us"}),
        (2, {"initiated_by": "us", "attempt_failed": True}),
        (3, {"initiated_by": "them"}),
        (4, {"initiated_by": "us", "cancelled": True}),
        (5, {"initiated_by": "us", "postponed": True}),
    ):
        make_entry(anna, date=datetime.date(2026, 5, day), **values)
    shown = InteractionLogEntry.objects.of_contact(anna).statistics()
    assert (shown["last_contact"].day, shown["last_attempt"].day) == (3, 2)
