"""The page that says why somebody is on a segment, or why not."""

import pytest
from django.urls import reverse

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.models import SegmentStep
from segments_app.services import (
    add_by_hand,
    add_contacts,
    go_to_step,
    log_segment,
    reduce_contacts,
    refine_contacts,
    remove_by_hand,
)
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment, these
from segments_app.tests.views.users import READER, logged_in

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db

IN_OSLO = where("city", "is", "Oslo")
IN_NEWS = has("mailing_group", where("code", "is", "NEWS"))


def take(step, segment, criteria, **options):
    return step(segment=segment, criteria=criteria, options=options, user=None, at=NOW)


def page(browser, segment, contact=None, **asked):
    if contact is not None:
        asked["contact"] = contact.pk
    return browser.get(reverse("segments:why", args=[segment.pk]), asked)


def verdict(browser, segment, contact):
    return page(browser, segment, contact).context["verdict"]


@pytest.fixture
def anna_dahl():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"), city="Oslo")


class TestTheSentence:
    def test_on_by_criteria(self, rolf, anna_dahl):
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO)
        assert verdict(rolf, segment, anna_dahl) == (
            "Anna Dahl is on the segment: step 1, Add contacts, put the contact on it:"
            " city is “Oslo”."
        )

    def test_on_by_hand(self, rolf, anna_dahl):
        rolf_user = rolf.get("/").wsgi_request.user
        segment = make_segment()
        add_by_hand(segment=segment, contacts=these(anna_dahl), user=rolf_user, at=NOW)
        assert verdict(rolf, segment, anna_dahl) == (
            "Anna Dahl is on the segment: rolf added the contact in step 1, By hand,"
            " on Nov. 20, 2026."
        )

    def test_on_because_of_a_colleague(self, rolf, anna_dahl):
        bo = make_person("Bo Lie", company=anna_dahl.company)
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO, expand_companies=True)
        assert verdict(rolf, segment, bo) == (
            "Bo Lie is on the segment: step 1, Add contacts, put the contact on it:"
            " Anna Dahl fits, and counts for the whole organisation: city is “Oslo”."
        )

    def test_off_by_each_kind(self, rolf, anna_dahl):
        segment = make_segment()
        take(add_contacts, segment, None, all_contacts=True)
        take(reduce_contacts, segment, IN_OSLO)
        assert verdict(rolf, segment, anna_dahl) == (
            "Anna Dahl is not on the segment: step 2, Reduce contacts, took the contact"
            " off: city is “Oslo”."
        )
        go_to_step(segment=segment, position=1, user=None)
        take(refine_contacts, segment, where("city", "is", "Moss"))
        assert verdict(rolf, segment, anna_dahl) == (
            "Anna Dahl is not on the segment: step 2, Refine contacts, kept only"
            " others: city is “Moss”."
        )
        go_to_step(segment=segment, position=1, user=None)
        remove_by_hand(segment=segment, contacts=these(anna_dahl), user=None, at=NOW)
        assert verdict(rolf, segment, anna_dahl) == (
            "Anna Dahl is not on the segment: Somebody took the contact off in step 2,"
            " By hand, on Nov. 20, 2026."
        )

    def test_never_on_it(self, rolf, anna_dahl):
        segment = make_segment()
        start = "Anna Dahl is not on the segment: "
        assert (
            verdict(rolf, segment, anna_dahl) == f"{start}no step has been taken yet."
        )
        take(add_contacts, segment, where("city", "is", "Moss"))
        assert verdict(rolf, segment, anna_dahl) == f"{start}no step found the contact."
        Contact.objects.filter(pk=anna_dahl.pk).update(city="Moss")
        assert verdict(rolf, segment, anna_dahl) == (
            f"{start}no step found the contact when it was taken. Step 1 would today."
        )
        Contact.objects.filter(pk=anna_dahl.pk).update(privacy_blocked=True)
        assert verdict(rolf, segment, anna_dahl) == (
            f"{start}Privacy blocked. Such contacts are kept out."
        )


def test_every_condition_says_whether_it_holds_and_what_there_is(rolf, anna_dahl):
    news = MailingGroup.objects.create(code="NEWS")
    vip = MailingGroup.objects.create(code="VIP", description="Good friends")
    ContactMailingGroup.objects.create(contact=anna_dahl, mailing_group=vip)
    segment = make_segment()
    take(add_contacts, segment, {"all": [IN_OSLO, IN_NEWS]})
    seen = text(page(rolf, segment, anna_dahl))
    assert "Today the contact does not fit" in seen
    assert "The contact was not on the segment, and did not come." in seen
    assert "VIP Good friends" in seen
    assert "changed since" not in seen
    ContactMailingGroup.objects.create(contact=anna_dahl, mailing_group=news)
    assert "Taken today, the step would leave the contact on the segment" in text(
        page(rolf, segment, anna_dahl)
    )


def test_undone_steps_stand_apart(rolf, anna_dahl):
    segment = make_segment(anna_dahl)
    take(reduce_contacts, segment, IN_OSLO)
    go_to_step(segment=segment, position=1, user=None)
    shown = page(rolf, segment, anna_dahl)
    assert shown.context["is_on"] is True
    assert [each.step.position for each in shown.context["undone"]] == [2]
    assert "Undone steps" in text(shown)


@pytest.mark.parametrize(
    "kind", ["replace", "refresh", "combine", "one_per_address", "by_hand"]
)
def test_any_kind_of_step_is_shown(rolf, anna_dahl, kind):
    segment = make_segment(anna_dahl)
    recipe = [
        {"kind": "by_hand", "criteria": None, "options": {}, "step": 1},
        {"kind": "add", "criteria": IN_OSLO, "options": {}, "step": 2},
    ]
    SegmentStep.objects.create(segment=segment, position=2, kind=kind, recipe=recipe)
    type(segment).objects.update(position=2)
    shown = page(rolf, segment, anna_dahl)
    assert shown.status_code == 200
    assert shown.context["steps"][1].outcome == (
        "The contact was on the segment and stayed."
    )
    assert "It stands for these steps" in text(shown)


class TestSearch:
    def test_anybody_is_found_on_the_segment_or_not(self, rolf, anna_dahl):
        make_person("Anna Berg")
        segment = make_segment(anna_dahl)
        shown = page(rolf, segment, search="anna")
        assert [(each.name, each.is_in) for each in shown.context["found"]] == [
            ("Anna Berg", False),
            ("Anna Dahl", True),
        ]
        assert f"?contact={anna_dahl.pk}" in text(shown)

    def test_nobody_fits(self, rolf, anna_dahl):
        assert "No contact fits" in text(page(rolf, make_segment(), search="zzz"))

    def test_only_so_many_are_shown(self, rolf):
        for number in range(25):
            make_person(f"Anna {number:02}")
        shown = page(rolf, make_segment(), search="anna")
        assert len(shown.context["found"]) == 20
        assert "Only the first 20 are shown" in text(shown)

    def test_a_page_without_a_question_invites(self, rolf):
        assert "Search a contact" in text(page(rolf, make_segment()))


@pytest.mark.parametrize("asked", ["0", "x", "-1", "9" * 30, "1%00", "١"])
def test_what_is_no_contact_is_not_found(rolf, asked):
    url = reverse("segments:why", args=[make_segment().pk])
    assert rolf.get(f"{url}?contact={asked}").status_code == 404


def test_who_may_look(stranger, anna_dahl):
    segment = make_segment()
    assert page(stranger, segment, anna_dahl).status_code == 302
    segments_only = logged_in(READER)
    assert page(segments_only, segment, anna_dahl).status_code == 403
    detail = segments_only.get(segment.get_absolute_url())
    assert reverse("segments:why", args=[segment.pk]) not in text(detail)


def test_the_worksheet_leads_here(rolf, anna_dahl):
    segment = make_segment(anna_dahl)
    seen = text(rolf.get(segment.get_absolute_url()))
    url = reverse("segments:why", args=[segment.pk])
    assert f'href="{url}"' in seen
    assert f'href="{url}?contact={anna_dahl.pk}"' in seen


def test_a_segment_logged_meanwhile_leads_there(anne, anna_dahl):
    segment = letter_segment()
    where_to = reverse("segments:why", args=[segment.pk])
    logged = log_segment(segment=segment, user=None, at=NOW)
    assert anne.get(where_to).url == logged.get_absolute_url()


def test_the_page_costs_the_same_whoever_is_asked_about(
    rolf, anna_dahl, django_assert_max_num_queries
):
    MailingGroup.objects.create(code="NEWS")
    segment = make_segment()
    take(add_contacts, segment, {"any": [IN_OSLO, IN_NEWS]}, expand_companies=True)
    take(reduce_contacts, segment, {"not": IN_NEWS})
    for _size in ("few", "many"):
        with django_assert_max_num_queries(15):
            page(rolf, segment, anna_dahl)
        for number in range(30):
            make_person(f"Many {number}", company=anna_dahl.company, city="Oslo")
