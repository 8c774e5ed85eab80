"""The difference in the browser: looked at, searched, turned over, then taken."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from contacts.models import MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.choices import Moving
from segments_app.forms.criteria import from_json
from segments_app.models import SavedCriteria, SavedCriteriaStep, Segment
from segments_app.services import (
    add_contacts,
    go_to_step,
    log_segment,
    who,
)
from segments_app.services.time_limit import TakesTooLong
from segments_app.tests.factories import NOW, make_segment, names_on, version_at
from segments_app.tests.forms.test_criteria import posted
from segments_app.tests.views.test_criteria import form_of
from segments_app.tests.views.users import ASSISTANT, READER, logged_in
from segments_app.views import shown_difference

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}
IN_VOSS = {"field": "city", "op": "is", "value": "Voss"}
ANYWHERE = {"any": [IN_OSLO, {"not": IN_OSLO}]}
IN_GONE = {
    "has": "mailing_group",
    "where": {"field": "code", "op": "is", "value": "GONE"},
}


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """Anna is on it; she, Berit (blocked), Even (excluded) and Ida live in Oslo."""
    kaffe = make_company("Kaffe AS", city="Bergen", email="post@kaffe.example")
    anna = make_person("Anna Dahl", city="Oslo", company=kaffe)
    make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
    make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
    make_person("Ida Foss", city="Oslo", company=kaffe)
    return make_segment(anna)


def url(segment, kind="add"):
    return reverse("segments:difference", args=[segment.pk, kind])


def asking(criteria, *, position=1, **others):
    """What the page posts for these criteria."""
    proposed = {
        "criteria": json.dumps(criteria),
        "expected_version": version_at(Segment.objects.earliest("pk"), position),
    }
    return proposed | others


def look(client, segment, criteria, kind="add", **others):
    return client.post(url(segment, kind), asking(criteria, **others))


def shown(page):
    """The names on the page, with the reason where there is one."""
    return [
        f"{contact.name}: {reason}" if reason else contact.name
        for contact, reason in page.context["shown"]
    ]


def counts(page):
    return {moving.value: count for moving, _label, count in page.context["tabs"]}


def saved_as(code="OSLO", **values):
    saved = SavedCriteria.objects.create(code=code, **values)
    for position, (kind, criteria) in enumerate(
        [("add", {"any": [IN_OSLO, IN_BERGEN]}), ("reduce", IN_BERGEN)], start=1
    ):
        SavedCriteriaStep.objects.create(
            saved=saved, position=position, kind=kind, criteria=criteria
        )
    return saved


class TestLooking:
    def test_how_many_and_who_is_shown_and_nothing_is_done(self, client, segment):
        page = look(client, segment, IN_OSLO)
        assert counts(page) == {"entering": 1, "leaving": 0, "kept_out": 3}
        assert shown(page) == ["Ida Foss"]
        told = text(page)
        assert "city is “Oslo”" in told
        assert "1 contact enters" in told
        assert "1 contact is on the segment now</span>" in told
        assert "then 2 contacts on the segment</strong>" in told
        assert "Add 1 contact</button>" in told
        assert (names_on(segment), segment.steps.count()) == (["Anna Dahl"], 1)

    def test_who_is_kept_out_is_named_with_the_reason(self, client, segment):
        page = look(client, segment, IN_OSLO, moving="kept_out")
        assert shown(page) == [
            "Anna Dahl: Already in the segment",
            "Blocked Berit: Privacy blocked",
            "Excluded Even: Excluded from segments",
        ]
        page = look(client, segment, IN_OSLO, moving="kept_out", reason="excluded")
        assert shown(page) == ["Excluded Even: Excluded from segments"]
        assert "Excluded from segments (1)</option>" in text(page)

    def test_a_reason_is_asked_of_those_kept_out_only(self, client, segment):
        page = look(client, segment, IN_OSLO, moving="entering", reason="excluded")
        assert shown(page) == ["Ida Foss"]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("ida", ["Ida Foss"]),
            ("kaffe", ["Anna Dahl", "Ida Foss", "Kaffe AS"]),
            ("foss kaffe", ["Ida Foss"]),
            ("post@", ["Kaffe AS"]),
            ("bergen", ["Kaffe AS"]),
            ("nobody", []),
            ("", ["Anna Dahl", "Ida Foss", "Kaffe AS"]),
        ],
    )
    def test_names_are_searched(self, client, segment, search, found):
        go_to_step(segment=segment, position=0, user=None)
        page = look(
            client, segment, ANYWHERE, position=0, moving="entering", search=search
        )
        assert shown(page) == found
        assert ("None of these contacts fits" in text(page)) == (not found)

    @pytest.mark.parametrize(
        ("kind", "leaving", "label"),
        [("reduce", ["Anna Dahl"], "Take off 1 contact"), ("refine", [], None)],
    )
    def test_who_would_be_taken_off(self, client, segment, kind, leaving, label):
        page = look(client, segment, IN_OSLO, kind)
        assert (shown(page), page.context["apply"] or None) == (leaving, label)

    def test_options_travel_along(self, client, segment):
        page = look(client, segment, IN_OSLO, ignore_exclusion="on")
        assert shown(page) == ["Excluded Even", "Ida Foss"]
        assert ("ignore_exclusion", "on") in page.context["carried"]
        assert "Also contacts excluded from segments" in text(page)

    def test_small_proposals_stand_in_the_address(self, client, segment):
        page = client.get(url(segment), {"criteria": json.dumps(IN_OSLO)})
        assert shown(page) == ["Ida Foss"]


class TestPages:
    @pytest.fixture(autouse=True)
    def _small_pages(self, monkeypatch):
        monkeypatch.setattr(who, "NAMES_PER_PAGE", 2)

    def test_there_and_back(self, client, segment):
        for name in ("Ada Ek", "Eva Ek", "Ulla Ek"):
            make_person(name, city="Oslo")
        first = look(client, segment, IN_OSLO)
        assert shown(first) == ["Ada Ek", "Eva Ek"]
        place = first.context["page"].next
        second = look(client, segment, IN_OSLO, moving="entering", after=place)
        assert shown(second) == ["Ida Foss", "Ulla Ek"]
        assert second.context["page"].next is None
        place = second.context["page"].previous
        again = look(client, segment, IN_OSLO, moving="entering", before=place)
        assert shown(again) == shown(first)

    def test_only_the_names_are_exchanged_where_there_is_javascript(
        self, client, segment
    ):
        make_person("Ada Ek", city="Oslo")
        make_person("Eva Ek", city="Oslo")
        form = asking(IN_OSLO, moving="entering", search="ek")
        page = client.post(url(segment), form, headers={"HX-Request": "true"})
        assert shown(page) == ["Ada Ek", "Eva Ek"]
        assert "<html" not in text(page)
        assert "effect" not in page.context


def test_names_that_cannot_be_asked_for_any_more_make_way_for_the_reason(
    client, segment
):
    gone = {"has": "mailing_group", "where": {**IN_OSLO, "field": "code"}}
    form = asking(gone, moving="entering", search="ek")
    page = client.post(url(segment), form, headers={"HX-Request": "true"})
    assert page["HX-Retarget"] == page["HX-Reselect"] == "#content"
    assert "Oslo" in page.context["refused"]
    assert page.context["refused"] in text(page)


def test_a_search_that_takes_long_while_one_types_is_given_up(
    client, segment, monkeypatch
):
    def slow(*_arguments, **_options):
        raise TakesTooLong("This search takes too long while you type.")

    form = asking(IN_OSLO, moving="entering", search="x")
    monkeypatch.setattr(shown_difference, "time_limit", slow)
    typed = client.post(url(segment), form, headers={"HX-Request": "true"})
    assert "takes too long while you type" in text(typed)
    assert "None of these contacts fits" in text(client.post(url(segment), form))
    form["after"] = "1"
    turned = client.post(url(segment), form, headers={"HX-Request": "true"})
    assert "takes too long" not in text(turned)


class TestTaking:
    def test_what_was_shown_is_done_and_told(self, client, segment):
        form = asking(IN_OSLO, apply="yes", shown_total=2, ignore_exclusion="")
        done = client.post(url(segment), form, follow=True)
        assert names_on(segment) == ["Anna Dahl", "Excluded Even", "Ida Foss"]
        step = segment.steps.get(position=2)
        assert (step.criteria, step.user) == (IN_OSLO, client.user)
        assert step.options == {"ignore_exclusion": True}
        assert "2 contacts entered." in text(done)

    def test_a_change_of_the_contacts_in_between_is_told(self, client, segment):
        page = look(client, segment, IN_OSLO)
        total = page.context["effect"].total
        make_person("New Nora", city="Oslo")
        form = asking(IN_OSLO, apply="yes", shown_total=total)
        done = client.post(url(segment), form, follow=True)
        assert names_on(segment) == ["Anna Dahl", "New Nora", "Ida Foss"]
        assert "2 contacts entered. Kept out:" in text(done)
        assert (
            "Contacts changed since the difference was shown: then there would have "
            "been 2 contacts on the segment, now there are 3."
        ) in text(done)

    def test_as_it_was_shown_no_word_is_lost_about_it(self, client, segment):
        form = asking(IN_OSLO, apply="yes", shown_total=2)
        done = client.post(url(segment), form, follow=True)
        assert "Contacts changed" not in text(done)

    def test_somebody_else_was_faster(self, client, segment):
        add_contacts(segment=segment, criteria=IN_BERGEN, user=None, at=NOW)
        before = names_on(segment)
        page = client.post(url(segment), asking(IN_OSLO, apply="yes", shown_total=2))
        assert "Somebody else changed this segment" in text(page)
        assert (names_on(segment), segment.steps.count()) == (before, 2)
        assert shown(page) == ["Ida Foss"]
        again = page.context["step_form"]["expected_version"].value()
        client.post(url(segment), asking(IN_OSLO, apply="yes", expected_version=again))
        assert names_on(segment) == [*before, "Ida Foss"]

    def test_somebody_else_went_elsewhere_while_one_looked(self, client, segment):
        go_to_step(segment=segment, position=0, user=None)
        page = look(client, segment, IN_OSLO, moving="entering")
        assert "This is the difference to what it is now." in text(page)
        assert shown(page) == ["Anna Dahl", "Ida Foss"]
        assert page.context["step_form"]["expected_version"].value() == version_at(
            segment, 0
        )

    def test_undone_steps_are_dropped_only_when_that_was_said(self, client, segment):
        go_to_step(segment=segment, position=0, user=None)
        page = look(client, segment, IN_OSLO, position=0)
        assert "1 undone step is dropped for good." in text(page)
        form = asking(IN_OSLO, apply="yes", position=0)
        refused = client.post(url(segment), form)
        assert "Tick this to go on" in text(refused)
        assert segment.steps.get().kind == "by_hand"
        ticked = look(client, segment, IN_OSLO, position=0, drop_undone="on")
        assert "drop_undone" in text(ticked)
        assert ticked.context["step_form"]["drop_undone"].value() is True
        client.post(url(segment), form | {"drop_undone": "on"})
        assert names_on(segment) == ["Anna Dahl", "Ida Foss"]

    def test_a_segment_that_was_logged_leads_to_what_it_became(self, client):
        segment = letter_segment(1)
        address, form = url(segment), asking(IN_OSLO, apply="yes")
        logged = log_segment(segment=segment, user=None, at=NOW)
        assert client.post(address, form).url == logged.get_absolute_url()


class TestNothingToDo:
    @pytest.mark.parametrize(
        ("kind", "criteria", "told"),
        [
            ("add", IN_VOSS, "Nobody fits these criteria: nothing to do."),
            (
                "add",
                {"field": "name", "op": "starts_with", "value": "Blocked"},
                "Everybody who fits is in already or is kept out: nothing to do.",
            ),
            (
                "reduce",
                IN_VOSS,
                "Nobody on the segment fits: nobody would be taken off.",
            ),
            (
                "refine",
                IN_OSLO,
                "Everybody on the segment fits: nobody would be taken off.",
            ),
        ],
    )
    def test_it_says_so_and_offers_to_change_the_criteria(
        self, client, segment, kind, criteria, told
    ):
        page = look(client, segment, criteria, kind)
        assert told in text(page)
        assert 'name="apply"' not in text(page)
        assert "Change the criteria" in text(page)

    def test_an_empty_segment(self, client):
        page = look(client, make_segment(), IN_OSLO, "reduce", position=0)
        assert "The segment is empty: there is nobody to take off." in text(page)

    def test_everybody_is_said_before_it_is_done(self, client, segment):
        go_to_step(segment=segment, position=0, user=None)
        page = look(client, segment, ANYWHERE, position=0)
        assert "Every contact there is fits these criteria." in text(page)
        page = look(client, segment, None, position=0, all_contacts="on")
        assert "Every contact there is" not in text(page)
        assert counts(page)["entering"] == 3

    @pytest.mark.parametrize(
        ("kind", "criteria"), [("reduce", IN_OSLO), ("refine", IN_VOSS)]
    )
    def test_emptying_the_segment_is_said_before(self, client, segment, kind, criteria):
        page = look(client, segment, criteria, kind)
        assert "Nobody stays: everybody on the segment is taken off." in text(page)
        assert "Take off 1 contact" in text(page)

    @pytest.mark.parametrize("apply", [{}, {"apply": "yes"}])
    def test_a_group_that_was_deleted_meanwhile(self, client, segment, apply):
        page = look(client, segment, IN_GONE, **apply)
        assert text(page).count("There is no code GONE.") == 1
        assert "Change the criteria" in text(page)
        assert 'name="apply"' not in text(page)
        assert (names_on(segment), segment.steps.count()) == (["Anna Dahl"], 1)

    def test_nobody_was_asked_for(self, client, segment):
        page = look(client, segment, None)
        assert "choose all contacts expressly" in text(page)


class TestFromTheBuilderAndBack:
    def builder(self, segment, kind="add"):
        return reverse("segments:criteria", args=[segment.pk, kind])

    def test_what_was_typed_so_far_is_looked_at(self, client, segment):
        form = form_of(IN_OSLO, position=1, edit="difference", ignore_exclusion="on")
        page = client.post(self.builder(segment), form)
        assert shown(page) == ["Excluded Even", "Ida Foss"]
        assert dict(page.context["carried"]) == {
            "criteria": json.dumps(IN_OSLO),
            "ignore_exclusion": "on",
        }

    def test_unfinished_rows_are_finished_first(self, client, segment):
        form = form_of(IN_GONE, position=1, edit="difference")
        page = client.post(self.builder(segment), form)
        assert page.templates[0].name == "segments/criteria.html"
        assert "There is no code GONE." in text(page)
        assert not page.context["form"].errors

    def test_back_to_the_rows_with_everything_that_was_said(self, client, segment):
        criteria = {"all": [IN_OSLO, {"not": IN_VOSS}]}
        looked = look(client, segment, criteria, expand_companies="on")
        carried = dict(looked.context["carried"])
        back = carried | {"edit": "refresh", "expected_version": version_at(segment, 1)}
        page = client.post(looked.context["said"].back_url, back)
        assert posted(page.context["root"]) == posted(from_json(criteria))
        assert page.context["form"]["expand_companies"].value() is True
        assert page.context["form"]["expected_version"].value() == version_at(
            segment, 1
        )

    def test_back_from_everybody_to_no_rows_yet(self, client, segment):
        back = {"criteria": "null", "all_contacts": "on", "edit": "refresh"}
        page = client.post(self.builder(segment), back)
        assert page.context["root"].is_blank
        assert page.context["form"]["all_contacts"].value() is True

    @pytest.mark.parametrize("sent", ["", "{", "[" * 100_000, "9" * 5_000, '{"a": 1}'])
    def test_rows_that_are_none_are_a_bad_request(self, client, segment, sent):
        back = {"criteria": sent, "edit": "refresh"}
        status = client.post(self.builder(segment), back).status_code
        assert status == (200 if not sent else 400)


class TestReuse:
    def test_choosing_leads_to_the_difference(self, client, segment):
        saved = saved_as()
        chosen = {"saved": saved.pk, "mode": "replace", "search": ""}
        reuse = reverse("segments:reuse", args=[segment.pk])
        page = client.get(reuse, chosen, follow=True)
        assert counts(page) == {"entering": 1, "leaving": 0, "kept_out": 2}
        assert page.context["said"].steps == [
            ("Replace", "all contacts leave", []),
            ("Add contacts", "city is “Oslo” or city is “Bergen”", []),
            ("Reduce contacts", "city is “Bergen”", []),
        ]
        assert names_on(segment) == ["Anna Dahl"]

    def test_what_was_shown_is_done_step_by_step(self, client, segment):
        saved = saved_as()
        form = {
            "saved": saved.pk,
            "mode": "add",
            "expected_version": version_at(segment, 1),
        }
        looked = client.post(url(segment, "saved"), form)
        assert (shown(looked), looked.context["effect"].total) == (["Ida Foss"], 2)
        form |= {"apply": "yes", "shown_total": 2}
        done = client.post(url(segment, "saved"), form, follow=True)
        assert names_on(segment) == ["Anna Dahl", "Ida Foss"]
        assert "Add contacts: 2 contacts entered." in text(done)
        assert "Reduce contacts: 1 contact taken off." in text(done)
        assert "Contacts changed" not in text(done)

    def test_private_ones_of_somebody_else_are_not_found(self, client, segment):
        mine = saved_as("MINE", shared=False, owner=client.user)
        other = logged_in(ASSISTANT, "other")
        asked = {
            "saved": mine.pk,
            "mode": "add",
            "expected_version": version_at(segment, 1),
        }
        assert client.get(url(segment, "saved"), asked).status_code == 200
        assert other.get(url(segment, "saved"), asked).status_code == 404
        taking = other.post(url(segment, "saved"), asked | {"apply": "yes"})
        assert taking.status_code == 404
        assert names_on(segment) == ["Anna Dahl"]

    def test_a_group_that_was_deleted_since_they_were_saved(self, client, segment):
        saved = saved_as()
        saved.steps.filter(position=2).update(criteria=IN_GONE)
        asked = {"saved": saved.pk, "mode": "add"}
        page = client.get(url(segment, "saved"), asked)
        assert "There is no code GONE." in text(page)
        assert "Choose other criteria" in text(page)


def let_see_logged_segments(client):
    seeing = Permission.objects.get(codename="view_loggedsegment")
    client.user.user_permissions.add(seeing)


def test_a_logged_segment_is_named_only_to_who_may_see_it(client, segment):
    logged = make_logged_segment()
    make_entry(make_person("Bo Lie"), logged_segment=logged)
    asked = {
        "logged_segment": logged.pk,
        "expected_version": version_at(segment, 1),
        "apply": "yes",
    }
    for answer in (
        client.get(url(segment, "logged"), asked),
        client.post(url(segment, "logged"), asked),
    ):
        assert answer.status_code == 404
        assert "Bo Lie" not in text(answer)
    assert names_on(segment) == ["Anna Dahl"]


def test_the_contacts_of_a_logged_segment_by_way_of_the_difference(client, segment):
    let_see_logged_segments(client)
    logged = make_logged_segment()
    make_entry(make_person("Bo Lie"), logged_segment=logged)
    asked = {"logged_segment": logged.pk, "expected_version": version_at(segment, 1)}
    page = client.get(url(segment, "logged"), asked)
    assert shown(page) == ["Bo Lie"]
    done = client.post(url(segment, "logged"), asked | {"apply": "yes"}, follow=True)
    assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
    assert "1 contact entered." in text(done)


def test_a_refresh_by_way_of_the_difference(client):
    segment = make_segment()
    add_contacts(segment=segment, criteria=IN_VOSS, user=None, at=NOW)
    make_person("Vera Voss", city="Voss")
    page = client.get(url(segment, "refresh"))
    assert shown(page) == ["Vera Voss"]
    assert page.context["said"].steps[0] == ["Add contacts", "city is “Voss”", []]
    form = {
        "expected_version": version_at(segment, 1),
        "apply": "yes",
        "shown_total": 1,
    }
    client.post(url(segment, "refresh"), form)
    assert names_on(segment) == ["Vera Voss"]
    page = client.get(url(segment, "refresh"))
    assert "Nobody would enter and nobody would leave" in text(page)


class TestWhatNoPageSends:
    def test_without_criteria_one_starts_with_the_builder(self, client, segment):
        builder = reverse("segments:criteria", args=[segment.pk, "reduce"])
        assert client.get(url(segment, "reduce")).url == builder

    @pytest.mark.parametrize(
        "sent",
        [
            *("", "{", "[" * 100_000, "9" * 5_000, "NaN", "[]", "7"),
            json.dumps(IN_OSLO | {"value": "\ud800"}),
            json.dumps(IN_OSLO | {"value": "\x00"}),
            '{"has": "logged_segment", "where":'
            ' {"field": "id", "op": "lt", "value": NaN}}',
        ],
    )
    def test_criteria_that_are_none(self, client, segment, sent):
        form = {
            "criteria": sent,
            "expected_version": version_at(segment, 1),
            "apply": "yes",
        }
        assert client.post(url(segment), form).status_code in (200, 404)
        assert segment.steps.count() == 1

    @pytest.mark.parametrize("field", ["saved", "mode", "logged_segment"])
    def test_what_is_not_there(self, client, segment, field):
        sent = {"saved": saved_as().pk, "mode": "add", "logged_segment": 4711}
        for value in ("", "0", "9" * 20, "9" * 5_000, "x\x00"):
            for kind in ("saved", "logged", "nonsense"):
                form = sent | {field: value, "apply": "yes"}
                if kind != "saved" or field != "logged_segment":
                    assert client.post(url(segment, kind), form).status_code == 404
        assert segment.steps.count() == 1

    @pytest.mark.parametrize(
        "field",
        [
            *("moving", "search", "reason", "after", "before", "many"),
            *("shown_total", "expected_version", "drop_undone"),
        ],
    )
    def test_names_take_any_question(self, client, segment, field):
        for value in ("Kaf\x00fe", "9" * 20, "9" * 5_000, "-1", "²"):
            for others in ({}, {"apply": "yes"}, {"moving": "kept_out"}):
                form = asking(IN_VOSS) | others | {field: value}
                page = client.post(url(segment, "reduce"), form)
                assert page.status_code in (200, 302)


def test_who_may_only_read_sees_no_difference(segment):
    reader = logged_in(READER, "reader")
    for kind in ("add", "saved", "logged"):
        assert reader.get(url(segment, kind)).status_code == 403
        assert reader.post(url(segment, kind), asking(IN_OSLO)).status_code == 403


def test_it_costs_the_same_whatever_it_finds(client, django_assert_num_queries):
    let_see_logged_segments(client)
    MailingGroup.objects.create(code="NEWS")
    segment = make_segment(make_person("Anna Dahl", city="Oslo"))
    logged = make_logged_segment()
    saved = saved_as()
    asked = {
        "add": asking(IN_OSLO),
        "reduce": asking(IN_OSLO),
        "saved": {"saved": saved.pk, "mode": "replace"},
        "logged": {"logged_segment": logged.pk},
    }
    # For those who enter, leave, are kept out; nobody is not asked for.
    costs = {
        "add": (11, 10, 11),
        "reduce": (9, 10, 9),
        "saved": (14, 14, 14),
        "logged": (11, 10, 11),
    }
    for size in (3, 60):
        for number in range(size):
            company = make_company(f"Kaffe {size}-{number}")
            person = make_person(f"A{size} N{number}", city="Oslo", company=company)
            make_person(f"B{size} N{number}", city="Oslo", privacy_blocked=True)
            make_entry(person, logged_segment=logged)
        for kind, each in costs.items():
            for moving, cost in zip(Moving.values, each, strict=True):
                with django_assert_num_queries(cost):
                    client.post(url(segment, kind), asked[kind] | {"moving": moving})
