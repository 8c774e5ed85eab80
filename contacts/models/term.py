"""What contacts are found by while one types."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import TermKind

# Stands after every other letter.
LAST = chr(0x10FFFF)


class Bytewise(models.Func):
    """A text compared by its bytes, as SQLite does: so an index finds its start."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, Any]:
        template = '%(expressions)s COLLATE "C"'
        return self.as_sql(compiler, connection, template=template, **context)


def starting(prefix: str, kinds: Collection[int]) -> models.Q:
    """The condition on terms `bytewise` that they start with `prefix`, in capitals."""
    return models.Q(kind__in=kinds, bytewise__gte=prefix, bytewise__lt=prefix + LAST)


class ContactTermQuerySet(models.QuerySet):
    def bytewise(self) -> Self:
        """Let conditions ask for `bytewise`, the term as the index has it."""
        return self.alias(bytewise=Bytewise("term"))


class ContactTerm(models.Model):
    """One word that a contact is found by; see `contacts.search.terms`.

    The triggers of the register write the rows and nothing else does, so the key of
    the contact is not checked again and no model of a contact leads here.
    """

    pk = models.CompositePrimaryKey("contact", "place")
    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    place = models.SmallIntegerField()
    kind = models.SmallIntegerField(choices=TermKind)
    term = models.TextField()

    objects = ContactTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("search term of a contact")
        verbose_name_plural = _("search terms of contacts")
        default_permissions = ()
        indexes = [
            models.Index("kind", Bytewise("term"), "contact", name="contactterm_start")
        ]

    def __str__(self) -> str:
        return self.term
