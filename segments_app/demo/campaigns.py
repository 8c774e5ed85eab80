"""Two campaigns of the demo company: one that is over, one that is going on."""

from datetime import datetime, timedelta

from contacts.models import Salesperson
from interactions.choices import Evaluation
from interactions.models import (
    Campaign,
    CampaignStatus,
    InteractionLogEntry,
    InteractionTemplate,
    LoggedSegment,
)
from segments_app.services import add_contacts, create_segment, log_segment
from segments_app.services.campaign_targets import activate_campaign

from .history import PERSONS, in_group

SPRING, FAIR = "DONE", "RUNNING"
# Description, status, and how many weeks before today it begins and ends.
CAMPAIGNS = (("Autumn fair", FAIR, 8, -4), ("Spring chairs", SPRING, 26, 10))
# Weeks ago, description, campaign, and the group that was written to.
LETTERS = (
    (20, "Spring chairs: a first look", SPRING, "DESIGN"),
    (16, "Spring chairs: order now", SPRING, "NEWS"),
    (5, "Save the date: autumn fair", FAIR, "FAIR"),
)
# Every third letter is answered by one of these, in turn.
ANSWERS = (
    ("Asked for a visit", Evaluation.POSITIVE),
    ("Ordered", Evaluation.VERY_POSITIVE),
    ("Not this year", Evaluation.NEUTRAL),
)
SILENT = 3


def load_campaigns(at: datetime) -> Campaign:
    """Make the campaigns and return the running one."""
    for description, status, begins, ends in CAMPAIGNS:
        Campaign.objects.create(
            description=f"{description} {at.year}",
            status=CampaignStatus.objects.get(code=status),
            salesperson=Salesperson.objects.get(code="HST"),
            starting_date=(at - timedelta(weeks=begins)).date(),
            ending_date=(at - timedelta(weeks=ends)).date(),
            updated_at=at,
        )
    return Campaign.objects.get(status__code=FAIR)


def load_campaign_letters(at: datetime) -> None:
    """Write to the groups, log what came back, and activate what is running."""
    for weeks, description, status, group in LETTERS:
        when = at - timedelta(weeks=weeks)
        campaign = Campaign.objects.get(status__code=status)
        segment = create_segment(
            description=description,
            template=InteractionTemplate.objects.get(code="NEWS"),
            campaign=campaign,
            campaign_target=True,
            salesperson=campaign.salesperson,
            user=None,
            at=when,
        )
        wanted = {"all": [PERSONS, in_group(group)]}
        add_contacts(segment=segment, criteria=wanted, user=None, at=when)
        _answer(log_segment(segment=segment, user=None, at=when), when)
    activate_campaign(campaign=Campaign.objects.get(status__code=FAIR), at=at)


def _answer(logged: LoggedSegment, when: datetime) -> None:
    """Log an answer to every third letter, within the next weeks."""
    template = InteractionTemplate.objects.get(code="CALLED")
    letters = logged.interactions.order_by("pk")
    InteractionLogEntry.objects.bulk_create(
        _answer_to(letter, template, place, when)
        for place, letter in enumerate(letters[::SILENT])
    )


def _answer_to(
    letter: InteractionLogEntry,
    template: InteractionTemplate,
    place: int,
    when: datetime,
) -> InteractionLogEntry:
    description, evaluation = ANSWERS[place % len(ANSWERS)]
    came = when + timedelta(days=2 + place * 5 % 16)
    return InteractionLogEntry(
        contact_id=letter.contact_id,
        company_id=letter.company_id,
        template=template,
        group_id=template.group_id,
        date=came.date(),
        created_at=came,
        description=description,
        information_flow=template.information_flow,
        initiated_by=template.initiated_by,
        evaluation=evaluation,
        duration=template.unit_duration,
        salesperson_id=letter.salesperson_id,
        campaign_id=letter.campaign_id,
        campaign_response=True,
        response_to=letter,
    )
