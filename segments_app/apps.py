from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .roles import APPS, prepare_roles


def make_roles(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Give the roles their permissions after every migration.

    This application is told first, so the permissions of the others are made here
    if they are not there yet.
    """
    for label in APPS:
        create_permissions(apps.get_app_config(label), using=using, verbosity=0)
    prepare_roles(using=using)


class SegmentsConfig(AppConfig):
    name = "segments_app"
    verbose_name = _("Segments")

    def ready(self) -> None:
        """Register the checks, the long work, and the roles after migrations."""
        import_module("segments_app.checks")
        import_module("segments_app.jobs")
        # Only now are there models to import.
        say_users = import_module("segments_app.services.saved_codes").say_users
        registry = import_module("contacts.registry")
        registry.register_code_users("saved", say_users)
        movers = import_module("segments_app.services.movers").MOVERS
        for name, mover in movers.items():
            registry.register_mover(name, mover)
        places = import_module("segments_app.places")
        registry.register_places(places.SegmentLine, places.places_of_lines)
        registry.register_timeline(import_module("segments_app.timeline").SOURCE)
        about = import_module("segments_app.services.about_contact")
        registry.register_teller("segments", about.TELLER)
        # Before the interactions: they ask whether a document is still used.
        registry.register_eraser("segments", about.ERASER)
        registry.register_bulk_action(
            registry.BulkAction(
                _("Add to segment"), "segments:bulk_add", "segments_app.change_segment"
            )
        )
        post_migrate.connect(make_roles, sender=self, dispatch_uid="segments.roles")
