"""Tags that are wrong, and tags that want more than a letter."""

import contextlib
import time

import docx
import pytest

from interactions.merge import TemplateError, compile_template
from interactions.tests.factories import letter

from .word import complex_field, saved

SYNTAX = "syntax"
UNSUPPORTED = "unsupported_tag"


def kinds_of(*texts):
    with pytest.raises(TemplateError) as caught:
        compile_template(letter(*texts))
    return [problem.kind for problem in caught.value.problems]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__ }}",
        "{{ lipsum() }}",
        "{{ contact_name.__class__ }}",
        "{{ contact_name.upper() }}",
        "{{ contact_name['x'] }}",
        "{{ contact_name[0] }}",
        "{{ range(999999999) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ 'a' ~ contact_name }}",
        "{{ contact_name + contact_name }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ contact_name | center(1000000000) }}",
        "{{ contact_name | attr('x') }}",
        "{{ contact_name | map('upper') }}",
        "{{ contact_name | safe }}",
        "{{ contact_name | default(contact_city) }}",
        "{{ contact_name | default('x', true) }}",
        "{{ contact_name | upper(1) }}",
        "{{ contact_name is defined }}",
        "{{ 'x' if contact_name else 'y' }}",
        "{{ [contact_name] }}",
        "{{ {'a': 1} }}",
        "{% if contact_name in 'abc' %}x{% endif %}",
        "{% if contact_name < 'abc' %}x{% endif %}",
        "{% for x in contact_name %}x{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{% block x %}{% endblock %}",
        "{% raw %}x{% endraw %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with %}{% endwith %}",
        "{% autoescape false %}x{% endautoescape %}",
        "{% colspan 3 %}",
        "{% cellbg 'red' %}",
        "{% vm %}",
        "{%- if contact_name %}x{% endif %}",
        "{{- contact_name }}",
        "{{r contact_name }}",
        "{{p contact_name }}",
        "{%tc if contact_name %}",
    ],
)
def test_a_tag_that_does_more_than_letters_need_is_refused(tag):
    assert set(kinds_of(tag)) <= {UNSUPPORTED, SYNTAX, "unknown_field"}


@pytest.mark.parametrize(
    "texts",
    [
        ("{{ contact_name",),
        ("{{ contact_name }",),
        ("{{ contact_name", "}}"),
        ("{{ {{ contact_name }} }}",),
        ("{{ }}",),
        ("{{ contact name }}",),
        ("{{ contact_name | }}",),
        ("{% if contact_name %}x",),
        ("x{% endif %}",),
        ("{% else %}",),
        ("{% if %}x{% endif %}",),
        ("{% if contact_name %}x{% else %}y{% else %}z{% endif %}",),
        ("{% if contact_name %}", "{% endif %}"),
        ("{%p if contact_name %}", "x {% endif %}"),
        ("{%p if contact_name %} and more", "{%p endif %}"),
        ("{%tr if contact_name %}", "{%tr endif %}"),
        ("{% if contact_name %}" * 11 + "{% endif %}" * 11,),
        ("{{ '" + "x" * 500 + "' }}",),
    ],
)
def test_a_tag_that_is_wrong_is_refused(texts):
    assert set(kinds_of(*texts)) == {SYNTAX}


def test_the_place_and_the_way_out_are_named():
    with pytest.raises(TemplateError) as caught:
        compile_template(letter("Dear {{ contact_name }}", "Yours {{ contact_name"))
    assert str(caught.value) == (
        "Document, near “Yours {{ contact_name”: A tag is opened but not closed. "
        "Write fields as {{ field }} and conditions as "
        "{% if field %} … {% endif %}."
    )


def test_a_field_written_as_people_call_it_is_told_by_its_name():
    with pytest.raises(TemplateError) as caught:
        compile_template(letter("{{ First name }}", "{{ first thing }}"))
    assert [str(problem) for problem in caught.value.problems] == [
        "Document, near “{{ First name }}”: The name of a field in a tag has no "
        "blanks: “First name”. Write {{ contact_first_name }}.",
        "Document, near “{{ first thing }}”: The tag cannot be read: expected token "
        "'end of print statement', got 'thing' Write {{ field }}, or {% if field %} … "
        "{% endif %}.",
    ]


def test_every_problem_is_told_at_once():
    assert kinds_of("{{ nobody }}", "{{ contact_name", "{% set x = 1 %}") == [
        "unknown_field",
        SYNTAX,
        UNSUPPORTED,
    ]


def test_our_own_names_are_not_for_templates():
    assert kinds_of("{% if _more %}x{% endif %}") == ["unknown_field"]


def test_a_tag_in_the_code_of_a_field_is_refused():
    document = docx.Document()
    complex_field(document.add_paragraph(), ' HYPERLINK "http://x/{{ contact_no }}" ')
    with pytest.raises(TemplateError) as caught:
        compile_template(saved(document))
    assert [problem.kind for problem in caught.value.problems] == [SYNTAX]


def test_a_tag_in_the_description_of_a_picture_is_refused():
    document = docx.Document()
    document.add_paragraph("x").paragraph_format.element.set(
        "title", "{{ contact_no }}"
    )
    with pytest.raises(TemplateError) as caught:
        compile_template(saved(document))
    assert [problem.kind for problem in caught.value.problems] == [SYNTAX]


@pytest.mark.parametrize(
    "text",
    [
        "{% colspan " * 20_000,
        "{{ " * 50_000,
        "{" * 200_000,
        "{% if contact_name %}" * 20_000,
        "{{ contact_name }}" * 20_000,
        "}} " * 50_000,
        "{{ " + "(" * 390 + "contact_name" + "}}",
        "{{ " + "not " * 95 + "contact_name }}",
        "{%tc for p in people %}" * 20_000,
        "{%tr for p in people %}" * 20_000,
        "{% for p in people %}" * 1_999,
        "{% for a in people %}{{ a.name }}{% endfor %}" * 600,
    ],
)
def test_a_hostile_text_is_dealt_with_quickly(text):
    started = time.process_time()
    with contextlib.suppress(TemplateError):
        compile_template(letter(text, "Dear {{ contact_name }}"))
    assert time.process_time() - started < 3
