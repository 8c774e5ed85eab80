from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from .sqlite import teach_rounding, teach_unicode


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        import_module("contacts.jobs")
        # Only now are there models to import.
        registry = import_module("contacts.registry")
        for name, mover in import_module("contacts.services.movers").MOVERS.items():
            registry.register_mover(name, mover)
        for source in import_module("contacts.history").SOURCES:
            registry.register_timeline(source)
        for source in import_module("contacts.value_sources").VALUE_SOURCES:
            registry.register_value_source(source)
        about = import_module("contacts.services.about_contact")
        registry.register_teller("contacts", about.TELLER)
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
        connection_created.connect(
            teach_rounding, dispatch_uid="contacts.sqlite.rounding"
        )
