from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .search.triggers import keep_terms
from .sqlite import teach_unicode


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        import_module("contacts.jobs")
        # Only now are there models to import.
        bulk = import_module("contacts.bulk")
        registry = import_module("contacts.registry")
        for code, change in bulk.BULK_CHANGES.items():
            registry.register_bulk_action(
                registry.BulkAction(
                    change.label, "contacts:bulk", change.permission, (code,)
                )
            )
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
        post_migrate.connect(keep_terms, sender=self, dispatch_uid="contacts.terms")
