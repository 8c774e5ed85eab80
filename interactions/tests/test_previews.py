"""Previews are kept for an hour and no longer, and converted in few turns."""

import io
import os
import time

import pikepdf
import pytest
from django.core.management import call_command

from interactions.merge import template
from interactions.services import checking, confined, letter_pdf, pages
from interactions.services.kept_previews import (
    KEPT_SECONDS,
    folder,
    forget_previews,
    generation,
    keep,
    kept,
    slot,
)
from interactions.services.letter_pdf import pdf_of
from interactions.services.pages import PagesUncounted, pages_of

from .factories import letter


class Office:
    """Converts at once; `meanwhile` is what others do in that time."""

    def __init__(self, meanwhile=lambda: None):
        self.meanwhile = meanwhile
        self.starts = 0

    def convert(self, documents, *, folder, **_limits):
        self.starts += 1
        folder.mkdir()
        for document in documents:
            with pikepdf.new() as pdf:
                pdf.add_blank_page()
                pdf.save(folder / f"{document.stem}.pdf")
        self.meanwhile()
        return ""


def keep_since(key, *, seconds):
    keep(key, b"%PDF", begun=generation())
    then = time.time() - seconds
    os.utime(folder() / f"{key}.pdf", (then, then))


def test_what_is_an_hour_old_is_shown_to_nobody_and_goes():
    for key in ("asked", "other"):
        keep_since(key, seconds=KEPT_SECONDS + 1)
    assert kept("asked") is None
    assert not list(folder().glob("*.pdf"))


@pytest.mark.django_db
def test_it_goes_though_nobody_looks_at_letters():
    keep_since("recent", seconds=KEPT_SECONDS - 60)
    keep_since("old", seconds=KEPT_SECONDS + 60)
    call_command("expire_job_files", stdout=io.StringIO())
    assert [path.stem for path in folder().glob("*.pdf")] == ["recent"]


def test_a_letter_that_is_forgotten_while_it_is_made_is_not_kept(monkeypatch):
    monkeypatch.setattr(letter_pdf, "office", lambda: Office(forget_previews))
    assert pdf_of(b"A letter").startswith(b"%PDF")
    assert not list(folder().glob("*.pdf"))


def test_pages_are_counted_in_turns_and_once(monkeypatch):
    office = Office()
    monkeypatch.setattr(letter_pdf, "office", lambda: office)
    monkeypatch.setattr(letter_pdf, "PATIENCE", 0)
    document = letter("{{ contact_name }}")
    with slot(0), slot(0), pytest.raises(PagesUncounted):
        pages_of(document)
    assert office.starts == 0
    for _time in range(2):
        assert pages_of(document) == 1
    assert office.starts == 1


def test_pages_are_counted_by_processes_that_are_bounded(monkeypatch):
    asked = []

    def confine(task, data):
        asked.append(task)
        return checking.confine(task, data)

    def unread(data):
        raise AssertionError("read by the process that answers a request")

    monkeypatch.setattr(pages, "confine", confine)
    monkeypatch.setattr(letter_pdf, "office", Office)
    monkeypatch.setattr(template, "open_upload", unread)
    monkeypatch.setattr(pikepdf, "open", unread)
    assert (pages_of(letter("{{ contact_name }}")), asked) == (1, ["sample", "pages"])


def test_pages_that_take_too_much_to_count_are_not_counted(monkeypatch):
    monkeypatch.setattr(confined, "__name__", "interactions.services.nothing")
    with pytest.raises(PagesUncounted):
        pages_of(letter("{{ contact_name }}"))
