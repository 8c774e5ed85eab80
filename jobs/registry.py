"""Which kinds of long work there are, filled by each app in `AppConfig.ready()`.

    @register("letters", label=_("Letters"), anticipated=(MergeError,))
    def make_letters(job: Job) -> Steps:
        for position, batch in ...:
            ...
            job.resume["position"] = position
            yield Progress(done=position, total=total, message=_("Merging"))
        job.result["letters"] = total

A handler is a generator. What it does between two yields is one chunk, at best a
second long: after each one the figures, `job.resume` and `job.result` are saved and
a wish to cancel is heard. By default the chunk and its figures are one transaction,
so a killed job goes on where the last saved chunk ended, with nothing done twice:
the handler starts anew and reads `job.resume`. With `atomic=False`, for long
calculation and for services that open their own transaction, the last chunk may
come again.

What a handler returns is the progress of its last chunk: that the job is done is
saved with it. After a yield the job may still be cancelled, or begin anew elsewhere;
work that must not be asked for twice is returned from.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from .models import Job


@dataclass(frozen=True)
class Progress:
    """How far a job is; `total` None while it is not known yet."""

    done: int
    total: int | None = None
    message: str = ""


class JobError(Exception):
    """Anticipated: the message is for the user and says how to mend it."""


class UnknownKind(LookupError):
    """No app has registered this kind of job."""


Steps = Generator[Progress, None, Progress | None]
Handler = Callable[["Job"], Steps]
Label = str | Promise


@dataclass(frozen=True)
class Kind:
    """One kind of long work and what the pages need to know of it.

    `result_labels` names the keys of `job.result` that the page shows, in order;
    `next_page` is where one goes from there: the name of a URL and what it says.
    """

    code: str
    label: Label
    handler: Handler
    atomic: bool = True
    anticipated: tuple[type[Exception], ...] = ()
    result_labels: Mapping[str, Label] = field(default_factory=dict)
    next_page: tuple[str, Label] | None = None


_kinds: dict[str, Kind] = {}
_expirers: list[Callable[[], None]] = []


def register(
    code: str,
    *,
    label: Label,
    atomic: bool = True,
    anticipated: tuple[type[Exception], ...] = (),
    result_labels: Mapping[str, Label] | None = None,
    next_page: tuple[str, Label] | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated generator as the handler of `code`.

    The messages of `anticipated` errors are shown to the user as they are.
    """

    def decorate(handler: Handler) -> Handler:
        if code in _kinds:
            raise ValueError(f"The kind of job '{code}' is registered twice.")
        _kinds[code] = Kind(
            code=code,
            label=label,
            handler=handler,
            atomic=atomic,
            anticipated=(JobError, *anticipated),
            result_labels=result_labels or {},
            next_page=next_page,
        )
        return handler

    return decorate


def get_kind(code: str) -> Kind:
    """Return the kind of this code; UnknownKind where there is none."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(f"There is no kind of job '{code}'.") from None


def register_expirer(expire: Callable[[], None]) -> None:
    """Let `expire` delete what an app keeps for a while; a worker calls it hourly."""
    _expirers.append(expire)


def expirers() -> tuple[Callable[[], None], ...]:
    """What deletes the files of other apps that were kept long enough."""
    return tuple(_expirers)
