from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        # Only now are there models to import.
        from contacts.registry import register_mover, register_panel  # noqa: PLC0415

        from .panels import LATEST_INTERACTIONS  # noqa: PLC0415
        from .services.movers import MOVERS  # noqa: PLC0415

        register_panel(LATEST_INTERACTIONS)
        for name, mover in MOVERS.items():
            register_mover(name, mover)
