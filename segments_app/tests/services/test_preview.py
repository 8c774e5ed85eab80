"""What is shown before a step is taken: counted, named, and given up in time."""

import pytest
from django.db import OperationalError, connection

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from segments_app.services import add_contacts
from segments_app.services import preview as preview_module
from segments_app.services.change_contacts import change_by_criteria
from segments_app.services.condition_counts import count_each
from segments_app.services.preview import preview
from segments_app.services.time_limit import TakesTooLong, time_limit
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.services.held_back import contacts_held_back

pytestmark = pytest.mark.django_db

PERSON = {"field": "type", "op": "is", "value": "person"}
IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}
NOBODY = {"field": "city", "op": "is", "value": "Atlantis"}


def shown(segment, criteria, kind="add", **options):
    change = change_by_criteria(
        segment=segment, kind=kind, criteria=criteria, options=options, at=NOW
    )
    return preview(change)


def names(contacts):
    return [contact.name for contact in contacts]


class TestNames:
    def test_of_few_the_first_of_the_segment_are_named(self):
        last = make_company("Zeta AS", city="Oslo")
        make_person("Anna Dahl", city="Oslo", company=last)
        make_person("Bo Lie", city="Oslo")
        seen = shown(make_segment(), IN_OSLO)
        assert names(seen.entering) == ["Zeta AS", "Bo Lie", "Anna Dahl"]

    def test_of_many_the_first_of_the_register_are(self, monkeypatch):
        monkeypatch.setattr(preview_module, "SORTED", 2)
        for name in ("Zoe Ytre", "Bo Lie", "Anna Dahl"):
            make_person(name, city="Oslo")
        seen = shown(make_segment(), IN_OSLO)
        assert names(seen.entering) == ["Zoe Ytre", "Bo Lie", "Anna Dahl"]

    def test_who_is_in_already_is_counted_but_not_named(self):
        make_person("Bo Lie", city="Oslo", exclude_from_segment=True)
        make_person("Cecilie Moe", city="Oslo", privacy_blocked=True)
        segment = make_segment(make_person("Anna Dahl", city="Oslo"))
        seen = shown(segment, IN_OSLO)
        assert seen.effect.kept_out == {
            "already_in": 1,
            "excluded": 1,
            "privacy_blocked": 1,
        }
        assert names(seen.kept_out) == ["Bo Lie", "Cecilie Moe"]
        seen = shown(segment, IN_OSLO, ignore_exclusion=True)
        assert (names(seen.entering), names(seen.kept_out)) == (
            ["Bo Lie"],
            ["Cecilie Moe"],
        )


class TestEachCondition:
    @pytest.fixture
    def oslo(self):
        make_company("Kaffe AS", city="Oslo")
        make_person("Anna Dahl", city="Oslo")
        make_person("Bo Lie", city="Bergen", exclude_from_segment=True)

    def each(self, segment, *criteria, kind="add"):
        return count_each(segment=segment, kind=kind, criteria=criteria, at=NOW)

    def test_counts_everybody_who_fits(self, oslo):
        both = {"all": [PERSON, IN_OSLO]}
        counted = self.each(make_segment(), PERSON, IN_OSLO, both, NOBODY)
        assert counted == (3, [2, 2, 1, 0])

    def test_counts_those_on_the_segment_before_some_are_taken_off(self, oslo):
        segment = make_segment()
        add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
        counted = self.each(segment, PERSON, IN_BERGEN, kind="reduce")
        assert counted == (2, [1, 0])

    def test_what_makes_no_sense_yet_is_not_counted(self, oslo):
        unclear = {"field": "city", "op": "is", "value": ""}
        assert self.each(make_segment(), unclear, PERSON) == (3, [None, 2])
        assert self.each(make_segment()) == (3, [])

    def test_is_one_query_however_many_there_are(self, oslo, django_assert_num_queries):
        segment = make_segment()
        setup = 3 if connection.vendor == "postgresql" else 0
        transaction = 2 if connection.vendor == "postgresql" else 0
        for criteria in ([PERSON], [PERSON, IN_OSLO, IN_BERGEN] * 10):
            with django_assert_num_queries(1 + setup + transaction):
                self.each(segment, *criteria)

    def test_is_all_of_an_empty_register(self):
        assert self.each(make_segment(), PERSON) == (0, [0])


@pytest.mark.postgres
class TestTimeLimit:
    def sleep(self, seconds):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])

    def limit(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            return cursor.fetchone()[0]

    def test_what_takes_too_long_is_given_up_and_the_connection_goes_on(self):
        usual = self.limit()
        with (
            pytest.raises(TakesTooLong, match="Press Count"),
            time_limit(0.05, message="Press Count"),
        ):
            self.sleep(5)
        assert self.limit() == usual
        assert Contact.objects.count() == 0

    def test_what_is_quick_is_answered_and_nothing_else_is_bound(self):
        usual = self.limit()
        with time_limit(5, message=""):
            assert self.limit() == "5s"
        assert self.limit() == usual

    def test_other_faults_of_the_database_stay_what_they_are(self):
        with pytest.raises(OperationalError), time_limit(5, message=""):
            raise OperationalError

    def test_a_live_count_that_takes_too_long_says_what_to_press(self):
        change = change_by_criteria(
            segment=make_segment(), kind="add", criteria=PERSON, at=NOW
        )
        with contacts_held_back(), pytest.raises(TakesTooLong, match="Press Count"):
            preview(change, seconds=0.2)
