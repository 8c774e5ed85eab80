"""Letting the e-mails of a run wait, or go on; what is being handed over goes."""

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import DeliveryStatus
from ..models import Delivery, Run
from .errors import InteractionError


class RunNotPaused(InteractionError):
    """A run that is paused already, or whose e-mails wait for nothing."""


class RunNotResumed(InteractionError):
    """A run that is not paused."""


def pause(*, run: Run) -> None:
    """Let the e-mails of a run wait. Raises RunNotPaused.

    Senders are told at once, before the many letters are held.
    """
    if not Run.objects.sending().filter(pk=run.pk, paused=False).update(paused=True):
        if Run.objects.filter(pk=run.pk, paused=True).exists():
            raise RunNotPaused(_("The run is paused already."))
        raise RunNotPaused(
            _("There is nothing to pause: no e-mail of this run is on its way.")
        )
    with transaction.atomic():
        # Somebody may have let it go on since.
        still = Run.objects.select_for_update().filter(pk=run.pk, paused=True)
        if still.exists():
            queued = Delivery.objects.of_run(run).filter(status=DeliveryStatus.QUEUED)
            queued.update(held=True)


@transaction.atomic
def resume(*, run: Run) -> None:
    """Let the e-mails of a run go on. Raises RunNotResumed."""
    if not Run.objects.filter(pk=run.pk, paused=True).update(paused=False):
        raise RunNotResumed(_("The run is not paused."))
    Delivery.objects.of_run(run).filter(held=True).update(held=False)
