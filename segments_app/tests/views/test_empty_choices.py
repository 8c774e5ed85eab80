"""The empty choice of a list says in words what it means, on every page."""

import pytest
from django import forms
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import InteractionTemplateSetup
from interactions.tests.factories import make_template

pytestmark = pytest.mark.django_db

DASHES = "---------"


class Lunch(forms.Form):
    """A choice that is needed, one that is not, and one that has words."""

    dish = forms.ChoiceField(choices=[("", DASHES), ("soup", "Soup")])
    wine = forms.ChoiceField(choices=[("", DASHES), ("red", "Red")], required=False)
    sauce = forms.ChoiceField(choices=[("", "All"), ("mint", "Mint")], required=False)


def test_what_is_needed_is_to_be_chosen_and_the_rest_may_be_none():
    form = Lunch()
    first = {
        name: str(form[name]).partition('<option value="" selected>')[2]
        for name in form.fields
    }
    assert {name: rest.partition("</option>")[0] for name, rest in first.items()} == {
        "dish": "choose …",
        "wine": "none",
        "sauce": "All",
    }
    assert str(form["dish"]).count("<option") == 2


@pytest.mark.parametrize(
    "name",
    [
        "contacts:create",
        "segments:create",
        "segments:campaign_create",
        "segments:interaction_create",
        "segments:phone_call",
    ],
)
def test_no_page_shows_dashes(mona, name):
    contact = make_person("Anna Dahl", phone="+47 22 00 00 00")
    InteractionTemplateSetup.objects.create(outgoing_calls=make_template("CALL"))
    page = mona.get(reverse(name), {"contact": contact.number})
    assert page.status_code == 200
    content = page.content.decode()
    assert "<select" in content
    assert DASHES not in content
