from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        # Only now are there models to import.
        from contacts.registry import register_panel, register_places  # noqa: PLC0415

        from . import panels, places  # noqa: PLC0415
        from .models import InteractionLogEntry, RunItem  # noqa: PLC0415

        register_panel(panels.LATEST_INTERACTIONS)
        register_places(InteractionLogEntry, places.places_of_entries)
        register_places(RunItem, places.places_of_run_items)
