"""Where the e-mails of runs are."""

from collections.abc import Iterable

from ..models import Delivery, Run


def with_sending(runs: Iterable[Run]) -> list[Run]:
    """Give each run that goes by e-mail its `sending`: one query for all of them."""
    shown = list(runs)
    by_email = [run for run in shown if run.is_by_email]
    if by_email:
        found = Delivery.objects.sendings(by_email)
        for run in by_email:
            run.sending = found[run.pk]
    return shown
