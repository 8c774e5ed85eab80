"""A segment of three, in another order by post than by name or step."""

import datetime
import io
import zipfile

import docx
import pytest

from contacts.models import MarketingSetup
from contacts.tests.factories import make_company, make_person
from interactions.services.printing import Output
from interactions.tests.factories import make_document, make_template
from segments_app.services.prepare_run import prepare_run
from segments_app.services.print_letters import print_runs
from segments_app.tests.factories import NOW, make_segment

LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def template():
    return make_template(
        description="Christmas letter",
        default_language="en",
        correspondence_type="hard_copy",
        languages={"en": make_document("{{ sequence_no }} {{ contact_name }}")},
    )


@pytest.fixture
def people():
    """Cecilie in Bergen, Anna in Oslo, Bo in Stockholm: so they came."""
    MarketingSetup.objects.create(company_name="Fjord & Co", country="NO")
    kaffe = make_company("Kaffe AS", address="Bakken 1", postcode="5003", city="Bergen")
    cecilie = make_person(
        "Cecilie Moe",
        number="C-3",
        company=kaffe,
        address="Bakken 1",
        postcode="5003",
        city="Bergen",
    )
    anna = make_person(
        "Anna Dahl",
        number="C-2",
        address="Torget 1",
        postcode="0150",
        city="Oslo",
        country="NO",
    )
    bo = make_person(
        "Bo Ek",
        number="C-1",
        address="Gatan 1",
        postcode="0001",
        city="Stockholm",
        country="SE",
    )
    return [cecilie, anna, bo]


@pytest.fixture
def segment(people, template):
    return make_segment(*people, number="SM-7", template=template)


@pytest.fixture
def run(segment):
    return prepare_run(segment=segment, user=None, at=NOW)


def numbered(run):
    """The names of a run by their numbers."""
    items = run.items.filter(sequence__isnull=False).order_by("sequence")
    return list(items.values_list("sequence", "contact__name"))


def paragraphs(data):
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def files_in(data):
    """The files of a zip with what they say, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: paragraphs(archive.read(name)) for name in archive.namelist()}


def printed(*runs, **output):
    """What is printed of these runs, as bytes, and the figures."""
    out = io.BytesIO()
    merged = print_runs(runs=list(runs), output=Output(**output), out=out)
    return out.getvalue(), merged
