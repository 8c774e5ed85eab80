"""From a list or segment: the source is chosen, looked at, then taken."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from contacts.tests.importing.files import xlsx
from segments_app.forms.sets import ListForm
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.services.steps import Effect
from segments_app.tests.factories import NOW, make_segment, names_on, version_at
from segments_app.tests.views.log_side import letter_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Anna, Bo and Cecilie; Berit is blocked; Te and Tor share an address."""
    te = make_company("Te AS", number="P-5", email="post@te.example")
    return {
        "anna": make_person("Anna Dahl", number="P-1", email="anna@kaffe.example"),
        "bo": make_person("Bo Lie", number="P-2"),
        "cecilie": make_person("Cecilie Moe", number="P-3"),
        "berit": make_person("Berit Bull", number="P-4", privacy_blocked=True),
        "te": te,
        "tor": make_person(
            "Tor Vik", number="P-6", company=te, email="Post@te.example"
        ),
    }


@pytest.fixture
def segment(cast):
    return make_segment(cast["anna"], cast["bo"])


@pytest.fixture
def other(cast):
    return make_segment(
        cast["bo"], cast["cecilie"], cast["berit"], description="Easter letter"
    )


def take(segment, kind, key, **query):
    url = reverse("segments:combine_take", args=[segment.pk, kind, key])
    return f"{url}?{'&'.join(f'{name}={value}' for name, value in query.items())}"


def start(kind, key):
    return reverse("segments:start_take", args=[kind, key])


def paste(client, segment, text="", file=None):
    """Paste a list and return the page that says what it names."""
    url = reverse("segments:combine_choose", args=[segment.pk, "list"])
    return client.post(url, {"text": text, **({"file": file} if file else {})})


def said(page):
    return " ".join(page.content.decode().split())


class TestChoosing:
    def test_lists_what_can_be_chosen_with_its_size(self, anne, segment, other):
        page = anne.get(reverse("segments:combine", args=[segment.pk]))
        rows = [(row.number, row.total) for row in page.context["page_obj"]]
        assert rows == [(other.number, 3)]
        tabs = [kind for kind, _label, _url in page.context["tabs"]]
        assert tabs == ["segment", "logged_segment", "mailing_group", "list"]

    def test_is_searched(self, anne, segment, other):
        url = reverse("segments:combine_choose", args=[segment.pk, "segment"])
        assert len(anne.get(url, {"search": "easter"}).context["page_obj"]) == 1
        assert "Nothing fits" in said(anne.get(url, {"search": "summer"}))

    def test_says_when_there_is_nothing(self, anne, segment):
        url = reverse("segments:combine_choose", args=[segment.pk, "mailing_group"])
        assert "There is nothing to choose from yet" in said(anne.get(url))

    def test_a_kind_that_is_none_is_not_there(self, anne, segment):
        url = reverse("segments:combine_choose", args=[segment.pk, "moon"])
        assert anne.get(url).status_code == 404

    def test_who_may_only_read_takes_nothing(self, rolf, segment, other):
        for url in (
            reverse("segments:combine", args=[segment.pk]),
            take(segment, "segment", other.pk),
            reverse("segments:start"),
            start("segment", other.pk),
        ):
            assert rolf.get(url).status_code == 403
            assert rolf.post(url).status_code == 403


class TestCombining:
    def test_shows_before_what_is_done_then(self, anne, segment, other):
        page = anne.get(take(segment, "segment", other.pk))
        change = page.context["change"]
        assert change.effect == Effect(
            entered=1, kept_out={"privacy_blocked": 1, "already_in": 1}, total=3
        )
        assert [contact.name for contact in change.entering] == ["Cecilie Moe"]
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
        done = anne.post(
            take(segment, "segment", other.pk),
            {"operation": "union", "expected_version": version_at(segment, 1)},
            follow=True,
        )
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert "1 contact entered." in said(done)
        assert f"Together with segment Easter letter ({other.number})" in said(done)

    @pytest.mark.parametrize(
        ("operation", "names", "words"),
        [
            ("intersection", ["Bo Lie"], "Only who is also in segment"),
            ("difference", ["Anna Dahl"], "Without segment"),
        ],
    )
    def test_keeps_or_takes_off(self, anne, segment, other, operation, names, words):
        url = take(segment, "segment", other.pk, operation=operation)
        assert anne.get(url).context["change"].effect == Effect(left=1, total=1)
        done = anne.post(
            url,
            {"operation": operation, "expected_version": version_at(segment, 1)},
            follow=True,
        )
        assert names_on(segment) == names
        assert f"{words} {other.description} ({other.number})" in said(done)

    def test_a_mailing_group(self, anne, segment, cast):
        news = MailingGroup.objects.create(code="NEWS")
        ContactMailingGroup.objects.create(contact=cast["bo"], mailing_group=news)
        anne.post(
            take(segment, "mailing_group", news.pk),
            {"operation": "difference", "expected_version": version_at(segment, 1)},
        )
        assert names_on(segment) == ["Anna Dahl"]

    def test_somebody_else_was_faster(self, anne, segment, other):
        url = take(segment, "segment", other.pk)
        page = anne.post(
            url, {"operation": "union", "expected_version": version_at(segment, 0)}
        )
        assert "Somebody else changed this segment" in said(page)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_undone_steps_are_not_dropped_unasked(self, anne, segment, other):
        anne.post(
            take(segment, "segment", other.pk),
            {"operation": "union", "expected_version": version_at(segment, 1)},
        )
        anne.post(
            reverse("segments:go_back", args=[segment.pk]),
            {"expected_version": version_at(segment, 2)},
        )
        asked = {"operation": "difference", "expected_version": version_at(segment, 1)}
        page = anne.post(take(segment, "segment", other.pk), asked)
        assert "1 undone step is dropped for good" in said(page)
        assert segment.steps.count() == 2
        anne.post(take(segment, "segment", other.pk), asked | {"drop_undone": "on"})
        assert names_on(segment) == ["Anna Dahl"]

    def test_the_segment_itself_and_an_empty_one_are_refused(self, anne, segment):
        page = anne.get(take(segment, "segment", segment.pk))
        assert "This is the segment itself" in said(page)
        assert "disabled" in said(page)
        empty = make_segment()
        url = take(segment, "segment", empty.pk)
        nobody = f"Nobody is in segment Christmas letter ({empty.number})"
        assert nobody in said(anne.get(url))
        page = anne.post(
            url,
            {"operation": "intersection", "expected_version": version_at(segment, 1)},
        )
        assert "Nobody is there to combine the segment with" in said(page)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_source_that_was_deleted_meanwhile(self, anne, segment, other):
        url = take(segment, "segment", other.pk)
        other.delete()
        for page in (
            anne.get(url, follow=True),
            anne.post(
                url,
                {"operation": "union", "expected_version": version_at(segment, 1)},
                follow=True,
            ),
        ):
            assert "it was logged or deleted. Choose again." in said(page)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_segment_that_was_logged_meanwhile_leads_there(self, anne, other):
        gone = letter_segment(1)
        url = take(gone, "segment", other.pk)
        logged = log_segment.__wrapped__(segment=gone, user=None, at=NOW)
        page = anne.get(url)
        assert page.url == logged.get_absolute_url()
        target = make_segment()
        anne.post(
            take(target, "logged_segment", logged.pk),
            {"operation": "union", "expected_version": version_at(target, 0)},
        )
        assert len(names_on(target)) == 1

    def test_nonsense_in_the_address_is_answered(self, anne, segment):
        for kind, key in (
            ("segment", "x"),
            ("segment", "9" * 30),
            ("only_on", "s1"),
            ("only_on", "s1-x2"),
            ("on_both", "s999-l999"),
            ("list", "0" * 32),
            ("list", "passwd"),
            ("mailing_group", "999"),
        ):
            assert anne.get(take(segment, kind, key)).status_code in (302, 404)
            assert anne.get(start(kind, key)).status_code in (302, 404)

    @pytest.mark.parametrize("kind", ["only_on", "on_both"])
    def test_a_part_of_a_comparison_is_not_chosen_from_a_list(
        self, anne, segment, kind
    ):
        MailingGroup.objects.create(code="SECRET")
        for url in (
            reverse("segments:combine_choose", args=[segment.pk, kind]),
            reverse("segments:start_choose", args=[kind]),
        ):
            for answer in (anne.get(url), anne.post(url)):
                assert answer.status_code == 404
                assert "SECRET" not in said(answer)

    def test_costs_the_same_whatever_the_size(self, anne):
        costs = []
        for size in (3, 30):
            people = [make_person(f"Many {n}") for n in range(size)]
            here, there = make_segment(people[0]), make_segment(*people)
            with CaptureQueriesContext(connection) as captured:
                anne.get(take(here, "segment", there.pk))
            costs.append(len(captured))
        assert costs[0] == costs[1]


class TestPasting:
    def test_what_the_help_says_is_understood_can_be_read(self, anne, segment):
        page = anne.get(reverse("segments:combine_choose", args=[segment.pk, "list"]))
        assert "and “Name &lt;name@example.org&gt;” is understood" in said(page)
        with translation.override("nb"):
            help_text = str(ListForm().fields["text"].help_text)
        assert "&lt;navn@example.org&gt;" in help_text

    def test_takes_the_known_and_tells_the_unknown(self, anne, segment):
        page = anne.get(paste(anne, segment, "P-3, nobody@x.example\nP-3; P-99").url)
        assert page.context["found"].repeated == 1
        assert [(each.text, each.reason) for each in page.context["unknown"]] == [
            ("nobody@x.example", "no contact has this e-mail address"),
            ("P-99", "no contact has this number"),
        ]
        assert page.context["change"].effect == Effect(entered=1, total=3)

    def test_is_taken_and_then_forgotten(self, anne, segment):
        url = paste(anne, segment, "P-3").url
        asked = {"operation": "union", "expected_version": version_at(segment, 1)}
        done = anne.post(url, asked, follow=True)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert "Together with a pasted list" in said(done)
        again = anne.post(url, asked, follow=True)
        assert "The list is not kept any more. Paste it again." in said(again)

    def test_who_shares_an_address_is_chosen(self, anne, segment):
        url = paste(anne, segment, "post@te.example").url
        page = anne.get(url)
        assert "Tick who is meant" in said(page)
        names = [contact.name for contact in page.context["sharing"]]
        assert names == ["Te AS", "Tor Vik"]
        ticked = anne.get(url, {"contact": "P-6"})
        assert [one.name for one in ticked.context["change"].entering] == ["Tor Vik"]
        every = anne.get(url, {"all_sharing": "yes"})
        assert every.context["change"].effect.entered == 2
        anne.post(
            url,
            {
                "operation": "union",
                "contact": "P-6",
                "expected_version": version_at(segment, 1),
            },
        )
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Tor Vik"]

    def test_nobody_is_ticked_who_shares_nothing(self, anne, segment):
        url = paste(anne, segment, "post@te.example").url
        page = anne.post(
            url,
            {
                "operation": "union",
                "contact": "P-3",
                "expected_version": version_at(segment, 1),
            },
        )
        assert page.status_code == 200
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_file(self, anne, segment):
        data = xlsx(["Name", "Contact no"], ["Cecilie", "P-3"], ["Who", "P-99"])
        upload = SimpleUploadedFile("people.xlsx", data)
        url = paste(anne, segment, file=upload).url
        done = anne.post(
            url,
            {"operation": "union", "expected_version": version_at(segment, 1)},
            follow=True,
        )
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert "Together with the file people.xlsx" in said(done)

    @pytest.mark.parametrize(
        ("text", "file", "message"),
        [
            ("", None, "The list is empty"),
            ("P-1", b"P-1", "not both"),
            ("", b"%PDF-1.7\n\x01\x02", "neither a CSV file nor a spreadsheet"),
            ("P-1\n" * 100_001, None, "more than 100,000 contacts"),
            ("\x00", None, "The list is empty"),
        ],
    )
    def test_what_is_no_list_is_said(self, anne, segment, text, file, message):
        upload = SimpleUploadedFile("a.csv", file) if file else None
        page = paste(anne, segment, text, upload)
        assert (page.status_code, message in said(page)) == (200, True)

    def test_control_characters_do_no_harm(self, anne, segment):
        page = anne.get(paste(anne, segment, "P\x00-3\x07\nP-1\u200b").url)
        assert page.context["known"] == 2

    def test_is_nobody_elses(self, anne, mona, segment):
        url = paste(anne, segment, "P-3").url
        assert "not kept any more" in said(mona.get(url, follow=True))


class TestStarting:
    def test_makes_a_segment_of_the_source(self, anne, other):
        page = anne.get(start("segment", other.pk))
        assert page.context["change"].effect == Effect(
            entered=2, kept_out={"privacy_blocked": 1}, total=2
        )
        done = anne.post(
            start("segment", other.pk), {"description": "Summer"}, follow=True
        )
        made = Segment.objects.get(description="Summer")
        assert names_on(made) == ["Bo Lie", "Cecilie Moe"]
        assert f"Segment {made.number} is made with 2 contacts." in said(done)

    def test_needs_a_description(self, anne, other):
        page = anne.post(start("segment", other.pk), {})
        assert "This field is required." in said(page)
        assert Segment.objects.count() == 1

    def test_of_nobody_is_refused(self, anne):
        empty = make_segment()
        page = anne.post(start("segment", empty.pk), {"description": "Summer"})
        assert "Nobody is there" in said(page)
        assert Segment.objects.count() == 1
