"""The log forgets who somebody was: the figures stay, the words and letters go."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Exists,
    JSONField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.choices import ContactType
from contacts.models import Contact
from contacts.registry import Eraser

from ..choices import CancelledKind, DeliveryStatus
from ..models import (
    Attachment,
    CampaignTarget,
    Cancellation,
    Delivery,
    EarlierSending,
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplate,
    LetterReturn,
    LetterSnapshot,
)
from .kept_previews import forget_previews

CHUNK = 500


def refuse_while_sending(contact: Contact) -> str:
    """Say why the contact cannot be forgotten just now; nothing if it can."""
    sending = Delivery.objects.filter(
        entry__contact=contact, status=DeliveryStatus.SENDING
    )
    if sending.exists():
        return _("An e-mail to this person is being sent. Try again in a minute.")
    return ""


def forget_contact(contact: Contact, at: datetime) -> None:
    """Empty what the log says of `contact`; queued deliveries are withdrawn.

    Drafts go. Of what happened, entry, date, template, cost, duration, evaluation
    and campaign stay.
    """
    entries = InteractionLogEntry.objects.filter(contact=contact)
    snapshots = LetterSnapshot.objects.filter(item__contact=contact)
    documents = {*entries.values_list("document", flat=True)} - {None}
    documents |= {*snapshots.values_list("document", flat=True)}
    entries.filter(postponed=True).delete()
    _empty_outbox(entries)
    InteractionComment.objects.filter(entry__contact=contact).delete()
    LetterReturn.objects.filter(entry__contact=contact).update(comment="")
    _forget_why(entries)
    CampaignTarget.objects.filter(contact=contact).delete()
    snapshots.delete()
    _forget_among_people(contact)
    templates = dict(
        InteractionTemplate.objects.filter(entries__contact=contact)
        .distinct()
        .values_list("pk", "description")
    )
    usual = [
        When(template=pk, then=Value(said)) for pk, said in templates.items() if said
    ]
    anonymised = Value(_("Anonymised"), output_field=CharField())
    entries.update(
        subject="",
        contact_via="",
        document=None,
        alternative_address=None,
        description=Case(*usual, default=anonymised, output_field=CharField())
        if usual
        else anonymised,
    )
    drop_unused(documents)
    transaction.on_commit(forget_previews)


def _empty_outbox(entries: QuerySet[InteractionLogEntry]) -> None:
    """Withdraw what is queued, before a sender takes it, and forget where it went.

    Deliveries come before their entries, as when a sender writes what came of them.
    """
    deliveries = Delivery.objects.filter(entry__in=entries.order_by().values("pk"))
    queued = deliveries.filter(status=DeliveryStatus.QUEUED)
    queued.update(status=DeliveryStatus.WITHDRAWN)
    deliveries.update(to_address="", message_id="", error="")
    earlier = EarlierSending.objects.filter(entry__in=entries.order_by().values("pk"))
    earlier.update(to_address="", message_id="", error="")
    entries.filter(
        delivery_status=DeliveryStatus.QUEUED,
        delivery__status=DeliveryStatus.WITHDRAWN,
    ).update(delivery_status=DeliveryStatus.WITHDRAWN)


def _forget_why(entries: QuerySet[InteractionLogEntry]) -> None:
    """Empty the reasons of what cancelled interactions of nobody else."""
    of_others = InteractionLogEntry.objects.filter(cancellation=OuterRef("pk"))
    concerned = Cancellation.objects.filter(
        pk__in=entries.order_by().values("cancellation"), kind=CancelledKind.ENTRIES
    )
    concerned.exclude(
        Exists(of_others.exclude(pk__in=entries.order_by().values("pk")))
    ).update(reason="")


def _forget_among_people(person: Contact) -> None:
    """Take a person out of the letters that listed the people of a company.

    SQLite compares inputs as text, so they are written as it writes them itself:
    without blanks and escapes.
    """
    listed = LetterSnapshot.objects.filter(
        item__contact__type=ContactType.COMPANY,
        inputs__lists__people__icontains=_as_stored(person.number),
    )
    for snapshot in listed.iterator(chunk_size=CHUNK):
        inputs = snapshot.inputs
        lists = inputs["lists"]
        lists["people"] = [
            row for row in lists["people"] if row["number"] != person.number
        ]
        written = Value(_as_stored(inputs), output_field=TextField())
        LetterSnapshot.objects.filter(pk=snapshot.pk).update(
            inputs=Cast(written, JSONField())
        )


def _as_stored(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def drop_unused(documents: Collection[int]) -> None:
    """Delete those of the documents that nothing refers to any more."""
    unused = Attachment.objects.filter(pk__in=documents)
    for relation in Attachment._meta.related_objects:
        rows = relation.related_model._base_manager
        used = rows.filter(**{f"{relation.field.name}__in": documents})
        unused = unused.exclude(pk__in=used.values(relation.field.name))
    for document in unused:
        file = document.file
        document.delete()
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


ERASER = Eraser(
    goes=gettext_lazy(
        "Letters as they were sent, their subjects and descriptions, own documents, "
        "comments on interactions, and the addresses things were sent to."
    ),
    erase=forget_contact,
    refuse=refuse_while_sending,
)
