"""What the log of admin says about a contact, and how it forgets it."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from ..models import AlternativeAddress, Contact, MergeJournal


def forget_in_admin_log(contact: Contact) -> None:
    """That somebody changed the contact in admin stays known; what was said, not.

    To be called before its rows go. Contacts that were merged into it are forgotten
    with it, and so is every address that is gone: nobody knows whose it was.
    """
    merged = MergeJournal.objects.filter(survivor=contact, undone_at=None)
    keys = [contact.pk, *merged.values_list("duplicate_key", flat=True)]
    addresses = AlternativeAddress.objects.all()
    own = addresses.filter(contact=contact).values_list("pk", flat=True)
    stored = addresses.annotate(key=Cast("pk", CharField()))
    of_addresses = Q(content_type=ContentType.objects.get_for_model(AlternativeAddress))
    LogEntry.objects.filter(
        Q(
            content_type=ContentType.objects.get_for_model(Contact),
            object_id__in=[str(key) for key in keys],
        )
        | of_addresses & Q(object_id__in=[str(key) for key in own])
        | of_addresses & ~Exists(stored.filter(key=OuterRef("object_id")))
    ).update(object_repr=contact.number, change_message="")
