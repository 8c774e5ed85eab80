"""The front page: what waits for who looks, what went out, and how to begin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from contacts.choices import CorrespondenceType
from contacts.models import Contact, MarketingSetup
from interactions.models import (
    Delivery,
    InteractionLogEntry,
    InteractionTemplate,
    LoggedSegment,
    Run,
)
from jobs.models import Job

from ..charts import Chart, Period
from ..models import Segment
from .segment_list import ListedSegment, listed_open
from .shown_charts import COLUMNS, chart_over_time

SHOWN = 5
SEGMENTS_SHOWN = 8
WEEKS = 13
FAILED_JOBS_FOR = timedelta(days=7)
SEE_LOG = "interactions.view_interactionlogentry"
SEE_LOGGED = "interactions.view_loggedsegment"
SEE_SEGMENTS = "segments_app.view_segment"


@dataclass(frozen=True)
class FirstStep:
    """What a new program needs; `is_done` asks whether it is there."""

    label: str | Promise
    url_name: str
    permission: str
    is_done: Callable[[], bool]


FIRST_STEPS = (
    FirstStep(
        _("Say who you are: name and address of your company for letters"),
        "admin:contacts_marketingsetup_changelist",
        "contacts.change_marketingsetup",
        lambda: bool(MarketingSetup.load().company_name),
    ),
    FirstStep(
        _("Import your contacts"),
        "contacts:import",
        "contacts.import_contacts",
        lambda: Contact.objects.exists(),
    ),
    FirstStep(
        _("Make a template with a Word letter"),
        "interactions:template_create",
        "interactions.add_interactiontemplate",
        lambda: InteractionTemplate.objects.exists(),
    ),
    FirstStep(
        _("Put contacts on a segment"),
        "segments:create",
        "segments_app.add_segment",
        lambda: Segment.objects.exists() or LoggedSegment.objects.exists(),
    ),
)


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the user; of what they may not see nothing is asked."""
    user = request.user
    context: dict[str, Any] = {"jobs": _jobs_of(user)}
    if user.has_perm(SEE_SEGMENTS):
        context |= {"segments": _segments_of(user), "runs": _runs_of(user)}
    if user.has_perm(SEE_LOGGED):
        logged = LoggedSegment.objects.select_related("user")
        context["logged"] = logged.order_by("-created_at", "-pk")[:SHOWN]
    if user.has_perm(SEE_LOG):
        drafts = InteractionLogEntry.objects.drafts_of(user)
        context |= {
            "drafts": drafts.select_related("contact").order_by("-pk")[:SHOWN],
            "failed": _failed_of(user),
            "sent": _sent_by_week(),
            "sent_column": COLUMNS[Period.WEEK],
        }
    context["first_steps"] = _first_steps(user)
    return render(request, "home.html", context)


def _segments_of(user: AbstractBaseUser) -> list[ListedSegment]:
    """The user's open segments, what was changed last first."""
    mine = Segment.objects.filter(owner=user).order_by("-updated_at", "-pk")
    return listed_open(mine[:SEGMENTS_SHOWN])


def _runs_of(user: AbstractBaseUser) -> Any:
    """The user's letters that are prepared or printed and not on their way yet."""
    return Run.objects.in_progress().filter(user=user).with_letters()[:SHOWN]


def _jobs_of(user: AbstractBaseUser) -> Any:
    """The user's jobs that are not over, and those that failed in the last days."""
    lately = timezone.now() - FAILED_JOBS_FOR
    jobs = Job.objects.filter(owner=user)
    return jobs.unfinished_or_failed(since=lately).order_by("-pk")[:SHOWN]


def _failed_of(user: AbstractBaseUser) -> Any:
    """How many letters of what the user logged did not arrive, by segment."""
    failed = Delivery.objects.to_see_to().filter(entry__user=user).order_by()
    return (
        failed.values(
            "entry__logged_segment",
            "entry__segment_number",
            "entry__logged_segment__description",
        )
        .annotate(count=Count("pk"))
        .order_by("-entry__logged_segment")[:SHOWN]
    )


def _sent_by_week() -> Chart:
    """Letters and e-mails of the last weeks; the index of what was written answers."""
    today = timezone.localdate()
    first = Period.WEEK.start_of(today) - timedelta(weeks=WEEKS - 1)
    entries = InteractionLogEntry.objects.written()
    by_email = Q(correspondence_type=CorrespondenceType.EMAIL)
    counts = entries.filter(date__range=(first, today)).by_period(
        Period.WEEK,
        letters=Count("correspondence_type", filter=~by_email),
        emails=Count("correspondence_type", filter=by_email),
    )
    return chart_over_time(
        counts,
        period=Period.WEEK,
        first=first,
        last=today,
        series={"letters": _("Letters"), "emails": _("E-mails")},
    )


def _first_steps(user: AbstractBaseUser) -> list[tuple[FirstStep, bool]]:
    """The steps that are the user's to take, with whether they are; [] once all are."""
    steps = [
        (step, step.is_done())
        for step in FIRST_STEPS
        if user.has_perm(step.permission)
        and (user.is_staff or not step.url_name.startswith("admin:"))
    ]
    return steps if not all(done for _step, done in steps) else []
