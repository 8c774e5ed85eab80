"""A campaign with many targets is activated in the background, whole or not at all."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interactions.models import Campaign
from interactions.services.campaigns import CampaignGone
from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.registry import Progress, Steps, register
from jobs.services import start_job
from jobs.services.aside import say_aside

from ..choices import TargetStage
from ..services import SegmentError
from ..services.campaign_targets import activate_campaign, rows_to_activate

ACTIVATE = "activate_campaign"


def takes_long(campaign: Campaign) -> bool:
    """Whether somebody who activates it would wait too long for the page."""
    return rows_to_activate(campaign, MOST_WITHOUT_JOB) > MOST_WITHOUT_JOB


def activate_later(*, campaign: Campaign, user: Any, at: datetime) -> Job:
    """Ask for the campaign to be activated as `activate_campaign` would."""
    return start_job(
        kind=ACTIVATE,
        owner=user,
        at=at,
        parameters={"campaign": campaign.pk},
        label=_("Activate campaign %s") % campaign.number,
    )


@register(
    ACTIVATE,
    label=gettext_lazy("Activate a campaign"),
    anticipated=(SegmentError, CampaignGone),
    result_labels={
        "campaign": gettext_lazy("Campaign"),
        "targets": gettext_lazy("Targets"),
    },
    next_page=("segments:campaign", gettext_lazy("Look at the campaign")),
)
def activate_of_job(job: Job) -> Steps:
    """Make the targets those of now; the job is done in the same transaction."""
    stages = list(TargetStage)
    yield Progress(done=0, total=len(stages))
    campaign = Campaign.objects.filter(pk=job.parameters["campaign"]).first()
    if campaign is None:
        raise CampaignGone

    def tell(stage: TargetStage) -> None:
        say_aside(job, done=stages.index(stage), message=str(stage.label))

    count = activate_campaign(campaign=campaign, at=job.created_at, on_stage=tell)
    job.result = {
        "campaign": campaign.number,
        "targets": count,
        "next_page": [campaign.pk],
    }
    return Progress(done=len(stages), total=len(stages))
