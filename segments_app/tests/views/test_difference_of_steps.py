"""Every step shows everybody it moves or keeps out, searched, before it is taken."""

import pytest
from django.urls import reverse

from contacts.models import OrganizationalLevel
from contacts.tests.factories import make_company, make_person
from segments_app.choices import Moving
from segments_app.services import add_contacts, remove_by_hand
from segments_app.services.kept_lists import kept_list
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.views.log_side import text
from segments_app.tests.views.test_criteria import form_of
from segments_app.tests.views.test_pressure import written
from segments_app.tests.views.users import ASSISTANT, logged_in

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}


def at(segment, name, *arguments):
    return reverse(f"segments:{name}", args=[segment.pk, *arguments])


def shown(page):
    """The names on the page, with the reason where there is one."""
    return [
        f"{contact.name}: {reason}" if reason else contact.name
        for contact, reason in page.context["shown"]
    ]


def counts(page):
    return [count for _moving, _label, count in page.context["tabs"]]


def asked_again(page, **others):
    """What the page of the difference posts when somebody looks further or takes."""
    posted = {}
    for name, value in page.context["carried"]:
        posted.setdefault(name, []).append(value)
    expected = page.context["step_form"]["expected_version"].value()
    return posted | {"expected_version": expected} | others


def everybody(visitor, page):
    """Who enters, who leaves and who is kept out, each as the page shows them."""
    here = page.context["here"]
    return tuple(
        shown(visitor.post(here, asked_again(page, moving=moving)))
        for moving in Moving.values
    )


def apply(visitor, page):
    return visitor.post(page.context["here"], asked_again(page, apply="yes"))


@pytest.fixture
def oslo():
    """Anna and Bo in Oslo, Cecilie in Bergen, Berit in Oslo is blocked."""
    return {
        "anna": make_person("Anna Dahl", city="Oslo"),
        "bo": make_person("Bo Lie", city="Oslo"),
        "cecilie": make_person("Cecilie Moe", city="Bergen"),
        "berit": make_person("Berit Bull", city="Oslo", privacy_blocked=True),
    }


class TestCombining:
    def test_who_is_on_another_segment(self, anne, oslo):
        segment = make_segment(oslo["anna"])
        other = make_segment(*oslo.values())
        url = at(segment, "combine_take", "segment", other.pk)
        page = anne.post(url, {"operation": "union", "difference": "yes"})
        assert page.context["said"].steps == [
            ("", f"Together with segment Christmas letter ({other.number})", [])
        ]
        assert everybody(anne, page) == (
            ["Bo Lie", "Cecilie Moe"],
            [],
            ["Anna Dahl: Already in the segment", "Berit Bull: Privacy blocked"],
        )
        search = asked_again(page, moving="entering", search="moe")
        assert shown(anne.post(page.context["here"], search)) == ["Cecilie Moe"]
        assert names_on(segment) == ["Anna Dahl"]
        assert apply(anne, page).url == segment.get_absolute_url()
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]

    def test_keeping_only_who_is_also_there(self, anne, oslo):
        segment = make_segment(oslo["anna"], oslo["bo"])
        other = make_segment(oslo["bo"], oslo["cecilie"])
        url = at(segment, "combine_take", "segment", other.pk)
        page = anne.post(url, {"operation": "intersection", "difference": "yes"})
        assert everybody(anne, page) == ([], ["Anna Dahl"], [])
        assert "operation=intersection" in page.context["said"].back_url
        apply(anne, page)
        assert names_on(segment) == ["Bo Lie"]

    def test_a_pasted_list_is_forgotten_once_it_is_taken(self, anne, oslo):
        segment = make_segment(oslo["anna"])
        numbers = f"{oslo['bo'].number} {oslo['berit'].number}".replace(" ", "\n")
        pasted = anne.post(at(segment, "combine_choose", "list"), {"text": numbers})
        key = pasted.url.rstrip("/").rpartition("/")[2]
        page = anne.post(pasted.url, {"operation": "union", "difference": "yes"})
        assert everybody(anne, page) == (
            ["Bo Lie"],
            [],
            ["Berit Bull: Privacy blocked"],
        )
        assert kept_list(name=key, user=page.wsgi_request.user).entries
        apply(anne, page)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
        again = anne.post(pasted.url, {"operation": "union"}, follow=True)
        assert "The list is not kept any more." in text(again)

    def test_a_list_of_somebody_else_is_not_there(self, anne, mona, oslo):
        segment = make_segment(oslo["anna"])
        list_of = {"text": oslo["bo"].number}
        pasted = anne.post(at(segment, "combine_choose", "list"), list_of)
        page = anne.post(pasted.url, {"operation": "union", "difference": "yes"})
        taken = mona.post(page.context["here"], asked_again(page, apply="yes"))
        assert taken.status_code == 404
        assert names_on(segment) == ["Anna Dahl"]

    def test_who_may_not_see_the_source_sees_nobody_of_it(self, oslo):
        segment = make_segment(oslo["anna"])
        visitor = logged_in(ASSISTANT, "per")
        said = {"source": "mailing_group", "key": "1", "operation": "union"}
        url = at(segment, "difference", "combine")
        assert visitor.post(url, said).status_code == 403


class TestSteps:
    @pytest.fixture
    def segment(self, oslo):
        """Step 1 added those in Oslo, step 2 those in Bergen."""
        segment = make_segment()
        for criteria in (IN_OSLO, IN_BERGEN):
            add_contacts(segment=segment, criteria=criteria, user=None, at=NOW)
        return segment

    def test_an_edited_step(self, anne, segment):
        make_person("Ida Foss", city="Voss")
        in_voss = IN_OSLO | {"value": "Voss"}
        url = at(segment, "step_edit", 1)
        page = anne.post(url, form_of(in_voss, position=2, edit="difference"))
        assert everybody(anne, page) == (["Ida Foss"], ["Anna Dahl", "Bo Lie"], [])
        assert page.context["apply"] == "Take this step"
        assert (page.context["said"].title, page.context["said"].steps) == (
            "Edit step 1",
            [("", "city is “Voss”", [])],
        )
        back = asked_again(page, edit="refresh")
        rows = anne.post(page.context["said"].back_url, back)
        assert rows.context["root"].values == ["Voss"]
        apply(anne, page)
        assert names_on(segment) == ["Cecilie Moe", "Ida Foss"]

    def test_unfinished_rows_are_finished_first(self, anne, segment):
        unknown = {"field": "salesperson", "op": "is", "value": "GONE"}
        form = form_of(unknown, position=2, edit="difference")
        page = anne.post(at(segment, "step_edit", 1), form)
        assert page.templates[0].name == "segments/step_edit.html"

    def test_a_step_that_is_left_out(self, anne, segment):
        url = at(segment, "difference", "leave_out_step")
        seen = version_at(segment, 2)
        page = anne.post(url, {"position": 1, "expected_version": seen})
        assert everybody(anne, page) == ([], ["Anna Dahl", "Bo Lie"], [])
        assert page.context["said"].steps == [["Add contacts", "city is “Oslo”", []]]
        apply(anne, page)
        assert names_on(segment) == ["Cecilie Moe"]

    def test_a_step_that_is_not_there_is_told(self, anne, segment):
        url = at(segment, "difference", "leave_out_step")
        seen = version_at(segment, 2)
        page = anne.post(url, {"position": 7, "expected_version": seen})
        assert "Step 7 does not exist." in text(page)
        assert 'name="apply"' not in text(page)


class TestOnePerCompany:
    @pytest.fixture
    def segment(self):
        """Kaffe with Anna (staff) and Bo (chief), and Dag alone."""
        staff, chief = (
            OrganizationalLevel.objects.create(code=code) for code in ("STAFF", "CEO")
        )
        kaffe = make_company("Kaffe AS")
        return make_segment(
            make_person("Anna Dahl", company=kaffe, organizational_level=staff),
            make_person("Bo Lie", company=kaffe, organizational_level=chief),
            make_person("Dag Ek"),
        )

    def filled(self, segment, **values):
        chief, staff = OrganizationalLevel.objects.order_by("code")
        places = {f"level_{chief.pk}": 1, f"level_{staff.pk}": 2}
        seen = version_at(segment, 1)
        asked = {"per": "company", "choose": "level", "expected_version": seen}
        return places | asked | {"difference": "yes", "search": "kaffe"} | values

    def test_who_gets_no_letter_is_taken_off(self, anne, segment):
        page = anne.post(at(segment, "one_per_address"), self.filled(segment))
        assert page.context["filter"].form["search"].value() == ""
        assert everybody(anne, page) == ([], ["Anna Dahl"], [])
        apply(anne, page)
        assert names_on(segment) == ["Bo Lie", "Dag Ek"]

    def test_who_was_chosen_by_hand_travels_along(self, anne, segment):
        anna, bo = (segment.lines.get(contact__name=n) for n in ("Anna Dahl", "Bo Lie"))
        picked = {f"pick-{bo.pk}": anna.contact_id, f"was-{bo.pk}": bo.contact_id}
        page = anne.post(at(segment, "one_per_address"), self.filled(segment, **picked))
        assert everybody(anne, page) == ([], ["Bo Lie"], [])
        apply(anne, page)
        assert names_on(segment) == ["Anna Dahl", "Dag Ek"]

    def test_who_is_by_copy_is_named_as_such(self, anne, segment):
        page = anne.post(
            at(segment, "one_per_address"), self.filled(segment, by_copy="on")
        )
        assert everybody(anne, page) == ([], [], ["Anna Dahl: By copy"])
        assert page.context["apply"] == "Put 1 contact by copy"
        done = anne.get(apply(anne, page).url)
        assert "1 contact is by copy now." in text(done)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Dag Ek"]
        assert segment.lines.live().filter(represented_by__isnull=False).count() == 1


class TestPressure:
    @pytest.fixture
    def segment(self, oslo):
        """Anna got a letter a week ago."""
        written(oslo["anna"], 7)
        return make_segment(oslo["anna"], oslo["bo"], oslo["cecilie"])

    def look(self, visitor, segment, **values):
        url = at(segment, "pressure") + "?days=30&elsewhere=on"
        seen = version_at(segment, 1)
        asked = {"who": "all", "difference": "reduce", "expected_version": seen}
        return visitor.post(url, asked | values)

    def test_who_would_be_taken_off(self, anne, segment):
        page = self.look(anne, segment)
        assert everybody(anne, page) == ([], ["Anna Dahl"], [])
        apply(anne, page)
        assert names_on(segment) == ["Bo Lie", "Cecilie Moe"]
        assert segment.steps.get(position=2).kind == "reduce"

    def test_who_would_be_taken_off_if_only_they_stay(self, anne, segment):
        page = self.look(anne, segment, difference="refine")
        assert everybody(anne, page) == ([], ["Bo Lie", "Cecilie Moe"], [])
        assert "days=30&elsewhere=on" in page.context["said"].back_url

    def test_those_ticked(self, anne, segment):
        anna = segment.lines.get(contact__name="Anna Dahl")
        page = self.look(anne, segment, who="chosen", line=[anna.pk])
        assert everybody(anne, page) == ([], ["Anna Dahl"], [])
        apply(anne, page)
        assert segment.steps.get(position=2).kind == "by_hand"

    def test_nobody_ticked_is_told_on_the_page(self, anne, segment):
        page = self.look(anne, segment, who="chosen")
        assert "Tick at least one contact, or choose all." in text(page)

    def test_whose_letters_one_may_not_see_is_not_told(self, segment):
        visitor = logged_in(ASSISTANT, "per")
        said = {"days": "30", "who": "all", "kind": "reduce"}
        url = at(segment, "difference", "pressure")
        assert visitor.post(url, said).status_code == 403


class TestByHand:
    def test_adding(self, anne, oslo):
        segment = make_segment(oslo["anna"])
        chosen = [contact.pk for contact in oslo.values()]
        seen = version_at(segment, 1)
        asked = {"contacts": chosen, "search": "moe", "difference": "yes"}
        page = anne.post(at(segment, "line_add"), asked | {"expected_version": seen})
        assert everybody(anne, page) == (
            ["Bo Lie", "Cecilie Moe"],
            [],
            ["Anna Dahl: Already in the segment", "Berit Bull: Privacy blocked"],
        )
        apply(anne, page)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]

    def test_nobody_chosen_is_told_on_the_page(self, anne, oslo):
        segment = make_segment(oslo["anna"])
        seen = version_at(segment, 1)
        asked = {"search": "bo", "difference": "yes", "expected_version": seen}
        page = anne.post(at(segment, "line_add"), asked)
        assert "Choose at least one contact." in text(page)

    def test_removing(self, anne, oslo):
        segment = make_segment(oslo["anna"], oslo["bo"])
        bo = segment.lines.get(contact=oslo["bo"])
        seen = version_at(segment, 1)
        asked = {"line": [bo.pk], "difference": "yes", "expected_version": seen}
        page = anne.post(at(segment, "line_remove"), asked)
        assert everybody(anne, page) == ([], ["Bo Lie"], [])
        apply(anne, page)
        assert names_on(segment) == ["Anna Dahl"]


def test_who_is_ticked_and_was_taken_off_meanwhile_is_told(anne, oslo):
    segment = make_segment(oslo["anna"], oslo["bo"])
    bo = segment.lines.get(contact=oslo["bo"])
    seen = version_at(segment, 1)
    remove_by_hand(segment=segment, contacts=these(oslo["bo"]), user=None, at=NOW)
    asked = {"line": [bo.pk], "expected_version": seen}
    done = anne.post(at(segment, "difference", "remove_by_hand"), asked, follow=True)
    assert "Somebody else changed this segment in the meantime" in text(done)
    assert names_on(segment) == ["Anna Dahl"]


@pytest.mark.parametrize(
    "kind",
    [
        *("combine", "one_per_address", "edit_step", "leave_out_step", "pressure"),
        *("add_by_hand", "remove_by_hand"),
    ],
)
def test_what_no_page_sends_is_not_found(anne, oslo, kind):
    segment = make_segment(oslo["anna"])
    names = ("source", "key", "operation", "position", "per", "choose", "contacts")
    for value in ("", "0", "9" * 20, "9" * 5_000, "x\x00", "²"):
        for sent in ({}, dict.fromkeys((*names, "line", "who", "days"), value)):
            answer = anne.post(at(segment, "difference", kind), sent | {"apply": "on"})
            assert answer.status_code == 404
    assert segment.steps.count() == 1


def test_the_page_costs_the_same_whatever_it_finds(anne, django_assert_num_queries):
    segment = make_segment(make_person("Anna Dahl"))
    url = at(segment, "difference", "combine")
    for size in (2, 30):
        other = make_segment(*(make_person(f"P{size} N{n}") for n in range(size)))
        said = {"source": "segment", "key": other.pk, "operation": "union"}
        with django_assert_num_queries(16):
            assert counts(anne.post(url, said)) == [size, 0, 0]
