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
        # Only now are there models to import.
        import_module("segments_app.registered")
        post_migrate.connect(make_roles, sender=self, dispatch_uid="segments.roles")
