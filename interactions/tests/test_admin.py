"""The administrator sets things up, and looks at history without touching it."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.tests.factories import make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    CampaignStatus,
    Cancellation,
    Delivery,
    InteractionGroup,
    InteractionTemplate,
    LabelFormat,
    LetterReturn,
    MailText,
    Run,
)
from interactions.models.mail import sound_subject
from interactions.tests.factories import (
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def siv():
    """The administrator."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("siv"))
    return browser


def page(name, *args):
    return reverse(f"admin:interactions_{name}", args=args)


@pytest.fixture
def history():
    """Return one row of everything that is only to be looked at."""
    document = make_document()
    entry = make_entry(make_person(), document=document)
    logged = make_logged_segment()
    campaign = Campaign.objects.create(description="Spring")
    return [
        entry,
        logged,
        document,
        Delivery.objects.create(entry=entry, channel="email", to_address="a@b.no"),
        CampaignEntry.objects.create(campaign=campaign, date="2026-03-02"),
        campaign.targets.create(contact=entry.contact),
        Run.objects.create(segment_number="SM-7", kind="print"),
        Cancellation.objects.create(kind="entries", at="2026-03-09T10:00Z"),
        LetterReturn.objects.create(entry=entry, date="2026-03-09", reason="moved"),
    ]


def test_siv_sets_up_groups_campaigns_and_templates(siv):
    siv.post(page("interactiongroup_add"), {"code": "letters", "description": "L"})
    siv.post(page("campaignstatus_add"), {"code": "open", "description": "Open"})
    siv.post(
        page("campaign_add"),
        {"description": "Spring", "status": CampaignStatus.objects.get().pk},
    )
    siv.post(
        page("interactiontemplate_add"),
        {
            "code": "call",
            "group": InteractionGroup.objects.get().pk,
            "unit_cost": 0,
            "unit_duration": 5,
            "email_form": "docx",
            "campaign": Campaign.objects.get().pk,
            "languages-TOTAL_FORMS": 0,
            "languages-INITIAL_FORMS": 0,
        },
    )
    template = InteractionTemplate.objects.get()
    assert (template.code, template.group.code) == ("CALL", "LETTERS")
    assert template.campaign.status.code == "OPEN"
    assert template.campaign.number.startswith("CP-")


def test_a_template_shows_its_documents_through_the_page_that_asks_for_the_right(siv):
    template = make_template(languages={"nb": make_document(name="hei.docx")})
    address = reverse(
        "interactions:template_document", args=[template.languages.get().pk]
    )
    content = siv.get(page("interactiontemplate_change", template.pk)).content.decode()
    assert f'<a href="{address}">hei.docx</a>' in content


def test_history_is_there_to_look_at_and_not_to_change(siv, history):
    for row in history:
        name = row._meta.model_name
        assert siv.get(page(f"{name}_changelist")).status_code == 200
        assert siv.get(page(f"{name}_change", row.pk)).status_code == 200
        assert siv.post(page(f"{name}_change", row.pk), {}).status_code == 403
        assert siv.get(page(f"{name}_add")).status_code == 403
        assert (
            siv.post(page(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
        )
        row.refresh_from_db()


def test_what_is_used_stays_and_what_is_not_goes(siv):
    template = make_entry(make_person()).template
    unused = InteractionGroup.objects.create(code="UNUSED")
    confirmed = {"post": "yes"}
    for row, status in ((template, 403), (template.group, 403), (unused, 302)):
        address = page(f"{row._meta.model_name}_delete", row.pk)
        assert siv.post(address, confirmed).status_code == status
    assert list(InteractionGroup.objects.all()) == [template.group]
    assert list(InteractionTemplate.objects.all()) == [template]


def test_a_label_format_that_does_not_fit_its_page_is_refused_with_the_figure(siv):
    measures = {
        "code": "ours",
        "description": "Ours",
        "page_width": "210",
        "page_height": "297",
        "top": "10",
        "left": "10",
        "columns": "3",
        "rows": "5",
        "width": "70",
        "height": "50",
        "gap_across": "0",
        "gap_down": "0",
    }
    address = page("labelformat_add")
    answer = siv.post(address, measures)
    errors = answer.context["adminform"].form.non_field_errors()
    assert errors == [
        "The labels reach to 220 mm, and the page is only 210 mm wide. Make the left "
        "margin, the gaps or the labels smaller."
    ]
    siv.post(address, measures | {"left": "0"})
    assert LabelFormat.objects.get().sheet.labels == 15


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("interactiongroup", "What people read in lists and statistics."),
        ("campaignstatus", "What people read in lists and statistics."),
        ("campaign", "Empty: the next of the number series."),
        ("interactiontemplate", "Whoever gets it is a target of the campaign."),
    ],
)
def test_each_table_of_set_up_says_what_its_fields_mean(siv, table, said):
    assert said in siv.get(page(f"{table}_add")).content.decode()


def test_a_campaign_that_ends_before_it_starts_is_refused(siv):
    sent = {
        "description": "Spring",
        "starting_date": "2026-05-02",
        "ending_date": "2026-05-01",
    }
    answer = siv.post(page("campaign_add"), sent).content.decode()
    assert "A campaign cannot end before it starts." in answer
    assert not Campaign.objects.exists()


def test_a_campaign_that_is_changed_says_when(siv):
    spring = Campaign.objects.create(description="Spring", updated_at="2020-01-01T00Z")
    siv.post(page("campaign_change", spring.pk), {"description": "Summer"})
    spring.refresh_from_db()
    assert (spring.description, spring.updated_at.date()) == (
        "Summer",
        timezone.now().date(),
    )


@pytest.mark.parametrize("language", ["-1", "<script>", "gibberish"])
def test_the_text_of_e_mails_is_in_a_language_that_there_is(siv, language):
    sent = {"language": language, "text": "Here it is."}
    form = siv.post(page("mailtext_add"), sent).context["adminform"].form
    said = f"“{language}” is no language. Write it as nb, da or pt-BR."
    assert form.errors == {"language": [said]}


def test_it_is_kept_by_the_tag_of_its_language_and_is_there_once(siv):
    sent = {"language": "Norwegian", "text": "Her er det."}
    assert siv.post(page("mailtext_add"), sent).status_code == 302
    assert MailText.objects.get().language == "nb"
    form = siv.post(page("mailtext_add"), sent).context["adminform"].form
    assert form.errors.keys() == {"language"}


@pytest.mark.parametrize("subject", ["Spring\r\nBcc: x@y.no", "{{ city }}\nNews"])
def test_a_subject_is_one_line(subject):
    with pytest.raises(ValidationError, match="Write it on one line."):
        sound_subject(subject)
