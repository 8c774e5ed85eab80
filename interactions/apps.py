from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        # Only now are there models to import.
        from contacts import registry  # noqa: PLC0415

        from . import panels, places, timeline  # noqa: PLC0415
        from .models import InteractionLogEntry, RunItem  # noqa: PLC0415
        from .services.about_contact import TELLER  # noqa: PLC0415
        from .services.forget_contact import ERASER  # noqa: PLC0415
        from .services.movers import MOVERS  # noqa: PLC0415
        from .value_sources import VALUE_SOURCES  # noqa: PLC0415

        registry.register_panel(panels.STATISTICS)
        registry.register_places(InteractionLogEntry, places.places_of_entries)
        registry.register_places(RunItem, places.places_of_run_items)
        for source in timeline.SOURCES:
            registry.register_timeline(source)
        for name, mover in MOVERS.items():
            registry.register_mover(name, mover)
        for source in VALUE_SOURCES:
            registry.register_value_source(source)
        registry.register_teller("interactions", TELLER)
        registry.register_eraser("interactions", ERASER)
