"""Freezing letters: who, with which values, in one statement for all of them."""

from typing import Any

from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, NullIf, Upper

from contacts.batches import ROWS_AT_ONCE, in_batches
from contacts.models import MarketingSetup
from contacts.models.insert_select import insert_from
from interactions.choices import LeftOut, RunOrder
from interactions.merge import ENGINE_VERSION, CompiledTemplate
from interactions.models import LetterSnapshot, Run, RunItem
from interactions.services.letters import own_company, records
from interactions.services.mail_texts import mail_texts

from ..models.effective import of_used_address
from ..models.querysets import SegmentLineQuerySet
from .letters import by_uses, templates_of


def said_of_us(setup: MarketingSetup) -> dict[str, Any]:
    """What all letters of a run say of us, as it is now, for the run to keep."""
    return {
        "own_company": own_company(setup),
        "mail_texts": mail_texts(),
    }


def with_frozen(lines: SegmentLineQuerySet, run: Run) -> SegmentLineQuerySet:
    """Join what `run` has of each line's contact as `frozen`, NULL where nothing.

    A second letter, to somebody who was merged into the contact since, is not it.
    """
    path = "contact__run_items"
    of_run = Q(**{f"{path}__run": run, f"{path}__merged_number": ""})
    return lines.annotate(frozen=FilteredRelation(path, condition=of_run))


def freeze_letters(lines: SegmentLineQuerySet, run: Run) -> int:
    """Freeze the inputs of the letters that `run` has numbers for: one statement.

    They are found by the contact: asked for their numbers, SQLite goes through all
    letters of the run for every line. Whom a field of the letter leaves out loses the
    number; returns how many do. Raises LetterUnmade.
    """
    templates = templates_of(lines)
    numbered = with_frozen(lines.with_letter_inputs(by_uses(templates)), run)
    insert_from(
        LetterSnapshot,
        numbered.filter(frozen__left_out="").order_by(),
        item=F("frozen__pk"),
        document=F("effective_document_id"),
        inputs=F("letter_inputs"),
        engine_version=ENGINE_VERSION,
    )
    skipping = {key: each for key, each in templates.items() if each.skips}
    return sum(_leave_out(run, key, each) for key, each in skipping.items())


def _leave_out(run: Run, document: int, template: CompiledTemplate) -> int:
    frozen = LetterSnapshot.objects.filter(item__run=run, document=document)
    frozen = frozen.order_by("pk")
    keys = frozen.values_list("item", flat=True).iterator(chunk_size=ROWS_AT_ONCE)
    letters = zip(keys, records(frozen), strict=True)
    skipped = [key for key, record in letters if template.why_skipped(record)]
    count = 0
    for some in in_batches(skipped):
        count += len(some)
        LetterSnapshot.objects.filter(item__in=some).delete()
        RunItem.objects.filter(pk__in=some).update(
            sequence=None, left_out=LeftOut.SKIPPED
        )
    return count


def order_keys(order: RunOrder, setup: MarketingSetup) -> list[Any]:
    """By what lines with effective values are numbered; lines alike as they came."""
    keys: dict[RunOrder, list[Any]] = {
        RunOrder.POSTAL: _postal(setup.country),
        RunOrder.NAME: [Upper("contact__name"), F("contact__number")],
        RunOrder.NUMBER: [F("contact__number")],
        RunOrder.STEP: [],
    }
    return [*keys[order], F("position"), F("pk")]


def _postal(home: str) -> list[Any]:
    """As the post sorts: country, postcode, town, street of the address used."""
    country = of_used_address("country")
    return [
        Coalesce(NullIf(country, Value("")), Value(home)),
        *(of_used_address(name) for name in ("postcode", "city", "address")),
    ]
