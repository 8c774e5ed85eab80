"""Classification of contacts: set-up tables and their links to contacts."""

import re
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import CodedModel

WEB_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


class MailingGroup(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("mailing group")
        verbose_name_plural = _("mailing groups")


class IndustryGroup(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("industry group")
        verbose_name_plural = _("industry groups")


class JobResponsibility(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("job responsibility")
        verbose_name_plural = _("job responsibilities")


class BusinessRelation(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("business relation")
        verbose_name_plural = _("business relations")


class OrganizationalLevel(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("organizational level")
        verbose_name_plural = _("organizational levels")


class Territory(CodedModel):
    class Meta(CodedModel.Meta):
        verbose_name = _("territory")
        verbose_name_plural = _("territories")


def validate_web_address(url: str) -> None:
    """Refuse what a browser would run instead of open."""
    if not WEB_ADDRESS.match(url):
        raise ValidationError(
            _("Write the whole address, as https://example.com/?q=%1."), code="invalid"
        )


class WebSource(CodedModel):
    url = models.CharField(
        _("URL"),
        max_length=250,
        validators=[validate_web_address],
        help_text=_("%1 stands for the contact's search word."),
    )

    class Meta(CodedModel.Meta):
        verbose_name = _("web source")
        verbose_name_plural = _("web sources")


class ContactLink(models.Model):
    """One contact in one row of a set-up table."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ContactMailingGroup(ContactLink):
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="mailing_group_links",
        db_index=False,
    )
    mailing_group = models.ForeignKey(
        MailingGroup,
        verbose_name=_("mailing group"),
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
    )

    class Meta(ContactLink.Meta):
        verbose_name = _("mailing group of a contact")
        verbose_name_plural = _("mailing groups of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "mailing_group"], name="contact_mailing_group_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["mailing_group", "contact"], name="mailing_group_contacts"
            )
        ]


class ContactIndustryGroup(ContactLink):
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="industry_group_links",
        db_index=False,
    )
    industry_group = models.ForeignKey(
        IndustryGroup,
        verbose_name=_("industry group"),
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
    )

    class Meta(ContactLink.Meta):
        verbose_name = _("industry group of a company")
        verbose_name_plural = _("industry groups of companies")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "industry_group"],
                name="contact_industry_group_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["industry_group", "contact"], name="industry_group_contacts"
            )
        ]


class ContactJobResponsibility(ContactLink):
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="job_responsibility_links",
        db_index=False,
    )
    job_responsibility = models.ForeignKey(
        JobResponsibility,
        verbose_name=_("job responsibility"),
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
    )

    class Meta(ContactLink.Meta):
        verbose_name = _("job responsibility of a person")
        verbose_name_plural = _("job responsibilities of persons")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "job_responsibility"],
                name="contact_job_responsibility_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["job_responsibility", "contact"],
                name="job_responsibility_contacts",
            )
        ]


class ContactBusinessRelation(ContactLink):
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="business_relation_links",
        db_index=False,
    )
    business_relation = models.ForeignKey(
        BusinessRelation,
        verbose_name=_("business relation"),
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
    )
    reference = models.CharField(
        _("reference"),
        max_length=50,
        blank=True,
        help_text=_("Their number in the other system, e.g. a customer number."),
    )

    class Meta(ContactLink.Meta):
        verbose_name = _("business relation of a company")
        verbose_name_plural = _("business relations of companies")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "business_relation"],
                name="contact_business_relation_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["business_relation", "contact"],
                name="business_relation_contacts",
            )
        ]


class ContactWebSource(ContactLink):
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="web_source_links",
        db_index=False,
    )
    web_source = models.ForeignKey(
        WebSource,
        verbose_name=_("web source"),
        on_delete=models.PROTECT,
        related_name="links",
    )
    search_word = models.CharField(_("search word"), max_length=100)

    class Meta(ContactLink.Meta):
        verbose_name = _("web source of a company")
        verbose_name_plural = _("web sources of companies")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "web_source"], name="contact_web_source_once"
            ),
            models.CheckConstraint(
                condition=~Q(search_word=""), name="contact_web_source_searches"
            ),
        ]

    @property
    def address(self) -> str:
        """The page of the source about this contact; empty where it has none.

        contacts_interactions.md 2.4
        """
        url = self.web_source.url
        if not WEB_ADDRESS.match(url) or not self.search_word.strip():
            return ""
        return url.replace("%1", quote(self.search_word.strip(), safe=""))
