"""Work in a process of its own that is killed before one of its SQL statements."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection

Work = Callable[[], Any]


def count_statements(work: Work) -> int:
    """Do the work, and say how many statements it took."""
    counter = _Counter()
    with connection.execute_wrapper(counter):
        work()
    return counter.asked


def spread(points: int, statements: int) -> list[int]:
    """So many places, from the first statement on, evenly over all of them."""
    return sorted({1 + point * statements // points for point in range(points)})


def killed_before(place: int, work: Work) -> int:
    """Do the work elsewhere, killed before this statement; return the signal, or 0."""
    connection.close()
    child = os.fork()
    if not child:
        with connection.execute_wrapper(_Counter(kills_at=place)):
            work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class _Counter:
    def __init__(self, kills_at: int = 0) -> None:
        self.asked = 0
        self.kills_at = kills_at

    def __call__(self, execute: Callable, *arguments: Any) -> Any:
        self.asked += 1
        if self.asked == self.kills_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)
