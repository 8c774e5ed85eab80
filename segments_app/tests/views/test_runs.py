"""Pages of runs: what was frozen, what changed since, and printing some of it."""

import io
import zipfile

import docx
import pytest
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Delivery, Run
from interactions.tests.factories import (
    make_entry,
    make_logged_segment,
    make_template,
)
from jobs.models import Job
from segments_app.jobs import letters
from segments_app.models import SegmentLine
from segments_app.services import log_segment
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, make_segment

from .log_side import letter_segment, seen, text

pytestmark = pytest.mark.django_db


def paragraphs(answer):
    document = docx.Document(io.BytesIO(answer.getvalue()))
    return [each.text for each in document.paragraphs if each.text]


def run_of(segment, **options):
    return prepare_run(segment=segment, user=None, at=NOW, **options)


def url(name, *keys):
    return reverse(f"segments:{name}", args=keys)


def rename(old, new):
    Contact.objects.filter(name=old).update(name=new)


class TestMerging:
    def test_letters_are_frozen_with_one_click_and_the_run_is_listed(self, anne):
        segment = letter_segment(people=2)
        merge = url("merge", segment.pk)
        anne.post(merge, {"how": "one"})
        run = Run.objects.get()
        page = text(anne.get(merge))
        assert url("run", run.pk) in page
        assert (run.user.username, run.order) == ("anne", "postal")

    def test_who_clicks_twice_gets_the_same_run(self, anne):
        segment = letter_segment(people=2)
        for how in ("one", "each"):
            anne.post(url("merge", segment.pk), {"how": how})
        assert Run.objects.count() == 1
        assert Job.objects.count() == 2

    def test_the_names_of_the_first_files_are_shown_while_one_types(self, anne):
        segment = letter_segment(people=5)
        names = url("merge_names", segment.pk)
        page = text(anne.get(names, {"pattern": "{name} {city}"}))
        assert "Person No001 Voss.docx" in page
        assert page.count(".docx") == 3
        assert "There is no field “nmae”" in text(
            anne.get(names, {"pattern": "{nmae}"})
        )

    def test_they_are_the_names_that_come(self, anne):
        segment = letter_segment(people=10)
        Contact.objects.filter(name="Person No007").update(city="Aure", name="Z/Person")
        names = url("merge_names", segment.pk)
        for asked, first in (
            ({}, "01 Kaffe AS Z Person.docx"),
            ({"kind": "pdf"}, "01 Kaffe AS Z Person.pdf"),
            ({"order": "name"}, "01 Kaffe AS Person No001.docx"),
            ({"order": "sideways"}, "01 Kaffe AS Z Person.docx"),
            ({"pattern": "{city}", "order": "name"}, "Voss.docx Voss (2).docx"),
        ):
            shown = anne.get(names, asked).context["names"]
            assert " ".join(shown).startswith(first)
        page = anne.get(url("merge", segment.pk))
        run = prepare_run(segment=segment, user=None, at=NOW)
        kept = anne.get(url("run", run.pk)).context["names"]
        assert page.context["names"] == kept
        kept = anne.get(url("run_names", run.pk), {"kind": "pdf"}).context["names"]
        assert kept[0] == "01 Kaffe AS Z Person.pdf"

    @pytest.mark.parametrize(
        ("wish", "field", "said"),
        [
            ({"pattern": "{nmae}"}, "pattern", "Did you mean {name}?"),
            ({"bundle_by": "number"}, "every", "How many letters"),
            ({"bundle_by": "country", "how": "each"}, "bundle_by", "between documents"),
            ({"bundle_by": "country", "order": "name"}, "bundle_by", "in the order of"),
            ({"order": "sideways"}, "order", "sideways"),
            ({"bundle_by": "number", "every": "0"}, "every", "greater than"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_place(self, anne, wish, field, said):
        segment = letter_segment(people=1)
        page = anne.post(url("merge", segment.pk), {"how": "one"} | wish)
        assert page.context["form"].errors.keys() == {field}
        assert said in text(page)
        assert Run.objects.count() == 0


class TestOneRun:
    def test_it_says_when_how_many_and_who(self, anne):
        segment = letter_segment(people=2)
        SegmentLine.objects.filter(contact__name="Person No002").update(
            template=make_template("CALL")
        )
        run = run_of(segment)
        page = anne.get(url("run", run.pk))
        items = page.context["table"].items
        assert [(item.sequence, item.contact.name) for item in items] == [
            (1, "Person No001")
        ]
        assert (page.context["run"].letters, page.context["run"].left_out) == (1, 1)
        left_out = text(anne.get(url("run_left_out", run.pk)))
        assert "Person No002" in left_out
        assert "No document in their language" in left_out

    @pytest.mark.parametrize(
        ("search", "found"),
        [("no002", {2}), ("4", {3, 4}), ("nobody", set()), ("9" * 30, set())],
    )
    def test_a_letter_is_found_by_name_or_number(self, rolf, search, found):
        run = run_of(letter_segment(people=4))
        Contact.objects.filter(name="Person No003").update(number="C-4")
        page = rolf.get(url("run", run.pk), {"search": search})
        assert {item.sequence for item in page.context["table"].items} == found
        assert rolf.get(url("run", run.pk), {"search": "\0"}).status_code == 200

    def test_it_has_pages_that_cost_the_same(self, rolf, django_assert_num_queries):
        run = run_of(letter_segment(people=120))
        first = rolf.get(url("run", run.pk)).context["table"]
        assert [item.sequence for item in first.items] == list(range(1, 51))
        rolf.get(url("run", run.pk))
        with django_assert_num_queries(15):
            last = rolf.get(url("run", run.pk), {"end": 1}).context["table"]
        assert [item.sequence for item in last.items] == list(range(71, 121))
        small = run_of(letter_segment(people=1))
        with django_assert_num_queries(15):
            rolf.get(url("run", small.pk))

    def test_some_letters_are_printed_again(self, anne):
        run = run_of(letter_segment(people=5))
        rename("Person No003", "Married Name")
        asked = {"how": "one", "numbers_asked": "2-3, 5"}
        answer = anne.post(url("run_print", run.pk), asked)
        assert paragraphs(answer)[::2] == [
            *("Dear Person No002", "Dear Person No003", "Dear Person No005")
        ]
        assert "2-3, 5.docx" in answer["Content-Disposition"]

    @pytest.mark.parametrize(
        ("numbers", "said"),
        [
            ("57-41", "Did you mean 41-57?"),
            ("0", "the first letter has number 1"),
            ("4-9", "the last letter has number 5"),
            ("x", "is no number of a letter"),
        ],
    )
    def test_numbers_that_cannot_be_are_said_at_their_place(self, anne, numbers, said):
        run = run_of(letter_segment(people=5))
        asked = {"how": "one", "numbers_asked": numbers}
        page = anne.post(url("run_print", run.pk), asked)
        assert page.context["form"].errors.keys() == {"numbers_asked"}
        assert said in text(page)
        assert Job.objects.count() == 0

    def test_files_are_kept_and_handed_to_whoever_may_print(self, anne, mona, rolf):
        run = run_of(letter_segment(people=2))
        anne.post(url("run_print", run.pk), {"how": "each", "pattern": "{name}"})
        (job,) = mona.get(url("run", run.pk)).context["files"]
        file = url("run_file", run.pk, job.pk)
        archive = zipfile.ZipFile(io.BytesIO(mona.get(file).getvalue()))
        assert archive.namelist() == ["Person No001.docx", "Person No002.docx"]
        assert rolf.get(file).status_code == 403
        other = run_of(letter_segment(people=1))
        assert mona.get(url("run_file", other.pk, job.pk)).status_code == 404
        job.drop_files()
        assert mona.get(file).status_code == 404
        assert "deleted: files are kept" in text(mona.get(url("run", run.pk)))

    def test_a_file_with_somebody_blocked_since_is_not_handed_out(self, anne):
        run = run_of(letter_segment(people=2))
        anne.post(url("run_print", run.pk), {"how": "one"})
        file = url("run_file", run.pk, Job.objects.get().pk)
        assert anne.get(file).status_code == 200
        Contact.objects.filter(name="Person No002").update(privacy_blocked=True)
        assert "Print the letters again." in text(anne.get(file, follow=True))
        anne.post(url("run_withdraw", run.pk))
        assert anne.get(file).status_code == 404

    def test_many_letters_are_a_job(self, anne, monkeypatch):
        monkeypatch.setattr(letters, "MOST_WITHOUT_JOB", 1)
        run = run_of(letter_segment(people=2))
        answer = anne.post(url("run_print", run.pk), {"how": "one"})
        job = Job.objects.get()
        assert (answer.url, job.state) == (job.get_absolute_url(), "queued")
        assert "Queued" in text(anne.get(url("run", run.pk)))

    def test_one_letter_is_made_again_as_it_was(self, rolf):
        run = run_of(letter_segment(people=2))
        rename("Person No001", "Married Name")
        item = run.items.get(sequence=1)
        answer = rolf.get(url("run_letter", run.pk, item.pk))
        document = docx.Document(io.BytesIO(answer.content))
        assert document.paragraphs[0].text == "Dear Person No001"

    def test_but_not_to_who_must_not_be_written_to(self, rolf):
        run = run_of(letter_segment(people=2))
        Contact.objects.filter(name="Person No001").update(privacy_blocked=True)
        item = run.items.get(sequence=1)
        page = rolf.get(url("run_letter", run.pk, item.pk), follow=True)
        assert "This contact must not be written to." in text(page)
        assert "1 contact must not be written to any more" in text(page)
        left_out = text(rolf.get(url("run_left_out", run.pk)))
        assert "Person No001" in left_out
        assert "letter 1 is not printed" in left_out

    def test_it_is_withdrawn_after_a_question(self, anne):
        segment = letter_segment(people=1)
        run = run_of(segment)
        withdraw = url("run_withdraw", run.pk)
        assert "Shall nobody print these letters" in text(anne.get(withdraw))
        page = anne.post(withdraw, follow=True)
        assert "This run was withdrawn" in text(page)
        assert not page.context["may_print"]
        refused = anne.post(url("run_print", run.pk), {"how": "one"})
        assert "This run was withdrawn. Prepare another one." in text(refused)
        again = anne.post(withdraw, follow=True)
        assert "This run cannot be withdrawn" in text(again)

    def test_who_only_reads_looks_and_prints_nothing(self, rolf, stranger):
        segment = letter_segment(people=1)
        run = run_of(segment)
        assert rolf.get(url("run", run.pk)).status_code == 200
        assert not rolf.get(url("run", run.pk)).context["may_print"]
        for name in ("run_print", "run_withdraw"):
            assert rolf.post(url(name, run.pk)).status_code == 403
        assert rolf.post(url("prepare", segment.pk)).status_code == 403
        assert rolf.get(url("merge_names", segment.pk)).status_code == 403
        for name in ("run", "run_changes", "run_left_out", "run_names"):
            page = stranger.get(url(name, run.pk))
            assert page.url.startswith(reverse("login"))


class TestChanges:
    def test_nothing_changed(self, rolf):
        run = run_of(letter_segment(people=1))
        assert "would be the same" in text(rolf.get(url("run_changes", run.pk)))

    def test_each_is_told_with_what_is_different(self, anne):
        segment = letter_segment(people=2)
        run = run_of(segment)
        rename("Person No002", "Married Name")
        page = text(anne.get(url("run_changes", run.pk)))
        assert "1 letter would read differently" in page
        assert "<del>Person No002</del> → <ins>Married Name</ins>" in page
        part = anne.get(url("run_changes", run.pk), headers={"HX-Request": "true"})
        assert "<html" not in text(part)
        assert "1 letter would read differently" in text(part)

    def test_who_came_and_who_left(self, anne):
        segment = letter_segment(people=2)
        run = run_of(segment)
        segment.lines.filter(contact__name="Person No001").update(removed_step=2)
        SegmentLine.objects.create(
            segment=segment, contact=make_person("New"), added_step=1, position=9
        )
        segment.position = 2
        segment.save()
        page = text(anne.get(url("run_changes", run.pk), {"kind": "left"}))
        assert "Person No001" in page
        page = text(anne.get(url("run_changes", run.pk)))
        assert ">New</a>" in page

    def test_it_is_prepared_again_in_the_same_order(self, anne):
        segment = letter_segment(people=2)
        run_of(segment, order="name")
        page = anne.post(url("prepare", segment.pk), {"order": "name"}, follow=True)
        assert "prepared as they are now" in text(page)
        assert [each.order for each in Run.objects.all()] == ["name", "name"]

    def test_without_a_letter_nothing_is_prepared(self, anne):
        segment = make_segment(make_person("Bo Lie"), template=make_template())
        page = anne.post(url("prepare", segment.pk), follow=True)
        assert "There is no document." in text(page)


class TestLogging:
    def test_the_page_says_which_letters_are_logged(self, anne):
        segment = letter_segment(people=2)
        run = run_of(segment)
        page = anne.get(url("log", segment.pk))
        assert url("run_changes", run.pk) in text(page)
        logged = anne.post(url("log", segment.pk), seen(segment), follow=True)
        assert url("run", run.pk) in text(logged)
        assert "not those of the prepared run" not in text(logged)

    def test_and_afterwards_if_they_are_others(self, anne):
        segment = letter_segment(people=2)
        run_of(segment)
        rename("Person No002", "Married Name")
        logged = anne.post(url("log", segment.pk), seen(segment), follow=True)
        assert "The letters are not those of the prepared run." in text(logged)
        assert len(logged.context["runs"]) == 2

    def test_who_sees_logged_segments_prints_some_again(self, rolf):
        segment = letter_segment(people=3)
        run = run_of(segment)
        log_segment(segment=segment, user=None, at=NOW)
        page = rolf.get(url("run", run.pk))
        assert page.context["may_print"]
        asked = {"how": "one", "numbers_asked": "2"}
        answer = rolf.post(url("run_print", run.pk), asked)
        assert paragraphs(answer)[0] == "Dear Person No002"
        assert rolf.get(url("run_changes", run.pk)).status_code == 404


class TestARunByEmail:
    """Its e-mails went, and one of them failed."""

    @pytest.fixture
    def run(self):
        logged = make_logged_segment("SM-7")
        run = Run.objects.create(
            segment_number="SM-7", kind="send", logged_segment=logged
        )
        for number, status in enumerate(("sent", "failed"), start=1):
            contact = make_person()
            entry = make_entry(contact, logged_segment=logged, delivery_status=status)
            run.items.create(sequence=number, contact=contact, entry=entry)
            Delivery.objects.create(entry=entry, channel="email", status=status)
        return run

    @pytest.mark.parametrize("asked", ["run", "logged_segment"])
    def test_its_page_and_that_of_its_segment_say_so(self, rolf, run, asked):
        path = run.logged_segment.get_absolute_url()
        if asked == "run":
            path = url("run", run.pk)
        page = text(rolf.get(path))
        assert '<span class="badge badge-ok">Logged</span> Sent, 1 failed' in page
