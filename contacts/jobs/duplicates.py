"""Long work of contacts: the search for duplicates."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from jobs.choices import FINISHED
from jobs.models import Job
from jobs.registry import Progress, register

from ..models import DuplicateKey
from ..services.duplicates.find_duplicates import Search, find_duplicates
from ..services.duplicates.start_search import FIND_DUPLICATES

SEARCHED = ("found", "compared", "gone", "shared_by_too_many")


@register(
    FIND_DUPLICATES,
    label=_("Search for duplicates"),
    result_labels={
        "found": _("Possible duplicates"),
        "compared": _("Pairs compared"),
        "gone": _("No longer alike"),
        "shared_by_too_many": _("Left out: values that more than 50 contacts share"),
    },
    next_page=("contacts:duplicates", _("Look at the possible duplicates")),
)
def find_duplicates_of_job(job: Job) -> Iterator[Progress]:
    """Search the register; the parameters are `least` and `dry_run`."""
    over = Job.objects.filter(state__in=FINISHED).values("pk")
    DuplicateKey.objects.filter(search__in=over).delete()
    for search in find_duplicates(
        search=Search(**(job.resume or {"number": job.pk})),
        least=job.parameters["least"],
        at=job.created_at,
        dry_run=job.parameters.get("dry_run", False),
    ):
        job.resume = search.as_json()
        job.result = {name: getattr(search, name) for name in SEARCHED}
        yield Progress(done=search.done, total=search.total)
