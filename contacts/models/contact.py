"""The contact: a company or a person."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import ContactType, CorrespondenceType
from .classification import (
    BusinessRelation,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    Territory,
    WebSource,
)
from .fields import CodeField
from .postal import PostalAddress
from .profile import ProfileAnswer
from .querysets import ContactQuerySet
from .setup import NumberSeries, Salesperson

NUMBER_SERIES = "CONTACT"
NUMBER_PREFIX = "C-"
# The texts that say who somebody is; the name is another one once it is anonymised.
PERSONAL = (
    *("first_name", "middle_name", "surname", "job_title"),
    *("address", "address_2", "postcode", "city", "county"),
    *("phone", "phone_e164", "mobile", "mobile_e164"),
    *("email", "email_2", "home_page", "language", "correspondence_type"),
)


class Contact(PostalAddress):
    """A company, a person of a company, or an independent person.

    `company` is the employer of a person and empty for everybody else.
    `organisation_id` is the column for everything that goes through the company:
    the own id of a company, the employer's id of a person
    (contacts_interactions.md 1.1).
    """

    number = CodeField(_("number"), unique=True, blank=True)
    type = models.CharField(
        _("type"), max_length=10, choices=ContactType, default=ContactType.COMPANY
    )
    company = models.ForeignKey(
        "self",
        verbose_name=_("company"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        limit_choices_to={"type": ContactType.COMPANY},
    )
    organisation_id = models.GeneratedField(
        expression=Case(
            When(type=ContactType.COMPANY, then=F("id")), default=F("company_id")
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    name = models.CharField(_("name"), max_length=200)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=60, blank=True)
    surname = models.CharField(_("surname"), max_length=60, blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    salutation = models.ForeignKey(
        "contacts.Salutation",
        verbose_name=_("salutation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
    )

    phone = models.CharField(_("phone"), max_length=30, blank=True)
    phone_e164 = models.CharField(max_length=16, blank=True, editable=False)
    mobile = models.CharField(_("mobile phone"), max_length=30, blank=True)
    mobile_e164 = models.CharField(max_length=16, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    email_2 = models.EmailField(_("e-mail 2"), blank=True)
    home_page = models.CharField(_("home page"), max_length=255, blank=True)

    language = models.CharField(
        _("language"), max_length=35, blank=True, help_text=_("BCP 47, e.g. nb")
    )
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("salesperson"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
    )
    organizational_level = models.ForeignKey(
        OrganizationalLevel,
        verbose_name=_("organizational level"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=20,
        choices=CorrespondenceType,
        blank=True,
    )

    exclude_from_segment = models.BooleanField(
        _("exclude from segments"), default=False
    )
    privacy_blocked = models.BooleanField(_("privacy blocked"), default=False)
    minor = models.BooleanField(_("minor"), default=False)
    parental_consent_received = models.BooleanField(
        _("parental consent received"), default=False
    )

    anonymised_at = models.DateTimeField(
        _("anonymised"), null=True, blank=True, editable=False
    )

    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)

    mailing_groups = models.ManyToManyField(
        MailingGroup,
        verbose_name=_("mailing groups"),
        through="contacts.ContactMailingGroup",
        related_name="contacts",
    )
    industry_groups = models.ManyToManyField(
        IndustryGroup,
        verbose_name=_("industry groups"),
        through="contacts.ContactIndustryGroup",
        related_name="contacts",
    )
    job_responsibilities = models.ManyToManyField(
        JobResponsibility,
        verbose_name=_("job responsibilities"),
        through="contacts.ContactJobResponsibility",
        related_name="contacts",
    )
    business_relations = models.ManyToManyField(
        BusinessRelation,
        verbose_name=_("business relations"),
        through="contacts.ContactBusinessRelation",
        related_name="contacts",
    )
    web_sources = models.ManyToManyField(
        WebSource,
        verbose_name=_("web sources"),
        through="contacts.ContactWebSource",
        related_name="contacts",
    )
    profile_answers = models.ManyToManyField(
        ProfileAnswer,
        verbose_name=_("profile answers"),
        through="contacts.ContactProfileAnswer",
        related_name="contacts",
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "number"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(type=ContactType.PERSON)
                | Q(
                    company__isnull=True,
                    first_name="",
                    middle_name="",
                    surname="",
                    job_title="",
                    organizational_level__isnull=True,
                ),
                name="contact_company_has_no_employer",
                violation_error_message=_(
                    "A company has no employer, name parts, job title or "
                    "organizational level."
                ),
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(
                    privacy_blocked=True,
                    exclude_from_segment=True,
                    salutation__isnull=True,
                    organizational_level__isnull=True,
                    **dict.fromkeys(PERSONAL, ""),
                ),
                name="contact_anonymised_stays_empty",
                violation_error_message=_(
                    "This contact was anonymised and cannot be changed any more."
                ),
            ),
            models.CheckConstraint(
                condition=Q(type__in=ContactType.values), name="contact_type_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(number=""), name="contact_has_name"
            ),
            models.CheckConstraint(
                condition=Q(correspondence_type__in=["", *CorrespondenceType.values]),
                name="contact_correspondence_type_known",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id"], name="contact_organisation"),
            models.Index(fields=["name"], name="contact_name"),
            # The orders of the list, each with the key behind what may be alike.
            models.Index(Upper("name"), "id", name="contact_by_name"),
            models.Index(Upper("city"), "id", name="contact_by_city"),
            models.Index(Upper("email"), "id", name="contact_by_email"),
            models.Index(fields=["country", "postcode", "id"], name="contact_by_post"),
            models.Index(fields=["updated_at", "id"], name="contact_by_change"),
            models.Index(fields=["created_at", "id"], name="contact_by_creation"),
            models.Index(
                fields=["phone_e164"],
                name="contact_phone",
                condition=Q(phone_e164__gt=""),
            ),
            models.Index(
                fields=["mobile_e164"],
                name="contact_mobile",
                condition=Q(mobile_e164__gt=""),
            ),
            models.Index(
                fields=["id"],
                name="contact_kept_out",
                condition=Q(privacy_blocked=True)
                | Q(minor=True)
                | Q(exclude_from_segment=True),
            ),
        ]
        permissions = [
            ("import_contacts", _("Can import contacts")),
            ("merge_contacts", _("Can merge contacts")),
            ("change_privacy", _("Can change privacy of contacts")),
            ("export_contacts", _("Can export contacts")),
            ("tell_about_contact", _("Can take out all that is known of a person")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the contact a number of the series when it has none."""
        if not self.number:
            self.number = NumberSeries.next_free(
                NUMBER_SERIES, Contact, prefix=NUMBER_PREFIX
            )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("contacts:detail", args=[self.pk])

    def validate_constraints(self, exclude: set[str] | None = None) -> None:
        """Let a missing number pass: saving gives the next one of the series."""
        missing = set() if self.number else {"number"}
        super().validate_constraints(exclude={*(exclude or ()), *missing})

    @property
    def is_company(self) -> bool:
        return self.type == ContactType.COMPANY

    @property
    def version(self) -> str:
        """What a form sends back, to tell whether somebody saved meanwhile."""
        return self.updated_at.isoformat()
