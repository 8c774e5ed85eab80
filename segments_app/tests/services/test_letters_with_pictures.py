"""A letter shows the signature of its salesperson, also when it is made again."""

import io

import docx
import pytest
from docx.shared import Cm
from PIL import Image

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import Attachment, LetterSnapshot
from interactions.services.letters import letter_of
from interactions.services.pictures import check_picture, keep_picture, load_picture
from interactions.tests.factories import make_template
from interactions.tests.merge.word import opened, saved
from segments_app.services import log_segment, preflight
from segments_app.services.letters import letter_of_line, letters_of
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.runs.conftest import printed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_picture.cache_clear()


def image(colour):
    out = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, "PNG")
    return out.getvalue()


def signature(salesperson, colour):
    checked = check_picture(image(colour))
    return keep_picture(checked=checked, salesperson=salesperson, at=NOW)


def document(tag):
    made = docx.Document()
    run = made.add_paragraph().add_run()
    picture = run.add_picture(io.BytesIO(image("white")), width=Cm(4), height=Cm(2))
    picture._inline.docPr.set("descr", tag)
    return Attachment.objects.store(data=saved(made), name="letter.docx")


def colours(result):
    """The colours of the pictures of a document, in order."""
    body = result._body
    return [
        Image.open(io.BytesIO(body.part.related_parts[each].blob)).getpixel((0, 0))
        for each in body._element.xpath(".//a:blip/@r:embed")
    ]


RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 128, 0)


@pytest.fixture
def jon():
    return Salesperson.objects.create(code="JON", name="Jon")


@pytest.fixture
def segment(jon):
    kari = Salesperson.objects.create(code="KARI", name="Kari")
    signature(jon, "red")
    signature(kari, "blue")
    people = [
        make_person("Åse", salesperson=jon),
        make_person("Bo", salesperson=kari),
        make_person("Per"),
    ]
    template = make_template(
        default_language="en",
        languages={"en": document("{{ salesperson_signature }}")},
    )
    return make_segment(*people, number="SM-9", template=template)


def test_looked_at_merged_and_logged_the_letters_show_the_same(segment, jon):
    alone = [colours(opened(letter_of_line(line))) for line in letters_of(segment)]
    assert alone == [[RED], [BLUE], []]
    run = prepare_run(segment=segment, user=None, at=NOW, order="step")
    data, _figures = printed(run)
    assert colours(opened(data)) == [RED, BLUE]
    entries = log_segment(segment=segment, at=NOW, user=None).interactions
    signature(jon, "green")
    logged = [opened(letter_of(entry)) for entry in entries.order_by("pk")]
    assert [colours(letter) for letter in logged] == [[RED], [BLUE], []]


def test_only_the_letters_that_show_pictures_keep_them(segment, jon):
    log_segment(segment=segment, at=NOW, user=None)
    kept = LetterSnapshot.objects.order_by("pk").values_list("inputs", flat=True)
    sha256 = jon.signatures.get().picture.sha256
    first, _second, last = (inputs["pictures"] for inputs in kept)
    assert first == {
        "SALESPERSON_SIGNATURE": {"sha256": sha256, "width": 40, "height": 20}
    }
    assert last == {"SALESPERSON_SIGNATURE": None}


def warned(segment):
    problems = preflight(segment=segment, deliver=False)
    return {
        problem.kind: problem.lines
        for problem in problems
        if problem.kind == "picture_missing"
    }


def test_letters_without_their_picture_are_counted_beforehand(segment):
    assert warned(segment) == {"picture_missing": 1}
    segment.template.languages.update(document=document("{{ picture.SUMMER }}"))
    assert warned(segment) == {"picture_missing": 3}
    keep_picture(checked=check_picture(image("green")), code="SUMMER", at=NOW)
    assert warned(segment) == {}
    alone = [colours(opened(letter_of_line(line))) for line in letters_of(segment)]
    assert alone == [[GREEN]] * 3
