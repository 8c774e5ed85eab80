"""The header of a segment: what its template gives, and what holds in the end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from contacts.models import NumberSeries, Salesperson
from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.models import Campaign
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment, SegmentDocument
from segments_app.tests.factories import make_segment
from segments_app.tests.views.users import ASSISTANT, READER, logged_in
from segments_app.views.in_effect import Fact, shown_header

pytestmark = pytest.mark.django_db

CREATE = reverse("segments:create")


@pytest.fixture
def fair():
    return Campaign.objects.create(number="FAIR", description="Coffee fair")


@pytest.fixture
def template(fair):
    """A template that says everything."""
    return make_template(
        "NEWS",
        description="Newsletter",
        campaign=fair,
        campaign_target=True,
        default_language="nb",
        correspondence_type="email",
        email_form="pdf",
        unit_cost="2.50",
        unit_duration=3,
        information_flow="outbound",
        initiated_by="us",
        languages={"nb": make_document("Hei", name="brev.docx")},
    )


def edit(segment):
    return reverse("segments:edit", args=[segment.pk])


def when_empty(page):
    """What each field of the form says where it is empty, by its name."""
    form = html.fromstring(page.content.decode()).xpath("//main//form")[0]
    said = {
        field.get("name"): field.get("placeholder")
        for field in form.xpath(".//input[@placeholder]")
    }
    for choice in form.xpath(".//select/option[@value='' or @value='unknown']"):
        said[choice.getparent().get("name")] = choice.text
    return said


class TestWhatTheTemplateGives:
    def test_is_seen_in_every_field_that_the_segment_leaves_open(self, template):
        segment = make_segment(template=template)
        said = when_empty(logged_in(ASSISTANT).get(edit(segment)))
        assert said == {
            "template": "none",
            "subject": "the description",
            "salesperson": "that of each contact",
            "campaign": "from the template: FAIR Coffee fair",
            "language": "from the template: Norwegian Bokmål",
            "correspondence_type": (
                "as each contact prefers, else from the template: E-mail"
            ),
            "email_form": "from the template: Attached as PDF",
            "campaign_target": "from the template: Yes",
            "campaign_response": "from the template: No",
            "unit_cost": "from the template: 2.50",
            "unit_duration": "from the template: 3",
            "information_flow": "from the template: Outbound",
            "initiated_by": "from the template: Us",
        }

    def test_a_template_that_insists_on_its_channel_says_so(self, template):
        template.ignore_contact_correspondence_type = True
        template.save()
        segment = make_segment(template=template)
        said = when_empty(logged_in(ASSISTANT).get(edit(segment)))
        assert said["correspondence_type"] == "from the template, for everybody: E-mail"

    def test_without_a_template_nothing_is_promised(self):
        said = when_empty(logged_in(ASSISTANT).get(edit(make_segment())))
        assert said["campaign"] == "from the template"
        assert said["correspondence_type"] == "as each contact prefers"

    def test_may_be_answered_with_nothing_on_purpose(self, template):
        segment = make_segment(template=template)
        client = logged_in(ASSISTANT)
        sent = opened(client.get(edit(segment)))
        client.post(edit(segment), sent | {"information_flow": "nothing"})
        segment.refresh_from_db()
        assert (segment.information_flow, segment.initiated_by) == ("", None)
        again = opened(client.get(edit(segment)))
        assert again["information_flow"] == ["nothing"]
        client.post(edit(segment), again | {"information_flow": ""})
        segment.refresh_from_db()
        assert segment.information_flow is None


class TestEditing:
    def test_every_value_can_be_set(self, template, fair):
        jon = Salesperson.objects.create(code="JON", name="Jon")
        segment = make_segment()
        client = logged_in(ASSISTANT)
        values = {
            "description": "Spring",
            "template": template.pk,
            "date": "2026-12-01",
            "subject": "Hello",
            "salesperson": jon.pk,
            "campaign": fair.pk,
            "language": "nb",
            "correspondence_type": "hard_copy",
            "ignore_contact_correspondence_type": "on",
            "email_form": "body",
            "campaign_target": "false",
            "campaign_response": "true",
            "unit_cost": "4.25",
            "unit_duration": "7",
            "information_flow": "inbound",
            "initiated_by": "them",
            "notes": "Ring first",
            "living": "on",
        }
        page = client.get(edit(segment))
        shown = {field.name for field in page.context["form"].visible_fields()}
        assert shown == set(values)
        assert client.post(edit(segment), opened(page) | values).status_code == 302
        kept = opened(client.get(edit(segment)))
        assert {name: kept[name] for name in values} == {
            name: [str(value)] for name, value in values.items()
        }

    def test_what_is_folded_says_which_values_are_set(self):
        segment = make_segment(
            campaign_target=False, information_flow="", unit_cost=0, living=True
        )
        page = logged_in(ASSISTANT).get(edit(segment))
        groups = page.context["form"].folded
        assert [(str(group.title), group.filled) for group in groups] == [
            ("How it goes out", []),
            (
                "What is logged besides",
                ["Campaign target", "Unit cost", "Information flow"],
            ),
            ("Notes and upkeep", ["Keep up to date"]),
        ]

    def test_a_fold_with_an_error_is_open(self):
        segment = make_segment()
        client = logged_in(ASSISTANT)
        sent = opened(client.get(edit(segment))) | {"unit_cost": "-1"}
        page = client.post(edit(segment), sent)
        assert [group.is_open for group in page.context["form"].folded] == [
            *(False, True, False)
        ]
        folds = html.fromstring(page.content.decode()).xpath("//details[@class='fold']")
        assert ["open" in fold.attrib for fold in folds] == [False, True, False]


class TestNew:
    def test_asks_for_little(self):
        page = logged_in(ASSISTANT).get(CREATE)
        names = [field.name for field in page.context["form"].first]
        assert names == ["description", "template", "date", "salesperson", "campaign"]
        (fold,) = page.context["form"].folded
        assert (str(fold.title), [field.name for field in fold.fields]) == (
            "A number of your own",
            ["number"],
        )

    def test_a_related_series_gives_the_number_when_it_is_chosen(self):
        NumberSeries.objects.create(code="SEGMENT-EVENTS", prefix="EV-", digits=3)
        client = logged_in(ASSISTANT)
        form = {"description": "Letter", "date": "2026-04-01"}
        client.post(CREATE, form)
        client.post(CREATE, form | {"series": "SEGMENT-EVENTS"})
        client.post(CREATE, form | {"series": "SEGMENT-EVENTS", "number": "fair"})
        numbers = Segment.objects.order_by("pk").values_list("number", flat=True)
        assert list(numbers) == ["SM-000001", "EV-001", "FAIR"]

    def test_a_series_of_something_else_gives_no_number(self):
        NumberSeries.objects.create(code="SEGMENT-EVENTS")
        NumberSeries.objects.create(code="CAMPAIGN")
        form = {"description": "Letter", "date": "2026-04-01", "series": "CAMPAIGN"}
        page = logged_in(ASSISTANT).post(CREATE, form)
        assert list(page.context["form"].errors) == ["series"]
        (fold,) = page.context["form"].folded
        assert fold.is_open

    def test_a_number_that_is_taken_is_refused_and_says_what_to_do(self):
        make_segment(number="FAIR")
        form = {"description": "Letter", "date": "2026-04-01", "number": "fair"}
        page = logged_in(ASSISTANT).post(CREATE, form)
        assert page.context["form"].errors == {
            "number": [
                "There is a segment with this number. Choose another, or leave it "
                "empty for the next of the series."
            ]
        }


class TestPanel:
    def test_says_what_holds_and_what_comes_from_the_template(self, template):
        segment = make_segment(template=template, unit_cost=0, information_flow="")
        SegmentDocument.objects.create(
            segment=segment, language="en", document=make_document(name="letter.docx")
        )
        by_template = "from the template"
        header = shown_header(segment)
        assert header.facts == [
            Fact("Document (en)", "letter.docx"),
            Fact("Document (nb)", "brev.docx", by_template),
            Fact("Date", "11/20/2026"),
            Fact("Campaign", "FAIR Coffee fair", by_template),
            Fact("Language", "Norwegian Bokmål", by_template),
            Fact(
                "Correspondence type",
                "as each contact prefers, else E-mail",
                by_template,
            ),
        ]
        assert header.others == [
            Fact("Form of the e-mail", "Attached as PDF", by_template),
            Fact("Campaign target", "Yes", by_template),
            Fact("Campaign response", "No", by_template),
            Fact("Unit cost", "0"),
            Fact("Unit duration (minutes)", "3", by_template),
            Fact("Information flow", "none, on purpose"),
            Fact("Initiated by", "Us", by_template),
        ]

    @pytest.mark.parametrize(
        ("segment", "insists", "fact"),
        [
            ({}, False, ("as each contact prefers, else E-mail", "from the template")),
            ({}, True, ("E-mail, for everybody", "from the template")),
            (
                {"correspondence_type": "hard_copy"},
                False,
                ("as each contact prefers, else E-mail", "from the template"),
            ),
            (
                {
                    "correspondence_type": "hard_copy",
                    "ignore_contact_correspondence_type": True,
                },
                True,
                ("Hard copy, for everybody", ""),
            ),
        ],
    )
    def test_says_how_the_letters_go_out(self, template, segment, insists, fact):
        template.ignore_contact_correspondence_type = insists
        made = make_segment(template=template, **segment)
        (channel,) = (
            each
            for each in shown_header(made).facts
            if each.label == "Correspondence type"
        )
        assert (channel.value, channel.source) == fact

    def test_of_a_bare_segment_is_short_and_asks_for_a_template(self):
        segment = make_segment()
        page = logged_in(READER).get(segment.get_absolute_url())
        assert shown_header(segment).others == []
        assert [fact.label for fact in shown_header(segment).facts] == [
            *("Date", "Correspondence type")
        ]
        assert "none yet" in page.content.decode()

    def test_costs_the_same_whatever_the_number_of_documents(self, template):
        segment = make_segment(make_person(), template=template)
        client = logged_in(READER)
        costs = []
        for language in ("en", "da", "sv"):
            SegmentDocument.objects.create(
                segment=segment, language=language, document=make_document(language)
            )
            with CaptureQueriesContext(connection) as asked:
                client.get(segment.get_absolute_url())
            costs.append(len(asked))
        assert len(set(costs)) == 1
