from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from .sqlite import teach_unicode


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        import_module("contacts.jobs")
        about = import_module("contacts.services.about_contact")
        import_module("contacts.registry").register_teller("contacts", about.TELLER)
        connection_created.connect(teach_unicode, dispatch_uid="contacts.sqlite")
