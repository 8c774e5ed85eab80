"""I6: drafts of interactions, as Business Central's own tests ask."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import (
    Attachment,
    InteractionDraft,
    InteractionLogEntry,
    LetterSnapshot,
)
from interactions.tests.factories import make_document, make_template
from segments_app.services.drafts import delete_draft, save_draft, values_of_draft
from segments_app.services.log_interaction import (
    DraftGone,
    InteractionRefused,
    log_interaction,
)
from segments_app.tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def nina():
    return Salesperson.objects.create(code="NINA", name="Nina Holm")


@pytest.fixture
def anna(nina):
    return make_person("Anna Dahl", salesperson=nina)


def keep(draft=None, **values):
    return save_draft(values=values, draft=draft, user=None, at=NOW)


def test_what_is_left_without_keeping_it_is_gone(admin_client):
    """MInteraction.SegmentLine_FinishWizard_ConfirmNo"""
    assert admin_client.get("/segments/interactions/create/").status_code == 200
    assert not InteractionLogEntry.objects.exists()


def test_an_empty_draft_is_kept_and_refused_only_when_it_is_logged():
    """MInteraction.SegmentLine_FinishWizard_ConfirmYes_InterTmplIsMandatory

    Business Central refuses to put off what is incomplete; here any draft is kept.
    """
    draft = keep()
    with pytest.raises(InteractionRefused, match="You must select a contact"):
        log_interaction(values=values_of_draft(draft), draft=draft, user=None, at=NOW)
    assert InteractionLogEntry.objects.get().postponed


def test_a_draft_is_resumed_with_its_own_values_and_no_others(nina):
    """MInteraction.InteractionLogEntry_ResumeInteraction_BlankedValues,
    MInteraction.InteractionLogEntry_ResumeInteraction_FiltersOrderAB,
    MInteraction.InteractionLogEntry_ResumeInteraction_FiltersOrderBA,
    MInteraction.InteractionLogEntry_ResumeInteraction_LongFilters
    """
    olav = Salesperson.objects.create(code="OLAV", name="Olav Berg")
    drafts = [keep(), keep(salesperson=nina), keep(salesperson=olav, cost=Decimal(7))]
    kept = [values_of_draft(draft) for draft in drafts]
    assert [each["salesperson"] for each in kept] == [None, nina, olav]
    assert [each.get("cost") for each in kept] == [None, None, Decimal(7)]
    assert all(each["template"] is None for each in kept)


def test_a_new_document_takes_the_place_of_the_one_before(anna):
    """MContacts.ModifyAttachmentOnContactInteraction"""
    first, second = make_document("One"), make_document("Two")
    draft = keep(contact=anna, document=first)
    keep(draft, contact=anna, document=second)
    assert InteractionLogEntry.objects.get().document == second
    assert second.read()
    assert list(Attachment.objects.all()) == [second]


def test_the_draft_itself_becomes_the_entry(anna):
    """MContacts.ResumePostponedInteraction"""
    first = make_template("T1", unit_cost=Decimal(1))
    second = make_template("T2", unit_cost=Decimal(2))
    drafts = [keep(contact=anna, template=each) for each in (first, second)]
    values = values_of_draft(drafts[0]) | {"cost": Decimal(30), "duration": 20}
    entry = log_interaction(values=values, draft=drafts[0], user=None, at=NOW)
    rows = InteractionLogEntry.objects.order_by("pk")
    assert [
        (row.pk, row.postponed, row.template.code, row.cost, row.duration)
        for row in rows
    ] == [
        (entry.pk, False, "T1", Decimal(30), 20),
        (drafts[1].pk, True, "T2", Decimal(0), 0),
    ]
    assert entry.pk == drafts[0].pk
    assert [draft.pk for draft in InteractionDraft.objects.all()] == [drafts[1].pk]


def test_drafts_count_nowhere(anna):
    keep(contact=anna, template=make_template(), date=TODAY, cost=Decimal(9))
    figures = InteractionLogEntry.objects.of_contact(anna).statistics()
    assert figures == {
        "number": 0,
        "cost": 0,
        "duration": 0,
        "last_contact": None,
        "last_attempt": None,
    }


def test_two_who_log_one_draft_log_it_once(anna):
    draft = keep(contact=anna, template=make_template())
    values = values_of_draft(draft)
    log_interaction(values=values, draft=draft, user=None, at=NOW)
    with pytest.raises(DraftGone):
        log_interaction(values=values, draft=draft, user=None, at=NOW)
    with pytest.raises(DraftGone):
        delete_draft(draft=draft)
    assert InteractionLogEntry.objects.count() == 1


def test_a_deleted_draft_takes_its_own_document_along(anna):
    delete_draft(draft=keep(contact=anna, document=make_document()))
    assert not InteractionLogEntry.objects.exists()
    assert not Attachment.objects.exists()


def test_the_personal_text_of_a_draft_comes_into_the_letter(anna):
    letter = make_document("{{ personal_text }}")
    template = make_template(default_language="en", languages={"en": letter})
    draft = keep(contact=anna, template=template, personal_text="See you!")
    values = values_of_draft(draft)
    log_interaction(values=values, draft=draft, user=None, at=NOW)
    frozen = LetterSnapshot.objects.get()
    assert frozen.inputs["line"]["personal_text"] == "See you!"


def test_everybody_sees_their_own_drafts_first(admin_client):
    rolf = User.objects.create_user("rolf")
    mine = save_draft(
        values={"description": "Mine"}, user=User.objects.get(username="admin"), at=NOW
    )
    other = save_draft(values={"description": "His"}, user=rolf, at=NOW)
    page = admin_client.get("/segments/interactions/drafts/")
    assert list(page.context["page_obj"]) == [mine]
    page = admin_client.get("/segments/interactions/drafts/?everybody")
    assert list(page.context["page_obj"]) == [other, mine]
