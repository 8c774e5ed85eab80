"""The page that puts a segment's contacts into a mailing group."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_person
from interactions.models import LoggedSegment
from segments_app.services import log_segment
from segments_app.services.apply_mailing_group import GroupEffect
from segments_app.services.delete_segment import delete_segment
from segments_app.tests.factories import NOW, make_segment, version_at
from segments_app.tests.views.log_side import letter_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    """Dag is in it."""
    group = MailingGroup.objects.create(code="NEWS")
    ContactMailingGroup.objects.create(
        contact=make_person("Dag Ek"), mailing_group=group
    )
    return group


@pytest.fixture
def segment():
    return make_segment(make_person("Anna Dahl"))


def at(segment):
    return reverse("segments:mailing_group", args=[segment.pk])


def members(group):
    links = group.links.order_by("contact__name")
    return list(links.values_list("contact__name", flat=True))


@contextmanager
def gone_meanwhile(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen once the page has read the mailing group."""
    done = []

    def watch(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not done and 'FROM "contacts_mailinggroup" WHERE' in sql:
            done.append(True)
            happens()
        return answer

    with connection.execute_wrapper(watch):
        yield
    assert done


def said(page):
    return " ".join(page.content.decode().split())


def test_shows_what_would_happen_then_does_it(anne, segment, news):
    page = anne.get(at(segment), {"group": news.pk})
    assert page.context["effect"] == GroupEffect(added=1)
    assert members(news) == ["Dag Ek"]
    seen = {
        "group": news.pk,
        "expected_version": version_at(segment, 1),
        "expected_removed": 0,
    }
    done = anne.post(at(segment), seen, follow=True)
    assert "1 contact is put into mailing group NEWS." in said(done)
    assert members(news) == ["Anna Dahl", "Dag Ek"]


def test_asks_before_others_are_taken_out(anne, segment, news):
    asked = {"group": news.pk, "purge": "on"}
    assert "Take 1 contact out of the mailing group?" in said(
        anne.get(at(segment), asked)
    )
    unseen = anne.post(at(segment), asked)
    assert "Look at the numbers first" in said(unseen)
    seen = asked | {"expected_version": version_at(segment, 1), "expected_removed": 0}
    assert "The mailing group changed" in said(anne.post(at(segment), seen))
    assert members(news) == ["Dag Ek"]
    seen["expected_removed"] = 1
    assert "1 contact is taken out." in said(anne.post(at(segment), seen, follow=True))
    assert members(news) == ["Anna Dahl"]


def test_who_may_not_take_out_is_not_offered_it(anne, segment, news):
    user = anne.user if hasattr(anne, "user") else None
    permission = Permission.objects.get(codename="delete_contactmailinggroup")
    permission.group_set.clear()
    assert user is None or not user.has_perm("contacts.delete_contactmailinggroup")
    seen = {"group": news.pk, "purge": "on", "expected_version": version_at(segment, 1)}
    anne.post(at(segment), seen | {"expected_removed": 0})
    assert members(news) == ["Anna Dahl", "Dag Ek"]


def test_only_who_may_make_set_up_makes_a_group(anne, segment):
    new = {"group": "", "code": "summer", "description": "Summer letters"}
    page = anne.get(at(segment), new)
    assert "This field is required." in said(page)
    Permission.objects.get(codename="add_mailinggroup").group_set.set(
        Permission.objects.get(codename="add_segment").group_set.all()
    )
    assert anne.get(at(segment), new).context["effect"] == GroupEffect(added=1)
    assert MailingGroup.objects.count() == 0
    anne.post(
        at(segment),
        new | {"expected_version": version_at(segment, 1), "expected_removed": 0},
    )
    assert members(MailingGroup.objects.get(code="SUMMER")) == ["Anna Dahl"]
    assert "already exists" in said(anne.get(at(segment), new))


def test_a_segment_that_is_gone_meanwhile_leads_to_what_it_became(mona, news):
    """It is logged or deleted after the page found it and before it claims it."""
    segment = letter_segment(1)
    seen = {
        "group": news.pk,
        "expected_version": version_at(segment, 1),
        "expected_removed": 0,
    }
    with gone_meanwhile(lambda: log_segment(segment=segment, user=None, at=NOW)):
        answer = mona.post(at(segment), seen)
    logged = LoggedSegment.objects.get()
    assert (answer.status_code, answer.url) == (302, logged.get_absolute_url())
    deleted = make_segment(make_person("Bo Lie"))
    with gone_meanwhile(lambda: delete_segment(segment=deleted)):
        assert mona.post(at(deleted), seen).status_code == 404
    assert members(news) == ["Dag Ek"]


def test_all_groups_are_shown_only_to_who_may_see_mailing_groups(anne, segment, news):
    assert at(segment) in said(anne.get(segment.get_absolute_url()))
    Permission.objects.get(codename="view_mailinggroup").group_set.clear()
    assert at(segment) not in said(anne.get(segment.get_absolute_url()))
    for answer in (anne.get(at(segment)), anne.post(at(segment), {"group": news.pk})):
        assert answer.status_code == 403


def test_an_empty_segment_is_told(anne):
    assert "Nobody is on this segment" in said(anne.get(at(make_segment())))


def test_who_may_only_read_is_refused(rolf, segment, news):
    assert rolf.get(at(segment)).status_code == 403
    assert rolf.post(at(segment), {"group": news.pk}).status_code == 403
