"""Looking at one letter, and taking all of them away."""

import io
import zipfile
from html import unescape

import docx
import pytest
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Attachment, InteractionTemplateLanguage, Run
from interactions.tests.factories import lose, make_document, make_template
from interactions.tests.merge.word import skipping
from jobs.models import Job
from jobs.services import run_job
from segments_app.jobs import letters
from segments_app.models import SegmentDocument
from segments_app.services import add_by_hand, log_segment, skipped
from segments_app.tests.factories import NOW, make_segment, these
from segments_app.views import letters as views
from segments_app.views import runs

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db


def paragraphs(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def letter_url(segment, line):
    return reverse("segments:letter", args=[segment.pk, line.pk])


class TestOneLetter:
    def test_it_is_shown_as_the_contact_will_read_it(self, rolf):
        segment = letter_segment(people=1)
        page = rolf.get(letter_url(segment, segment.lines.get()))
        assert page.context["text"].body == ["Dear Person No001", "See you!"]
        assert "Dear Person No001" in text(page)
        assert "Hard copy" in text(page)

    def test_the_next_and_the_previous_contact_are_a_click_away(self, rolf):
        segment = letter_segment(people=3)
        first, second, third = segment.lines.order_by("position")
        page = rolf.get(letter_url(segment, second))
        assert page.context["place"].previous["pk"] == first.pk
        assert page.context["place"].next["pk"] == third.pk
        assert rolf.get(letter_url(segment, first)).context["place"].previous is None
        assert rolf.get(letter_url(segment, third)).context["place"].next is None

    def test_it_can_be_taken_away_as_a_word_document(self, rolf):
        segment = letter_segment(people=1)
        line = segment.lines.get()
        url = reverse("segments:letter_document", args=[segment.pk, line.pk])
        answer = rolf.get(url)
        assert paragraphs(answer.content) == ["Dear Person No001", "See you!"]
        name = f"{segment.number}_{line.contact.number}.docx"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_a_contact_without_a_document_is_told_with_the_way_to_mend_it(self, anne):
        segment = make_segment(make_person("Bo Lie"), template=make_template())
        line = segment.lines.get()
        page = anne.get(letter_url(segment, line))
        assert "There is no letter for this contact" in text(page)
        assert reverse("segments:documents", args=[segment.pk]) in text(page)
        url = reverse("segments:letter_document", args=[segment.pk, line.pk])
        assert anne.get(url).status_code == 404

    def test_a_document_that_is_lost_is_said_on_every_page(self, rolf, anne):
        segment = letter_segment(people=1)
        line = segment.lines.get()
        lost = make_document("Only here, and lost", name="christmas.docx")
        lost.file.storage.delete(lost.file.name)
        segment.lines.update(document=lost)
        said = "The file of the document “christmas.docx” is gone from the storage."
        document = reverse("segments:letter_document", args=[segment.pk, line.pk])
        merge = reverse("segments:merge", args=[segment.pk])
        for page in (
            rolf.get(letter_url(segment, line)),
            rolf.get(document, follow=True),
            anne.post(merge, {"how": "one"}),
        ):
            assert page.status_code == 200
            assert said in text(page)

    def test_a_line_that_was_taken_off_or_is_of_another_segment_is_not_found(
        self, rolf
    ):
        segment = letter_segment(people=1)
        segment.lines.update(removed_step=1, added_step=0)
        other = letter_segment(people=1)
        assert rolf.get(letter_url(segment, segment.lines.get())).status_code == 404
        assert rolf.get(letter_url(segment, other.lines.get())).status_code == 404

    def test_the_page_asks_as_much_of_a_large_segment_as_of_a_small_one(
        self, rolf, django_assert_num_queries
    ):
        small, large = letter_segment(people=1), letter_segment(people=30)
        rolf.get(letter_url(small, small.lines.first()))
        rolf.get(letter_url(large, large.lines.first()))
        for segment in (small, large):
            with django_assert_num_queries(16):
                rolf.get(letter_url(segment, segment.lines.first()))


class TestAllLetters:
    def merge(self, browser, segment, how):
        return browser.post(reverse("segments:merge", args=[segment.pk]), {"how": how})

    def test_the_page_says_how_many_and_from_which_document(self, anne):
        segment = letter_segment(people=2)
        make_segment(make_person("Somebody Else"))
        page = anne.get(reverse("segments:merge", args=[segment.pk]))
        assert (page.context["letters"], page.context["left_out"].without_document) == (
            2,
            0,
        )
        letters = page.context["letters_by_document"]
        assert [(d.name, count) for d, count in letters] == [("letter.docx", 2)]
        assert "Merge 2 letters" in text(page)

    def test_all_in_one_document(self, anne):
        segment = letter_segment(people=2)
        answer = self.merge(anne, segment, "one")
        assert paragraphs(answer.getvalue()) == [
            *("Dear Person No001", "See you!"),
            *("Dear Person No002", "See you!"),
        ]
        assert f'filename="{segment.number}.docx"' in answer["Content-Disposition"]

    def test_one_file_for_each_contact(self, anne):
        segment = letter_segment(people=2)
        answer = self.merge(anne, segment, "each")
        archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
        assert sorted(archive.namelist()) == [
            f"{place} Kaffe AS Person No00{place}.docx" for place in (1, 2)
        ]
        assert f'filename="{segment.number}.zip"' in answer["Content-Disposition"]

    def test_without_any_document_there_is_no_button_but_a_way_on(self, anne):
        segment = make_segment(make_person("Bo Lie"), template=make_template())
        page = self.merge(anne, segment, "one")
        assert "There is no document" in text(page)
        assert reverse("segments:documents", args=[segment.pk]) in text(page)

    def test_documents_in_other_languages_are_not_called_none(self, anne):
        template = make_template(languages={"fi": make_document()})
        segment = make_segment(make_person("Bo Lie"), template=template, language="nb")
        page = self.merge(anne, segment, "one")
        assert "No document fits the language of any contact" in text(page)

    def test_a_segment_document_is_enough_without_a_template(self, anne):
        segment = make_segment(make_person("Bo Lie", language="nb"))
        SegmentDocument.objects.create(
            segment=segment,
            language="en",
            document=make_document("Hi {{ contact_name }}"),
        )
        answer = self.merge(anne, segment, "one")
        assert paragraphs(answer.getvalue()) == ["Hi Bo Lie"]

    def test_an_empty_segment_says_so(self, anne):
        assert "The segment is empty" in text(self.merge(anne, make_segment(), "one"))

    def test_an_unknown_way_is_refused_at_its_place(self, anne):
        page = self.merge(anne, letter_segment(people=1), "sideways")
        assert page.context["form"].errors.keys() == {"how"}

    def test_who_only_reads_cannot_take_all_letters_away(self, rolf, stranger):
        segment = letter_segment(people=1)
        assert self.merge(rolf, segment, "one").status_code == 403
        answer = self.merge(stranger, segment, "one")
        assert answer.url.startswith(reverse("login"))

    def test_the_page_asks_as_much_of_a_large_segment_as_of_a_small_one(
        self, anne, django_assert_num_queries
    ):
        small, large = letter_segment(people=1), letter_segment(people=30)
        for segment in (small, large):
            with django_assert_num_queries(13):
                anne.get(reverse("segments:merge", args=[segment.pk]))


class TestALetterThatLeavesContactsOut:
    """SKIPIF of Word: told before the letters are made."""

    @pytest.fixture
    def segment(self):
        segment = letter_segment(people=3)
        condition = Attachment.objects.store(data=skipping("Oslo"), name="letter.docx")
        InteractionTemplateLanguage.objects.update(document=condition)
        return segment

    def page(self, browser, segment):
        return browser.get(reverse("segments:merge", args=[segment.pk]))

    def live_in_oslo(self, segment, count):
        lines = segment.lines.values("contact")[:count]
        Contact.objects.filter(pk__in=lines).update(city="Oslo")

    def test_the_page_says_how_many(self, anne, segment):
        self.live_in_oslo(segment, 1)
        page = text(self.page(anne, segment))
        said = "1 letter is left out by the letter's own condition (SKIPIF)."
        assert unescape(page).count(said) == 1
        assert "Merge 2 letters" in page

    def test_the_page_of_the_letter_says_it_and_hands_out_none(self, anne, segment):
        self.live_in_oslo(segment, 1)
        line = segment.lines.order_by("position").first()
        page = anne.get(letter_url(segment, line))
        said = (
            "There is no letter for this contact: left out by { SKIPIF { MERGEFIELD "
            'contact_city } = "Oslo" }.'
        )
        assert (page.context["left_out"], page.context.get("problem")) == (said, None)
        document = reverse("segments:letter_document", args=[segment.pk, line.pk])
        assert said in unescape(text(anne.get(document, follow=True)))

    def test_where_it_leaves_out_nobody_nothing_is_said(self, anne, segment):
        page = text(self.page(anne, segment))
        assert "SKIPIF" not in page
        assert "Merge 3 letters" in page

    def test_many_are_not_asked_each(self, anne, segment, monkeypatch):
        monkeypatch.setattr(skipped, "MOST_WITHOUT_JOB", 2)
        self.live_in_oslo(segment, 1)
        page = text(self.page(anne, segment))
        assert "own condition (SKIPIF) may leave contacts out. How many is" in page
        assert "Merge 3 letters" in page

    def test_where_it_leaves_out_everybody_that_is_what_the_form_says(
        self, anne, segment
    ):
        self.live_in_oslo(segment, 3)
        url = reverse("segments:merge", args=[segment.pk])
        page = anne.post(url, {"how": "one"})
        assert page.context["form"].non_field_errors() == [
            "The letter's own condition (SKIPIF) leaves out every contact."
        ]

    def test_the_page_asks_as_much_of_many_as_of_few(
        self, anne, segment, django_assert_num_queries
    ):
        with django_assert_num_queries(15):
            self.page(anne, segment)
        people = [make_person(f"Late {number}", city="Oslo") for number in range(20)]
        add_by_hand(segment=segment, contacts=these(*people), user=None, at=NOW)
        with django_assert_num_queries(15):
            assert "Merge 3 letters" in text(self.page(anne, segment))


class TestMorePagesOfPdfThanARequestCanTake:
    hint = "As PDF these letters are made in the background."

    @pytest.fixture(autouse=True)
    def _few_at_once(self, monkeypatch):
        monkeypatch.setattr(views, "MOST_PDF_WITHOUT_JOB", 1)
        monkeypatch.setattr(views, "why_no_pdf", lambda: "")

    def test_the_page_says_that_a_pdf_becomes_a_job(self, anne):
        one, two = letter_segment(people=1), letter_segment(people=2)
        said = [
            self.hint in text(anne.get(reverse("segments:merge", args=[segment.pk])))
            for segment in (one, two)
        ]
        assert said == [False, True]

    def test_it_says_nothing_of_pdf_where_there_is_none(self, anne, monkeypatch):
        monkeypatch.setattr(views, "why_no_pdf", lambda: "There is no LibreOffice.")
        url = reverse("segments:merge", args=[letter_segment(people=2).pk])
        assert self.hint not in text(anne.get(url))


class TestMoreLettersThanARequestCanTake:
    @pytest.fixture(autouse=True)
    def _few_at_once(self, monkeypatch):
        monkeypatch.setattr(views, "MOST_WITHOUT_JOB", 1)
        monkeypatch.setattr(letters, "MOST_WITHOUT_JOB", 1)
        monkeypatch.setattr(runs, "MOST_WITHOUT_JOB", 1)

    def test_they_become_a_job_with_the_file_as_its_result(self, anne):
        segment = letter_segment(people=2)
        SegmentDocument.objects.create(
            segment=segment, language="fi", document=make_document("Hei")
        )
        url = reverse("segments:merge", args=[segment.pk])
        assert "merged in the background" in text(anne.get(url))
        answer = anne.post(url, {"how": "one"})
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        assert (job.kind, job.owner.username, job.label) == (
            "letters_of_run",
            "anne",
            f"Letters of segment {segment.number}",
        )
        run_job(job=job)
        assert (job.state, job.done, job.total) == ("done", 2, 2)
        assert job.result == {"letters": 2, "without_document": 0, "files": 1}
        assert job.result_name == f"{segment.number}.docx"
        with job.result_file.open() as file:
            assert len(paragraphs(file.read())) == 4

    def test_a_download_link_alone_starts_no_job(self, anne):
        segment = letter_segment(people=2)
        url = reverse("segments:merge", args=[segment.pk])
        assert anne.get(url, {"how": "one"}).status_code == 200
        assert Job.objects.count() == 0

    def test_they_are_frozen_by_the_job_and_the_file_is_kept_with_the_run(self, anne):
        segment = letter_segment(people=2)
        anne.post(reverse("segments:merge", args=[segment.pk]), {"how": "one"})
        assert Run.objects.count() == 0
        job = Job.objects.get()
        run_job(job=job)
        run = Run.objects.get()
        assert (run.user.username, list(letters.files_kept(run))) == ("anne", [job])

    def test_a_segment_logged_in_the_meantime_fails_with_words(self, anne):
        segment = letter_segment(people=2)
        anne.post(reverse("segments:merge", args=[segment.pk]), {"how": "one"})
        log_segment(segment=segment, user=None, at=NOW)
        job = Job.objects.get()
        run_job(job=job)
        assert (job.state, job.error) == ("failed", "The segment is not open any more.")

    def test_so_is_a_run_that_is_prepared_again(self, anne):
        segment = letter_segment(people=2)
        prepare = reverse("segments:prepare", args=[segment.pk])
        answer = anne.post(prepare, {"order": "name"})
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        run_job(job=job)
        assert (job.state, job.result) == ("done", {"letters": 2})
        assert Run.objects.get().order == "name"

    def test_a_wish_to_cancel_stops_it_between_two_letters(self, anne, monkeypatch):
        monkeypatch.setattr(letters, "EVERY", 1)
        segment = letter_segment(people=3)
        anne.post(reverse("segments:merge", args=[segment.pk]), {"how": "one"})
        Job.objects.claim(pk=Job.objects.get().pk, at=NOW)
        job = Job.objects.get()
        work = letters.print_letters(job)
        assert [next(work).done for _step in range(2)] == [0, 0]
        Job.objects.update(cancel_asked=True)
        assert (next(work).done, next(work, None)) == (1, None)
        assert (Job.objects.get().done, job.result_file.name) == (1, "")


def test_a_document_the_merge_does_not_take_any_more_is_told(mona):
    segment = letter_segment(2)
    line = segment.lines.order_by("position").first()
    line.document = make_document("{{ a_field_of_long_ago }}", name="old.docx")
    line.save()
    page = mona.get(reverse("segments:letter", args=[segment.pk, line.pk]))
    assert "There is no merge field “a_field_of_long_ago”" in text(page)
    file = reverse("segments:letter_document", args=[segment.pk, line.pk])
    assert mona.get(file).url == page.wsgi_request.path
    merged = mona.post(reverse("segments:merge", args=[segment.pk]), {"how": "one"})
    assert "There is no merge field “a_field_of_long_ago”" in text(merged)


def test_letters_whose_document_is_gone_from_the_storage_say_so(mona):
    segment = letter_segment(2)
    line = segment.lines.order_by("position").first()
    line.document = make_document("Lost, for a segment", name="lost.docx")
    line.save()
    lose(line.document)
    page = mona.get(reverse("segments:letter", args=[segment.pk, line.pk]))
    assert "“lost.docx” is gone from the storage" in text(page)
    file = reverse("segments:letter_document", args=[segment.pk, line.pk])
    assert mona.get(file).url == page.wsgi_request.path
    merged = mona.post(reverse("segments:merge", args=[segment.pk]), {"how": "one"})
    assert "“lost.docx” is gone from the storage" in text(merged)
