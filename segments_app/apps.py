from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "segments_app"
    verbose_name = _("Segments")

    def ready(self) -> None:
        """Register the long work of this app."""
        import_module("segments_app.jobs")
