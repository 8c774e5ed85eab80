"""Two contacts that are the same become one; a journal keeps what undoes it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ...choices import ChangeKind
from ...models import Contact, MergeJournal
from ...registry import movers
from ..changes import differences, record_change
from ..errors import ContactError
from .merge_fields import merge_fields, put_together, usually_taken
from .moving import Moving, columns_of


class MergeRefused(ContactError):
    """These two cannot be merged, or not as they are now."""


@dataclass(frozen=True)
class Fate:
    """What becomes of the rows of one table: how many both have, and what happens."""

    name: str | Promise
    of_survivor: int
    of_duplicate: int
    moved: int
    dropped: int
    conflict: str | Promise


@dataclass(frozen=True)
class Preview:
    """What a merge would do; where it `is_counted_only`, nothing moved or dropped."""

    fates: list[Fate]
    is_counted_only: bool = False


# With more rows on both it would be too much to merge them only for a look.
MOST_TRIED = 1_000


def merge_contacts(
    *,
    survivor: Contact,
    duplicate: Contact,
    take: Collection[str] | None = None,
    seen: tuple[str, str] | None = None,
    user: Any,
    at: datetime,
) -> MergeJournal:
    """Let `duplicate` disappear into `survivor` with everything that hangs on it.

    `take` names the fields whose value is the duplicate's, by default those that the
    survivor lacks; of privacy the stricter holds (contacts_interactions.md 4.2). `seen`
    are the versions of both that the user looked at. Raises MergeRefused.
    """
    with _locked(survivor, duplicate) as (kept, gone):
        if seen not in (None, (kept.version, gone.version)):
            raise MergeRefused(
                _("Somebody changed one of the two meanwhile. Look at them again.")
            )
        chosen = usually_taken(kept, gone) if take is None else set(take)
        unknown = chosen - {field.name for field in merge_fields(kept)}
        if unknown:
            raise MergeRefused(_("There is no field %s.") % ", ".join(sorted(unknown)))
        before = copy(kept)
        put_together(survivor=kept, duplicate=gone, take=chosen)
        kept.updated_at = at
        moving = _moved(kept, gone, user, at)
        was, became = columns_of(before), columns_of(kept)
        journal = MergeJournal.objects.create(
            survivor=kept,
            survivor_number=kept.number,
            duplicate_number=gone.number,
            duplicate_key=gone.pk,
            type=kept.type,
            before={"survivor": was, "duplicate": columns_of(gone)},
            after={n: v for n, v in became.items() if v != was[n]},
            moved=moving.moved,
            changed=moving.changed,
            dropped=moving.dropped,
            user=user,
            at=at,
        )
        gone.delete()
        kept.save(update_fields=journal.after)
        record_change(
            contact=kept,
            kind=ChangeKind.MERGED,
            values=differences(before, kept),
            user=user,
            at=at,
            note=_("%s was merged into it") % journal.duplicate_number,
        )
    return journal


def preview_merge(*, survivor: Contact, duplicate: Contact, at: datetime) -> Preview:
    """Say what a merge would do to the rows that hang on both, and change nothing.

    It is done and taken back, so that it cannot differ; where more than a thousand
    rows hang on both they are counted only. Raises MergeRefused.
    """
    _refuse_unlike(survivor, duplicate)
    counts = _counts(survivor, duplicate)
    is_counted_only = sum(map(sum, counts.values())) > MOST_TRIED
    if is_counted_only:
        moving = Moving(survivor=survivor, duplicate=duplicate, user=None, at=at)
    else:
        with _locked(survivor, duplicate) as (kept, gone):
            moving = _moved(kept, gone, None, at)
            transaction.set_rollback(True)
    fates: dict[str, Fate] = {}
    for mover in movers():
        for relation in mover.relations:
            model = _model(relation)
            moved = len(moving.moved.get(relation, ()))
            dropped = len(moving.dropped.get(model._meta.label, ()))
            of_survivor, of_duplicate = counts[relation]
            if not of_duplicate or relation in mover.hidden:
                continue
            touched = dropped or model._meta.label in moving.changed
            fates[relation] = Fate(
                name=_name(relation),
                of_survivor=of_survivor,
                of_duplicate=of_duplicate,
                moved=moved,
                dropped=dropped,
                conflict=mover.conflict if touched else "",
            )
    return Preview(list(fates.values()), is_counted_only)


@contextmanager
def _locked(survivor: Contact, duplicate: Contact) -> Iterator[tuple[Contact, Contact]]:
    """Hold both, and first what must be held before them, in one transaction."""
    keys = sorted((survivor.pk, duplicate.pk))
    with transaction.atomic():
        held = []
        for mover in movers():
            if mover.locks:
                rows = mover.locks(keys)
                locked = rows.select_for_update().order_by("pk")
                held.append((mover.locks, set(locked.values_list("pk", flat=True))))
        both = Contact.objects.filter(pk__in=keys).locked_in_order()
        stored = {contact.pk: contact for contact in both}
        for contact in (survivor, duplicate):
            if contact.pk not in stored:
                raise MergeRefused(_gone(contact))
        _refuse_unlike(stored[survivor.pk], stored[duplicate.pk])
        for locks, known in held:
            if set(locks(keys).order_by().values_list("pk", flat=True)) - known:
                raise MergeRefused(
                    _("Somebody is working with one of the two right now. Try again.")
                )
        yield stored[survivor.pk], stored[duplicate.pk]


def _refuse_unlike(survivor: Contact, duplicate: Contact) -> None:
    if survivor.pk == duplicate.pk:
        raise MergeRefused(_("A contact cannot be merged with itself."))
    if survivor.type != duplicate.type:
        raise MergeRefused(
            _("A person and a company cannot be merged: change the type first.")
        )
    for contact in (survivor, duplicate):
        if contact.anonymised_at:
            said = _("%s was anonymised: nothing is left to merge.")
            raise MergeRefused(said % contact.number)


def _gone(contact: Contact) -> str:
    merge = MergeJournal.objects.filter(
        duplicate_number=contact.number, undone_at=None
    ).first()
    if merge:
        return _("%(gone)s was merged into %(survivor)s meanwhile.") % {
            "gone": contact.number,
            "survivor": merge.survivor_number,
        }
    return _("%s was deleted meanwhile.") % contact.number


def _moved(survivor: Contact, duplicate: Contact, user: Any, at: datetime) -> Moving:
    moving = Moving(survivor=survivor, duplicate=duplicate, user=user, at=at)
    for mover in movers():
        mover.move(moving)
    return moving


def _counts(survivor: Contact, duplicate: Contact) -> dict[str, tuple[int, int]]:
    """How many rows refer to both, by relation: two queries each."""
    counted = {}
    for mover in movers():
        for relation in mover.relations:
            rows = _model(relation)._base_manager.order_by()
            name = relation.rpartition(".")[2]
            counted[relation] = (
                rows.filter(**{name: survivor}).count(),
                rows.filter(**{name: duplicate}).count(),
            )
    return counted


def _model(relation: str) -> Any:
    return apps.get_model(relation.rpartition(".")[0])


def _name(relation: str) -> str | Promise:
    if relation == "contacts.Contact.company":
        return _("people of the company")
    return _model(relation)._meta.verbose_name_plural
