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
        sources = import_module("contacts.value_sources").VALUE_SOURCES
        register = import_module("contacts.registry").register_value_source
        for source in sources:
            register(source)
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
        connection_created.connect(
            teach_rounding, dispatch_uid="contacts.sqlite.rounding"
        )
