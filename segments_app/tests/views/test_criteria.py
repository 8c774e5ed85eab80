"""Building criteria in the browser: seen before it is done, refused at its place."""

import re

import pytest
from django.urls import reverse

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.forms.criteria import all_rows, from_json
from segments_app.models import Segment, SegmentStep
from segments_app.services import add_contacts, go_to_step
from segments_app.tests.factories import NOW, make_segment, names_on, version_at
from segments_app.tests.forms.test_criteria import posted
from segments_app.tests.views.users import ASSISTANT, READER, logged_in
from segments_app.views.step_words import say_effect

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}


@pytest.fixture
def client():
    return logged_in(ASSISTANT)


@pytest.fixture
def segment():
    """An empty one; in Oslo live Anna and, kept out, Bo; in Bergen Cecilie."""
    kaffe = make_company("Kaffe AS", city="Bergen")
    make_person("Anna Dahl", city="Oslo", company=kaffe)
    make_person("Bo Lie", city="Oslo", exclude_from_segment=True)
    make_person("Cecilie Moe", city="Bergen")
    return make_segment()


def url(segment, kind="add", name="criteria"):
    return reverse(f"segments:{name}", args=[segment.pk, kind])


def form_of(criteria, *, position=0, **others):
    data = posted(from_json(criteria))
    data["expected_version"] = version_at(Segment.objects.earliest("pk"), position)
    data.update(others)
    return data


def rows_of(page):
    return page.context["shape"]


def under_headings(html):
    """The names below each heading, as the page shows them."""
    listed = {}
    for part in html.split("<h3>")[1:]:
        heading, rest = part.split("</h3>", 1)
        items = re.findall(r"<li>(.*?)</li>", rest.split("</ul>")[0], re.S)
        listed[heading] = [re.sub(r"<[^>]+>", "", each).strip() for each in items]
    return listed


class TestApplying:
    def test_add_reduce_and_refine_do_what_was_asked(self, client, segment):
        everywhere = {"any": [IN_OSLO, IN_BERGEN]}
        added = client.post(url(segment), form_of(everywhere), follow=True)
        assert names_on(segment) == ["Kaffe AS", "Cecilie Moe", "Anna Dahl"]
        said = "3 contacts entered. Kept out: Excluded from segments (1)."
        assert said in added.content.decode()
        client.post(url(segment, "reduce"), form_of(IN_OSLO, position=1))
        assert names_on(segment) == ["Kaffe AS", "Cecilie Moe"]
        person = {"field": "type", "op": "is", "value": "person"}
        client.post(url(segment, "refine"), form_of(person, position=2))
        assert names_on(segment) == ["Cecilie Moe"]
        step = segment.steps.get(position=1)
        assert (step.criteria, step.user) == (everywhere, client.user)

    def test_options_are_obeyed_and_written_down(self, client, segment):
        form = form_of(IN_OSLO, ignore_exclusion="on", include_related_companies="on")
        client.post(url(segment), form)
        assert names_on(segment) == ["Kaffe AS", "Bo Lie", "Anna Dahl"]
        assert segment.steps.get().options == {
            "ignore_exclusion": True,
            "include_related_companies": True,
        }

    @pytest.mark.parametrize("at_least", ["-3", "99999999999999999999"])
    def test_how_many_letters_is_refused_at_its_row(self, client, segment, at_least):
        refusal = "at least: a whole number from 1 to 10,000."
        form = form_of({"all": [IN_OSLO, {"has": "interaction"}]})
        form["q.1.at_least"] = at_least
        page = client.post(url(segment), form)
        errors = {row.name: row.errors for row in all_rows(page.context["root"])}
        assert errors == {"q": [], "q.0": [], "q.1": [refusal]}
        counted = client.post(url(segment, name="criteria_count"), form)
        assert f"Interaction: {refusal}" in counted.content.decode()
        for name in ("condition_counts", "criteria_count"):
            assert client.post(url(segment, name=name), form).status_code == 200
        assert names_on(segment) == []

    def test_a_list_says_that_it_is_one_per_line(self, client, segment):
        several = {"field": "city", "op": "in", "value": ["Oslo, Bergen", "Voss"]}
        page = client.post(url(segment), form_of(several, edit="refresh"))
        key = page.context["root"].key
        html = page.content.decode()
        assert f'<span class="muted" id="{key}-hint">one per line</span>' in html
        (box,) = re.findall(r"<textarea.*?</textarea>", html, re.S)
        assert f'aria-describedby="{key}-hint"' in box
        assert "Oslo, Bergen\nVoss" in box

    def test_everybody_must_be_said_expressly(self, client, segment):
        page = client.get(url(segment))
        blank = {
            "shape": page.context["shape"],
            "expected_version": version_at(segment, 0),
        }
        refused = client.post(url(segment), blank)
        assert "choose all contacts expressly" in refused.content.decode()
        assert names_on(segment) == []
        client.post(url(segment), blank | {"all_contacts": "on"})
        assert len(names_on(segment)) == 3
        refused = client.post(
            url(segment, "reduce"), blank | {"expected_version": version_at(segment, 1)}
        )
        assert "Choose a field, or remove this row." in refused.content.decode()
        assert len(names_on(segment)) == 3

    def test_the_criteria_of_an_earlier_step_can_be_started_from(self, client, segment):
        add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
        page = client.get(url(segment, "reduce"), {"step": 1})
        root = page.context["root"]
        assert (root.field, root.op, root.values) == ("city", "is", ["oslo"])
        assert client.get(url(segment), {"step": 9}).context["root"].is_blank

    def test_an_error_stands_at_its_row_and_nothing_is_done(self, client, segment):
        code = {"field": "code", "op": "is", "value": "GONE"}
        wrong = {"all": [IN_OSLO, {"has": "mailing_group", "where": code}]}
        page = client.post(url(segment), form_of(wrong))
        row = page.context["root"].rows[1].rows[0]
        assert (row.values, row.errors) == (["GONE"], ["There is no code GONE."])
        assert page.content.decode().count("There is no code GONE.") == 1
        assert not segment.steps.exists()

    def test_rows_that_no_page_sends_are_a_bad_request(self, client, segment):
        sent = {
            "shape": "q:has q.0:group q.1:group",
            "expected_version": version_at(segment, 0),
        }
        assert client.post(url(segment), sent).status_code == 400
        assert client.get(url(segment, "destroy")).status_code == 404


class TestOthers:
    def test_somebody_else_was_faster_and_the_criteria_are_kept(self, client, segment):
        add_contacts(segment=segment, criteria=IN_BERGEN, user=None, at=NOW)
        page = client.post(url(segment), form_of(IN_OSLO))
        assert "Somebody else changed this segment" in page.content.decode()
        assert names_on(segment) == ["Kaffe AS", "Cecilie Moe"]
        assert page.context["root"].values == ["oslo"]
        again = form_of(
            IN_OSLO, expected_version=page.context["form"]["expected_version"].value()
        )
        client.post(url(segment), again)
        assert names_on(segment) == ["Kaffe AS", "Cecilie Moe", "Anna Dahl"]

    def test_undone_steps_are_dropped_only_when_that_was_said(self, client, segment):
        add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
        add_contacts(segment=segment, criteria=IN_BERGEN, user=None, at=NOW)
        segment.lines.filter(added_step=2).update(personal_text="Dear you")
        go_to_step(segment=segment, position=1, user=None)
        page = client.get(url(segment, "reduce"))
        told = "1 undone step is dropped for good, and with them: 2 personal texts."
        assert told in page.content.decode()
        form = form_of(IN_OSLO, position=1)
        refused = client.post(url(segment, "reduce"), form)
        assert "Tick this to go on" in refused.content.decode()
        assert segment.steps.count() == 2
        client.post(
            url(segment, "reduce"), form_of(IN_OSLO, position=1, drop_undone="on")
        )
        assert names_on(segment) == []
        assert [step.kind for step in segment.steps.order_by("position")] == [
            "add",
            "reduce",
        ]


class TestBeforeApplying:
    def test_how_many_who_and_who_not_is_said_and_nothing_changed(
        self, client, segment
    ):
        page = client.post(url(segment, name="criteria_count"), form_of(IN_OSLO))
        told = page.context["previewed"]
        assert told["sentence"] == "city is “oslo”"
        assert (told["effect"].entered, told["effect"].total) == (1, 1)
        assert [contact.name for contact in told["moving"]] == ["Anna Dahl"]
        assert [(contact.name, str(why)) for contact, why in told["kept_out"]] == [
            ("Bo Lie", "Excluded from segments")
        ]
        assert "<html" not in page.content.decode()
        assert not segment.steps.exists()

    def test_reduce_and_refine_name_those_who_leave_and_those_who_stay(
        self, client, segment
    ):
        add_contacts(
            segment=segment, criteria=None, options={"all_contacts": True},
            user=None, at=NOW,
        )  # fmt: skip
        seen = {}
        for kind in ("reduce", "refine"):
            page = client.post(
                url(segment, kind, "criteria_count"), form_of(IN_OSLO, position=1)
            )
            told = page.context["previewed"]
            counts = (told["effect"].left, told["effect"].total)
            seen[kind] = (counts, under_headings(page.content.decode()))
        anna, others = ["Anna Dahl Kaffe AS"], ["Kaffe AS", "Cecilie Moe"]
        assert seen == {
            "reduce": ((1, 2), {"Who is taken off": anna, "Who stays": others}),
            "refine": ((2, 1), {"Who is taken off": others, "Who stays": anna}),
        }

    def test_of_those_who_stay_the_first_ten_are_named(self, client, segment):
        many = [make_person(f"Many {number:02}", city="Oslo") for number in range(14)]
        named = make_segment(*many, make_person("Bo Lie", city="Bergen"))
        form = form_of(IN_OSLO, position=1)
        page = client.post(url(named, "refine", "criteria_count"), form)
        told = page.context["previewed"]
        assert under_headings(page.content.decode()) == {
            "Who is taken off": ["Bo Lie"],
            "Who stays": [f"Many {number:02}" for number in range(10)],
        }
        assert (told["more"], told["more_staying"]) == (0, 4)

    def test_only_the_first_ten_are_named(self, client, segment):
        for number in range(14):
            make_person(f"Many {number:02}", city="Voss")
        voss = IN_OSLO | {"value": "Voss"}
        page = client.post(url(segment, name="criteria_count"), form_of(voss))
        told = page.context["previewed"]
        names = [contact.name for contact in told["moving"]]
        assert names == [f"Many {number:02}" for number in range(10)]
        assert (told["effect"].entered, told["more"]) == (14, 4)

    def test_unfinished_criteria_say_what_is_missing(self, client, segment):
        form = form_of({"all": [IN_OSLO, IN_BERGEN]})
        form["q.1.value"] = ""
        page = client.post(url(segment, name="criteria_count"), form)
        assert page.context["previewed"] == {
            "missing": "Not complete yet: City: Fill in a value, or remove this row."
        }

    def test_before_anything_is_said_it_tells_what_it_is_for(self, client, segment):
        blank = {
            "shape": "q:group q.0:condition",
            "expected_version": version_at(segment, 0),
        }
        page = client.post(url(segment, name="criteria_count"), blank)
        assert page.context["previewed"] == {}
        assert "how many and who is shown here" in page.content.decode()
        page = client.post(
            url(segment, name="criteria_count"), blank | {"all_contacts": "on"}
        )
        assert page.context["previewed"]["effect"].entered == 3

    def test_without_javascript_the_page_counts_itself(self, client, segment):
        page = client.post(url(segment), form_of(IN_OSLO, edit="preview"))
        assert page.context["previewed"]["effect"].entered == 1
        assert "1 contact enters" in page.content.decode()
        assert page.context["root"].values == ["oslo"]


class TestRemarks:
    def count(self, client, segment, criteria, kind="add", position=0):
        page = client.post(
            url(segment, kind, "criteria_count"), form_of(criteria, position=position)
        )
        return [said for _level, said in page.context["previewed"]["notes"]]

    def test_nobody_and_everybody_are_remarked_on(self, client, segment):
        nowhere = IN_OSLO | {"value": "Atlantis"}
        assert self.count(client, segment, IN_BERGEN) == []
        assert self.count(client, segment, nowhere) == [
            "Nobody fits these criteria: nothing to do."
        ]
        add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
        assert self.count(client, segment, IN_OSLO, position=1) == [
            "Everybody who fits is in already or is kept out: nothing to do."
        ]
        said = {
            (kind, criteria["value"]): self.count(client, segment, criteria, kind, 1)
            for kind in ("reduce", "refine")
            for criteria in (IN_OSLO, nowhere)
        }
        assert said == {
            ("reduce", "oslo"): [
                "Nobody stays: everybody on the segment is taken off."
            ],
            ("reduce", "Atlantis"): [
                "Nobody on the segment fits: nobody would be taken off."
            ],
            ("refine", "oslo"): [
                "Everybody on the segment fits: nobody would be taken off."
            ],
            ("refine", "Atlantis"): [
                "Nobody stays: everybody on the segment is taken off."
            ],
        }


class TestConditionCounts:
    def test_each_row_says_how_many_fit_it(self, client, segment):
        person = {"field": "type", "op": "is", "value": "person"}
        form = form_of({"all": [person, IN_OSLO, IN_BERGEN]})
        page = client.post(url(segment, name="condition_counts"), form)
        rows = [(row.alone, row.so_far) for row in page.context["rows"]]
        assert rows == [(0, None), (3, None), (2, 2), (2, 0)]
        said = " ".join(page.content.decode().split())
        assert "with those above: nobody" in said
        assert "<html" not in said

    def test_that_everybody_fits_is_said(self, client, segment):
        everybody = {"field": "name", "op": "is_not_empty"}
        page = client.post(url(segment, name="condition_counts"), form_of(everybody))
        assert "Everybody in the register fits." in page.content.decode()

    def test_without_javascript_the_rows_say_it_when_count_is_pressed(
        self, client, segment
    ):
        form = form_of({"all": [IN_OSLO, IN_BERGEN]}, edit="preview")
        page = client.post(url(segment), form)
        rows = page.context["root"].rows
        assert [(row.alone, row.so_far) for row in rows] == [(2, None), (2, 0)]


class TestChoices:
    def search(self, client, scope, field, q):
        path = reverse("segments:criteria_choices", args=[scope, field])
        return client.get(path, {"q": q})

    def test_every_word_must_stand_in_code_or_name(self, client):
        MailingGroup.objects.create(code="NEWS", description="Letter to friends")
        MailingGroup.objects.create(code="XMAS", description="Letter at Christmas")
        answer = self.search(client, "mailing_group", "code", "letter news").json()
        assert answer == {"found": [["NEWS", "NEWS Letter to friends"]], "more": 0}
        answer = self.search(client, "contact", "country", "norw").json()
        assert answer == {"found": [["NO", "Norway"]], "more": 0}

    def test_so_many_are_told_and_how_many_more(self, client):
        for number in range(53):
            MailingGroup.objects.create(code=f"G{number}")
        answer = self.search(client, "mailing_group", "code", "").json()
        assert (len(answer["found"]), answer["more"]) == (50, 3)

    def test_what_is_no_field_is_not_found(self, client):
        assert self.search(client, "contact", "shoe_size", "").status_code == 404
        assert self.search(client, "cellar", "code", "").status_code == 404
        assert self.search(client, "contact", "country", "\0").status_code == 200

    def test_who_may_only_read_searches_nothing(self):
        reader = logged_in(READER, "reader")
        assert self.search(reader, "contact", "country", "").status_code == 403


class TestRows:
    def test_buttons_build_criteria_without_javascript(self, client, segment):
        news = MailingGroup.objects.create(code="news", description="Newsletter")
        anna = contact_named("Anna Dahl")
        ContactMailingGroup.objects.create(contact=anna, mailing_group=news)
        page = client.get(url(segment))
        assert rows_of(page) == "q:group q.0:condition"
        form = {"shape": rows_of(page), "expected_version": version_at(segment, 0)}
        page = client.post(url(segment), form | {"edit": "remove:q.0"})
        page = client.post(url(segment), form | {"edit": "add-has:q"})
        form |= {"shape": rows_of(page), "q.1.relation": "mailing_group"}
        page = client.post(url(segment), form | {"edit": "remove:q.0"})
        assert rows_of(page) == "q:group q.0:has"
        form |= {"shape": rows_of(page), "q.0.relation": "mailing_group"}
        page = client.post(url(segment), form | {"edit": "add-condition:q.0"})
        assert page.context["root"].rows[0].rows[0].field == "code"
        form |= {"shape": rows_of(page), "q.0.0.field": "code"}
        assert "NEWS Newsletter" in page.content.decode()
        form |= {"q.0.0.op": "is", "q.0.0.value": "NEWS"}
        client.post(url(segment), form)
        assert segment.steps.get().criteria == {
            "all": [
                {
                    "has": "mailing_group",
                    "where": {"field": "code", "op": "is", "value": "NEWS"},
                }
            ]
        }
        assert names_on(segment) == ["Anna Dahl"]

    def test_what_was_typed_and_ticked_survives_a_button(self, client, segment):
        form = form_of(
            {"all": [IN_OSLO]}, edit="add-group:q", expand_companies="on", position=0
        )
        page = client.post(url(segment), form)
        assert page.context["root"].rows[0].values == ["oslo"]
        assert page.context["form"]["expand_companies"].value() is True
        assert 'name="q.1.0.field"' in page.content.decode()


def test_who_may_only_read_builds_nothing(segment):
    reader = logged_in(READER, "reader")
    assert reader.get(url(segment)).status_code == 403
    assert reader.post(url(segment), form_of(IN_OSLO)).status_code == 403
    for name in ("criteria_count", "condition_counts"):
        count = url(segment, name=name)
        assert reader.post(count, form_of(IN_OSLO)).status_code == 403
    assert not segment.steps.exists()


def contact_named(name):
    return Contact.objects.get(name=name)


def test_large_numbers_are_written_as_the_language_writes_them():
    step = SegmentStep(entered=1062, left=1500, kept_out={"excluded": 2000})
    assert say_effect(step) == (
        "1,062 contacts entered. 1,500 contacts taken off. "
        "Kept out: Excluded from segments (2,000)."
    )
