"""Loops over what a contact has: in a line, in paragraphs, rows and cells."""

import io

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.merge import RenderError, TemplateError, compile_template
from interactions.merge.lists import LISTS, MAX_TURNS
from interactions.tests.factories import letter

from .word import opened, paragraphs, record, saved

ÅSE = {"name": "Åse Vik", "job_title": "Daglig leder", "email": "aase@example.no"}
PER = {"name": "Per & Co <Ås>", "job_title": "", "email": ""}
KAFFE = {
    **record(contact_name="Kaffe AS", contact_no="C-1"),
    "people": [ÅSE, PER],
    "mailing_groups": [],
    "answers": [{"question": "Drink?", "answer": "Coffee", "question_code": "DRINK"}],
    "answers_of": {"DRINK": "Coffee"},
}


def said(*texts, values=KAFFE):
    return paragraphs(compile_template(letter(*texts)).render_letter(values))


def problems_of(*texts):
    with pytest.raises(TemplateError) as caught:
        compile_template(letter(*texts))
    return [str(problem) for problem in caught.value.problems]


def table_of(*rows):
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(rows[0]))
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("Bye")
    return document


def merged_table(*rows, values=KAFFE):
    result = compile_template(saved(table_of(*rows))).render_letter(values)
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in opened(result).tables
    ]


class TestInALine:
    def test_every_row_gives_the_text_between(self):
        assert said(
            "Staff: {% for person in people %}{{ person.name }}"
            "{% if not loop.last %}, {% endif %}{% endfor %}."
        ) == ["Staff: Åse Vik, Per & Co <Ås>."]

    def test_a_loop_knows_where_it_is(self):
        assert said(
            "{% for p in people %}{% if loop.first %}[{% endif %}{{ loop.index }}/"
            "{{ loop.length }}{% if loop.last %}]{% endif %}{% endfor %}"
        ) == ["[1/22/2]"]

    def test_an_empty_list_gives_nothing_or_the_else(self):
        assert said(
            "a{% for g in mailing_groups %}{{ g.code }}{% endfor %}z",
            "{% for g in mailing_groups %}{{ g.code }}{% else %}none{% endfor %}",
        ) == ["az", "none"]

    def test_only_rows_that_fit(self):
        assert said(
            "{% for p in people if p.email %}{{ p.name|upper }}{% endfor %}",
            '{% for p in people if p.name != "Åse Vik" %}{{ loop.index }}{% endfor %}',
        ) == ["ÅSE VIK", "1"]

    def test_a_list_is_asked_and_counted(self):
        assert said(
            "{% if people and not mailing_groups %}{{ people|length }}{% endif %}",
            "{% if interactions %}x{% else %}nothing yet{% endif %}",
        ) == ["2", "nothing yet"]

    def test_names_of_lists_and_fields_may_have_capitals(self):
        assert said("{% for p in People %}{{ p.Name }};{% endfor %}") == [
            "Åse Vik;Per & Co <Ås>;"
        ]

    def test_loops_stand_in_loops_and_see_the_outer_row(self):
        assert said(
            "{% for p in people %}{% for a in answers %}{{ p.name }}: {{ a.answer }}; "
            "{% endfor %}{% endfor %}"
        ) == ["Åse Vik: Coffee; Per & Co <Ås>: Coffee; "]

    def test_an_answer_is_named_by_its_question(self):
        assert said(
            '{{ answers_of.drink }} {{ answers_of["DRINK"] }}[{{ answers_of.OTHER }}]',
            '{% if answers_of.DRINK == "Coffee" %}Milk?{% endif %}',
        ) == ["Coffee Coffee[]", "Milk?"]


class TestParagraphs:
    def test_come_once_for_each_row(self):
        assert said(
            "Staff",
            "{%p for person in people %}",
            "{{ loop.index }} {{ person.name }}",
            "{%p if person.email %}",
            "{{ person.email }}",
            "{%p endif %}",
            "{%p endfor %}",
            "Bye",
        ) == ["Staff", "1 Åse Vik", "aase@example.no", "2 Per & Co <Ås>", "Bye"]

    def test_loops_of_paragraphs_hold_tables(self):
        document = table_of(["{{ person.name }}"])
        document.element.body.insert(0, document.add_paragraph()._p)
        document.paragraphs[0].text = "{%p for person in people %}"
        document.paragraphs[1].text = "{%p endfor %}"
        result = opened(compile_template(saved(document)).render_letter(KAFFE))
        assert [table.cell(0, 0).text for table in result.tables] == [
            "Åse Vik",
            "Per & Co <Ås>",
        ]

    def test_loops_work_in_headers_and_text_of_every_letter_in_one_document(self):
        document = docx.Document()
        document.sections[0].header.paragraphs[
            0
        ].text = "{% for p in people %}{{ p.name }} {% endfor %}"
        document.add_paragraph("{% for p in people %}{{ p.email }} {% endfor %}")
        template = compile_template(saved(document))
        out = io.BytesIO()
        template.merge_document([KAFFE, {**KAFFE, "people": [PER]}], out)
        result = opened(out.getvalue())
        assert [section.header.paragraphs[0].text for section in result.sections] == [
            "Åse Vik Per & Co <Ås> ",
            "Per & Co <Ås> ",
        ]
        assert [paragraph.text for paragraph in result.paragraphs] == [
            "aase@example.no  ",
            " ",
        ]


class TestRows:
    def test_come_once_for_each_row_of_the_list(self):
        assert merged_table(
            ["Name", "Job"],
            ["{%tr for p in people %}", ""],
            ["{{ p.name }}", "{{ p.job_title }}"],
            ["{%tr endfor %}", ""],
        ) == [
            [["Name", "Job"], ["Åse Vik", "Daglig leder"], ["Per & Co <Ås>", ""]],
        ]

    def test_a_table_of_nothing_but_the_list_goes_when_the_list_is_empty(self):
        rows = (["{%tr for p in people %}"], ["{{ p.name }}"], ["{%tr endfor %}"])
        assert merged_table(*rows) == [[["Åse Vik"], ["Per & Co <Ås>"]]]
        nobody = {**KAFFE, "people": []}
        assert merged_table(*rows, values=nobody) == []
        out = io.BytesIO()
        template = compile_template(saved(table_of(*rows)))
        template.merge_document([nobody, KAFFE, nobody], out)
        assert [len(table.rows) for table in opened(out.getvalue()).tables] == [2]

    @pytest.mark.parametrize(
        "rows",
        [
            ("{%tr for p in people if p.email %}", "{{ p.name }}", "{%tr endfor %}"),
            (
                *("{%tr for p in people %}", "{%tr if p.email %}", "{{ p.name }}"),
                *("{%tr endif %}", "{%tr endfor %}"),
            ),
            (
                *("{%tr for p in people %}", "a", "{%tr endfor %}"),
                *("{%tr for p in answers %}", "b", "{%tr endfor %}"),
            ),
        ],
    )
    def test_a_table_that_might_lose_every_row_is_refused(self, rows):
        with pytest.raises(TemplateError) as caught:
            compile_template(saved(table_of(*([row] for row in rows))))
        (problem,) = caught.value.problems
        assert problem.message == "The table may lose all its rows."
        assert problem.fix == (
            "Add a row that is always there, such as one of headings."
        )


class TestCells:
    def cells(self, values=KAFFE):
        document = table_of(
            ["Name", "{%tc for p in people %}", "{{ p.name }}", "{%tc endfor %}"],
            ["Job", "{%tc for p in people %}", "{{ p.job_title }}", "{%tc endfor %}"],
        )
        return opened(compile_template(saved(document)).render_letter(values)).tables[0]

    def test_come_once_for_each_row_of_the_list_and_so_do_the_columns(self):
        table = self.cells()
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["Name", "Åse Vik", "Per & Co <Ås>"],
            ["Job", "Daglig leder", ""],
        ]
        assert len(table.columns) == 3

    def test_none_are_left_when_the_list_is_empty(self):
        table = self.cells({**KAFFE, "people": []})
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            ["Name"],
            ["Job"],
        ]
        assert len(table.columns) == 1

    def test_conditions_take_a_cell_away(self):
        row = ["{%tc if contact_city %}", "{{ contact_city }}", "{%tc endif %}", "end"]
        assert merged_table(row) == [[["end"]]]

    def test_a_row_that_might_lose_every_cell_is_refused(self):
        row = ["{%tc for p in people %}", "{{ p.name }}", "{%tc endfor %}"]
        with pytest.raises(TemplateError, match="may lose all its cells"):
            compile_template(saved(table_of(row)))


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "{% for p in peple %}{% endfor %}",
                "There is no list “peple”. Did you mean people?",
            ),
            (
                "{% for p in contact_name %}{% endfor %}",
                "There is no list “contact_name”. Choose a field from the list of "
                "merge fields.",
            ),
            (
                "{% for p in people %}{{ p.nme }}{% endfor %}",
                "A row of people has no field “nme”. Did you mean p.name?",
            ),
            (
                "{% for p in people %}{{ p.zzz }}{% endfor %}",
                "A row of people has no field “zzz”. The fields are name, job_title, "
                "first_name, surname, number, phone, mobile, email.",
            ),
            (
                "{% for person in people %}{{ persn.name }}{% endfor %}",
                "There is no merge field “persn”. Did you mean person?",
            ),
            (
                "{% for p in people %}{{ p }}{% endfor %}",
                "“p” is a whole row. Write {{ p.name }}.",
            ),
            (
                "{{ mailing_groups }}",
                "“mailing_groups” is a list. Go through it: {% for mailing_group in "
                "mailing_groups %}{{ mailing_group.description }}, "
                "{{ mailing_group.code }}; {% endfor %}",
            ),
            (
                "{% for p in people %}x{% endfor %}{{ p.name }}",
                "There is no merge field “p”. Choose a field from the list of merge "
                "fields.",
            ),
            (
                "{% for contact_name in people %}x{% endfor %}",
                "A row cannot be called “contact_name”. Choose a name that is not "
                "taken, as in {% for person in people %}.",
            ),
            (
                "{% for p in people %}{% for p in answers %}x{% endfor %}{% endfor %}",
                "A row cannot be called “p”. Choose a name that is not taken, as in "
                "{% for person in people %}.",
            ),
            (
                "{{ contact_name|length }}",
                "Only a list has a length. Write {{ people|length }}, or take the "
                "filter out.",
            ),
            (
                "{{ loop.index }}",
                "loop.index cannot be used here. Inside a loop there are loop.index, "
                "loop.length, loop.first, loop.last; the last two in conditions.",
            ),
        ],
    )
    def test_a_wrong_name_is_told_with_its_place_and_what_was_meant(
        self, text, problem
    ):
        (told,) = problems_of(text)
        place, _colon, said = told.partition(": ")
        assert place.startswith("Document, near “")
        assert said == problem

    @pytest.mark.parametrize(
        "texts",
        [
            ("{% for p in people %}x",),
            ("x{% endfor %}",),
            ("{% for p in people %}x{% endif %}",),
            ("{% if contact_name %}x{% endfor %}",),
            ("{% for p in people %}", "{% endfor %}"),
            ("{%p for p in people %}", "x{% endfor %}"),
            ("{% for p in people %}a{% elif p.name %}b{% endfor %}",),
            ("{% for p in people %}{% if p.name %}{% endfor %}{% endif %}",),
            ("{%tr for p in people %}", "{%tr endfor %}"),
            ("{%tc for p in people %}", "{%tc endfor %}"),
            ("{% for p in %}{% endfor %}",),
            ("{% for p %}{% endfor %}",),
            ("{% endfor now %}",),
        ],
    )
    def test_loops_out_of_order(self, texts):
        with pytest.raises(TemplateError) as caught:
            compile_template(letter(*texts))
        assert "syntax" in {problem.kind for problem in caught.value.problems}

    @pytest.mark.parametrize(
        "text",
        [
            "{% for p in people recursive %}x{% endfor %}",
            "{% for a, b in people %}x{% endfor %}",
            "{% for p in people|sort %}x{% endfor %}",
            "{% for p in people[0] %}x{% endfor %}",
            "{% for p in [1, 2] %}x{% endfor %}",
            "{% for p in range(9) %}x{% endfor %}",
            "{% for p in 'abc' %}x{% endfor %}",
            "{% for p in people if loop.first %}x{% endfor %}",
            "{% for p in people if p.items() %}x{% endfor %}",
            "{% for loop in people %}x{% endfor %}",
            "{% for _p in people %}x{% endfor %}",
            "{% for p in people %}{{ p.items }}{% endfor %}",
            "{% for p in people %}{{ p.__class__ }}{% endfor %}",
            "{% for p in people %}{{ p['__class__'] }}{% endfor %}",
            "{% for p in people %}{{ p.name.upper }}{% endfor %}",
            "{% for p in people %}{{ loop.cycle('a', 'b') }}{% endfor %}",
            "{% for p in people %}{{ loop.changed(p) }}{% endfor %}",
            "{% for p in people %}{{ loop.__class__ }}{% endfor %}",
            "{% for p in people %}{{ loop }}{% endfor %}",
            "{% for p in people %}{% if loop.previtem %}x{% endif %}{% endfor %}",
            "{% for p in people %}{% break %}{% endfor %}",
            "{% for p in people %}{% continue %}{% endfor %}",
            "{% for p in people %}{% set x = p %}{% endfor %}",
            "{{ people.append }}",
            "{{ people[0].name }}",
            "{{ people|first }}",
            "{{ people|join }}",
            "{{ people|upper }}",
            "{{ people == people }}",
            "{{ answers_of }}",
            "{{ answers_of.keys() }}",
            "{{ answers_of[contact_name] }}",
            "{{ answers_of[0] }}",
            "{{ answers_of.a.b }}",
            "{% for a in answers_of %}x{% endfor %}",
            "{% if answers_of %}x{% endif %}",
            "{{ contact_name['x'] }}",
        ],
    )
    def test_what_reaches_beyond_rows_and_their_fields(self, text):
        with pytest.raises(TemplateError) as caught:
            compile_template(letter(text))
        kinds = {problem.kind for problem in caught.value.problems}
        assert kinds <= {"unsupported_tag", "syntax", "unknown_field"}

    def test_more_than_three_loops_in_each_other(self):
        loops = [f"{{% for {name} in people %}}" for name in "abcd"]
        assert said(*["".join(loops[:3]) + "x" + "{% endfor %}" * 3]) == ["x" * 8]
        (problem,) = problems_of("".join(loops) + "x" + "{% endfor %}" * 4)
        assert problem.endswith("More than 3 loops stand in each other. Take one out.")


class TestBounds:
    def loops(self, count):
        names = "abc"[:count]
        opened_ = "".join(f"{{% for {name} in people %}}" for name in names)
        return opened_ + "x" + "{% endfor %}" * count

    def test_a_letter_may_go_through_so_many_rows(self):
        values = {**KAFFE, "people": [ÅSE] * MAX_TURNS}
        assert len(said(self.loops(1), values=values)[0]) == MAX_TURNS

    @pytest.mark.parametrize("loops", [1, 2, 3])
    def test_one_more_is_refused_and_the_letter_named(self, loops):
        people = {1: MAX_TURNS + 1, 2: 1_000, 3: 100}[loops]
        values = {**KAFFE, "people": [PER] * people}
        message = r"The letter to Kaffe AS \(C-1\) becomes too long by its loops\."
        with pytest.raises(RenderError, match=message):
            said(self.loops(loops), values=values)

    def test_rows_that_are_passed_over_count_too(self):
        values = {**KAFFE, "people": [PER] * (MAX_TURNS + 1)}
        with pytest.raises(RenderError):
            said("{% for p in people if p.email %}x{% endfor %}", values=values)

    def test_a_long_text_in_many_rows_is_bounded(self):
        values = {**KAFFE, "people": [{"name": "x" * 10_000}] * 10_000}
        with pytest.raises(RenderError, match="too long"):
            said("{% for p in people %}{{ p.name }}{% endfor %}", values=values)


ANY_TEXT = st.text(max_size=60) | st.sampled_from(
    [
        "</w:t></w:r>",
        "]]>",
        "{{ x }}",
        "{% endfor %}",
        "\ufdd0\ufdd1\ufdd2letters\ufdd2",
        "שלום \u202eabc\u202c",
        "👩‍👩‍👧 é́",
        "a\nb\r\nc\td\x0b\x0c\x85\u2028",
        "\x00\x1b\ud83d",
        "x" * 10_000,
    ]
)
TEMPLATE = compile_template(
    letter(
        "[{{ personal_text }}]",
        "{%p for p in people %}",
        "[{{ p.name }}]{% if p.name == personal_text %}!{% endif %}",
        "{%p endfor %}",
        "{{ answers_of.DRINK }}",
    )
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4), ANY_TEXT)
def test_any_text_gives_a_document_that_opens(text, names, answer):
    values = {
        **record(personal_text=text),
        "people": [{"name": name} for name in names],
        "answers_of": {"DRINK": answer},
    }
    assert len(opened(TEMPLATE.render_letter(values)).paragraphs) == len(names) + 2
    out = io.BytesIO()
    assert TEMPLATE.merge_document([values, values], out) == 2
    opened(out.getvalue())


@pytest.mark.parametrize("each", LISTS, ids=lambda each: each.code)
def test_the_snippet_of_every_list_works_with_its_samples(each):
    (shown,) = said(each.snippet, values={**KAFFE, each.code: each.samples})
    first, second = each.samples
    one, two = each.codes[:2]
    assert shown == f"{first[one]}, {first[two]}; {second[one]}, {second[two]}; "
