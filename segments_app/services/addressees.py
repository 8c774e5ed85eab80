"""Who of several at one company or address gets the letter.

The rule says who shares a letter and which of them is written to. It is asked of the
lines of a segment (`one_per_address`) or of any set of contacts (`addressees`), by
the same expressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    FirstValue,
    NullIf,
    Replace,
    RowNumber,
    Upper,
)
from django.utils.translation import gettext as _

from contacts.models import (
    AlternativeAddress,
    ContactJobResponsibility,
    JobResponsibility,
    OrganizationalLevel,
)
from contacts.models.postal import addresses_in_force
from contacts.models.querysets import ContactQuerySet
from interactions.models import InteractionLogEntry

from ..choices import AddresseeBy, LettersPer
from ..models import Segment
from .errors import OptionRefused
from .steps import in_segment

# What a step notes of its members, so that it is said where these are not kept.
CHOSEN_BY_HAND = "chosen_by_hand"
OPTIONS = ("per", "choose", "levels", "responsibility", "by_copy", CHOSEN_BY_HAND)
COMPARED = ("address", "address_2", "postcode", "city", "country")
Rows = TypeVar("Rows", bound=QuerySet)
SPACES = (" ", "\N{NO-BREAK SPACE}")
BETWEEN = "|"
NOWHERE = BETWEEN * 3  # street, the rest of it, postcode and city are empty


@dataclass(frozen=True, kw_only=True)
class AddresseeRule:
    """Who shares a letter, and who of them is written to.

    `levels` are codes of organizational levels, the first goes first; contacts with
    another level or none come last. `by_hand` are contacts that are written to
    whatever the rule says. Who is equal by the rule is taken in the order of the
    segment.
    """

    per: LettersPer
    choose: AddresseeBy
    levels: tuple[str, ...] = ()
    responsibility: str = ""
    by_copy: bool = False
    by_hand: ContactQuerySet | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The rule as a step keeps it; contacts chosen by hand are its members.

        How many these are is noted when the step is taken.
        """
        said: dict[str, Any] = {"per": self.per.value, "choose": self.choose.value}
        if self.choose == AddresseeBy.LEVEL:
            said["levels"] = list(self.levels)
        if self.choose == AddresseeBy.RESPONSIBILITY:
            said["responsibility"] = self.responsibility
        if self.by_copy:
            said["by_copy"] = True
        return said


def addressee_rule(
    options: Mapping[str, Any], by_hand: ContactQuerySet | None = None
) -> AddresseeRule:
    """Read the options of a step. Raises OptionRefused."""
    unknown = sorted(str(name) for name in set(options) - set(OPTIONS))
    if unknown:
        raise OptionRefused(_("Unknown option: %s") % ", ".join(unknown))
    if not isinstance(options.get("by_copy", False), bool):
        raise OptionRefused(_("Neither true nor false: option %s") % "by_copy")
    per, choose = options.get("per"), options.get("choose")
    if per not in LettersPer.values:
        raise OptionRefused(_("Choose one letter per company or per address."))
    if choose not in AddresseeBy.values:
        raise OptionRefused(_("Choose how the addressee is found."))
    return AddresseeRule(
        per=LettersPer(per),
        choose=AddresseeBy(choose),
        levels=_levels(options) if choose == AddresseeBy.LEVEL else (),
        responsibility=(
            _responsibility(options) if choose == AddresseeBy.RESPONSIBILITY else ""
        ),
        by_copy=options.get("by_copy", False),
        by_hand=by_hand,
    )


def addressees(
    contacts: ContactQuerySet, *, rule: AddresseeRule, segment: Segment
) -> QuerySet[Any, dict[str, Any]]:
    """The keys of those of `contacts` who are written to, were they the segment.

    A key is there once for everybody who shares the letter. The address is the one
    that holds on the segment's date, or the one chosen on the contact's latest line.
    Who was on the segment comes where the line was, anybody else after them; whoever
    is done on it takes no part. One query, asked when it is used.
    """
    lines = segment.lines.filter(
        contact=OuterRef("pk"), added_step__lte=segment.position
    )
    latest = lines.order_by("-added_step")
    place: Any = Subquery(latest.values("position")[:1])
    in_order: Any = contacts.in_segment_order().query.order_by
    ties = [place.asc(nulls_last=True), *in_order]
    # In no order: by position SQLite would read the whole segment for each contact.
    done = lines.filter(in_segment(segment), done_entry__isnull=False).order_by()
    alone = Coalesce(Subquery(done.values("contact_id")[:1]), Value(0))
    chosen = Subquery(latest.values("alternative_address")[:1])
    if rule.per == LettersPer.ADDRESS:
        contacts = contacts.alias(
            address_in_use=Coalesce(
                chosen,
                *addresses_in_force("", segment.date),
                output_field=BigIntegerField(),
            )
        )
    grouped = with_group(contacts, rule=rule, contact="").alias(done_alone=alone)
    window = the_first(rule, contact="", ties=ties)
    window["partition_by"] = [F("group_key"), F("done_alone")]
    # As few queries inside each other as can be: SQLite's parser is not deep.
    first = grouped.annotate(addressee=Window(FirstValue("pk"), **window))
    return first.order_by().values("addressee")


def with_group(rows: Rows, *, rule: AddresseeRule, contact: str) -> Rows:
    """Annotate `group_key`: who has the same shares a letter.

    `contact` is the path from a row to its contact, as "contact__" or empty. For a
    letter per address the rows have `address_in_use`, the key of the alternative
    address that is used instead of the contact's, or NULL.
    """
    per_company = rule.per == LettersPer.COMPANY
    key = _company(contact) if per_company else _address(contact)
    return rows.annotate(group_key=key)


def with_rank(rows: Rows, *, rule: AddresseeRule, contact: str, ties: Any) -> Rows:
    """Annotate `group_key`, and `rank`: 1 for the one who is written to."""
    grouped = with_group(rows, rule=rule, contact=contact)
    first = the_first(rule, contact=contact, ties=ties)
    return grouped.annotate(rank=Window(RowNumber(), **first))


def the_first(rule: AddresseeRule, *, contact: str, ties: Any) -> dict[str, Any]:
    """How a window finds the addressee of each group."""
    order = [*_preferences(rule, contact), *ties]
    return {"partition_by": F("group_key"), "order_by": order}


def _company(contact: str) -> Coalesce:
    """The organisation; an independent person is alone."""
    alone = F(f"{contact}id") * Value(-1)
    return Coalesce(F(f"{contact}organisation_id"), alone)


def _address(contact: str) -> Coalesce:
    """The address; who has none is alone."""
    alone = Joined(Value("#"), Cast(F(f"{contact}id"), CharField()))
    return Coalesce(address_key(contact), alone)


def address_key(contact: str, in_use: str = "address_in_use") -> Case:
    """What is the same for who shares an address; NULL for who has none.

    `in_use` names the key of the address that is used instead of the contact's, or
    NULL.
    """
    # Without their order, which reads all contacts for each of them.
    addresses = AlternativeAddress.objects.order_by()
    elsewhere = addresses.filter(pk=OuterRef(in_use))
    there = Subquery(elsewhere.annotate(written=address_as_written()).values("written"))
    return Case(
        When(**{f"{in_use}__isnull": True}, then=address_as_written(contact)),
        default=there,
        output_field=CharField(),
    )


def address_as_written(path: str = "") -> Upper:
    """An address without case and spaces; NULL where there is only a country."""
    parts: list[Any] = []
    for name in COMPARED:
        parts += [Value(BETWEEN), F(f"{path}{name}")]
    street: Any = Joined(*parts[1:-2])
    for space in SPACES:
        street = Replace(street, Value(space), Value(""))
    return Upper(Joined(NullIf(street, Value(NOWHERE)), *parts[-2:]))


class Joined(Func):
    """Texts, one after the other; NULL where one is.

    Side by side in SQL: `Concat` nests them, too deep for SQLite's parser.
    """

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = CharField()


def _preferences(rule: AddresseeRule, contact: str) -> list[Any]:
    """The order within a group, before that of the segment."""
    preferences: list[Any] = []
    if rule.by_hand is not None:
        chosen = {f"{contact}id__in": rule.by_hand.order_by().values("pk")}
        preferences.append(_first_if(When(**chosen, then=Value(0))))
    if rule.choose == AddresseeBy.LEVEL and rule.levels:
        level = f"{contact}organizational_level__code"
        places = [
            When(**{level: code}, then=Value(place))
            for place, code in enumerate(rule.levels)
        ]
        preferences.append(_first_if(*places))
    if rule.choose == AddresseeBy.RESPONSIBILITY:
        responsible = ContactJobResponsibility.objects.filter(
            contact=OuterRef(f"{contact}id"),
            job_responsibility__code=rule.responsibility,
        )
        preferences.append(_first_if(When(Exists(responsible), then=Value(0))))
    if rule.choose == AddresseeBy.LAST_CONTACT:
        entries = InteractionLogEntry.objects.counted().filter(
            contact=OuterRef(f"{contact}id"), date__isnull=False
        )
        latest = Subquery(entries.order_by("-date").values("date")[:1])
        preferences.append(latest.desc(nulls_last=True))
    return preferences


def _first_if(*places: When) -> Any:
    return Case(*places, default=Value(len(places))).asc()


def _levels(options: Mapping[str, Any]) -> tuple[str, ...]:
    levels = options.get("levels", ())
    if not isinstance(levels, list | tuple):
        raise OptionRefused(_("The organizational levels are a list of codes."))
    codes = tuple(str(level).strip().upper() for level in levels)
    known = OrganizationalLevel.objects.filter(code__in=codes)
    unknown = set(codes) - set(known.values_list("code", flat=True))
    if unknown:
        raise OptionRefused(
            _("Unknown organizational level: %s") % ", ".join(sorted(unknown))
        )
    if not codes:
        raise OptionRefused(_("Say which organizational level goes first."))
    return tuple(dict.fromkeys(codes))


def _responsibility(options: Mapping[str, Any]) -> str:
    code = str(options.get("responsibility") or "").strip().upper()
    if not code:
        raise OptionRefused(_("Choose the job responsibility."))
    if not JobResponsibility.objects.filter(code=code).exists():
        raise OptionRefused(_("Unknown job responsibility: %s") % code)
    return code
