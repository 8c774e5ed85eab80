"""Every problem of a segment before it is logged, all at once.

BC stops at the first faulty line (segments.md 5.3); here one query counts every
kind of problem over all lines. Problems refuse, warnings ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType, FormulaType
from contacts.models import AlternativeAddress, ContactChannelBlock, MarketingSetup

from ..models import Segment
from ..models.letter_inputs import (
    formulas,
    formulas_of_salutation,
    in_letter_language,
)
from ..models.querysets import HAS_LETTER, SegmentLineQuerySet
from .documents_asking import Asking, documents_asking, without_picture

PROBLEM = "problem"
WARNING = "warning"

EMAIL = Q(effective_correspondence_type=CorrespondenceType.EMAIL)
HARD_COPY = Q(effective_correspondence_type=CorrespondenceType.HARD_COPY)


@dataclass(frozen=True)
class Problem:
    """A kind of problem: how grave, on how many lines, and how to mend it."""

    kind: str
    severity: str
    lines: int
    message: str | Promise
    fix: str | Promise

    @property
    def refuses(self) -> bool:
        """Whether the segment cannot be logged as it is."""
        return self.severity == PROBLEM


@dataclass(frozen=True)
class Check:
    """A condition on a line with its effective values, and what to say of it."""

    kind: str
    severity: str
    condition: Q
    message: str | Promise
    fix: str | Promise


def preflight(*, segment: Segment, deliver: bool) -> list[Problem]:
    """Return every problem of the segment, the grave ones first.

    `deliver`: whether the letters are to be sent and printed too. A fixed number
    of queries, whatever the number of lines.
    """
    checks = list(checks_for(segment, deliver=deliver))
    lines = with_formulas(loggable_lines(segment)).with_inherited_document()
    counts = lines.aggregate(
        lines=Count("pk"),
        **{check.kind: Count("pk", filter=check.condition) for check in checks},
    )
    problems = list(_of_segment(segment, counts.pop("lines")))
    problems += [
        Problem(
            kind=check.kind,
            severity=check.severity,
            lines=counts[check.kind],
            message=check.message,
            fix=check.fix,
        )
        for check in checks
        if counts[check.kind]
    ]
    return sorted(problems, key=lambda problem: not problem.refuses)


def lines_to_log(segment: Segment) -> SegmentLineQuerySet:
    """The live lines that are still to be logged."""
    return segment.lines.live().filter(done_entry=None)


def loggable_lines(segment: Segment) -> SegmentLineQuerySet:
    """The lines to log, with their effective values.

    Those by copy of another too: `by_copy_of_id` is the line that has the letter.
    `unwelcome` says that the contact wants nothing through the channel, on the day
    of the letter or today; `incomplete_elsewhere` that the address used instead of
    the contact's own lacks street or city.
    """
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    blocked = ContactChannelBlock.objects.filter(
        Q(since__lte=OuterRef("effective_date")) | Q(since__lte=today),
        contact=OuterRef("contact_id"),
        channel=OuterRef("effective_correspondence_type"),
    )
    incomplete = AlternativeAddress.objects.filter(
        Q(address="") | Q(city=""), pk=OuterRef("effective_address_id")
    )
    lines = lines_to_log(segment).with_effective_values()
    return lines.with_by_copy().annotate(
        unwelcome=Exists(blocked), incomplete_elsewhere=Exists(incomplete)
    )


def lines_with_letter(segment: Segment) -> SegmentLineQuerySet:
    """The lines to be logged that are written to themselves, not by copy."""
    return loggable_lines(segment).filter(HAS_LETTER)


def lines_with_problem(
    segment: Segment, *, deliver: bool, kind: str | None = None
) -> SegmentLineQuerySet:
    """The lines that have this kind of problem, or any that refuses."""
    condition = Q()
    for check in checks_for(segment, deliver=deliver):
        if check.kind == kind or (kind is None and check.severity == PROBLEM):
            condition |= check.condition
    lines = with_formulas(loggable_lines(segment)).with_inherited_document()
    return lines.filter(condition) if condition else lines.none()


def _of_segment(segment: Segment, lines: int) -> Iterator[Problem]:
    if not lines:
        yield Problem(
            kind="empty",
            severity=PROBLEM,
            lines=0,
            message=_("The segment is empty."),
            fix=_("Add contacts."),
        )
    if not segment.description.strip():
        yield Problem(
            kind="no_segment_description",
            severity=PROBLEM,
            lines=0,
            message=_("The segment has no description."),
            fix=_("Fill in the description of the segment."),
        )


def checks_for(segment: Segment, *, deliver: bool) -> Iterator[Check]:
    """The checks of one run; some depend on what the documents use.

    Who is by copy of another needs no address, no document and no template.
    """
    yield from _checks_of_contact()
    for check in _checks_of_letter(segment, deliver=deliver):
        yield replace(check, condition=HAS_LETTER & check.condition)


def _checks_of_letter(segment: Segment, *, deliver: bool) -> Iterator[Check]:
    when_delivering = PROBLEM if deliver else WARNING
    asking = documents_asking(segment, lines_to_log(segment))
    yield Check(
        "channel_blocked",
        when_delivering,
        Q(unwelcome=True),
        _("Does not want to receive anything through this channel."),
        _("Choose another channel, or take the contacts off the segment."),
    )
    if asking.unreadable:
        yield Check(
            "document_unreadable",
            PROBLEM,
            Q(effective_document_id__in=asking.unreadable),
            _("The document cannot be read any more."),
            _("Upload it again."),
        )
    yield Check(
        "no_template",
        PROBLEM,
        Q(effective_template_id=None),
        _("No interaction template."),
        _("Choose a template on the segment or on the line."),
    )
    yield Check(
        "no_description",
        PROBLEM,
        Q(effective_description=""),
        _("No description."),
        _("Fill in the description of the line, or empty it to inherit."),
    )
    yield Check(
        "email_missing",
        when_delivering,
        EMAIL & Q(effective_email=""),
        _("To be sent by e-mail, but there is no e-mail address."),
        _("Fill in the address of the contact, or choose hard copy."),
    )
    yield Check(
        "address_missing",
        when_delivering,
        HARD_COPY
        & (
            Q(incomplete_elsewhere=True)
            | Q(effective_address_id=None)
            & (Q(contact__address="") | Q(contact__city=""))
        ),
        _("To be printed, but the postal address is incomplete."),
        _("Fill in street and city of the contact, or choose e-mail."),
    )
    yield Check(
        "no_document",
        when_delivering,
        ~Q(effective_correspondence_type="") & Q(effective_document_id=None),
        _("There is no document to send for the language."),
        _("Upload a document in that language or in the default language."),
    )
    yield Check(
        "nothing_to_deliver",
        WARNING,
        Q(effective_correspondence_type="") & ~Q(effective_document_id=None),
        _("No correspondence type: the letter is logged but goes nowhere."),
        _("Choose a correspondence type on the contact, line or segment."),
    )
    yield Check(
        "salesperson_missing",
        WARNING,
        Q(effective_salesperson_id=None)
        & (
            Q(effective_document_id=None)
            | ~Q(effective_document_id__in=asking.salesperson)
        ),
        _("No salesperson."),
        _("Choose one on the segment, the line or the contact."),
    )
    if asking.salesperson:
        yield Check(
            "salesperson_needed",
            PROBLEM,
            Q(
                effective_salesperson_id=None,
                effective_document_id__in=asking.salesperson,
            ),
            _("The letter names the salesperson, but there is none."),
            _("Choose one on the segment, the line or the contact."),
        )
    if asking.greeting:
        documents = [key for keys in asking.greeting.values() for key in keys]
        yield Check(
            "salutation_missing",
            WARNING,
            Q(
                contact__salutation=None,
                effective_document_id__in=documents,
            ),
            _("The letter greets the contact, who has no salutation."),
            _("Choose a salutation on the contact."),
        )
        yield from _checks_of_greeting(asking)
    if asking.pictures:
        yield Check(
            "picture_missing",
            WARNING,
            without_picture(asking),
            _("The letter shows a picture that is not there."),
            _("Upload the picture, or the salesperson's signature, in the set-up."),
        )
    yield from _checks_of_conditions(asking)
    yield Check(
        "own_document_old",
        WARNING,
        Q(own_document_is_old=True),
        _("The own document was written on an earlier version of the letter."),
        _("Look at it again: keep it, write it anew, or reset it."),
    )
    yield Check(
        "personal_text_unused",
        WARNING,
        ~Q(effective_personal_text="")
        & ~Q(effective_document_id=None)
        & ~Q(effective_document_id__in=[*asking.personal_text, *asking.unreadable]),
        _("There is a personal text, but the letter has no place for it."),
        _("Put the field personal_text into the document, or empty the text."),
    )


def _checks_of_conditions(asking: Asking) -> Iterator[Check]:
    if asking.skipping:
        yield Check(
            "letter_with_condition",
            WARNING,
            Q(effective_document_id__in=asking.skipping),
            _("The letter's own condition (SKIPIF) may leave contacts out."),
            _("Merging says how many; take the field out to write to all of them."),
        )


def _checks_of_greeting(asking: Asking) -> Iterator[Check]:
    """Whether there is a formula in the language that the letter is really in.

    Without one that of the default language is used, and then the one for every
    language. That is as it should be in the default language, and for a salutation
    with that formula alone.
    """
    usual = MarketingSetup.load().default_language.split("-")[0]
    missing, other, general = Q(), Q(), Q()
    for kind, documents in asking.greeting.items():
        asked = Q(
            contact__salutation__isnull=False, effective_document_id__in=documents
        )
        asked &= Q(**{f"{kind}_in_language": False})
        other |= asked & Q(**{f"{kind}_in_usual": True})
        asked &= Q(**{f"{kind}_in_usual": False})
        missing |= asked & Q(**{f"{kind}_in_every": False})
        general |= asked & Q(**{f"{kind}_in_every": True, f"{kind}_in_others": True})
    if usual:
        own, stands_in = Q(usual_stands_in=False), Q(usual_stands_in=True)
        general &= ~(own & _is_or_begins("effective_language", usual))
        general &= ~(stands_in & _is_or_begins("default_language", usual))
    yield Check(
        "greeting_missing",
        WARNING,
        missing,
        _("The letter greets the contact, but the salutation has no formula for it."),
        _("Add the formula to the salutation, in the language of the letter."),
    )
    yield Check(
        "greeting_of_usual_language",
        WARNING,
        other,
        _(
            "The greeting is in the default language: the salutation has none in the "
            "language of the letter."
        ),
        _("Add the formula to the salutation, in the language of the letter."),
    )
    yield Check(
        "greeting_of_every_language",
        WARNING,
        general,
        _(
            "The greeting is the one for every language: the salutation has none in "
            "the language of the letter."
        ),
        _("Add the formula to the salutation, in the language of the letter."),
    )


def with_formulas(lines: SegmentLineQuerySet) -> SegmentLineQuerySet:
    """Which formulas the salutation has: in which languages, for every, for others.

    As annotations, for the conditions of a count cannot look into other tables.
    """
    found: dict[str, Any] = {}
    for kind in FormulaType:
        every = formulas_of_salutation(kind)
        found[f"{kind}_in_language"] = in_letter_language(
            Exists(formulas(kind, "effective_language")),
            Exists(formulas(kind, "default_language")),
        )
        found[f"{kind}_in_usual"] = Exists(every.usual().exclude(language=""))
        found[f"{kind}_in_every"] = Exists(every.filter(language=""))
        found[f"{kind}_in_others"] = Exists(every.exclude(language=""))
    return lines.with_letter_language().annotate(**found)


def _is_or_begins(column: str, language: str) -> Q:
    return Q(**{column: language}) | Q(**{f"{column}__startswith": f"{language}-"})


def _checks_of_contact() -> Iterator[Check]:
    yield Check(
        "privacy_blocked",
        PROBLEM,
        Q(contact__privacy_blocked=True),
        _("Privacy blocked."),
        _("Take the contacts off the segment."),
    )
    yield Check(
        "minor",
        PROBLEM,
        Q(contact__minor=True, contact__parental_consent_received=False),
        _("Minor without parental consent."),
        _("Record the consent, or take the contacts off the segment."),
    )
    yield Check(
        "excluded",
        WARNING,
        Q(contact__exclude_from_segment=True),
        _("Excluded from segments."),
        _("Take the contacts off, unless they were added on purpose."),
    )
