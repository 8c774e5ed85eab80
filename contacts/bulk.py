"""What can be done to many contacts at once: chosen in the list, done by a job."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import JobError, Progress, register
from jobs.services import run_here, start_job

from .models import MailingGroup
from .selection import Selection
from .services.change_many import (
    ManyChanged,
    put_in_mailing_group,
    set_exclusion,
    take_out_of_mailing_group,
)

KIND = "change_contacts"
AT_ONCE = 2_000
BATCH = 2_000
Change = Callable[..., ManyChanged]


@dataclass(frozen=True)
class BulkChange:
    """A change of many contacts; `of_group` if it asks for a mailing group."""

    label: str | Promise
    question: str | Promise
    permission: str
    change: Change
    of_group: bool = False


BULK_CHANGES = {
    "add_to_group": BulkChange(
        _("Add to mailing group"),
        _("Which mailing group do they come into?"),
        "contacts.add_contactmailinggroup",
        put_in_mailing_group,
        of_group=True,
    ),
    "remove_from_group": BulkChange(
        _("Take out of mailing group"),
        _("Which mailing group are they taken out of?"),
        "contacts.delete_contactmailinggroup",
        take_out_of_mailing_group,
        of_group=True,
    ),
    "exclude": BulkChange(
        _("Exclude from segments"),
        _("Keep them out of segments from now on?"),
        "contacts.change_contact",
        partial(set_exclusion, excluded=True),
    ),
    "include": BulkChange(
        _("Allow in segments again"),
        _("Let them into segments again?"),
        "contacts.change_contact",
        partial(set_exclusion, excluded=False),
    ),
}


def start_bulk(
    *,
    code: str,
    selection: Selection,
    count: int,
    mailing_group: MailingGroup | None,
    user: Any,
    at: datetime,
) -> Job:
    """Change the selected contacts and return the job of it.

    Up to 2,000 are changed before this returns; JobError where that fails.
    """
    job = {
        "kind": KIND,
        "label": str(BULK_CHANGES[code].label),
        "owner": user,
        "at": at,
        "parameters": {
            "code": code,
            "mailing_group": mailing_group and mailing_group.pk,
            **selection.parameters,
        },
    }
    if count <= AT_ONCE:
        return run_here(**job, progress_bar=False)
    return start_job(**job)


@register(
    KIND,
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
