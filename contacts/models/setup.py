"""Set-up of the register: who sells, who we are, how things are numbered."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import CorrespondenceType
from .fields import CodeField, validate_one_line

MOST_DIGITS = 18


class Salesperson(models.Model):
    """Somebody of ours who answers for contacts; may be a user of this program."""

    code = CodeField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    blocked = models.BooleanField(_("blocked"), default=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="salesperson",
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("salesperson")
        verbose_name_plural = _("salespeople")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MarketingSetup(models.Model):
    """The one row of set-up: own company, defaults, what persons inherit."""

    company_name = models.CharField(_("own company"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=100, blank=True)
    address_2 = models.CharField(_("address 2"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=50, blank=True)
    county = models.CharField(_("county"), max_length=50, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    home_page = models.URLField(_("home page"), blank=True)
    registration_number = models.CharField(
        _("registration number"), max_length=30, blank=True
    )
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", help_text=_("ISO 4217, e.g. EUR")
    )

    default_salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("default salesperson"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    default_territory = models.ForeignKey(
        "contacts.Territory",
        verbose_name=_("default territory"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    default_country = models.CharField(_("default country"), max_length=2, blank=True)
    default_language = models.CharField(
        _("default language"), max_length=35, blank=True
    )
    default_correspondence_type = models.CharField(
        _("default correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        blank=True,
    )
    default_company_salutation = models.ForeignKey(
        "contacts.Salutation",
        verbose_name=_("default salutation of companies"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    default_person_salutation = models.ForeignKey(
        "contacts.Salutation",
        verbose_name=_("default salutation of persons"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    inherit_salesperson = models.BooleanField(_("inherit salesperson"), default=True)
    inherit_territory = models.BooleanField(_("inherit territory"), default=True)
    inherit_country = models.BooleanField(_("inherit country"), default=True)
    inherit_language = models.BooleanField(_("inherit language"), default=True)
    inherit_address = models.BooleanField(_("inherit address"), default=True)
    inherit_communication = models.BooleanField(
        _("inherit phones, e-mail and home page"), default=True
    )

    least_likeness = models.PositiveSmallIntegerField(
        _("least likeness of duplicates"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("From 1 to 100: contacts that are less alike are not shown."),
    )
    warn_of_duplicates = models.BooleanField(
        _("warn of duplicates"),
        default=True,
        help_text=_("On the card, and before a contact like another one is made."),
    )
    written_to_days = models.PositiveSmallIntegerField(
        _("warn of letters in the last days"),
        default=30,
        validators=[MaxValueValidator(3650)],
        help_text=_(
            "Before a segment is logged: who was written to in so many days. 0: nobody."
        ),
    )

    class Meta:
        verbose_name = _("marketing set-up")
        verbose_name_plural = _("marketing set-up")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="marketing_setup_one_row"),
            models.CheckConstraint(
                condition=Q(least_likeness__gte=1, least_likeness__lte=100),
                name="marketing_setup_likeness",
            ),
        ]

    def __str__(self) -> str:
        return self.company_name or str(_("Marketing set-up"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """E-mails say in their head whom they are from."""
        try:
            validate_one_line(self.company_name)
        except ValidationError as error:
            raise ValidationError({"company_name": error}) from error

    @property
    def gives_defaults(self) -> bool:
        """Whether a new contact gets anything at all from here."""
        fields = (field for field in self._meta.fields if "default_" in field.name)
        return any(getattr(self, field.attname) for field in fields)

    @classmethod
    def load(cls) -> "MarketingSetup":
        """Return the row; one with the defaults, unsaved, where none is stored."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class NumberSeries(models.Model):
    """Gives out numbers such as C-000017: unique, not gap-free."""

    code = CodeField(_("code"), unique=True)
    prefix = models.CharField(_("prefix"), max_length=10, blank=True)
    next_number = models.BigIntegerField(
        _("next number"), default=1, validators=[MinValueValidator(1)]
    )
    digits = models.PositiveSmallIntegerField(
        _("digits"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DIGITS)],
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.CheckConstraint(
                condition=Q(next_number__gte=1), name="number_series_from_1"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number(self.next_number)}"

    def clean(self) -> None:
        """Refuse what makes numbers that are longer than a number may be."""
        if self.next_number is None or self.digits not in range(1, MOST_DIGITS + 1):
            return  # the fields say so themselves
        longest = CodeField().max_length or 0
        if len(self.number(self.next_number)) > longest:
            said = _("%(number)s has more than %(most)s characters. Take fewer digits.")
            said %= {"number": self.number(self.next_number), "most": longest}
            raise ValidationError({"digits": said})

    def number(self, value: int) -> str:
        """Return `value` as this series writes it."""
        return f"{self.prefix}{value:0{self.digits}d}"

    @classmethod
    def reserve(cls, code: str, count: int = 1, *, prefix: str = "") -> list[str]:
        """Reserve `count` numbers with one conditional update and return them.

        A series that does not exist yet is made with `prefix`. Safe against
        others reserving at the same time: the row is moved before it is read.
        """
        cls.objects.get_or_create(code=code, defaults={"prefix": prefix})
        while True:
            series = cls.objects.get(code=code)
            first = series.next_number
            moved = cls.objects.filter(pk=series.pk, next_number=first).update(
                next_number=F("next_number") + count
            )
            if moved:
                return [series.number(first + step) for step in range(count)]

    @classmethod
    def lock(cls, code: str, *, prefix: str = "") -> None:
        """Hold the series until the transaction ends; whoever else wants it waits.

        On SQLite a transaction that writes has the whole database to itself.
        """
        cls.objects.get_or_create(code=code, defaults={"prefix": prefix})
        cls.objects.select_for_update().get(code=code)

    @classmethod
    def next_free(cls, code: str, model: type[models.Model], *, prefix: str) -> str:
        """Return the next number that no row of `model` has typed for itself."""
        while True:
            (number,) = cls.reserve(code, prefix=prefix)
            if not model._default_manager.filter(number=number).exists():
                return number
