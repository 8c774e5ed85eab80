"""build_segment: a segment from saved criteria or from a file, or a clear refusal."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from contacts.models import NumberSeries, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Attachment, Campaign, InteractionTemplate
from interactions.tests.factories import letter, make_logged_segment, make_template
from segments_app.models import SavedCriteria, Segment, SegmentStep
from segments_app.services import add_contacts, save_criteria
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment, names_on

pytestmark = pytest.mark.django_db

IN_OSLO = where("city", "is", "Oslo")


@pytest.fixture
def cast():
    make_person("Anna Dahl", city="Oslo")
    make_person("Bo Lie", city="Bergen")
    make_person("Excluded Even", city="Oslo", exclude_from_segment=True)


@pytest.fixture
def file(tmp_path):
    def write(content, name="criteria.json"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def build(capsys):
    def run(*arguments):
        call_command("build_segment", *arguments)
        return capsys.readouterr().out.strip()

    return run


@pytest.mark.usefixtures("cast")
class TestBuilding:
    def test_a_new_one_from_a_file(self, build, file):
        said = build("sm-7", "--description", "Oslo", "--criteria", file(IN_OSLO))
        assert said == "Segment SM-7: 1 contact, 1 kept out."
        segment = Segment.objects.get()
        assert (segment.number, segment.description) == ("SM-7", "Oslo")
        assert names_on(segment) == ["Anna Dahl"]
        assert segment.steps.get().criteria == IN_OSLO

    def test_with_options(self, build, file):
        asked = {"criteria": IN_OSLO, "options": {"ignore_exclusion": True}}
        said = build("SM-7", "--description", "Oslo", "--criteria", file(asked))
        assert said == "Segment SM-7: 2 contacts, 0 kept out."
        assert names_on(Segment.objects.get()) == ["Anna Dahl", "Excluded Even"]

    def test_everybody_said_expressly(self, build, file):
        asked = {"criteria": None, "options": {"all_contacts": True}}
        said = build("SM-7", "--description", "All", "--criteria", file(asked))
        assert said == "Segment SM-7: 2 contacts, 1 kept out."

    def test_added_to_an_open_one(self, build, file):
        make_segment(make_person("Eva Foss"), number="SM-7", description="Before")
        said = build("SM-7", "--criteria", file(IN_OSLO))
        assert said == "Segment SM-7: 2 contacts, 1 already there, 1 kept out."
        segment = Segment.objects.get()
        assert (segment.description, names_on(segment)) == (
            "Before",
            ["Eva Foss", "Anna Dahl"],
        )

    def test_from_saved_criteria_and_who_was_kept_out_of_every_step(self, build):
        first = make_segment()
        for city in ("Oslo", "Bergen"):
            add_contacts(
                segment=first,
                criteria=where("city", "is", city),
                user=None,
                at=NOW,
            )
        owner = User.objects.create(username="kari")
        save_criteria(segment=first, code="TOWNS", user=owner, at=NOW, shared=False)
        said = build("SM-7", "--description", "Towns", "--saved", " towns ")
        assert said == "Segment SM-7: 2 contacts, 1 kept out."
        assert names_on(Segment.objects.get(number="SM-7")) == ["Anna Dahl", "Bo Lie"]

    def test_who_comes_in_by_two_steps_was_not_there_already(self, build):
        first = make_segment()
        for city in ("Bergen", "Bergen"):
            add_contacts(
                segment=first, criteria=where("city", "is", city), user=None, at=NOW
            )
        save_criteria(segment=first, code="WEST", user=None, at=NOW)
        assert build("SM-7", "--description", "West", "--saved", "WEST") == (
            "Segment SM-7: 1 contact, 0 kept out."
        )

    def test_a_file_as_an_editor_on_windows_writes_it(self, build, file):
        content = json.dumps(where("city", "is", "Ålesund")).encode("utf-8-sig")
        said = build("SM-7", "--description", "West", "--criteria", file(content))
        assert said == "Segment SM-7: 0 contacts, 0 kept out."

    def test_a_dry_run_changes_nothing(self, build, file):
        said = build(
            *("SM-7", "--description", "Oslo", "--criteria", file(IN_OSLO)),
            "--dry-run",
        )
        assert said == (
            "Segment SM-7: 1 contact, 1 kept out (dry run, nothing was changed)."
        )
        assert (Segment.objects.count(), SegmentStep.objects.count()) == (0, 0)

    def test_a_dry_run_on_an_open_one_changes_nothing(self, build, file):
        segment = make_segment(make_person("Eva Foss"), number="SM-7")
        build("SM-7", "--criteria", file(IN_OSLO), "--dry-run")
        assert (names_on(segment), segment.steps.count()) == (["Eva Foss"], 1)

    def test_repeated_it_says_who_was_there_already(self, build, file):
        path = file({"criteria": None, "options": {"all_contacts": True}})
        build("SM-7", "--description", "All", "--criteria", path)
        said = build("SM-7", "--criteria", path)
        assert said == "Segment SM-7: 2 contacts, 2 already there, 1 kept out."


@pytest.mark.usefixtures("cast")
class TestHeader:
    """What the letter needs beside its contacts, for a new segment or an open one."""

    @pytest.fixture(autouse=True)
    def set_up(self):
        Salesperson.objects.create(code="KARI", name="Kari")
        Campaign.objects.create(number="FAIR", description="Autumn fair")
        make_template("NEWS")

    @pytest.fixture
    def build(self, build, file):
        criteria = file(IN_OSLO)
        return lambda *given: build("SM-7", "--criteria", criteria, *given)

    @pytest.fixture
    def document(self, tmp_path):
        path = tmp_path / "news.docx"
        path.write_bytes(letter("Dear {{ contact_name }}"))
        return str(path)

    GIVEN = (
        *("--template", "news", "--salesperson", "kari", "--campaign", "fair"),
        *("--date", "2026-12-24", "--language", "Norwegian"),
    )

    def header(self):
        segment = Segment.objects.get()
        related = (segment.template, segment.salesperson, segment.campaign)
        keys = [str(each).partition(" ")[0] for each in related]
        return [segment.description, *keys, str(segment.date), segment.language]

    def test_of_a_new_segment(self, build):
        build("--description", "News", *self.GIVEN)
        assert self.header() == ["News", "NEWS", "KARI", "FAIR", "2026-12-24", "nb"]

    def test_of_an_open_one_only_what_is_given_changes(self, build):
        make_segment(number="SM-7", description="Before", subject="Kept")
        build(*self.GIVEN)
        assert self.header() == ["Before", "NEWS", "KARI", "FAIR", "2026-12-24", "nb"]
        build("--description", "After", "--date", "2026-12-25")
        assert self.header() == ["After", "NEWS", "KARI", "FAIR", "2026-12-25", "nb"]
        assert Segment.objects.get().subject == "Kept"

    def test_a_document_in_a_language_serves_everybody_without_one(
        self, build, document
    ):
        build("--description", "News", "--document", document, "--language", "nb")
        segment = Segment.objects.get()
        attached = segment.documents.get()
        assert (segment.language, attached.language) == ("nb", "nb")
        assert attached.document.name == "news.docx"

    @pytest.mark.parametrize(
        ("segment", "template", "language"),
        [("da", "fi", "da"), ("", "fi", "fi"), ("", "", "en")],
    )
    def test_a_document_without_a_language_takes_the_segments(
        self, build, document, segment, template, language
    ):
        template = make_template("OWN", default_language=template)
        make_segment(number="SM-7", template=template, language=segment)
        build("--document", document)
        (attached,) = Segment.objects.get().documents.all()
        assert (attached.language, attached.segment.language) == (language, language)

    def test_a_template_is_made_once_and_only_when_told(self, build):
        with pytest.raises(CommandError, match="no interaction template LETTER"):
            build("--description", "News", "--template", "letter")
        for _again in range(2):
            build("--description", "News", "--template", "letter", "--make-template")
        made = InteractionTemplate.objects.get(code="LETTER")
        assert (Segment.objects.get().template, made.group.code) == (made, "LETTER")

    def test_a_dry_run_stores_nothing_of_it(self, build, document):
        given = ("--template", "letter", "--make-template", "--document", document)
        build("--description", "News", *given, "--dry-run")
        assert not InteractionTemplate.objects.filter(code="LETTER").exists()
        assert (Segment.objects.count(), Attachment.objects.count()) == (0, 0)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (["--template", "gone"], "There is no interaction template GONE."),
            (["--salesperson", "gone"], "There is no salesperson GONE."),
            (["--salesperson", "ola"], "The salesperson OLA is blocked."),
            (["--campaign", "gone"], "There is no campaign GONE."),
            (["--date", "24.12.2026"], "--date: Write the day as 2026-11-22."),
            (["--language", "gibberish"], "“gibberish” is no language."),
            (["--make-template"], "--make-template needs a --template."),
            (
                ["--make-template", "--template", "T" * 21],
                "Ensure this value has at most 20 characters",
            ),
            (["--document", "gone.docx"], "gone.docx cannot be read: No such file"),
            (["--document", __file__], "test_build_segment.py: "),
            (["--description", "O" * 101], "description: Ensure this value has at"),
        ],
    )
    @pytest.mark.parametrize("is_open", [True, False])
    def test_what_cannot_be_changes_nothing(self, build, given, said, is_open):
        Salesperson.objects.create(code="OLA", name="Ola", blocked=True)
        if is_open:
            make_segment(number="SM-7", description="Before")
        before = list(Segment.objects.values())
        with pytest.raises(CommandError) as refusal:
            build("--description", "News", *given)
        assert said in str(refusal.value)
        assert list(Segment.objects.values()) == before
        assert InteractionTemplate.objects.count() == 1


class TestRefusing:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "is not JSON"),
            (b"{", "is not JSON"),
            (b"\xff\xfe\x00", "is not JSON"),
            (b"[" * 200_000, "is not JSON"),
            ([], "Expected a condition or a group."),
            (None, "Say which contacts, or choose all contacts expressly."),
            (where("cty", "is", "Oslo"), "cty: Unknown: cty. Did you mean city?"),
            (where("city", "is", 7), "city: Expected a text."),
            (
                has("mailing_group", where("code", "is", "GONE")),
                "has mailing_group.where.code: There is no code GONE.",
            ),
            (
                {"criteria": IN_OSLO, "options": {"everybody": True}},
                "Unknown option: everybody",
            ),
            (
                {"criteria": IN_OSLO, "options": {"ignore_exclusion": "no"}},
                "ignore_exclusion",
            ),
            ({"criteria": IN_OSLO, "options": ["ignore_exclusion"]}, "options"),
            ({"criteria": IN_OSLO, "option": {}}, "Unknown key: option"),
            (
                {"criteria": IN_OSLO, "options": {"all_contacts": True}},
                "All contacts and criteria exclude each other.",
            ),
        ],
    )
    def test_a_bad_file_and_nothing_is_made(self, build, file, content, said):
        path = file(content)
        with pytest.raises(CommandError) as refusal:
            build("SM-7", "--description", "Oslo", "--criteria", path)
        assert said in str(refusal.value)
        assert Segment.objects.count() == 0

    def test_a_file_that_is_not_there(self, build, tmp_path):
        missing = tmp_path / "nothing.json"
        for path in (missing, tmp_path):
            with pytest.raises(CommandError, match="cannot be read") as refusal:
                build("SM-7", "--description", "Oslo", "--criteria", str(path))
            assert str(path) in str(refusal.value)
        assert Segment.objects.count() == 0

    def test_saved_criteria_that_are_not_there(self, build):
        with pytest.raises(CommandError, match="no saved criteria GONE"):
            build("SM-7", "--description", "Oslo", "--saved", "GONE")
        assert Segment.objects.count() == 0

    def test_saved_criteria_without_steps(self, build):
        SavedCriteria.objects.create(code="EMPTY")
        with pytest.raises(CommandError, match="EMPTY have no steps"):
            build("SM-7", "--description", "Oslo", "--saved", "empty")
        assert Segment.objects.count() == 0

    def test_neither_a_file_nor_saved_criteria(self, build):
        with pytest.raises(CommandError):
            build("SM-7", "--description", "Oslo")

    def test_a_new_one_without_a_description(self, build, file):
        for description in ([], ["--description", "  "]):
            with pytest.raises(CommandError, match="SM-7 is new"):
                build("SM-7", *description, "--criteria", file(IN_OSLO))
        assert Segment.objects.count() == 0

    @pytest.mark.parametrize(
        ("number", "description", "said"),
        [
            ("S" * 21, "Oslo", "number: Ensure this value has at most 20 characters"),
            ("SM-7", "O" * 101, "description: Ensure this value has at most 100"),
            (" ", "Oslo", "number"),
        ],
    )
    def test_a_header_that_cannot_be(self, build, file, number, description, said):
        with pytest.raises(CommandError) as refusal:
            build(number, "--description", description, "--criteria", file(IN_OSLO))
        assert said in str(refusal.value)
        assert Segment.objects.count() == 0

    def test_a_number_that_was_logged(self, build, file):
        make_logged_segment("SM-7")
        with pytest.raises(CommandError, match="Segment SM-7 is logged already"):
            build("sm-7", "--description", "Oslo", "--criteria", file(IN_OSLO))
        assert Segment.objects.count() == 0

    def test_a_bad_file_leaves_an_open_segment_alone(self, build, file):
        segment = make_segment(make_person("Eva Foss"), number="SM-7")
        with pytest.raises(CommandError):
            build("SM-7", "--criteria", file(where("cty", "is", "Oslo")))
        assert (names_on(segment), segment.steps.count()) == (["Eva Foss"], 1)


def test_the_series_skips_numbers_that_were_typed_and_are_logged():
    NumberSeries.objects.create(code="SEGMENT", prefix="SM-", next_number=7)
    make_logged_segment("SM-000007")
    make_segment(number="SM-000008")
    assert make_segment().number == "SM-000009"
