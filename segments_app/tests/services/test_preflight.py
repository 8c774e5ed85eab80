"""Every problem of a segment on one page: its kind, its lines, how to mend it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    ContactChannelBlock,
    MarketingSetup,
    Salesperson,
    Salutation,
    SalutationFormula,
)
from contacts.tests.factories import make_person
from interactions.models import Attachment
from interactions.tests.factories import make_document, make_entry, make_template
from interactions.tests.merge.word import skipping
from segments_app.models import Segment
from segments_app.services import Problem, lines_with_problem, preflight
from segments_app.services.letters import letters_of
from segments_app.tests.factories import TODAY, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def jon():
    return Salesperson.objects.create(code="JON", name="Jon")


@pytest.fixture
def letter():
    return make_template(
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


def by_post(name="Bo Lie", **values):
    return make_person(
        **{
            "name": name,
            "correspondence_type": "hard_copy",
            "address": f"Bakken, at {name}'s",
            "city": "Voss",
            **values,
        }
    )


@pytest.fixture
def segment(letter, jon):
    """One contact without any problem."""
    return make_segment(by_post("Good Gro"), template=letter, salesperson=jon)


def put_on(segment, *contacts, **own_values):
    """Put contacts on the segment whose lines have these own values."""
    last = segment.lines.count()
    for position, contact in enumerate(contacts, start=last + 1):
        segment.lines.create(
            contact=contact, added_step=1, position=position, **own_values
        )


def told(segment, *, deliver):
    return [
        (problem.kind, problem.severity, problem.lines)
        for problem in preflight(segment=segment, deliver=deliver)
    ]


def names(segment, *, deliver=False, kind=None):
    lines = lines_with_problem(segment, deliver=deliver, kind=kind)
    return sorted(lines.values_list("contact__name", flat=True))


def test_a_segment_without_problems(segment):
    for deliver in (False, True):
        assert preflight(segment=segment, deliver=deliver) == []
        assert names(segment, deliver=deliver) == []


def blocked(segment):
    put_on(segment, by_post(privacy_blocked=True))


def minor(segment):
    put_on(segment, by_post(minor=True))
    put_on(segment, by_post("Mia", minor=True, parental_consent_received=True))


def excluded(segment):
    put_on(segment, by_post(exclude_from_segment=True))


def unsubscribed(segment):
    bo, eva = by_post(), by_post("Eva Foss")
    for contact, channel in ((bo, "hard_copy"), (eva, "email")):
        ContactChannelBlock.objects.create(
            contact=contact,
            channel=channel,
            reason="unsubscribed",
            since=datetime.date(2026, 1, 1),
        )
    put_on(segment, bo, eva)


def no_template(segment):
    Segment.objects.update(template=None)
    segment.refresh_from_db()
    segment.lines.update(template=make_template("OWN"), correspondence_type="")
    put_on(segment, by_post(), correspondence_type="")


def no_description(segment):
    put_on(segment, by_post(), description="")


def no_email(segment):
    put_on(segment, by_post(correspondence_type="email"))
    put_on(segment, by_post("Eva", correspondence_type="email", email="eva@example.no"))


def no_street(segment):
    complete = by_post("Gro", address="", address_2="PB 7", city="", postcode="5700")
    put_on(segment, by_post(address=""), by_post("Eva Foss", city=""), complete)


def no_document(segment):
    put_on(segment, by_post(), template=make_template("CALL"))


def no_channel(segment):
    put_on(segment, by_post(), correspondence_type="")


def no_salesperson(segment):
    Segment.objects.update(salesperson=None)
    segment.refresh_from_db()
    segment.lines.update(salesperson=Salesperson.objects.get())
    put_on(segment, by_post())


def salesperson_asked(segment):
    no_salesperson(segment)
    asking = make_document("Yours, {{ salesperson_name }}")
    segment.lines.update(document=asking)


def greeting_asked(segment):
    frau = Salutation.objects.create(code="F")
    SalutationFormula.objects.create(salutation=frau, type="formal", text="Dear you,")
    segment.lines.update(document=make_document("{{ formal_salutation }}"))
    segment.lines.get().contact.__class__.objects.update(salutation=frau)
    document = segment.lines.get().document
    put_on(segment, by_post(), document=document)
    put_on(segment, by_post("Not greeted"))


def text_without_place(segment):
    put_on(segment, by_post(), personal_text="Thank you!")
    with_place = make_document("{{ personal_text }}")
    put_on(segment, by_post("Placed"), personal_text="Hi!", document=with_place)
    put_on(segment, by_post("Emptied"), personal_text="")


def letter_skips(segment):
    stored = Attachment.objects.store(data=skipping("Oslo"), name="letter.docx")
    put_on(segment, by_post(), document=stored)


@pytest.mark.parametrize(
    ("make_it", "kind", "severities", "message", "fix"),
    [
        (
            blocked,
            "privacy_blocked",
            "problem problem",
            "Privacy blocked.",
            "Take the contacts off the segment.",
        ),
        (
            minor,
            "minor",
            "problem problem",
            "Minor without parental consent.",
            "Record the consent, or take the contacts off the segment.",
        ),
        (
            excluded,
            "excluded",
            "warning warning",
            "Excluded from segments.",
            "Take the contacts off, unless they were added on purpose.",
        ),
        (
            unsubscribed,
            "channel_blocked",
            "warning problem",
            "Does not want to receive anything through this channel.",
            "Choose another channel, or take the contacts off the segment.",
        ),
        (
            no_template,
            "no_template",
            "problem problem",
            "No interaction template.",
            "Choose a template on the segment or on the line.",
        ),
        (
            no_description,
            "no_description",
            "problem problem",
            "No description.",
            "Fill in the description of the line, or empty it to inherit.",
        ),
        (
            no_email,
            "email_missing",
            "warning problem",
            "To be sent by e-mail, but there is no e-mail address.",
            "Fill in the address of the contact, or choose hard copy.",
        ),
        (
            no_street,
            "address_missing",
            "warning problem",
            "To be printed, but the postal address is incomplete.",
            "Fill in street and city of the contact, or choose e-mail.",
        ),
        (
            no_document,
            "no_document",
            "warning problem",
            "There is no document to send for the language.",
            "Upload a document in that language or in the default language.",
        ),
        (
            no_channel,
            "nothing_to_deliver",
            "warning warning",
            "No correspondence type: the letter is logged but goes nowhere.",
            "Choose a correspondence type on the contact, line or segment.",
        ),
        (
            no_salesperson,
            "salesperson_missing",
            "warning warning",
            "No salesperson.",
            "Choose one on the segment, the line or the contact.",
        ),
        (
            salesperson_asked,
            "salesperson_needed",
            "problem problem",
            "The letter names the salesperson, but there is none.",
            "Choose one on the segment, the line or the contact.",
        ),
        (
            greeting_asked,
            "salutation_missing",
            "warning warning",
            "The letter greets the contact, who has no salutation.",
            "Choose a salutation on the contact.",
        ),
        (
            text_without_place,
            "personal_text_unused",
            "warning warning",
            "There is a personal text, but the letter has no place for it.",
            "Put the field personal_text into the document, or empty the text.",
        ),
        (
            letter_skips,
            "letter_with_condition",
            "warning warning",
            "The letter's own condition (SKIPIF) may leave contacts out.",
            "Merging says how many; take the field out to write to all of them.",
        ),
    ],
)
def test_each_kind(segment, make_it, kind, severities, message, fix):
    make_it(segment)
    lines = ["Bo Lie", "Eva Foss"] if kind == "address_missing" else ["Bo Lie"]
    for deliver, severity in zip((False, True), severities.split(), strict=True):
        assert preflight(segment=segment, deliver=deliver) == [
            Problem(kind, severity, len(lines), message, fix)
        ]
        assert names(segment, deliver=deliver, kind=kind) == lines
        refusing = lines if severity == "problem" else []
        assert names(segment, deliver=deliver) == refusing


class TestOfTheSegmentItself:
    def test_nobody_is_on_it(self, letter):
        segment = make_segment(template=letter)
        assert preflight(segment=segment, deliver=False) == [
            Problem("empty", "problem", 0, "The segment is empty.", "Add contacts.")
        ]

    def test_everybody_on_it_was_called_already(self, segment):
        line = segment.lines.get()
        segment.lines.update(done_entry=make_entry(line.contact))
        assert told(segment, deliver=False) == [("empty", "problem", 0)]

    def test_nobody_is_on_it_where_the_cursor_stands(self, segment):
        Segment.objects.update(position=0)
        segment.refresh_from_db()
        assert told(segment, deliver=False) == [("empty", "problem", 0)]

    def test_it_has_no_description(self, segment):
        Segment.objects.update(description="  ")
        segment.refresh_from_db()
        segment.lines.update(description="For Gro")
        assert preflight(segment=segment, deliver=False) == [
            Problem(
                "no_segment_description",
                "problem",
                0,
                "The segment has no description.",
                "Fill in the description of the segment.",
            )
        ]


def test_all_at_once_the_grave_ones_first(segment):
    excluded(segment)
    put_on(segment, by_post("Blocked", privacy_blocked=True))
    put_on(segment, by_post("No mail", correspondence_type="email"), description="")
    put_on(segment, by_post("Minor", minor=True, exclude_from_segment=True))
    assert told(segment, deliver=True) == [
        ("privacy_blocked", "problem", 1),
        ("minor", "problem", 1),
        ("no_description", "problem", 1),
        ("email_missing", "problem", 1),
        ("excluded", "warning", 2),
    ]
    assert names(segment, deliver=True) == ["Blocked", "Minor", "No mail"]


class TestSalesperson:
    def test_who_has_no_letter_is_warned_of_beside_those_whose_letter_asks(
        self, segment
    ):
        salesperson_asked(segment)
        put_on(segment, by_post("Called"), template=make_template("CALL"))
        assert told(segment, deliver=False) == [
            ("salesperson_needed", "problem", 1),
            ("no_document", "warning", 1),
            ("salesperson_missing", "warning", 1),
        ]
        assert names(segment, kind="salesperson_missing") == ["Called"]


class TestAddress:
    def summer_house(self, contact, **values):
        address = AlternativeAddress.objects.create(
            contact=contact, code="SUMMER", **values
        )
        AlternativeAddressPeriod.objects.create(
            contact=contact, address=address, starting_date=datetime.date(2026, 1, 1)
        )

    def test_a_complete_one_elsewhere_will_do(self, segment):
        bo = by_post(address="", city="")
        self.summer_house(bo, address="Strandveien 1", city="Lillesand")
        put_on(segment, bo)
        assert told(segment, deliver=True) == []

    def test_an_incomplete_one_elsewhere_will_not(self, segment):
        bo, eva = by_post(), by_post("Eva Foss")
        self.summer_house(bo, address="Strandveien 1")
        self.summer_house(eva, city="Lillesand")
        put_on(segment, bo, eva)
        assert told(segment, deliver=True) == [("address_missing", "problem", 2)]
        assert names(segment, deliver=True) == ["Bo Lie", "Eva Foss"]

    def test_the_mail_address_elsewhere_will_do(self, segment):
        bo = by_post(correspondence_type="email")
        self.summer_house(bo, email="summer@example.no")
        put_on(segment, bo)
        assert told(segment, deliver=True) == []


class TestBlockedChannels:
    def block(self, since):
        bo = by_post()
        ContactChannelBlock.objects.create(
            contact=bo, channel="hard_copy", reason="do_not_mail", since=since
        )
        return bo

    def test_from_the_day_of_the_letter_on(self, segment):
        put_on(segment, self.block(TODAY + datetime.timedelta(days=5_000)))
        assert told(segment, deliver=True) == []
        segment.lines.update(date=TODAY + datetime.timedelta(days=5_000))
        assert told(segment, deliver=True) == [("channel_blocked", "problem", 1)]

    def test_since_the_segment_was_made(self, segment):
        """The letter is dated earlier, but it goes out now."""
        put_on(segment, self.block(timezone.localdate()))
        segment.lines.update(date=datetime.date(2020, 1, 1))
        assert told(segment, deliver=True) == [("channel_blocked", "problem", 1)]


class TestDocuments:
    def test_one_that_is_lost_or_broken_is_a_problem_of_its_lines(self, segment):
        lost, broken = make_document("Lost"), make_document("Broken")
        lost.file.storage.delete(lost.file.name)
        with broken.file.storage.open(broken.file.name, "wb") as file:
            file.write(b"no longer a document")
        put_on(segment, by_post(), document=lost)
        put_on(segment, by_post("Eva Foss"), document=broken)
        assert preflight(segment=segment, deliver=False) == [
            Problem(
                "document_unreadable",
                "problem",
                2,
                "The document cannot be read any more.",
                "Upload it again.",
            )
        ]
        assert names(segment) == ["Bo Lie", "Eva Foss"]

    def test_one_in_a_language_nobody_speaks_stands_in_nobodys_way(self, segment):
        lost = make_document("Lost")
        lost.file.storage.delete(lost.file.name)
        segment.template.languages.create(language="fi", document=lost)
        put_on(segment, by_post("Bo Lie"))
        assert preflight(segment=segment, deliver=False) == []


class TestQueries:
    def queries(self, segment):
        with CaptureQueriesContext(connection) as captured:
            preflight(segment=segment, deliver=True)
        return len(captured)

    def test_their_number_does_not_grow_with_the_lines(self, segment):
        few = self.queries(segment)
        put_on(segment, *(by_post(f"Bo {n}") for n in range(60)))
        put_on(segment, *(by_post(f"Eva {n}", minor=True) for n in range(60)))
        assert self.queries(segment) == few == 4

    def test_nor_with_the_documents(self, segment):
        few = self.queries(segment)
        for number in range(12):
            document = make_document(f"Letter {number}")
            put_on(segment, by_post(f"Bo {number}"), document=document)
        assert self.queries(segment) == few


class TestTheLanguageOfTheGreeting:
    """An English letter, whoever gets it, greets in English or says that it cannot."""

    @pytest.fixture
    def frau(self):
        """Formulas in Danish and, for every language, in Danish too."""
        frau = Salutation.objects.create(code="F")
        for language, text in (("", "Kære alle"), ("da", "Kære %1")):
            self.formula(frau, language, text)
        return frau

    @pytest.fixture
    def segment(self, jon):
        letter = make_template(
            default_language="en",
            languages={
                "en": make_document("{{ formal_salutation }} in English"),
                "nb": make_document("{{ formal_salutation }} på norsk"),
            },
        )
        return make_segment(template=letter, salesperson=jon, position=1)

    @staticmethod
    def formula(salutation, language, text, kind="formal"):
        SalutationFormula.objects.create(
            salutation=salutation,
            language=language,
            type=kind,
            text=text,
            name_1="first_name",
        )

    @staticmethod
    def greetings(segment):
        return {
            line.contact.name: (
                line.letter_inputs["locale"],
                (line.letter_inputs["salutation"]["formal"] or {}).get("text"),
            )
            for line in letters_of(segment).select_related("contact")
        }

    def danes(self, segment, frau):
        """Anna's line is to be in Danish, Bo is Danish; there is no Danish letter."""
        anna = by_post("Anna Dahl", salutation=frau, language="nb")
        bo = by_post("Bo Lie", salutation=frau, language="da")
        put_on(segment, anna, language="da")
        put_on(segment, bo)

    def test_who_gets_the_usual_letter_is_greeted_in_its_language(self, segment, frau):
        self.formula(frau, "en", "Dear %1")
        self.danes(segment, frau)
        english = ("en", "Dear %1")
        assert self.greetings(segment) == {"Anna Dahl": english, "Bo Lie": english}
        assert told(segment, deliver=True) == [("other_language", "warning", 1)]
        assert names(segment, kind="other_language") == ["Bo Lie"]

    def test_a_document_of_the_line_is_in_the_language_of_the_line(self, segment, frau):
        self.formula(frau, "en", "Dear %1")
        own = make_document("{{ formal_salutation }} på dansk")
        anna = by_post("Anna Dahl", salutation=frau)
        put_on(segment, anna, language="da", document=own)
        assert self.greetings(segment) == {"Anna Dahl": ("da", "Kære %1")}
        assert told(segment, deliver=True) == []

    def test_the_greeting_for_every_language_is_told_of(self, segment, frau):
        self.danes(segment, frau)
        norwegian = by_post("Cecilie Moe", salutation=frau, language="nb")
        put_on(segment, norwegian)
        assert self.greetings(segment) == {
            "Anna Dahl": ("en", "Kære alle"),
            "Bo Lie": ("en", "Kære alle"),
            "Cecilie Moe": ("nb", "Kære alle"),
        }
        language, problem = preflight(segment=segment, deliver=True)
        assert (language.kind, language.lines) == ("other_language", 1)
        assert problem == Problem(
            kind="greeting_of_every_language",
            severity="warning",
            lines=3,
            message="The greeting is the one for every language: the salutation has "
            "none in the language of the letter.",
            fix="Add the formula to the salutation, in the language of the letter.",
        )
        MarketingSetup.objects.update_or_create(defaults={"default_language": "en-GB"})
        kind = "greeting_of_every_language"
        assert names(segment, kind=kind) == ["Cecilie Moe"]

    def test_one_formula_for_every_language_alone_is_meant_so(self, segment):
        unisex = Salutation.objects.create(code="UNISEX")
        self.formula(unisex, "", "Hello %1")
        put_on(segment, by_post(salutation=unisex, language="nb"))
        assert told(segment, deliver=True) == []

    def test_no_formula_at_all_leaves_the_letter_without_a_greeting(self, segment):
        company = Salutation.objects.create(code="COMPANY")
        self.formula(company, "da", "Kære %1")
        self.formula(company, "en", "Hi %1", kind="informal")
        put_on(segment, by_post(salutation=company))
        assert told(segment, deliver=True) == [("greeting_missing", "warning", 1)]
        self.formula(company, "en", "Dear %1")
        assert told(segment, deliver=True) == []

    def test_the_number_of_queries_does_not_grow(
        self, segment, frau, django_assert_num_queries
    ):
        # the documents and their letters, the set-up, every kind at once, what is
        # the same by e-mail, by post and lately
        for size in (2, 20):
            for number in range(size):
                put_on(segment, by_post(f"Many {size} {number}", salutation=frau))
            preflight(segment=segment, deliver=True)
            with django_assert_num_queries(4):
                preflight(segment=segment, deliver=True)
