"""ADDRESSBLOCK and GREETINGLINE of Word."""

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from interactions.merge import compile_template

from .word import complex_field, members, merged, paragraphs, problems_of, record, saved

WORDS_ADDRESS = (
    " ADDRESSBLOCK ",
    '\\f "<<_TITLE0_ >><<_FIRST0_>><< _LAST0_>><< _SUFFIX0_>>\n<<_COMPANY_\n>>',
    "<<_STREET1_\n>><<_STREET2_\n>><<_CITY_>><<, _STATE_>><< _POSTAL_>>",
    '<<\n_COUNTRY_>>" \\l 1033 \\c 2 \\e "United States" \\d ',
)
WORDS_GREETING = (
    ' GREETINGLINE \\f "<<_BEFORE_ Dear >><<_TITLE0_>><< _LAST0_>><<_AFTER_ ,>>"',
    ' \\l 1033 \\e "Dear Sir or Madam," ',
)
ÅSE = {
    "contact_mail_address": "Kaffe AS avd. Voss\nÅse Vik\nHytta\n5700 Voss\nNorge",
    "contact_company_name": "Kaffe AS",
    "contact_first_name": "Åse",
    "contact_surname": "Vik",
    "contact_address": "Bakken 3",
    "contact_city": "Bergen",
    "formal_salutation": "Kjære Åse Vik,",
    "_envelope_company_name": "Kaffe AS avd. Voss",
    "_envelope_address": "Hytta",
    "_envelope_postcode": "5700",
    "_envelope_city": "Voss",
    "_envelope_county": "Vestland",
    "_envelope_country_name": "Norge",
    "_envelope_abroad": "1",
}


@pytest.mark.parametrize(
    "code", [WORDS_ADDRESS, (" ADDRESSBLOCK ",), (" ADDRESSBLOCK \\* MERGEFORMAT ",)]
)
def test_words_usual_address_is_our_own(code):
    assert merged(*code, **ÅSE) == ÅSE["contact_mail_address"]


@pytest.mark.parametrize(
    ("rule", "abroad", "last"),
    [
        ("0", "1", "5700 Voss"),
        ("0", "", "Norge"),
        ("1", "1", "Norge"),
        ("2", "1", "Norge"),
    ],
)
def test_the_country_of_an_address_abroad_goes_by_the_rule(rule, abroad, last):
    values = {**ÅSE, "_envelope_abroad": abroad}
    assert merged(f" ADDRESSBLOCK \\c {rule} ", **values).split("\n")[-1] == last


def test_the_country_of_an_address_at_home_comes_when_always_asked_for():
    address = {"contact_mail_address": "Åse Vik\n5700 Voss"}
    values = {**ÅSE, **address, "_envelope_abroad": ""}
    assert merged(" ADDRESSBLOCK \\c 1 ", **values) == "Åse Vik\n5700 Voss\nNorge"
    assert merged(" ADDRESSBLOCK \\c 2 ", **values) == "Åse Vik\n5700 Voss"


@pytest.mark.parametrize(
    ("pattern", "rule", "said"),
    [
        (
            "<<_COMPANY_\n>><<_CITY_>><<, _STATE_>>",
            0,
            "Kaffe AS avd. Voss\nVoss, Vestland",
        ),
        ("<<_FIRST0_>><< _LAST0_>>", 0, "Åse Vik"),
        ("<<_NICK0_>> in <<_CITY_>>", 0, "Åse in Voss"),
        (
            "<<_STREET1_\n>><<_STREET2_\n>><<_POSTAL_ >><<_CITY_>>",
            0,
            "Hytta\n5700 Voss",
        ),
        ("<<_CITY_>><<\n_COUNTRY_>>", 1, "Voss\nNorge"),
        ("<<_CITY_>><<\n_COUNTRY_>>", 2, "Voss\nNorge"),
        ("<<_CITY_>><<\n_COUNTRY_>>", 0, "Voss"),
        ("<<_TITLE0_ >><<_STREET2_>><<, _CITY_>>", 0, "Voss"),
    ],
)
def test_an_address_that_was_changed_is_followed_part_by_part(pattern, rule, said):
    assert merged(f' ADDRESSBLOCK \\f "{pattern}" \\c {rule} ', **ÅSE) == said


def test_breaks_of_lines_in_a_pattern_are_lines():
    document = docx.Document()
    paragraph = document.add_paragraph()
    complex_field(paragraph, ' ADDRESSBLOCK \\f "<<_FIRST0_>>', '<<_CITY_>>" ')
    second = next(run for run in paragraph.runs if "_CITY_" in run._r.xml)
    run = OxmlElement("w:r")
    run.append(OxmlElement("w:cr"))
    second._r.addprevious(run)
    letter = compile_template(saved(document)).render_letter(record(**ÅSE))
    assert paragraphs(letter) == ["Åse\nVoss"]


def test_words_usual_greeting_is_our_formal_salutation():
    assert merged(*WORDS_GREETING, **ÅSE) == "Kjære Åse Vik,"
    assert merged(" GREETINGLINE ", **ÅSE) == "Kjære Åse Vik,"


def test_who_has_no_salutation_gets_the_general_one():
    assert merged(*WORDS_GREETING, contact_name="Kaffe AS") == "Dear Sir or Madam,"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("<<_BEFORE_ Hi >><<_FIRST0_>><<_AFTER_ !>>", "Hi Åse!"),
        ("<<_BEFORE_ Dear >><<_FIRST0_>><< _LAST0_>><<_AFTER_ ,>>", "Dear Åse Vik,"),
        ("<<_BEFORE_ Kjære >><<_NICK0_>><< and _FIRST1_>><<_AFTER_:>>", "Kjære Åse:"),
    ],
)
def test_a_greeting_that_was_changed_is_followed_part_by_part(pattern, said):
    field = f' GREETINGLINE \\f "{pattern}" \\e "Hello," '
    assert (merged(field, **ÅSE), merged(field)) == (said, "Hello,")


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (
            'ADDRESSBLOCK \\f "<<_FAX_>>"',
            "it asks for _FAX_, which contacts do not have",
        ),
        (
            'GREETINGLINE \\f "<<_CITY_>>"',
            "it asks for _CITY_, which contacts do not have",
        ),
        ('ADDRESSBLOCK \\f "x"', "it asks for x, which contacts do not have"),
        ('ADDRESSBLOCK \\f "<<x>>"', "it asks for <<x>>, which contacts do not have"),
    ],
)
def test_a_part_that_contacts_do_not_have_is_refused(field, reason):
    document = docx.Document()
    complex_field(document.add_paragraph(), f" {field} ")
    assert problems_of(saved(document)) == [
        f"Document, near “«x»”: The field {{ {field} }} cannot be merged: {reason}. "
        "Take it out of the document."
    ]


@pytest.mark.parametrize(
    ("switch", "named"), [("\\c 7", "\\c 7"), ("\\z", "\\z"), ("\\f", "\\f")]
)
def test_another_switch_is_refused(switch, named):
    document = docx.Document()
    complex_field(document.add_paragraph(), f" ADDRESSBLOCK {switch} ")
    (problem,) = problems_of(saved(document))
    assert problem.endswith(
        f"{{ ADDRESSBLOCK {switch} }} cannot be merged: the switch {named} is not "
        "supported. Use the field without this switch."
    )


def with_list(*columns, field=" MERGEFIELD Kolonne "):
    """A document with a list of recipients: (place of the role, name of the column)."""
    document = docx.Document()
    complex_field(document.add_paragraph(), field)
    merge = OxmlElement("w:mailMerge")
    settings = OxmlElement("w:odso")
    merge.append(settings)
    names = dict(columns)
    for place in range(30):
        role = OxmlElement("w:fieldMapData")
        settings.append(role)
        if place in names:
            name = OxmlElement("w:name")
            name.set(qn("w:val"), names[place])
            role.append(name)
    document.settings.element.insert(1, merge)
    return saved(document)


class TestListOfRecipients:
    """What the columns of a list were is read from the settings of the document."""

    def test_a_column_means_its_role(self):
        template = compile_template(with_list((4, "Kolonne")))
        assert paragraphs(template.render_letter(record(**ÅSE))) == ["Vik"]

    def test_a_name_that_is_known_means_what_it_says(self):
        data = with_list((4, "Fornavn"), field=" MERGEFIELD Fornavn ")
        assert compile_template(data).fields == {"contact_first_name"}

    def test_company_name_is_theirs_in_a_list_of_word_and_ours_in_our_own(self):
        field = " MERGEFIELD Company_Name "
        words = with_list((2, "First Name"), (8, "Company Name"), field=field)
        ours = with_list((8, "company_name"), (11, "contact_city"), field=field)
        without = with_list(field=field)
        assert [compile_template(data).fields for data in (words, ours, without)] == [
            {"contact_company_name"},
            {"company_name"},
            {"company_name"},
        ]

    def test_a_placeholder_means_its_column(self):
        field = ' ADDRESSBLOCK \\f "<<_STREET1_>> <<_COMPANY_>>" '
        data = with_list((9, "Poststed"), (8, "Company Name"), field=field)
        letter = compile_template(data).render_letter(record(**ÅSE))
        assert paragraphs(letter) == ["Voss Kaffe AS avd. Voss"]

    def test_the_list_is_gone_from_the_letter(self):
        letter = compile_template(with_list((4, "Kolonne"))).render_letter(record())
        settings = members(letter)["word/settings.xml"]
        assert (b"mailMerge" in settings, b"Kolonne" in settings) == (False, False)
