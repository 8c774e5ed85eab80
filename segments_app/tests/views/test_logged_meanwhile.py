"""An old tab, or a second click: the segment is logged, and that is where one gets."""

import pytest
from django.urls import reverse

from interactions.models import LoggedSegment
from segments_app.tests.factories import these

from .log_side import letter_segment, seen

pytestmark = pytest.mark.django_db

PAGES = [
    ("detail", []),
    ("edit", []),
    ("delete", []),
    ("step", [1]),
    ("step_name", [1]),
    ("step_edit", [1]),
    ("step_edit_count", [1]),
    ("step_leave_out", [1]),
    ("refresh", []),
    ("living", []),
    ("criteria", ["add"]),
    ("criteria_count", ["add"]),
    ("go_back", []),
    ("redo", []),
    ("go_to_step", []),
    ("reuse", []),
    ("save_criteria", []),
    ("line_add", []),
    ("line_remove", []),
    ("line_edit", [1]),
    ("documents", []),
    ("document_add", []),
    ("document_file", [1]),
    ("document_remove", [1]),
    ("letter", [1]),
    ("letter_document", [1]),
    ("merge", []),
    ("log", []),
    ("problem", ["excluded"]),
]
ONLY_POSTED = {
    *("criteria_count", "step_edit_count", "step_name", "living"),
    *("go_back", "redo", "go_to_step", "document_add"),
}


@pytest.fixture
def gone(mona):
    """The key of a segment that was logged."""
    segment = letter_segment(people=1, number="SM-7")
    mona.post(
        reverse("segments:log", args=[segment.pk]),
        seen(segment),
    )
    return segment.pk


def ask(browser, name, pk, arguments, **headers):
    url = reverse(f"segments:{name}", args=[pk, *arguments])
    return (browser.post if name in ONLY_POSTED else browser.get)(url, **headers)


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_every_page_of_it_leads_to_the_logged_segment(mona, gone, name, arguments):
    answer = ask(mona, name, gone, arguments)
    logged = LoggedSegment.objects.get()
    assert (answer.status_code, answer.url) == (302, logged.get_absolute_url())
    page = mona.get(answer.url)
    said = [str(message) for message in page.context["messages"]]
    assert "Segment SM-7 is logged already." in said


def test_a_part_of_a_page_that_is_refreshed_leads_the_whole_page_there(mona, gone):
    answer = ask(mona, "log", gone, [], HTTP_HX_REQUEST="true")
    logged = LoggedSegment.objects.get()
    assert answer.headers["HX-Redirect"] == logged.get_absolute_url()


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_what_was_never_logged_is_not_found(mona, gone, name, arguments):
    assert ask(mona, name, gone + 1, arguments).status_code == 404


def test_who_may_not_see_segments_is_not_told(gone, stranger):
    answer = ask(stranger, "detail", gone, [])
    assert answer.url.startswith(reverse("login"))


def test_so_is_one_whose_rest_was_left_over(mona):
    segment = letter_segment(people=2)
    blocked = segment.lines.first().contact
    these(blocked).update(privacy_blocked=True)
    mona.post(
        reverse("segments:log", args=[segment.pk]),
        seen(segment) | {"skip_problem_lines": "on"},
    )
    logged = LoggedSegment.objects.get()
    assert logged.left_overs.exists()
    assert ask(mona, "detail", segment.pk, []).url == logged.get_absolute_url()
