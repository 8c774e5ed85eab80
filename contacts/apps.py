from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .search.triggers import keep_terms
from .sqlite import teach_rounding, teach_unicode


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        import_module("contacts.jobs")
        # Only now are there models to import.
        registry = import_module("contacts.registry")
        for name, mover in import_module(
            "contacts.services.merging.movers"
        ).MOVERS.items():
            registry.register_mover(name, mover)
        for source in import_module("contacts.card.history").SOURCES:
            registry.register_timeline(source)
        for source in import_module("contacts.value_sources").VALUE_SOURCES:
            registry.register_value_source(source)
        about = import_module("contacts.services.about_contact")
        registry.register_teller("contacts", about.TELLER)
        bulk = import_module("contacts.bulk")
        for code, change in bulk.BULK_CHANGES.items():
            registry.register_bulk_action(
                registry.BulkAction(
                    change.label, "contacts:bulk", change.permission, (code,)
                )
            )
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
        connection_created.connect(
            teach_rounding, dispatch_uid="contacts.sqlite.rounding"
        )
        post_migrate.connect(keep_terms, sender=self, dispatch_uid="contacts.terms")
