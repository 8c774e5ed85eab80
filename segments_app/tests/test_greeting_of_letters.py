"""A letter greets as the card says: language, default language, every language."""

import pytest

from contacts.card.facts import greetings_of
from contacts.models import MarketingSetup, Salutation, SalutationFormula
from contacts.tests.factories import make_person
from interactions.merge.record import build_record
from interactions.tests.factories import make_document, make_template
from segments_app.models.letter_inputs import letter_inputs
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("default", ["da", "sv", ""])
@pytest.mark.parametrize("language", ["nb-NO", "nb", "fi", "da", ""])
def test_a_letter_and_the_card_greet_alike(language, default):
    MarketingSetup.objects.create(default_language=default)
    salutation = Salutation.objects.create(code="F")
    for tag, text in (("nb", "Kjære %1"), ("da", "Kære %1"), ("", "Dear %1,")):
        for kind in ("formal", "informal"):
            SalutationFormula.objects.create(
                salutation=salutation,
                language=tag,
                type=kind,
                text=text,
                name_1="first_name",
            )
    anna = make_person("Anna Dahl", salutation=salutation, language=language)
    template = make_template(languages={"nb": make_document(), "fi": make_document()})
    segment = make_segment(anna, template=template)
    lines = segment.lines.with_effective_values().with_letter_language()
    inputs = lines.values_list(letter_inputs(), flat=True).get()
    record = build_record(inputs | {"own_company": {}})
    if inputs["locale"] == language:
        assert [record["formal_salutation"], record["informal_salutation"]] == [
            text for _label, text in greetings_of(anna)
        ]
    expected = {"nb-NO": "Kjære Anna", "nb": "Kjære Anna", "da": "Kære Anna"}
    usual = {"da": "Kære Anna"}.get(default, "Dear Anna,")
    assert record["formal_salutation"] == expected.get(inputs["locale"], usual)
