"""Letters of runs as PDF: together and apart, with one that cannot be made."""

import io
import zipfile

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from interactions.models import LetterSnapshot
from interactions.services.converting import convert_merged
from interactions.services.printing import Output, output, pdf
from interactions.tests.factories import make_document
from interactions.tests.pdf.office import fragile_office, needs_libreoffice
from interactions.tests.pdf.reading import text
from jobs.models import Job
from jobs.registry import JobError
from jobs.services.run_job import run_job
from segments_app.jobs import letters
from segments_app.tests.factories import NOW

from .conftest import printed

libreoffice = [*needs_libreoffice, pytest.mark.django_db]


def said(pdf):
    """What each page says, in one line."""
    return [" ".join(page.split()) for page in text(pdf).split("\f")[:-1]]


def said_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: said(archive.read(name)) for name in archive.namelist()}


class TestWithLibreOffice:
    pytestmark = libreoffice

    def test_one_pdf_has_the_letters_in_their_order(self, run):
        data, merged = printed(run, kind="pdf")
        assert said(data) == ["1 Anna Dahl", "2 Cecilie Moe", "3 Bo Ek"]
        assert (merged.letters, merged.suffix, merged.failures) == (3, ".pdf", [])

    def test_each_contact_has_a_pdf(self, run):
        data, _merged = printed(run, kind="pdf", each=True, numbers=((2, 3),))
        assert said_in(data) == {
            "2 Kaffe AS Cecilie Moe.pdf": ["2 Cecilie Moe"],
            "3 Bo Ek.pdf": ["3 Bo Ek"],
        }

    def test_documents_that_alternate_are_converted_once_each(self, run, monkeypatch):
        second = LetterSnapshot.objects.filter(item__run=run, item__sequence=2)
        second.update(document=make_document("Other {{ contact_name }}"))
        expected = []

        def counted(letters, **options):
            expected.append(options["expected"])
            return convert_merged(letters, **options)

        monkeypatch.setattr(pdf, "convert_merged", counted)
        data, merged = printed(run, kind="pdf", each=True)
        assert list(said_in(data).items()) == [
            ("1 Anna Dahl.pdf", ["1 Anna Dahl"]),
            ("2 Kaffe AS Cecilie Moe.pdf", ["Other Cecilie Moe"]),
            ("3 Bo Ek.pdf", ["3 Bo Ek"]),
        ]
        assert merged.letters == 3
        assert expected == [2, 1]

    def test_sheets_are_pdfs_too(self, run):
        data, _merged = printed(run, kind="pdf", bundle_by="country")
        assert list(said_in(data).values()) == [
            ["NO 2 letters Numbers 1 to 2 SM-7"],
            ["1 Anna Dahl", "2 Cecilie Moe"],
            ["SE 1 letter Numbers 3 to 3 SM-7"],
            ["3 Bo Ek"],
        ]

    @pytest.mark.parametrize("each", [False, True])
    def test_a_letter_that_cannot_be_made_is_named(self, run, settings, tmp_path, each):
        settings.SOFFICE = fragile_office(tmp_path, dies="Cecilie Moe").program
        asked = Output(kind="pdf", each=each)
        job = letters.print_now(runs=[run], output=asked, user=None, at=NOW)
        why = "2 (C-3): LibreOffice ended with code -6"
        assert job.result == {
            "letters": 2,
            "files": 2 if each else 1,
            "without_document": 0,
            "unmade": 1,
            "unmade_letters": why,
        }
        if not each:
            assert said(job.result_file.read()) == ["1 Anna Dahl", "3 Bo Ek"]

    def test_documents_go_on_where_a_killed_worker_stopped(self, run, monkeypatch):
        monkeypatch.setattr(output, "LETTERS_IN_PDF", 2)
        asked = {"runs": [run], "output": Output(kind="pdf"), "user": None, "at": NOW}
        job = letters.print_later(**asked)
        Job.objects.claim(pk=job.pk, at=NOW)
        job.refresh_from_db()
        killed = letters.print_letters(job)
        assert [next(killed).done for _step in range(2)] == [0, 2]
        Job.objects.filter(pk=job.pk).update(state="queued", resume=job.resume)
        made = []
        document_of = letters.document_of

        def counted(planned, part, out, **options):
            made.append((part.first, part.last))
            return document_of(planned, part, out, **options)

        monkeypatch.setattr(letters, "document_of", counted)
        run_job(job=Job.objects.get(pk=job.pk))
        assert made == [(3, 3)]
        done = Job.objects.get(pk=job.pk)
        assert said_in(done.result_file.read()) == {
            "letter 1-2.pdf": ["1 Anna Dahl", "2 Cecilie Moe"],
            "letter 3-3.pdf": ["3 Bo Ek"],
        }

    def test_where_no_letter_can_be_made_it_says_why(self, run, settings, tmp_path):
        settings.SOFFICE = fragile_office(tmp_path, dies="Bo Ek").program
        asked = Output(kind="pdf", numbers=((3, 3),))
        with pytest.raises(
            JobError, match=r"3 \(C-1\): LibreOffice ended with code -6"
        ):
            letters.print_now(runs=[run], output=asked, user=None, at=NOW)

    def test_the_page_hands_out_a_pdf(self, client, admin_user, run):
        client.force_login(admin_user)
        url = reverse("segments:run_print", args=[run.pk])
        response = client.post(url, {"how": "one", "kind": "pdf"})
        assert said(b"".join(response.streaming_content)) == [
            "1 Anna Dahl",
            "2 Cecilie Moe",
            "3 Bo Ek",
        ]


class TestWithoutLibreOffice:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _no_office(self, settings):
        settings.SOFFICE = "no-such-office"

    def test_pdf_cannot_be_chosen_and_the_page_says_why(self, client, admin_user, run):
        client.force_login(admin_user)
        page = client.get(reverse("segments:run", args=[run.pk])).content.decode()
        assert "LibreOffice is not installed on this machine" in page
        url = reverse("segments:run_print", args=[run.pk])
        response = client.post(url, {"how": "one", "kind": "pdf"})
        assert response.context["form"].errors["kind"][0].startswith("LibreOffice is")
        assert not Job.objects.exists()

    def test_the_administrator_is_told(self):
        found = [each.id for each in run_checks(include_deployment_checks=True)]
        assert "segments.W003" in found
