"""The vocabulary for choosing contacts, and the one rule of eligibility."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, StrIndex, Upper

from ..choices import ContactType, IneligibleReason
from ..folding import capitals
from ..search.terms import typed_words
from .fields import NUL
from .found_once import FoundOnce
from .term import ContactTerm, starting


def ineligible(*, ignore_exclusion: bool = False, contact: str = "") -> Q:
    """The condition under which a contact is kept out of every segment.

    Privacy-blocked contacts and minors without consent never enter and never get
    anything; contacts excluded from segments stay out unless that is ignored.
    Only the contact's own flags count (contacts_interactions.md 10). `contact` is the
    path to the contact, as "contact__".
    """
    alone = {f"{contact}minor": True, f"{contact}parental_consent_received": False}
    condition = Q(**{f"{contact}privacy_blocked": True}) | Q(**alone)
    if not ignore_exclusion:
        condition |= Q(**{f"{contact}exclude_from_segment": True})
    return condition


class ContactQuerySet(models.QuerySet):
    def locked_in_order(self, *, no_key: bool = False) -> Self:
        """These contacts, locked in the one order in which several are ever locked.

        Companies come before persons, since who changes a company goes on to its
        people. With `no_key` rows may come to refer to them meanwhile.
        """
        locked = self.select_for_update(of=("self",), no_key=no_key)
        return locked.order_by("type", "pk")

    def companies(self) -> Self:
        return self.filter(type=ContactType.COMPANY)

    def persons(self) -> Self:
        return self.filter(type=ContactType.PERSON)

    def eligible(self, *, ignore_exclusion: bool = False) -> Self:
        """Contacts that may enter a segment and may be written to."""
        return self.exclude(ineligible(ignore_exclusion=ignore_exclusion))

    def ineligible(self, *, ignore_exclusion: bool = False) -> Self:
        """Contacts that are kept out; `with_ineligible_reason` says why."""
        return self.filter(ineligible(ignore_exclusion=ignore_exclusion))

    def with_ineligible_reason(self, *, ignore_exclusion: bool = False) -> Self:
        """Annotate `ineligible_reason`: an IneligibleReason, empty when eligible."""
        cases = [
            When(privacy_blocked=True, then=Value(IneligibleReason.PRIVACY_BLOCKED)),
            When(
                minor=True,
                parental_consent_received=False,
                then=Value(IneligibleReason.MINOR),
            ),
        ]
        if not ignore_exclusion:
            cases.append(
                When(exclude_from_segment=True, then=Value(IneligibleReason.EXCLUDED))
            )
        return self.annotate(
            ineligible_reason=Case(
                *cases, default=Value(""), output_field=CharField(max_length=20)
            )
        )

    def may_receive(self, channel: str, at: date) -> Self:
        """Contacts without a block on `channel` that is in force on `at`."""
        blocks = self.model._meta.get_field("channel_blocks").related_model
        return self.exclude(
            Exists(
                blocks._default_manager.filter(
                    contact=OuterRef("pk"), channel=channel, since__lte=at
                )
            )
        )

    def with_same_organisation(self) -> Self:
        """These contacts and everybody of their organisations (segments.md 3.4.3).

        Contacts without an organisation stay as they are.
        """
        return self.model._default_manager.filter(
            Q(organisation_id__in=FoundOnce(self.values("organisation_id")))
            | Q(pk__in=FoundOnce(self.values("pk")))
        )

    def with_company(self) -> Self:
        """These contacts and the companies they belong to (segments.md 3.4.4)."""
        with_company = self.filter(company__isnull=False)
        return self.model._default_manager.filter(
            Q(pk__in=FoundOnce(with_company.values("company_id")))
            | Q(pk__in=FoundOnce(self.values("pk")))
        )

    def with_any_email(self, addresses: Iterable[str]) -> Self:
        """Contacts with one of these e-mail addresses, whatever their case."""
        return self.annotate(email_upper=models.functions.Upper("email")).filter(
            email_upper__in=[capitals(address) for address in addresses]
        )

    def search(self, text: str, *, also: tuple[str, ...] = ()) -> Self:
        """Contacts that have every word of `text` in name, number, e-mail or city.

        `also` names more texts to look in, as `company__name`.
        """
        if NUL in text:
            return self.none()
        # One text per row, folded once: SQLite folds letters in Python.
        columns = ("number", "name", "email", "city", *also)
        texts = [part for column in columns for part in (column, Value(" "))]
        found = self.alias(searched=Upper(Concat(*texts, output_field=CharField())))
        for number, word in enumerate(text.split()):
            found = found.alias(
                **{f"word_{number}": StrIndex("searched", Value(capitals(word)))}
            ).filter(**{f"word_{number}__gt": 0})
        return found

    def found_by(self, text: str, *, in_any_order: bool = False) -> Self:
        """Contacts of which every word of `text` starts a term, by the index of terms.

        See `contacts.search.terms`; `search` also looks inside words. Where a few are
        taken `in_any_order`, whoever has the words is looked up by them.
        """
        words = [] if NUL in text else typed_words(text)
        if text.strip() and not words:
            return self.none()
        found = self
        for word in words:
            for part in word.parts:
                terms = Q()
                for prefix, kinds in word.prefixes(part).items():
                    terms |= starting(prefix, kinds)
                fitting = ContactTerm.objects.bytewise().filter(terms)
                keys = fitting.values("contact")
                if in_any_order and len(words) == len(word.parts) == 1:
                    # No index is in the order of a sum: nobody walks the whole table.
                    keys = fitting.values_list(F("contact") + 0)
                found = found.filter(pk__in=keys)
        return found

    def called(self, start: str) -> Self:
        """Contacts whose number or name starts with `start`, by the indexes of both."""
        return self._starting(start, "name_upper", "number")

    def named(self, start: str) -> Self:
        """Contacts whose name starts with `start`, by its index."""
        return self._starting(start, "name_upper")

    def _starting(self, start: str, *columns: str) -> Self:
        """What nobody is called by stands after every other letter.

        So the range is what an index is read for; the comparison decides.
        """
        annotated = self.annotate(name_upper=Upper("name"))
        if NUL in start:
            return annotated.none()
        upper = capitals(start.strip())
        fitting = Q()
        for name in columns:
            fitting |= Q(
                **{
                    f"{name}__gte": upper,
                    f"{name}__lt": upper + chr(0x10FFFF),
                    f"{name}__startswith": upper,
                }
            )
        return annotated.filter(fitting)

    def in_industry_group(self, industry_group: models.Model) -> Self:
        """Companies of the industry group and their people."""
        return self.filter(
            organisation_id__in=industry_group.links.order_by().values("contact_id")
        )

    def with_relation(self, business_relation: models.Model) -> Self:
        """Contacts that have the relation, themselves or through their company."""
        having = business_relation.links.order_by().values("contact_id")
        return self.filter(
            Q(pk__in=FoundOnce(having)) | Q(organisation_id__in=FoundOnce(having))
        )

    def asked_by(self, questionnaire: models.Model) -> Self:
        """Contacts that the questionnaire is for; minors are asked nothing.

        contacts_interactions.md 2.7.1 and 2.7.7: not even with consent. Nor is
        anything said again of who was anonymised.
        """
        asked = self.filter(minor=False, anonymised_at=None)
        if questionnaire.contact_type:
            asked = asked.filter(type=questionnaire.contact_type)
        if questionnaire.business_relation_id:
            asked = asked.with_relation(questionnaire.business_relation)
        return asked

    def with_relation_summary(self) -> Self:
        """Annotate `relations` and `relation`: how many kinds, and what one is called.

        Those of a person are its own and its company's (contacts_interactions.md
        2.5.4); nothing is stored.
        """
        links = self.model._meta.get_field("business_relation_links").related_model
        kinds = (
            links._default_manager.filter(
                Q(contact=OuterRef("pk")) | Q(contact=OuterRef("organisation_id"))
            )
            .order_by()
            .values(everything=Value(1))
        )
        called = Case(
            When(business_relation__description="", then="business_relation__code"),
            default="business_relation__description",
        )
        return self.annotate(
            relations=Coalesce(
                models.Subquery(
                    kinds.annotate(
                        counted=Count("business_relation", distinct=True)
                    ).values("counted")
                ),
                0,
            ),
            relation=models.Subquery(
                kinds.annotate(called=models.Min(called)).values("called")
            ),
        )

    def in_segment_order(self) -> Self:
        """By company name, company number, type, name (segments.md 3.4.6)."""
        return self.order_by(
            models.F("company__name").asc(nulls_first=True),
            models.F("company__number").asc(nulls_first=True),
            "type",
            "name",
            "pk",
        )
