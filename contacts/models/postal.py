"""Where letters go: the address of a contact, and others for a time."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .fields import CodeField


class PostalAddress(models.Model):
    """Where a letter goes."""

    address = models.CharField(_("address"), max_length=100, blank=True)
    address_2 = models.CharField(_("address 2"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=50, blank=True)
    county = models.CharField(_("county"), max_length=50, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166, e.g. NO")
    )

    class Meta:
        abstract = True


def without_street(prefix: str = "") -> Q:
    """Whether the address under this path does not say where in the town.

    A street, a P.O. box, a farm or a building will do, in either line. A postcode with
    its city will not: only few large receivers have one to themselves, and what is
    written to anybody else comes back.
    """
    return Q(**{f"{prefix}address": "", f"{prefix}address_2": ""})


def without_town(prefix: str = "") -> Q:
    """Whether the address under this path does not say in which town.

    A city will do, since there are countries without postcodes, and so will a postcode,
    since the post knows its city. How it is written is a hint, never a bar.
    """
    return Q(**{f"{prefix}city": "", f"{prefix}postcode": ""})


def incomplete_address(prefix: str = "") -> Q:
    """Whether the address under this path is too incomplete for the post.

    It needs a place and its town: for letters, labels and checks alike. The path leads
    to the columns of a query or to the address that was frozen with a letter.
    """
    return without_street(prefix) | without_town(prefix)


class AlternativeAddress(PostalAddress):
    """Another address of a contact, used in its periods or when chosen by hand."""

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="alternative_addresses",
    )
    code = CodeField(_("code"))
    company_name = models.CharField(_("company name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering = ["contact", "code"]
        verbose_name = _("alternative address")
        verbose_name_plural = _("alternative addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "code"], name="alternative_address_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.address}, {self.postcode} {self.city}"


class AlternativeAddressPeriod(models.Model):
    """From when to when an alternative address holds; an empty end is open.

    Of the periods that cover a day, the one that starts latest wins
    (contacts_interactions.md 3.3.3). The contact is repeated here so that the
    address of a day is one index look-up.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="alternative_address_periods",
        db_index=False,
    )
    address = models.ForeignKey(
        AlternativeAddress, on_delete=models.CASCADE, related_name="periods"
    )
    starting_date = models.DateField(_("from"))
    ending_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["contact", "starting_date"]
        verbose_name = _("period of an alternative address")
        verbose_name_plural = _("periods of alternative addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "starting_date"],
                name="alternative_address_period_start",
            ),
            models.CheckConstraint(
                condition=Q(ending_date__isnull=True)
                | Q(ending_date__gte=F("starting_date")),
                name="alternative_address_period_order",
                violation_error_message=_("A period cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starting_date} - {self.ending_date or ''}"


def overlapping(
    periods: Iterable[AlternativeAddressPeriod],
) -> Iterator[tuple[AlternativeAddressPeriod, AlternativeAddressPeriod]]:
    """Yield periods that have a day in common, each with the earlier one it hits."""
    latest: AlternativeAddressPeriod | None = None
    for period in sorted(periods, key=lambda period: period.starting_date):
        if latest and (
            latest.ending_date is None or latest.ending_date >= period.starting_date
        ):
            yield latest, period
        if latest is None or (
            latest.ending_date is not None
            and (period.ending_date is None or period.ending_date > latest.ending_date)
        ):
            latest = period


def overlap_message(other: AlternativeAddressPeriod) -> str:
    """Say which address holds already, and when."""
    first = date_format(other.starting_date, "SHORT_DATE_FORMAT")
    named = {"code": other.address.code, "first": first}
    if other.ending_date is None:
        return gettext(
            "%(code)s holds from %(first)s on. Only one address holds on a day."
        ) % (named)
    named["last"] = date_format(other.ending_date, "SHORT_DATE_FORMAT")
    return gettext(
        "%(code)s holds from %(first)s to %(last)s. Only one address holds on a day."
    ) % (named)


def addresses_in_force(contact: str, day: Any) -> tuple[Any, ...]:
    """Keys of the alternative addresses that hold for a contact on `day`, or NULL.

    First the contact's own, then the employer's, if the person has that address.
    `contact` is the path to the contact, as "contact__" or empty; `day` a date or an
    OuterRef to one.
    """

    def valid(whose: str) -> Subquery:
        # Of the periods that cover the day, the one that starts latest.
        periods = AlternativeAddressPeriod.objects.filter(
            Q(ending_date__isnull=True) | Q(ending_date__gte=day),
            contact=OuterRef(whose),
            starting_date__lte=day,
        )
        return Subquery(periods.order_by("-starting_date").values("address_id")[:1])

    lives_at_company = Q(
        **{f"{contact}company__isnull": False},
        **{
            f"{contact}{name}": F(f"{contact}company__{name}")
            for name in ("address", "address_2", "postcode", "city")
        },
    )
    of_company = Case(When(lives_at_company, then=valid(f"{contact}company_id")))
    return valid(f"{contact}id"), of_company
