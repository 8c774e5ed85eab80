"""Every language speaks the terms of the glossary, and its .mo repeats its .po."""

import gettext

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

LANGUAGES = ["nb", "da", "fi", "nl"]
COLUMNS = {"Norwegian": "nb", "Danish": "da", "Finnish": "fi", "Dutch": "nl"}
LOCALE = settings.BASE_DIR / "locale"


def glossary():
    """The terms of docs/glossary.md, by language: `{"nb": {"segment": "segment"}}`."""
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads, _rule, *terms = rows
    return {
        COLUMNS[head]: {row[0]: row[place] for row in terms}
        for place, head in enumerate(heads)
        if head in COLUMNS
    }


def messages(language):
    """The texts of a .po, without its header."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def compiled(language):
    path = LOCALE / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def said(catalogue, message):
    """What the .mo says for a text: a text for each form of a plural."""
    if not isinstance(message.id, tuple):
        if message.context:
            return catalogue.pgettext(message.context, message.id)
        return catalogue.gettext(message.id)
    if message.context:
        return tuple(
            catalogue.npgettext(message.context, *message.id, number)
            for number in (1, 2)
        )
    return tuple(catalogue.ngettext(*message.id, number) for number in (1, 2))


def written(message):
    """What the .po says; a text without a sure translation is said in English."""
    strings = message.string if isinstance(message.id, tuple) else [message.string]
    return message.id if message.fuzzy or not all(strings) else message.string


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_is_said_as_the_glossary_says(language):
    terms = glossary()[language]
    spoken = {
        (message.id, message.string.lower())
        for message in messages(language)
        if isinstance(message.id, str)
        and message.context is None
        and message.id.lower() in terms
    }

    assert len({text.lower() for text, _ in spoken}) >= 10
    assert spoken == {(text, terms[text.lower()]) for text, _ in spoken}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_says_the_same(language):
    catalogue = compiled(language)

    different = [
        (message.id, said(catalogue, message), written(message))
        for message in messages(language)
        if said(catalogue, message) != written(message)
    ]

    assert different == []
