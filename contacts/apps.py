from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .postgres import set_up_session
from .search.triggers import keep_terms
from .sqlite import teach_rounding, teach_unicode


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        # Only now are there models to import.
        import_module("contacts.registered")
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
        connection_created.connect(
            teach_rounding, dispatch_uid="contacts.sqlite.rounding"
        )
        connection_created.connect(set_up_session, dispatch_uid="contacts.postgres")
        post_migrate.connect(keep_terms, sender=self, dispatch_uid="contacts.terms")
