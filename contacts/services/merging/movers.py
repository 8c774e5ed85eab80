"""How the rows that hang on a contact go over to another one in a merge."""

from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...choices import ChangeKind, PairState
from ...models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactBusinessRelation,
    ContactChange,
    ContactChannelBlock,
    ContactComment,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
    ContactWebSource,
    DuplicatePair,
    MergeJournal,
)
from ..changes import record_changes
from .moving import (
    UNFIT,
    Mover,
    Moving,
    MovingBack,
    Values,
    moving_all,
    moving_once,
)

LONGEST_CODE = 20


def _move_people(moving: Moving) -> None:
    note = gettext("%(number)s was merged into %(survivor)s") % {
        "number": moving.duplicate.number,
        "survivor": moving.survivor.number,
    }
    record_changes(
        contacts=Contact.objects.filter(company=moving.duplicate),
        kind=ChangeKind.CHANGED,
        values={"company": [moving.duplicate.number, moving.survivor.number]},
        user=moving.user,
        at=moving.at,
        note=note,
    )
    moving.move(Contact, "company", updated_at=moving.at)


def _people_went_back(back: MovingBack) -> None:
    people = Contact.objects.filter(company=back.duplicate)
    record_changes(
        contacts=people,
        kind=ChangeKind.CHANGED,
        values={"company": [back.survivor.number, back.duplicate.number]},
        user=back.user,
        at=back.at,
        note=back.note,
    )
    people.update(updated_at=back.at)


def _question(answer: ContactProfileAnswer) -> Hashable:
    """What a contact answers once: the question, or each answer where many may be."""
    question = answer.answer.question
    return ("answer", answer.answer_id) if question.multiple_answers else question.pk


def _later_answer(kept: ContactProfileAnswer, gone: ContactProfileAnswer) -> Values:
    if kept.answer_id != gone.answer_id:
        return {}
    return {"last_updated": max(kept.last_updated, gone.last_updated)}


def _earlier_block(kept: ContactChannelBlock, gone: ContactChannelBlock) -> Values:
    if kept.since <= gone.since:
        return {}
    names = ("since", "reason", "source", "address_id", "user_id")
    return {name: getattr(gone, name) for name in names}


def _either_reference(
    kept: ContactBusinessRelation, gone: ContactBusinessRelation
) -> Values:
    return {"reference": kept.reference or gone.reference}


def _move_addresses(moving: Moving) -> None:
    """Addresses keep their periods; a code both have gets a number behind it."""
    addresses = list(moving.rows_of_both(AlternativeAddress))
    taken = {address.code for address in addresses}
    own = {a.code for a in addresses if a.contact_id == moving.survivor.pk}
    renamed = []
    for address in addresses:
        if address.contact_id == moving.duplicate.pk and address.code in own:
            code = _free_code(address.code, taken)
            taken.add(code)
            renamed.append((address, {"code": code}))
    moving.change(renamed)
    moving.move(AlternativeAddress)
    periods = list(moving.rows_of_both(AlternativeAddressPeriod))
    begun = {p.starting_date for p in periods if p.contact_id == moving.survivor.pk}
    moving.drop(
        [
            period
            for period in periods
            if period.contact_id == moving.duplicate.pk
            and period.starting_date in begun
        ]
    )
    moving.move(AlternativeAddressPeriod)


def _periods_follow_addresses(back: MovingBack) -> None:
    """A period given since the merge goes where its address is now."""
    every = AlternativeAddressPeriod.objects.filter(contact__in=back.both)
    periods = list(every.select_related("address").order_by("pk"))
    begun = {(period.contact_id, period.starting_date) for period in periods}
    unfit, following = [], []
    for period in periods:
        whose = period.address.contact_id
        if whose == period.contact_id:
            continue
        if (whose, period.starting_date) in begun:
            unfit.append(period.pk)
            continue
        begun.add((whose, period.starting_date))
        period.contact_id = whose
        following.append(period)
    every.filter(pk__in=unfit).delete()
    AlternativeAddressPeriod.objects.bulk_update(following, ["contact"])
    if unfit:
        back.missed[UNFIT, "contacts.AlternativeAddressPeriod"] += len(unfit)


def _free_code(code: str, taken: set[str]) -> str:
    number = 2
    while True:
        behind = f"-{number}"
        tried = code[: LONGEST_CODE - len(behind)] + behind
        if tried not in taken:
            return tried
        number += 1


def _move_pairs(moving: Moving) -> None:
    """Who is no duplicate of the one is none of the other; the rest is found again."""
    survivor = moving.survivor.pk
    known = set()
    mine: list[Any] = []
    for name, other_name in (("one", "other"), ("other", "one")):
        for pair in moving.rows_of_both(DuplicatePair, name):
            whose = getattr(pair, f"{name}_id")
            with_whom = getattr(pair, f"{other_name}_id")
            if whose == survivor:
                known.add(with_whom)
            else:
                mine.append((pair, with_whom))
    kept = [
        (pair, with_whom)
        for pair, with_whom in mine
        if pair.state == PairState.SEPARATE
        and with_whom != survivor
        and with_whom not in known
    ]
    staying = {pair.pk for pair, _with_whom in kept}
    moving.drop([pair for pair, _with_whom in mine if pair.pk not in staying])
    moving.change(
        (
            pair,
            {
                "one_id": min(survivor, with_whom),
                "other_id": max(survivor, with_whom),
            },
        )
        for pair, with_whom in kept
    )


MOVERS = {
    "people": Mover(
        ("contacts.Contact.company",), _move_people, went_back=_people_went_back
    ),
    "comments": moving_all((ContactComment, "contact")),
    "changes": moving_all(
        (ContactChange, "contact"), hidden=("contacts.ContactChange.contact",)
    ),
    "merges": moving_all(
        (MergeJournal, "survivor"), hidden=("contacts.MergeJournal.survivor",)
    ),
    "mailing_groups": moving_once(
        ContactMailingGroup,
        alike=lambda link: link.mailing_group_id,
        conflict=_("A group that both are in is kept once."),
    ),
    "industry_groups": moving_once(
        ContactIndustryGroup,
        alike=lambda link: link.industry_group_id,
        conflict=_("A group that both are in is kept once."),
    ),
    "job_responsibilities": moving_once(
        ContactJobResponsibility,
        alike=lambda link: link.job_responsibility_id,
        conflict=_("A responsibility that both have is kept once."),
    ),
    "business_relations": moving_once(
        ContactBusinessRelation,
        alike=lambda link: link.business_relation_id,
        agree=_either_reference,
        conflict=_(
            "A relation that both have is kept once; the reference of the one that "
            "stays goes before the other."
        ),
    ),
    "web_sources": moving_once(
        ContactWebSource,
        alike=lambda link: link.web_source_id,
        conflict=_(
            "A web source that both have is kept once, with the search word of the "
            "one that stays."
        ),
    ),
    "profile_answers": moving_once(
        ContactProfileAnswer,
        alike=_question,
        agree=_later_answer,
        related=("answer__question",),
        conflict=_(
            "Where a question has one answer, that of the one that stays is kept."
        ),
    ),
    "channel_blocks": moving_once(
        ContactChannelBlock,
        alike=lambda block: block.channel,
        agree=_earlier_block,
        conflict=_("A channel that is blocked for both is blocked since the earlier."),
    ),
    "addresses": Mover(
        (
            "contacts.AlternativeAddress.contact",
            "contacts.AlternativeAddressPeriod.contact",
        ),
        _move_addresses,
        _(
            "An address whose code both use gets a number behind its code. Of two "
            "periods that start on the same day, that of the one that stays is kept."
        ),
        went_back=_periods_follow_addresses,
    ),
    "duplicate_pairs": Mover(
        ("contacts.DuplicatePair.one", "contacts.DuplicatePair.other"),
        _move_pairs,
        _("Who was called different stays so; other pairs are found again."),
        hidden=("contacts.DuplicatePair.one", "contacts.DuplicatePair.other"),
    ),
}
