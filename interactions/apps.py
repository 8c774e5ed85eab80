from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InteractionsConfig(AppConfig):
    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        # Only now are there models to import.
        from contacts.registry import (  # noqa: PLC0415
            register_eraser,
            register_panel,
            register_teller,
        )

        from .panels import LATEST_INTERACTIONS  # noqa: PLC0415
        from .services.about_contact import TELLER  # noqa: PLC0415
        from .services.forget_contact import ERASER  # noqa: PLC0415

        register_panel(LATEST_INTERACTIONS)
        register_teller("interactions", TELLER)
        register_eraser("interactions", ERASER)
