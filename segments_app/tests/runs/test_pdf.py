"""Letters of runs as PDF: together and apart, with one that cannot be made."""

import io
import shutil
import subprocess
import zipfile

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from interactions.services.printing import Output
from interactions.tests.pdf.office import fragile_office, needs_libreoffice
from jobs.models import Job
from segments_app.jobs.letters import print_now
from segments_app.tests.factories import NOW

from .conftest import printed

libreoffice = [*needs_libreoffice, pytest.mark.django_db]


def said(pdf):
    """What each page says, in one line."""
    shown = subprocess.run(
        [shutil.which("pdftotext"), "-layout", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return [" ".join(page.split()) for page in shown.stdout.decode().split("\f")[:-1]]


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
        output = Output(kind="pdf", each=each)
        job = print_now(runs=[run], output=output, user=None, at=NOW)
        why = "2 Cecilie Moe: LibreOffice ended with code -6"
        assert job.result == {
            "letters": 2,
            "files": 2 if each else 1,
            "without_document": 0,
            "unmade": 1,
            "unmade_letters": why,
        }
        if not each:
            assert said(job.result_file.read()) == ["1 Anna Dahl", "3 Bo Ek"]

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
