"""The page of one letter per company or address: seen, chosen by hand, taken."""

import re

import pytest
from django.urls import reverse

from contacts.models import Contact, OrganizationalLevel
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_document, make_template
from segments_app.services import (
    add_by_hand,
    go_back,
    one_per_address,
    remove_by_hand,
)
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at
from segments_app.tests.views.log_side import text
from segments_app.views import one_per_address as page_view

pytestmark = pytest.mark.django_db

EVERYBODY = ["Kaffe AS", "Anna Dahl", "Bo Lie", "Te AS", "Cecilie Moe", "Dag Ek"]


@pytest.fixture
def segment():
    """Kaffe with Anna (staff) and Bo (chief), Te with Cecilie, and Dag."""
    staff, chief = (
        OrganizationalLevel.objects.create(code=code, description=f"The {code}")
        for code in ("STAFF", "CEO")
    )
    kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
    return make_segment(
        kaffe,
        make_person("Anna Dahl", company=kaffe, organizational_level=staff),
        make_person("Bo Lie", company=kaffe, organizational_level=chief),
        te,
        make_person("Cecilie Moe", company=te),
        make_person("Dag Ek", address="Kaia 2", city="Bergen"),
    )


def url(segment):
    return reverse("segments:one_per_address", args=[segment.pk])


def contact(name):
    return Contact.objects.get(name=name)


def filled(segment, **values):
    """The form as it was opened, with these answers."""
    places = {
        f"level_{level.pk}": place
        for place, level in enumerate(OrganizationalLevel.objects.order_by("code"), 1)
    }
    opened = {
        "per": "company",
        "choose": "level",
        "expected_version": version_at(segment, 1),
    }
    return places | opened | {"segment": segment.pk} | values


def groups(page):
    return [
        (group["shared"], [line.contact.name for line in group["lines"]])
        for group in page.context["groups"]
    ]


def said(page):
    return [str(message) for message in page.context["messages"]]


class TestLooking:
    def test_it_opens_with_every_shared_letter_and_who_gets_it(self, anne, segment):
        page = anne.get(url(segment))
        assert groups(page) == [
            ("Kaffe AS", ["Bo Lie", "Anna Dahl", "Kaffe AS"]),
            ("Te AS", ["Te AS", "Cecilie Moe"]),
        ]
        shown = text(page)
        assert "6 letters now" in shown
        assert "then 3 letters" in shown
        assert "3 contacts are taken off" in shown
        assert (names_on(segment), segment.position) == (EVERYBODY, 1)

    def test_another_rule_is_shown_and_nothing_changes(self, anne, segment):
        told = filled(segment, edit="show", by_copy="on", choose="by_hand")
        page = anne.post(url(segment), told)
        assert dict(groups(page))["Kaffe AS"] == ["Kaffe AS", "Anna Dahl", "Bo Lie"]
        assert "3 contacts by copy" in text(page)
        assert (names_on(segment), segment.steps.count()) == (EVERYBODY, 1)

    def test_the_levels_go_in_the_order_of_their_numbers(self, anne, segment):
        levels = {level.code: level.pk for level in OrganizationalLevel.objects.all()}
        order = {f"level_{levels['STAFF']}": "1", f"level_{levels['CEO']}": ""}
        page = anne.post(url(segment), filled(segment, edit="show", **order))
        assert dict(groups(page))["Kaffe AS"][0] == "Anna Dahl"
        page = anne.post(url(segment), filled(segment, **order))
        assert segment.steps.last().options["levels"] == ["STAFF"]
        fresh = anne.get(url(make_segment(contact("Dag Ek"))))
        assert fresh.context["form"].data[f"level_{levels['STAFF']}"] == 1
        assert f"level_{levels['CEO']}" not in fresh.context["form"].data

    def test_addresses_name_the_shared_letters_per_address(self, anne, segment):
        at_dag = make_person("Eva Ås", address="KAIA 2", city="bergen")
        segment = make_segment(contact("Dag Ek"), at_dag)
        told = filled(segment, edit="show", per="address", choose="last_contact")
        page = anne.post(url(segment), told)
        assert groups(page) == [("Kaia 2, Bergen", ["Dag Ek", "Eva Ås"])]

    def test_the_search_finds_a_letter_by_any_name(self, anne, segment):
        page = anne.post(url(segment), filled(segment, edit="show", search="cecilie"))
        assert [shared for shared, _names in groups(page)] == ["Te AS"]
        page = anne.post(url(segment), filled(segment, edit="show", search="dag"))
        assert (groups(page), "No shared letter fits" in text(page)) == ([], True)

    def test_nothing_to_share_and_nobody_at_all(self, anne, segment):
        alone = make_segment(contact("Dag Ek"))
        assert "No two letters go to the same company" in text(anne.get(url(alone)))
        assert "Nobody is on this segment" in text(anne.get(url(make_segment())))

    def test_what_is_missing_is_said(self, anne, segment):
        told = filled(segment, edit="show", choose="responsibility")
        assert "Choose the job responsibility." in text(anne.post(url(segment), told))
        page = anne.post(url(segment), filled(segment, edit="show", per="planet"))
        assert "Mend what is marked" in text(page)
        page = anne.post(url(segment), filled(segment, edit="show", by_hand="1,x"))
        assert "These are no contacts" in text(page)

    def test_without_levels_the_last_contact_is_proposed(self, anne):
        page = anne.get(url(make_segment(make_person("Anna Dahl"))))
        form = page.context["form"]
        assert (form.data["choose"], form.level_fields) == ("last_contact", [])


class TestByHand:
    def picks(self, page, **picked):
        """The radio buttons of the page, some pressed: group to name."""
        told = {}
        for group in page.context["groups"]:
            line = group["addressee"]
            name = picked.get(group["shared"].split()[0], line.contact.name)
            told[f"was-{line.pk}"] = line.contact_id
            told[f"pick-{line.pk}"] = contact(name).pk
        return told

    def test_a_choice_is_kept_from_page_to_page_until_the_step(
        self, anne, segment, monkeypatch
    ):
        monkeypatch.setattr(page_view, "GROUPS_PER_PAGE", 1)
        first = anne.get(url(segment))
        picked = self.picks(first, Kaffe="Anna Dahl", Te="Cecilie Moe")
        second = anne.post(url(segment), filled(segment, edit="page:2", **picked))
        kept = second.context["by_hand"]
        assert kept
        picked = self.picks(second, Kaffe="Anna Dahl", Te="Cecilie Moe")
        anne.post(url(segment), filled(segment, by_hand=kept, **picked))
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe", "Dag Ek"]
        step = segment.steps.last()
        chosen = step.members.values_list("contact__name", flat=True)
        assert sorted(chosen) == ["Anna Dahl", "Cecilie Moe"]

    def test_choosing_again_takes_the_first_choice_back(self, anne, segment):
        picked = self.picks(anne.get(url(segment)), Kaffe="Anna Dahl")
        page = anne.post(url(segment), filled(segment, edit="show", **picked))
        assert dict(groups(page))["Kaffe AS"][0] == "Anna Dahl"
        assert page.context["by_hand"] == str(contact("Anna Dahl").pk)
        picked = self.picks(page, Kaffe="Kaffe AS")
        told = filled(segment, edit="show", by_hand=page.context["by_hand"], **picked)
        page = anne.post(url(segment), told)
        assert page.context["by_hand"] == str(contact("Kaffe AS").pk)

    def test_what_was_not_pressed_follows_the_rule_when_it_changes(self, anne, segment):
        picked = self.picks(anne.get(url(segment)))
        told = filled(segment, edit="show", **picked) | {"choose": "by_hand"}
        page = anne.post(url(segment), told)
        assert (page.context["by_hand"], dict(groups(page))["Kaffe AS"][0]) == (
            *("", "Kaffe AS"),
        )

    @pytest.mark.parametrize("wrong", [{"choose": "responsibility"}, {"per": "planet"}])
    def test_a_choice_is_kept_while_the_rule_is_mended(self, anne, segment, wrong):
        picked = self.picks(anne.get(url(segment)), Kaffe="Anna Dahl")
        page = anne.post(url(segment), filled(segment, edit="show", **picked) | wrong)
        assert page.context["by_hand"] == str(contact("Anna Dahl").pk)
        assert "Leave 3 letters" not in text(page)

    def test_hostile_choices_change_nothing(self, anne, segment):
        told = {"pick-1": "x", "was-1": "9", "pick-2": "999999999999999999"}
        page = anne.post(url(segment), filled(segment, edit="show", **told))
        assert page.status_code == 200
        assert dict(groups(page))["Kaffe AS"][0] == "Bo Lie"
        too_many = ",".join(str(key) for key in range(1, 1_002))
        page = anne.post(url(segment), filled(segment, by_hand=too_many))
        assert "At most 1000 can be chosen by hand" in text(page)
        assert names_on(segment) == EVERYBODY


class TestTheStep:
    def test_it_is_taken_told_and_can_be_gone_back(self, anne, segment):
        page = anne.post(url(segment), filled(segment), follow=True)
        assert said(page) == ["3 contacts taken off."]
        assert names_on(segment) == ["Bo Lie", "Te AS", "Dag Ek"]
        last = page.context["steps"][-1]
        assert (last.kind, last.options) == (
            "One letter per company",
            ["The highest organizational level: The CEO (CEO), The STAFF (STAFF)"],
        )
        go_back(segment=segment, user=None)
        assert names_on(segment) == EVERYBODY

    def test_by_copy_is_said_on_the_worksheet_the_step_and_the_letter(
        self, anne, segment
    ):
        segment.template = make_template(
            default_language="en", languages={"en": make_document("Dear you")}
        )
        segment.save()
        page = anne.post(url(segment), filled(segment, by_copy="on"), follow=True)
        assert said(page) == ["3 contacts are by copy now."]
        by_name = {shown.line.contact.name: shown for shown in page.context["lines"]}
        assert by_name["Anna Dahl"].line.by_copy_of_name == "Bo Lie"
        assert not by_name["Anna Dahl"].has_document
        assert by_name["Bo Lie"].has_document
        assert text(page).count("by copy of") == 3
        last = page.context["steps"][-1]
        assert (last.by_copy, last.kept_out, last.options) == (
            3,
            [],
            [
                "The highest organizational level: The CEO (CEO), The STAFF (STAFF)",
                "The others by copy",
            ],
        )
        step = anne.get(reverse("segments:step", args=[segment.pk, 2]))
        assert "by copy of Bo Lie" in text(step)
        anna = by_name["Anna Dahl"].line
        letter = anne.get(reverse("segments:letter", args=[segment.pk, anna.pk]))
        assert "it is by copy of Bo Lie" in text(letter)
        file = reverse("segments:letter_document", args=[segment.pk, anna.pk])
        assert anne.get(file).status_code == 404
        log = anne.get(reverse("segments:log", args=[segment.pk]))
        assert (log.context["count"], log.context["by_copy"]) == (6, 3)

    def test_who_was_chosen_by_hand_is_counted_in_the_steps_and_named_on_the_step(
        self, anne, segment
    ):
        names = ("Anna Dahl", "Cecilie Moe")
        keys = ",".join(str(contact(name).pk) for name in names)
        form = filled(segment, choose="by_hand", by_hand=keys)
        page = anne.post(url(segment), form, follow=True)
        assert names_on(segment) == ["Anna Dahl", "Cecilie Moe", "Dag Ek"]
        assert page.context["steps"][-1].options == [
            "By hand: the first of each, unless you choose another",
            "chosen by hand: 2 companies",
        ]
        step = anne.get(reverse("segments:step", args=[segment.pk, 2]))
        assert [each.name for each in step.context["chosen"]] == list(names)
        assert "<h2>Chosen by hand</h2>" in text(step)
        first = anne.get(reverse("segments:step", args=[segment.pk, 1]))
        assert "<h2>Chosen by hand</h2>" not in text(first)
        again = anne.get(url(segment))
        assert again.context["form"]["by_hand"].value() in (None, "")

    def test_one_address_chosen_by_hand(self, anne, segment):
        """Kaffe AS is without an address, as its people are: they share nothing."""
        make_person("Eva Ek", address="Kaia 2", city="Bergen")
        eva = contact("Eva Ek")
        add_by_hand(segment=segment, contacts=these(eva), user=None, at=NOW)
        form = filled(
            segment, per="address", choose="by_hand", by_hand=eva.pk,
            expected_version=version_at(segment, 2),
        )  # fmt: skip
        page = anne.post(url(segment), form, follow=True)
        assert page.context["steps"][-1].options[1:] == ["chosen by hand: 1 address"]

    def test_undone_steps_are_only_dropped_when_that_is_said(self, anne, segment):
        remove_by_hand(
            segment=segment, contacts=these(contact("Dag Ek")), user=None, at=NOW
        )
        go_back(segment=segment, user=None)
        page = anne.post(url(segment), filled(segment))
        assert page.context["form"].errors == {
            "drop_undone": ["Tick this to go on, or redo the steps first."]
        }
        assert (names_on(segment), segment.steps.count()) == (EVERYBODY, 2)
        page = anne.post(url(segment), filled(segment, edit="show"))
        assert not page.context["form"].errors
        anne.post(url(segment), filled(segment, drop_undone="on"))
        assert names_on(segment) == ["Bo Lie", "Te AS", "Dag Ek"]

    def test_refused_for_undone_steps_all_is_still_there_to_tick_and_go_on(
        self, anne, segment
    ):
        """The box is required by the browser; who gets past it is told beside it."""
        remove_by_hand(
            segment=segment, contacts=these(contact("Dag Ek")), user=None, at=NOW
        )
        go_back(segment=segment, user=None)
        opened = anne.get(url(segment))
        (box,) = re.findall(r"<input[^>]*drop_undone[^>]*>", text(opened))
        assert " required" in box
        looks = re.findall(r'<button[^>]*name="edit"[^>]*>', text(opened))
        assert looks
        assert all(" formnovalidate" in button for button in looks)
        chosen = contact("Anna Dahl").pk
        kaffe = opened.context["groups"][0]["addressee"]
        picked = {
            f"was-{kaffe.pk}": kaffe.contact_id,
            f"pick-{kaffe.pk}": chosen,
        }
        page = anne.post(url(segment), filled(segment, **picked))
        shown = text(page)
        assert "Mend what is marked" not in shown
        assert "Tick this to go on, or redo the steps first." in shown
        assert "Yes, drop the undone steps" in shown
        assert "Leave 3 letters" in shown
        assert f'name="by_hand" value="{chosen}"' in shown
        assert groups(page) == [
            ("Kaffe AS", ["Anna Dahl", "Bo Lie", "Kaffe AS"]),
            ("Te AS", ["Te AS", "Cecilie Moe"]),
        ]
        told = filled(segment, by_hand=page.context["by_hand"], drop_undone="on")
        anne.post(url(segment), told)
        assert names_on(segment) == ["Anna Dahl", "Te AS", "Dag Ek"]

    def test_the_second_of_two_people_is_told(self, anne, segment):
        remove_by_hand(
            segment=segment, contacts=these(contact("Dag Ek")), user=None, at=NOW
        )
        page = anne.post(url(segment), filled(segment))
        assert "Somebody else changed this segment" in text(page)
        assert len(names_on(segment)) == 5

    def test_nobody_shares_anything_any_more(self, anne, segment):
        options = {"per": "company", "choose": "by_hand"}
        one_per_address(segment=segment, options=options, user=None, at=NOW)
        told = filled(segment, expected_version=version_at(segment, 2))
        page = anne.post(url(segment), told)
        assert "No two letters go to the same company." in text(page)
        assert segment.steps.count() == 2


def test_only_who_may_change_segments_sees_it(stranger, rolf, segment):
    assert stranger.get(url(segment)).status_code == 302
    assert rolf.get(url(segment)).status_code == 403
    assert rolf.post(url(segment), filled(segment)).status_code == 403
    assert names_on(segment) == EVERYBODY
