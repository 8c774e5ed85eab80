from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        # Only now are there models to import.
        from contacts.registry import (  # noqa: PLC0415
            register_mover,
            register_panel,
            register_value_source,
        )

        from .panels import LATEST_INTERACTIONS  # noqa: PLC0415
        from .services.movers import MOVERS  # noqa: PLC0415
        from .value_sources import VALUE_SOURCES  # noqa: PLC0415

        register_panel(LATEST_INTERACTIONS)
        for name, mover in MOVERS.items():
            register_mover(name, mover)
        for source in VALUE_SOURCES:
            register_value_source(source)
