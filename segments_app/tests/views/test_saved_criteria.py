"""Saved criteria in the browser: kept, seen by whom they may be, taken again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.models import SavedCriteria
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.services import (
    SegmentError,
    add_by_hand,
    add_contacts,
    go_to_step,
    one_per_address,
    reduce_contacts,
    save_criteria,
)
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.views.users import ASSISTANT, MANAGER, READER, logged_in

from .log_side import text, visitor

pytestmark = pytest.mark.django_db

LIST = reverse("segments:saved_criteria")


def named(first_name):
    return {"field": "first_name", "op": "is", "value": first_name}


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """Everybody (step 1) but Bo (step 2)."""
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        make_person(name)
    segment = make_segment()
    common = {"segment": segment, "user": None, "at": NOW}
    add_contacts(criteria=None, options={"all_contacts": True}, **common)
    reduce_contacts(criteria=named("Bo"), **common)
    return segment


def at(segment, name):
    return reverse(f"segments:{name}", args=[segment.pk])


def save(client, segment, code="ALL-BUT-BO", **values):
    return client.post(at(segment, "save_criteria"), {"code": code, **values})


def take(client, segment, saved, *, follow=False, **values):
    """Do what the page of the difference showed."""
    url = reverse("segments:difference", args=[segment.pk, "saved"])
    form = {
        "saved": saved.pk,
        "mode": "add",
        "expected_version": version_at(segment, 0),
        "apply": "yes",
    }
    return client.post(url, form | values, follow=follow)


def offered(page):
    return [each.saved.code for each in page.context["shown"]]


class TestSaving:
    def test_the_steps_are_kept_and_listed_in_words(self, client, segment):
        done = save(client, segment, "all-but-bo", description="Not Bo", shared="on")
        assert done.url == segment.get_absolute_url()
        saved = SavedCriteria.objects.get()
        assert (saved.code, saved.shared, saved.owner) == (
            "ALL-BUT-BO",
            True,
            client.user,
        )
        (shown,) = client.get(LIST).context["shown"]
        assert shown.steps == [
            ("Add contacts", "", ["All contacts"]),
            ("Reduce contacts", "first name is “Bo”", []),
        ]

    def test_steps_that_cannot_be_kept_are_named_before_and_after(
        self, client, segment
    ):
        assert client.get(at(segment, "save_criteria")).context["left_out"] == ""
        kaffe = make_company("Kaffe AS")
        common = {"segment": segment, "user": None, "at": NOW}
        for per, names in (("company", "Dag Eva"), ("address", "Finn Gro")):
            for name in names.split():
                person = make_person(f"{name} Ek", company=kaffe, address="Bakken 1")
                add_by_hand(contacts=these(person), **common)
            one_per_address(options={"per": per, "choose": "last_contact"}, **common)
        said = (
            "These steps are not kept: step 5 (One letter per company), "
            "step 8 (One letter per address). Who shares a letter depends on who is on "
            "the segment: take such a step again where you reuse the criteria."
        )
        assert said in text(client.get(at(segment, "save_criteria")))
        done = save(client, segment)
        page = client.get(done.url)
        assert [str(each) for each in page.context["messages"]] == [
            "The criteria are saved as ALL-BUT-BO.",
            said,
        ]
        kinds = SavedCriteria.objects.get().steps.values_list("kind", flat=True)
        assert list(kinds) == ["add", "reduce", *["add"] * 4]
        go_to_step(segment=segment, position=5, user=None)
        page = client.get(at(segment, "save_criteria"))
        assert "This step is not kept: step 5 (One letter per company). Who" in text(
            page
        )

    @pytest.mark.parametrize(
        "code", ["--", "…", "NEWS\nOSLO", "NEWS\u202eOSLO", "\u200b"]
    )
    def test_a_code_that_nobody_can_read_or_type_is_none(self, client, segment, code):
        page = save(client, segment, code)
        told = "A code is one line with at least one letter or digit, as NEWS-OSLO."
        assert page.context["form"].errors == {"code": [told]}
        saved = {"segment": segment, "description": "", "shared": True, "user": None}
        with pytest.raises(SegmentError, match="A code is one line"):
            save_criteria(code=code, at=NOW, **saved)
        assert not SavedCriteria.objects.exists()

    def test_a_code_may_have_letters_of_every_language_and_signs(self, client, segment):
        save(client, segment, " r&d ål 1/2 ")
        assert SavedCriteria.objects.get().code == "R&D ÅL 1/2"

    def test_a_code_is_taken_only_once(self, client, segment):
        save(client, segment)
        page = save(client, segment)
        assert list(page.context["form"].errors) == ["code"]
        assert SavedCriteria.objects.count() == 1

    def test_without_a_step_there_is_nothing_to_save(self, client):
        page = save(client, make_segment())
        assert "There is nothing to save" in page.content.decode()
        assert SavedCriteria.objects.count() == 0

    def test_private_ones_are_their_owners_alone(self, client, segment):
        save(client, segment, "MINE")
        save(client, segment, "OURS", shared="on")
        other = logged_in(MANAGER, "other")
        mine = SavedCriteria.objects.get(code="MINE")

        def codes(who):
            return [each.saved.code for each in who.get(LIST).context["shown"]]

        assert (codes(client), codes(other)) == (["MINE", "OURS"], ["OURS"])
        assert offered(other.get(at(segment, "reuse"))) == ["OURS"]
        refused = other.get(at(segment, "reuse"), {"saved": mine.pk, "mode": "add"})
        assert list(refused.context["form"].errors) == ["saved"]
        delete = reverse("segments:saved_criteria_delete", args=[mine.pk])
        assert other.post(delete).status_code == 404
        assert SavedCriteria.objects.count() == 2

    def test_the_list_costs_the_same_whatever_its_length(self, client, segment):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(LIST)
            return len(captured)

        save(client, segment, "ONE", shared="on")
        few = queries()
        for number in range(8):
            save(client, segment, f"MANY-{number}", shared="on")
        assert queries() == few

    def test_deleting_asks_first(self, segment):
        manager = logged_in(MANAGER)
        save(manager, segment)
        saved = SavedCriteria.objects.get()
        url = reverse("segments:saved_criteria_delete", args=[saved.pk])
        assert "ALL-BUT-BO" in manager.get(url).content.decode()
        assert SavedCriteria.objects.count() == 1
        assert manager.post(url).url == LIST
        assert SavedCriteria.objects.count() == 0


class TestWhoDeletes:
    """Their owner, and a manager; not everybody who may delete their own."""

    @pytest.fixture
    def saved(self, segment, anne):
        save(anne, segment, shared="on")
        return SavedCriteria.objects.get()

    @pytest.fixture
    def url(self, saved):
        return reverse("segments:saved_criteria_delete", args=[saved.pk])

    def test_another_assistant_does_not(self, saved, url):
        other = visitor("arne", MARKETING_ASSISTANT)
        page = other.get(LIST)
        assert saved.code in page.content.decode()
        assert url not in page.content.decode()
        assert (other.get(url).status_code, other.post(url).status_code) == (403, 403)
        assert SavedCriteria.objects.exists()

    @pytest.mark.parametrize("who", ["anne", "mona"])
    def test_the_owner_and_a_manager_do(self, saved, url, who, request):
        browser = request.getfixturevalue(who)
        assert url in browser.get(LIST).content.decode()
        assert browser.post(url).url == LIST
        assert not SavedCriteria.objects.exists()

    def test_what_nobody_owns_any_more_is_for_managers(self, saved, url, anne, mona):
        SavedCriteria.objects.update(owner=None)
        assert anne.post(url).status_code == 403
        assert mona.post(url).status_code == 302


class TestReuse:
    @pytest.fixture
    def saved(self, segment):
        return save_criteria(segment=segment, code="NOT-BO", user=None, at=NOW)

    def test_takes_the_same_steps_on_another_segment(self, client, saved):
        new = make_segment(description="New year")
        chosen = {"saved": saved.pk, "mode": "add", "search": ""}
        shown = client.get(at(new, "reuse"), chosen, follow=True)
        assert (names_on(new), shown.context["effect"].total) == ([], 2)
        done = take(client, new, saved, follow=True)
        assert names_on(new) == ["Anna Dahl", "Cecilie Moe"]
        said = done.content.decode()
        assert "Add contacts: 3 contacts entered." in said
        assert "Reduce contacts: 1 contact taken off." in said

    def test_what_is_offered_is_searched_and_has_pages(self, client, segment, saved):
        for number in range(60):
            save(client, segment, f"MANY-{number:02}", shared="on")
        url = at(make_segment(), "reuse")
        pages = [offered(client.get(url, {"page": page})) for page in (1, 2)]
        assert [len(codes) for codes in pages] == [50, 11]
        assert pages[1][-1] == "NOT-BO"
        assert offered(client.get(url, {"search": "not-"})) == ["NOT-BO"]
        many = client.get(url, {"search": "many-59"}).content.decode()
        assert f'id="saved-{SavedCriteria.objects.get(code="MANY-59").pk}"' in many
        assert f'id="saved-{saved.pk}"' not in many
        assert "Nothing found" in client.get(url, {"search": "x"}).content.decode()

    def test_a_refusal_stays_where_it_was_searched(self, client, saved, segment):
        save(client, segment, "OTHER", shared="on")
        url = at(make_segment(), "reuse")
        page = client.get(url, {"saved": saved.pk, "search": "not-"})
        assert list(page.context["form"].errors) == ["mode"]
        assert offered(page) == ["NOT-BO"]
        assert f'value="{saved.pk}" required checked' in text(page)

    def test_costs_the_same_whatever_is_offered(
        self, client, segment, saved, django_assert_num_queries
    ):
        url = at(make_segment(), "reuse")
        for _size in ("one", "many"):
            with django_assert_num_queries(9):
                client.get(url)
            for number in range(30):
                save(client, segment, f"MANY-{number:02}", shared="on")

    def test_lets_those_of_now_leave_first(self, client, saved):
        new = make_segment(make_person("Dag Ek", exclude_from_segment=True))
        take(client, new, saved, mode="replace", expected_version=version_at(new, 1))
        assert names_on(new) == ["Anna Dahl", "Cecilie Moe"]
        go_to_step(segment=new, position=1, user=None)
        assert names_on(new) == ["Dag Ek"]

    def test_a_code_that_is_gone_is_said_and_nothing_done(self, client, segment):
        news = MailingGroup.objects.create(code="NEWS")
        where = {"field": "code", "op": "is", "value": "NEWS"}
        criteria = {"has": "mailing_group", "where": where}
        reduce_contacts(segment=segment, criteria=criteria, user=None, at=NOW)
        saved = save_criteria(segment=segment, code="OLD", user=None, at=NOW)
        news.delete()
        new = make_segment()
        page = take(client, new, saved)
        assert "There is no code NEWS." in page.content.decode()
        assert not new.steps.exists()

    def test_asks_before_undone_steps_are_dropped(self, client, segment, saved):
        # Where it stands somebody is missing, so there is something to do.
        make_person("Dag Ek")
        go_to_step(segment=segment, position=1, user=None)
        page = take(client, segment, saved, expected_version=version_at(segment, 1))
        assert list(page.context["step_form"].errors) == ["drop_undone"]
        assert segment.steps.count() == 2
        take(
            client,
            segment,
            saved,
            expected_version=version_at(segment, 1),
            drop_undone="on",
        )
        assert segment.steps.count() == 3

    def test_says_that_somebody_else_was_faster(self, client, segment, saved):
        page = take(client, segment, saved, expected_version=version_at(segment, 1))
        assert "Somebody else changed this segment" in page.content.decode()
        assert segment.steps.count() == 2


def test_who_may_only_read_sees_them_but_changes_nothing(segment):
    saved = save_criteria(segment=segment, code="NOT-BO", user=None, at=NOW)
    reader = logged_in(READER, "reader")
    assert reader.get(LIST).status_code == 200
    delete = reverse("segments:saved_criteria_delete", args=[saved.pk])
    assert reader.get(at(segment, "reuse")).status_code == 403
    assert (
        take(
            reader, segment, saved, expected_version=version_at(segment, 2)
        ).status_code
        == 403
    )
    for url in (at(segment, "save_criteria"), delete):
        assert reader.get(url).status_code == 403
        assert reader.post(url, {"code": "X"}).status_code == 403
    assert (SavedCriteria.objects.count(), segment.steps.count()) == (1, 2)


def test_nothing_yet_and_nothing_found_are_told_apart():
    client = logged_in(ASSISTANT, "eva")
    url = reverse("segments:saved_criteria")
    assert "No saved criteria yet" in client.get(url).content.decode()
    assert "Nothing found" in client.get(url, {"search": "x"}).content.decode()
