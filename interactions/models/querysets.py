"""The vocabulary of the log, of runs and of letters."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Trunc

from contacts.choices import CorrespondenceType
from contacts.models import Contact
from contacts.models.querysets import ineligible

from ..choices import (
    DeliveryStatus,
    InformationFlow,
    InitiatedBy,
    RunKind,
    RunState,
)
from ..figures import CampaignFigures

COUNTED = Q(cancelled=False, postponed=False)
# Who answered what was cancelled did not respond: what is answered counts in nothing.
RESPONDED = (
    COUNTED
    & (Q(campaign_response=True) | Q(response_to__isnull=False))
    & ~Q(response_to__cancelled=True)
)
# Somebody a campaign is aimed at was reached.
TARGET_CONTACTED = COUNTED & Q(campaign_target=True, attempt_failed=False)
# Went out to the contact in writing; who has it by copy, or was not reached, has not.
WRITTEN = (
    COUNTED
    & Q(attempt_failed=False)
    & ~Q(correspondence_type="")
    & ~Q(information_flow=InformationFlow.INBOUND)
)
# Has left the house: nobody can call it back.
GONE = (
    *(DeliveryStatus.SENDING, DeliveryStatus.SENT),
    *(DeliveryStatus.POSTED, DeliveryStatus.RETURNED),
)
# What counts of some entries, wherever it is said (contacts_interactions.md 6.8).
SUMS: dict[str, Any] = {
    "number": Count("pk", filter=COUNTED),
    "cost": Coalesce(Sum("cost", filter=COUNTED), Decimal(0)),
    "duration": Coalesce(Sum("duration", filter=COUNTED), 0),
}
# What a campaign did, from its counted entries (contacts_interactions.md 6.8).
FIGURES: dict[str, Any] = {
    "interactions": Count("pk"),
    "contacted": Count("contact", distinct=True, filter=TARGET_CONTACTED),
    "responded": Count("contact", distinct=True, filter=RESPONDED),
    "cost": Coalesce(Sum("cost"), Decimal(0)),
    "duration": Coalesce(Sum("duration"), 0),
    "first": Min("date"),
    "last": Max("date"),
}
# The states of a run whose letters are still in the house.
BEFORE_POSTING = (RunState.PREPARED, RunState.PRINTED)
# Letters that have not gone anywhere.
IN_HOUSE = ("", DeliveryStatus.QUEUED, DeliveryStatus.PRINTED)
GOES_NOWHERE = Q(item__taken_out__isnull=False) | Q(
    item__entry__cancelled=True, item__entry__delivery_status__in=IN_HOUSE
)


def in_house(*, entry: str = "", item: str = "run_item__") -> Q:
    """Letters on paper that are to be printed or posted, of entries or of items.

    `entry` and `item` lead to either: an entry that counts, a number in the run, not
    taken out.
    """
    to_email = Q(**{f"{entry}correspondence_type": CorrespondenceType.EMAIL})
    return ~to_email & Q(
        **{
            f"{entry}delivery_status__in": IN_HOUSE,
            f"{entry}cancelled": False,
            f"{item}sequence__isnull": False,
            f"{item}taken_out": None,
        }
    )


def on_the_way(delivery: str = "") -> Q:
    """What waits for a sender, or is with one: `delivery` leads to it.

    What was cancelled rests, but what had been handed over by then goes.
    """
    queued = {"status": DeliveryStatus.QUEUED, "entry__cancelled": False}
    return Q(**{f"{delivery}status": DeliveryStatus.SENDING}) | Q(
        **{f"{delivery}{name}": value for name, value in queued.items()}
    )


# Who is excluded from segments may still have been added on purpose.
MUST_NOT_ITEM = ineligible(ignore_exclusion=True, contact="contact__")
MUST_NOT_LETTER = ineligible(ignore_exclusion=True, contact="item__contact__")


class InteractionLogEntryQuerySet(models.QuerySet):
    def counted(self) -> Self:
        """Entries that happened: neither cancelled nor postponed."""
        return self.filter(COUNTED)

    def responded(self) -> Self:
        """Entries by which a contact responded: to a letter, or to a campaign.

        A response to what was cancelled is none, until the cancelling is taken back.
        It stays an interaction that happened, with its cost and its duration.
        """
        return self.filter(RESPONDED)

    def answerable(self) -> Self:
        """Letters and the like that a contact may respond to, or that may come back."""
        went = ~Q(information_flow=InformationFlow.INBOUND)
        not_withdrawn = ~Q(delivery_status=DeliveryStatus.WITHDRAWN)
        return self.counted().filter(went, not_withdrawn, contact__isnull=False)

    def written(self) -> Self:
        """Entries that went out to their contact in writing."""
        return self.filter(WRITTEN)

    def drafts_of(self, user: Any) -> Self:
        """What the user began and postponed."""
        return self.filter(postponed=True, user=user)

    def logged(self) -> Self:
        """Entries that the log shows: drafts are not in it."""
        return self.filter(postponed=False)

    def of_contact(self, contact: Contact) -> Self:
        """Entries of the contact; of a company also those of its people that day."""
        return self.filter(Q(contact=contact) | Q(company=contact))

    def sums(self, *, at_most: int | None = None) -> dict[str, Any]:
        """How many are found, and number, cost and duration of those that count.

        What was cancelled or postponed counts nowhere. With `at_most` no more rows
        are looked at, so that a long log costs nothing: `found` is then `at_most`.
        """
        rows = self.order_by()
        if at_most is not None:
            rows = rows[:at_most]
        return rows.aggregate(found=Count("pk"), **SUMS)

    def counts(self) -> dict[str, int]:
        """How many are found, count, are cancelled; how many wait and went out."""
        return self.order_by().aggregate(
            found=Count("pk"),
            counting=Count("pk", filter=Q(cancelled=False)),
            cancelled=Count("pk", filter=Q(cancelled=True)),
            waiting=Count("pk", filter=Q(delivery_status=DeliveryStatus.QUEUED)),
            gone=Count("pk", filter=Q(delivery_status__in=GONE)),
        )

    def sums_by(self, name: str) -> Self:
        """Number, cost and duration for each related row, in order of its code."""
        return self.counted().order_by().values(name).annotate(**SUMS)

    def statistics(self) -> dict[str, Any]:
        """Number, cost, duration, and the days of the last contact and attempt.

        What was cancelled or postponed counts nowhere; an attempt that failed is no
        contact, and what others began no attempt (contacts_interactions.md 6.8).
        """
        return self.order_by().aggregate(
            **SUMS,
            last_contact=Max("date", filter=COUNTED & Q(attempt_failed=False)),
            last_attempt=Max("date", filter=COUNTED & Q(initiated_by=InitiatedBy.US)),
        )

    def by_campaign(self, campaigns: Iterable[Any]) -> dict[int, CampaignFigures]:
        """What each of these campaigns did, by its key: one query for all.

        Whoever responds counts as a response; only who was contacted as a target of
        the same campaign counts in its rate.
        """
        keys = [campaign.pk for campaign in campaigns]
        contacted = self.model._default_manager.filter(
            TARGET_CONTACTED, campaign=OuterRef("campaign"), contact=OuterRef("contact")
        )
        targets_responded = Count(
            "contact", distinct=True, filter=RESPONDED & Exists(contacted)
        )
        rows = self.counted().filter(campaign__in=keys).order_by()
        found = {
            row.pop("campaign"): CampaignFigures(**row)
            for row in rows.values("campaign").annotate(
                **FIGURES, targets_responded=targets_responded
            )
        }
        return {key: found.get(key, CampaignFigures()) for key in keys}

    def by_period(self, period: str, **counted: Any) -> dict[date, dict[str, int]]:
        """These aggregates by the first day of each day, week, month or year."""
        rows = self.order_by().values(
            start=Trunc("date", period, output_field=models.DateField())
        )
        return {row.pop("start"): row for row in rows.annotate(**counted)}

    def in_common(self, *names: str) -> dict[str, Any]:
        """The key of each related value that all entries have, else None: one query."""
        asked: dict[str, Any] = {"entries": Count("pk")}
        for name in names:
            asked[f"{name}_with"] = Count(name)
            asked[f"{name}_first"] = Min(name)
            asked[f"{name}_last"] = Max(name)
        found = self.aggregate(**asked)
        return {
            name: found[f"{name}_first"]
            if found[f"{name}_with"] == found["entries"]
            and found[f"{name}_first"] == found[f"{name}_last"]
            else None
            for name in names
        }

    def for_list(self) -> Self:
        """With what a row of a list shows, in the same query."""
        return self.select_related(
            "contact", "company", "template", "group", "campaign", "salesperson", "user"
        )

    def for_page(self) -> Self:
        """With everything that its own page shows, in two queries."""
        return (
            self.for_list()
            .select_related(
                "document",
                "logged_segment",
                "alternative_address",
                "delivery",
                "run_item__run",
                "letter_return__user",
                "by_copy_of__contact",
                "cancellation__user",
                "cancellation__taken_back_by",
                "campaign_entry",
            )
            .prefetch_related("earlier_sendings")
            .annotate(
                has_letter=ExpressionWrapper(
                    Q(run_item__snapshot__isnull=False),
                    output_field=models.BooleanField(),
                )
            )
        )


class LoggedSegmentQuerySet(models.QuerySet):
    def for_page(self) -> Self:
        """With everything that its own page shows, in the same query."""
        return self.select_related(
            "user", "cancellation__user", "cancellation__taken_back_by"
        )

    def with_entries(self) -> Self:
        """Annotate `entries`: how many interactions each has."""
        entries = self.model._meta.get_field("interactions").related_model
        counted = (
            entries._default_manager.filter(logged_segment=OuterRef("pk"))
            .order_by()
            .values("logged_segment")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.annotate(
            entries=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )


# A run without a segment is the letter of one contact, frozen while it was logged.
LOGGED_RUN = Q(logged_segment__isnull=False) | Q(segment_number="")


class RunQuerySet(models.QuerySet):
    def of_worksheet(self, pk: int) -> Self:
        """The runs that were prepared of the segment with this key."""
        return self.filter(worksheet=pk)

    def logged(self) -> Self:
        """Those whose letters are the ones that the log tells of."""
        return self.filter(LOGGED_RUN)

    def prepared(self) -> Self:
        """Those that logging may still take over."""
        return self.filter(~LOGGED_RUN, state=RunState.PREPARED)

    def sending(self) -> Self:
        """Those with e-mails that are on their way out, or are held back."""
        waiting = self._items().filter(
            on_the_way("entry__delivery__"),
            entry__delivery__channel=CorrespondenceType.EMAIL,
        )
        return self.logged().filter(Q(paused=True) | Exists(waiting))

    def waiting_for_post(self) -> Self:
        """Those that are logged, on paper, and have a letter in the house.

        Whose letters all went another way, or nowhere, waits for nothing.
        """
        letters = self._items().filter(in_house(entry="entry__", item=""))
        waiting = self.logged().filter(kind=RunKind.PRINT, state__in=BEFORE_POSTING)
        return waiting.filter(Exists(letters))

    def in_progress(self) -> Self:
        """Letters that are neither posted nor withdrawn.

        What goes out by e-mail is the outbox's as soon as it is logged, and a letter to
        one contact that was only logged waits for nothing.
        """
        open_still = Q(~LOGGED_RUN, state__in=BEFORE_POSTING)
        waiting = self.filter(
            open_still | Q(pk__in=self.waiting_for_post().values("pk"))
        )
        return waiting.exclude(segment_number="", items__entry__delivery_status="")

    def with_letters(self) -> Self:
        """Annotate `letters` and `left_out`: how many have one, and how many not.

        `letters_left` says whether any is in the house or has gone, of a run on paper
        that was logged; of others whether there are any.
        """
        of_run = self._items().order_by().values("run")

        def count(rows: models.QuerySet) -> Coalesce:
            counted = rows.annotate(count=Count("pk")).values("count")
            return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

        on_paper = LOGGED_RUN & Q(kind=RunKind.PRINT)
        posted = Q(run__state=RunState.POSTED, taken_out=None)
        any_of_run = self._items().filter(sequence__isnull=False)
        left = any_of_run.filter(in_house(entry="entry__", item="") | posted)
        return self.annotate(
            letters_left=Case(
                When(on_paper, then=Exists(left)), default=Exists(any_of_run)
            ),
            letters=count(of_run.filter(sequence__isnull=False)),
            left_out=count(of_run.filter(sequence=None)),
        )

    def _items(self) -> models.QuerySet:
        """The letters of each run, for a subquery."""
        items: Any = self.model._meta.get_field("items").related_model
        return items._default_manager.filter(run=OuterRef("pk"))


class LetterSnapshotQuerySet(models.QuerySet):
    def may_be_printed(self) -> Self:
        """Without letters to contacts who must not be written to any more."""
        return self.exclude(MUST_NOT_LETTER)

    def that_go(self) -> Self:
        """Without letters taken out of their run, or cancelled before they went."""
        return self.exclude(GOES_NOWHERE)

    def in_print_order(self) -> Self:
        return self.order_by("item__run", "item__sequence")
