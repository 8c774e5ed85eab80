"""How the log and the letters follow a contact that is merged into another one."""

from django.utils.translation import gettext_lazy as _

from contacts.services.merging.moving import Mover, Moving, moving_all, moving_once

from ..models import CampaignTarget, InteractionLogEntry, RunItem


def _move_letters(moving: Moving) -> None:
    """Both keep their letters of one run: what was sent stays as it was sent."""
    items = list(moving.rows_of_both(RunItem))
    own = {
        (item.run_id, item.merged_number)
        for item in items
        if item.contact_id == moving.survivor.pk
    }
    moving.change(
        (item, {"merged_number": moving.duplicate.number})
        for item in items
        if item.contact_id == moving.duplicate.pk
        and (item.run_id, item.merged_number) in own
    )
    moving.move(RunItem)


MOVERS = {
    "log": moving_all(
        (InteractionLogEntry, "contact"),
        (InteractionLogEntry, "company"),
        hidden=("interactions.InteractionLogEntry.company",),
    ),
    "letters": Mover(
        ("interactions.RunItem.contact",),
        _move_letters,
        _("Of a run that wrote to both, both letters are kept as they were."),
    ),
    "campaign_targets": moving_once(
        CampaignTarget,
        alike=lambda target: target.campaign_id,
        conflict=_("A campaign that is aimed at both is aimed at them once."),
    ),
}
