"""What can be done to many contacts at once, and a job that does it begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import run_here, start_job

from ..models import MailingGroup
from .change_many import (
    ManyChanged,
    put_in_mailing_group,
    set_exclusion,
    take_out_of_mailing_group,
)

CHANGE_CONTACTS = "change_contacts"
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
    selection: Mapping[str, Any],
    count: int,
    mailing_group: MailingGroup | None,
    user: Any,
    at: datetime,
) -> Job:
    """Change the selected contacts and return the job of it.

    `selection` says which `count` contacts, as the handler of the job reads it. Up to
    2,000 are changed before this returns; JobError where that fails.
    """
    job: dict[str, Any] = {
        "kind": CHANGE_CONTACTS,
        "label": str(BULK_CHANGES[code].label),
        "owner": user,
        "at": at,
        "parameters": {
            "code": code,
            "mailing_group": mailing_group and mailing_group.pk,
            **selection,
        },
    }
    if count <= MOST_WITHOUT_JOB:
        return run_here(**job, progress_bar=False)
    return start_job(**job)
