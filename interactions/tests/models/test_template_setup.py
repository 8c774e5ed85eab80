"""The one row that says which templates stand for what is logged by itself."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from interactions.models import InteractionTemplateSetup
from interactions.tests.factories import make_document, make_template

pytestmark = pytest.mark.django_db


def test_there_is_one_row_and_an_empty_one_where_none_is_stored():
    assert InteractionTemplateSetup.load().cover_sheets is None
    cover = make_template("COVER")
    InteractionTemplateSetup(cover_sheets=cover).save()
    InteractionTemplateSetup(cover_sheets=cover, outgoing_calls=cover).save()
    (row,) = InteractionTemplateSetup.objects.all()
    assert InteractionTemplateSetup.load() == row
    assert row.outgoing_calls == cover


@pytest.mark.parametrize("name", ["outgoing_calls", "cover_sheets"])
def test_what_is_logged_without_a_letter_has_no_document(name):
    letter = make_template("LETTER", languages={"en": make_document()})
    setup = InteractionTemplateSetup(**{name: letter})
    with pytest.raises(ValidationError) as refused:
        setup.full_clean()
    assert refused.value.message_dict == {
        name: ["LETTER has a document. Choose a template without one."]
    }


def test_an_email_may_have_a_document():
    letter = make_template("LETTER", languages={"en": make_document()})
    InteractionTemplateSetup(emails=letter).full_clean()


def test_the_administrator_makes_the_row_once_and_never_deletes_it(admin_client):
    add = reverse("admin:interactions_interactiontemplatesetup_add")
    call = make_template("CALL")
    assert admin_client.post(add, {"outgoing_calls": call.pk}).status_code == 302
    assert InteractionTemplateSetup.load().outgoing_calls == call
    assert admin_client.get(add).status_code == 403
    delete = reverse("admin:interactions_interactiontemplatesetup_delete", args=[1])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
