"""Many contacts changed as long work."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import JobError, Progress, register

from ..models import MailingGroup
from ..selection import Selection
from ..services.bulk_changes import BULK_CHANGES, CHANGE_CONTACTS

BATCH = 2_000


@register(
    CHANGE_CONTACTS,
    label=_("Change of many contacts"),
    result_labels={
        "changed": _("Changed"),
        "already": _("Were so already"),
        "anonymised": _("Anonymised"),
    },
    next_page=("contacts:list", _("Look at the contacts")),
)
def change_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Change the contacts of the selection, in the order they were added.

    Those who come to fit while the job runs stay as they are.
    """
    parameters = job.parameters
    bulk = BULK_CHANGES[parameters["code"]]
    asked = {}
    if bulk.of_group:
        group = MailingGroup.objects.filter(pk=parameters["mailing_group"]).first()
        if group is None:
            raise JobError(_("The mailing group was deleted meanwhile."))
        asked["mailing_group"] = group
    contacts = Selection.kept(parameters).contacts.order_by("pk")
    if "last" not in job.resume:
        found = contacts.order_by().aggregate(last=Max("pk"))
        job.resume = {"after": 0, "done": 0, "last": found["last"] or 0}
        job.result = {"changed": 0, "already": 0, "anonymised": 0}
    total = job.resume["done"] + _between(contacts, job).count()
    while True:
        keys = list(_between(contacts, job).values_list("pk", flat=True)[:BATCH])
        if keys:
            done = bulk.change(keys=keys, user=job.owner, at=job.created_at, **asked)
            job.result["changed"] += done.changed
            job.result["already"] += done.already
            job.result["anonymised"] += done.anonymised
            job.resume["after"] = keys[-1]
            job.resume["done"] += len(keys)
        yield Progress(done=job.resume["done"], total=max(total, job.resume["done"]))
        if len(keys) < BATCH:
            return


def _between(contacts: Any, job: Job) -> Any:
    return contacts.filter(pk__gt=job.resume["after"], pk__lte=job.resume["last"])
