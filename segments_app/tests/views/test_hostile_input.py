"""What no page of ours would send is answered, never with an error of the server."""

import pytest
from django.urls import reverse

from contacts.models import Contact
from segments_app.models import Segment
from segments_app.roles import MARKETING_ASSISTANT

from .log_side import letter_segment, visitor

pytestmark = pytest.mark.django_db

NUL = "Kaf\x00fe"
BEYOND = "9" * 20  # no column holds it
ENDLESS = "9" * 5_000  # not even an int for Python
HOSTILE = [NUL, BEYOND, ENDLESS, "-1", "²", "9999-12-31"]


@pytest.fixture
def segment() -> Segment:
    return letter_segment(1)


@pytest.fixture
def mallory():
    """A marketing assistant with a program of her own instead of a browser."""
    return visitor("mallory", MARKETING_ASSISTANT)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("contacts:list", "search"),
        ("contacts:list", "salesperson"),
        ("contacts:list", "company"),
        ("contacts:list", "ordering"),
        ("contacts:list", "page"),
        ("contacts:create", "company"),
        ("contacts:company_options", "company"),
        ("interactions:log", "contact"),
        ("interactions:log", "template"),
        ("interactions:log", "segment_number"),
        ("interactions:log", "date_from"),
        ("segments:list", "search"),
        ("segments:list", "campaign"),
        ("segments:logged_list", "search"),
        ("segments:logged_list", "logged_to"),
        ("segments:logged_list", "user"),
        ("segments:saved_criteria", "search"),
        ("jobs:list", "page"),
    ],
)
def test_a_list_takes_any_question(mallory, name, field):
    for value in HOSTILE:
        assert mallory.get(reverse(name), {field: value}).status_code == 200


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("detail", "search"),
        ("detail", "page"),
        ("line_add", "search"),
        ("line_remove", "line"),
        ("reuse", "saved"),
        ("merge", "how"),
        ("log", "deliver"),
    ],
)
def test_a_page_of_a_segment_takes_any_question(mallory, segment, name, field):
    url = reverse(f"segments:{name}", args=[segment.pk])
    for value in HOSTILE:
        assert mallory.get(url, {field: value}).status_code in (200, 302, 403)


@pytest.mark.parametrize("value", HOSTILE)
def test_the_builder_takes_any_step_and_any_rows(mallory, segment, value):
    url = reverse("segments:criteria", args=[segment.pk, "add"])
    assert mallory.get(url, {"step": value}).status_code == 200
    rows = {
        "shape": "q:group q.0:condition q.1:has",
        "q.0.not": value,
        "q.0.field": "number",
        "q.0.op": "is",
        "q.0.value": value,
        "q.1.relation": "interaction",
        "q.1.at_least": value,
        "expected_version": value,
    }
    for edit in ("", "preview", "refresh"):
        assert mallory.post(url, rows | {"edit": edit}).status_code == 200
    for shape in (value, f"q:{value}", f"q:group q.{value}:condition"):
        assert mallory.post(url, {"shape": shape}).status_code in (200, 400)
    assert segment.steps.count() == 1


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("line_add", "contacts"),
        ("line_add", "search"),
        ("line_remove", "line"),
        ("go_to_step", "position"),
        ("refresh", "expected_version"),
        ("living", "living"),
        ("log", "expected_version"),
        ("save_criteria", "code"),
    ],
)
def test_a_posted_form_takes_any_value(mallory, segment, name, field):
    url = reverse(f"segments:{name}", args=[segment.pk])
    for value in HOSTILE:
        posted = {"expected_version": "1", "position": "1", field: value}
        assert mallory.post(url, posted).status_code in (200, 302)
    assert segment.steps.count() == 1


@pytest.mark.parametrize("field", ["number", "company", "mailing_groups"])
def test_a_contact_without_a_name_is_not_made_whatever_else_is_said(mallory, field):
    for value in HOSTILE:
        posted = {"type": "company", "name": "", field: value}
        response = mallory.post(reverse("contacts:create"), posted)
        assert "name" in response.context["form"].errors
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/contacts/{}/",
        "/interactions/{}/",
        "/interactions/{}/letter/",
        "/interactions/templates/{}/",
        "/interactions/templates/documents/{}/",
        "/jobs/{}/",
        "/segments/{}/",
        "/segments/{}/merge/",
        "/segments/logged/{}/",
    ],
)
def test_what_no_key_can_be_is_not_found(mallory, path):
    for pk in ("0", BEYOND, ENDLESS):
        assert mallory.get(path.format(pk)).status_code == 404
