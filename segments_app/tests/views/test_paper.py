"""Labels, envelopes and cover sheets from the page to the paper."""

import pytest
from django.urls import reverse

from contacts.models import Contact, ContactComment, MarketingSetup
from contacts.tests.factories import make_company, make_person
from interactions.models import LabelFormat
from interactions.tests.factories import make_document, make_template
from interactions.tests.pdf.reading import text
from jobs.models import Job
from segments_app.models import Segment
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Two complete addresses in Norway, one in Sweden, and two that lack something."""
    MarketingSetup.objects.create(
        company_name="Fjord & Co",
        address="Havna 2",
        postcode="0150",
        city="Oslo",
        country="NO",
        bank_account="1234.56.78903",
    )
    at_kaffe = {"address": "Bakken 1", "postcode": "5003", "city": "Bergen"}
    kaffe = make_company("Kaffe AS", number="C-9", **at_kaffe)
    return [
        make_person("Cecilie Moe", number="C-1", company=kaffe, **at_kaffe),
        make_person(
            "Bo Ek",
            number="C-2",
            address="Gatan 1",
            postcode="111 22",
            city="Stockholm",
            country="SE",
        ),
        make_person("Anna Dahl", number="C-3", address="Torget 1", postcode="0150"),
        make_person("No Street", number="C-4", postcode="0150", city="Oslo"),
        make_person("No Town", number="C-5", address="Torget 2"),
    ]


@pytest.fixture
def segment(people):
    template = make_template(
        default_language="en", languages={"en": make_document("{{ contact_name }}")}
    )
    return make_segment(*people, number="SM-7", template=template)


@pytest.fixture
def client(client, admin_user):
    client.force_login(admin_user)
    return client


def url(segment, kind="labels"):
    return reverse("segments:paper", args=[segment.pk, kind])


def pages(response):
    """The lines of each page that was handed out."""
    shown = text(b"".join(response.streaming_content), layout=False)
    return [page.splitlines() for page in shown.split("\f")[:-1]]


ANNA = ["Anna Dahl", "Torget 1", "0150"]
CECILIE = ["Kaffe AS", "Cecilie Moe", "Bakken 1", "5003 Bergen"]
BO = ["Bo Ek", "Gatan 1", "111 22 Stockholm", "SWEDEN"]
QUERIES = 13
OWN = ["Fjord & Co", "Havna 2", "0150 Oslo"]


def test_labels_come_in_postal_order_with_the_country_abroad(client, segment):
    response = client.post(url(segment), {"sheet": "Avery L7160"})
    assert response["Content-Type"] == "application/pdf"
    assert pages(response) == [[*ANNA, *CECILIE, *BO]]


def test_labels_begin_where_the_sheet_is_not_used_up(client, segment):
    response = client.post(url(segment), {"sheet": "Avery L7165", "first": "7"})
    assert pages(response) == [[*ANNA, *CECILIE], BO]


def test_the_page_lists_whose_address_is_incomplete(client, segment, people):
    page = client.get(url(segment))
    found = [(each.contact.name, each.why) for each in page.context["incomplete"]]
    assert found == [
        ("No Street", "No street"),
        ("No Town", "No city and no postcode"),
    ]
    assert page.context["count"] == 3
    assert people[3].get_absolute_url() in page.content.decode()


def test_who_must_not_be_written_to_is_left_out_and_counted(client, segment):
    Contact.objects.filter(name="Bo Ek").update(privacy_blocked=True)
    page = client.get(url(segment))
    assert (page.context["count"], page.context["blocked"]) == (2, 1)
    assert pages(client.post(url(segment), {"sheet": "Avery L7160"})) == [
        [*ANNA, *CECILIE]
    ]


def test_the_preview_is_the_first_page_as_asked(client, segment):
    asked = {"sheet": "Avery L7165", "first": "7"}
    preview = reverse("segments:paper_preview", args=[segment.pk, "labels"])
    page = client.get(preview, asked).context["page"]
    assert [line.text for line in page.lines] == [*ANNA, *CECILIE]
    assert len(page.boxes) == 8


def test_a_first_label_beyond_the_sheet_is_refused(client, segment):
    asked = {"sheet": "Avery L7165", "first": "9"}
    form = client.post(url(segment), asked).context["form"]
    assert form.errors == {"first": ["A sheet of these has 8 labels only."]}


def test_a_sheet_of_our_own_can_be_chosen(client, segment):
    LabelFormat.objects.create(
        code="ONE",
        description="One on a page",
        page_width=100,
        page_height=50,
        top=5,
        left=5,
        columns=1,
        rows=1,
        width=90,
        height=40,
    )
    response = client.post(url(segment), {"sheet": "own:ONE"})
    assert pages(response) == [ANNA, CECILIE, BO]


def test_a_line_too_long_and_letters_without_a_shape_are_named(client, segment):
    Contact.objects.filter(name="Bo Ek").update(name="Bo 東京")
    Contact.objects.filter(name="Anna Dahl").update(name="Anna " * 20)
    response = client.post(url(segment), {"sheet": "Avery L7160"})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert job.result["left"] == 2
    assert job.result["left_addresses"] == (
        "C-3: Does not fit, even in small type; "
        "C-2: Has letters that the font does not have"
    )


@pytest.mark.parametrize("window", [False, True])
def test_envelopes_have_our_own_address(client, segment, window):
    asked = {"envelope": "DL", "sender": "on"} | ({"window": "on"} if window else {})
    own = [" · ".join(OWN)] if window else OWN
    found = pages(client.post(url(segment, "envelopes"), asked))
    assert found == [[*own, *ANNA], [*own, *CECILIE], [*own, *BO]]


def test_cover_sheets_have_notes_remarks_and_comments(client, segment, people):
    ContactComment.objects.create(contact=people[1], text="Prefers mornings")
    asked = {"notes": "First\nSecond", "remarks": ["call"], "comments": "on"}
    found = pages(client.post(url(segment, "covers"), asked))
    assert len(found) == 3
    for lines, address in zip(found, (ANNA, CECILIE, BO), strict=True):
        for said in (*address, *OWN, "Cover sheet", "First", "Second", "Please call"):
            assert said in lines
        assert "Bank account: 1234.56.78903" in lines
    assert [("Prefers mornings" in lines) for lines in found] == [False, False, True]


def test_notes_have_five_lines(client, segment):
    form = client.post(url(segment, "covers"), {"notes": "a\n" * 6}).context["form"]
    assert form.errors == {"notes": ["These are more than five lines."]}


def test_a_run_has_its_addresses_as_they_were(client, segment):
    run = prepare_run(segment=segment, user=None, at=NOW)
    Contact.objects.filter(name="Bo Ek").update(address="Elsewhere 1")
    address = reverse("segments:run_paper", args=[run.pk, "labels"])
    assert [each.why for each in client.get(address).context["incomplete"]] == [
        "No street",
        "No city and no postcode",
    ]
    found = pages(client.post(address, {"sheet": "Avery L7160"}))
    assert found == [[*ANNA, *CECILIE, *BO]]


def test_many_are_a_job(client, segment, monkeypatch):
    monkeypatch.setattr("segments_app.jobs.paper.MOST_WITHOUT_JOB", 2)
    response = client.post(url(segment), {"sheet": "Avery L7160"})
    job = Job.objects.get()
    assert (response.url, job.is_queued) == (job.get_absolute_url(), True)


def test_an_empty_segment_says_so(client):
    page = client.get(url(make_segment(number="SM-8")))
    assert "There is no complete address" in page.content.decode()


def test_what_is_no_paper_is_not_found(client, segment):
    assert client.get(url(segment, "stamps")).status_code == 404


def test_who_only_looks_may_not_print(client, segment, django_user_model):
    client.force_login(django_user_model.objects.create_user("looks"))
    assert client.get(url(segment)).status_code == 403


def test_the_queries_do_not_grow(client, segment, django_assert_num_queries):
    client.get(url(segment))
    with django_assert_num_queries(QUERIES):
        client.get(url(segment))
    for number in range(30):
        make_person(f"Person {number}", address="Gata 1", city="Oslo")
    many = make_segment(*Contact.objects.all(), number="SM-9")
    Segment.objects.filter(pk=many.pk).update(template=segment.template)
    with django_assert_num_queries(QUERIES):
        client.get(url(many))


def test_the_contact_list_is_a_pdf_too(client, segment):
    response = client.get(reverse("segments:contact_list_pdf", args=[segment.pk]))
    (lines,) = pages(response)
    assert lines[0].startswith("Contact list · SM-7")
    text = "\n".join(lines)
    for name in ("Cecilie Moe", "Bo Ek", "Anna Dahl", "No Street", "No Town"):
        assert name in text
    assert "Together: 5" in text


def test_a_list_that_is_too_long_to_print_says_so(client, segment, monkeypatch):
    monkeypatch.setattr("segments_app.views.line_out.PDF_AT_MOST", 4)
    address = reverse("segments:contact_list_pdf", args=[segment.pk])
    page = client.get(address, follow=True).content.decode()
    assert "These are 5 contacts, and a list to print has at most 4." in page
