"""What steps ask and did, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import (
    AddresseeBy,
    KeptOut,
    LettersPer,
    Operation,
    SourceKind,
    StepKind,
    StepOption,
)
from ..criteria import CriteriaError, Names, describe, validate
from ..models import SegmentStep
from ..services.addressees import CHOSEN_BY_HAND
from .step_names import LEVEL, RESPONSIBILITY, SOURCES, names_of, source_codes


def sentence(criteria: Any, names: Names | None = None) -> str:
    """Return criteria in words; those the catalogue knows no longer say so.

    `names` are those of all sentences of the page; without, they are looked up.
    """
    if criteria is None:
        return ""
    try:
        return describe(validate(criteria), names=names or Names([criteria]))
    except CriteriaError as error:
        return _("Criteria that cannot be read any more: %s") % error


def what_is_asked(
    criteria: Any, options: Mapping[str, Any], names: Names | None = None
) -> str:
    """Return what a step asked in words: its criteria, or what it combined."""
    return sentence(criteria, names) or _combined(options, names)


def option_labels(options: Mapping[str, Any], names: Names | None = None) -> list[str]:
    """Return the options that are on, in words; for `names` see `sentence`."""
    labels = [str(option.label) for option in StepOption if options.get(option) is True]
    if "choose" in options:
        names = names or names_of([(None, options)])
        chosen = [(LEVEL, code) for code in options.get("levels", [])]
        chosen.append((RESPONSIBILITY, options.get("responsibility")))
        said = ", ".join(names.say(kind, code) or code for kind, code in chosen if code)
        label = str(AddresseeBy(options["choose"]).label)
        labels.append(f"{label}: {said}" if said else label)
    if options.get(CHOSEN_BY_HAND):
        labels.append(_chosen_by_hand(options["per"], options[CHOSEN_BY_HAND]))
    if options.get("by_copy"):
        labels.append(_("The others by copy"))
    if "copied_from" in options:
        labels.append(_("Copied from %s") % options["copied_from"])
    return labels


def say_effect(step: SegmentStep) -> str:
    """Say what a step did, and how many were kept out."""
    said = []
    by_copy = step.kept_out.get(KeptOut.BY_COPY, 0)
    if by_copy and not step.left:
        copies = ngettext(
            "%s contact is by copy now.", "%s contacts are by copy now.", by_copy
        )
        said.append(copies % intcomma(by_copy))
    elif not step.left and step.kind in (StepKind.REDUCE, StepKind.REFINE):
        said.append(_("Nobody was taken off."))
    elif step.entered or not step.left:
        entered = ngettext("%s contact entered.", "%s contacts entered.", step.entered)
        said.append(entered % intcomma(step.entered))
    if step.left:
        left = ngettext("%s contact taken off.", "%s contacts taken off.", step.left)
        said.append(left % intcomma(step.left))
    reasons = kept_out_labels(step.kept_out)
    if reasons:
        said.append(
            _("Kept out: %s.")
            % ", ".join(f"{reason} ({intcomma(count)})" for reason, count in reasons)
        )
    return " ".join(said)


def _chosen_by_hand(per: str, count: int) -> str:
    if per == LettersPer.COMPANY:
        said = ngettext(
            "chosen by hand: %s company", "chosen by hand: %s companies", count
        )
    else:
        said = ngettext(
            "chosen by hand: %s address", "chosen by hand: %s addresses", count
        )
    return said % intcomma(count)


def _combined(options: Mapping[str, Any], names: Names | None) -> str:
    """Return in words what a segment was combined with; empty for other steps."""
    if "operation" not in options:
        return ""
    source = say_source(options["source_kind"], options["source"], names)
    said = {
        Operation.UNION: _("Together with %s"),
        Operation.INTERSECTION: _("Only who is also in %s"),
        Operation.DIFFERENCE: _("Without %s"),
    }
    return said[Operation(options["operation"])] % source


def say_source(kind: str, name: str | Sequence[str], names: Names | None = None) -> str:
    """Return where contacts come from, in words, to go into a sentence.

    A part of two segments is named by both. For `names` see `sentence`.
    """
    if kind in SOURCES:
        names = names or names_of([(None, {"source_kind": kind, "source": name})])
        called = [names.say(SOURCES[kind], code) or code for code in source_codes(name)]
    else:
        called = source_codes(name)
    first, second = (*called, "")[:2]
    said = {
        SourceKind.SEGMENT: _("segment %(name)s"),
        SourceKind.LOGGED_SEGMENT: _("logged segment %(name)s"),
        SourceKind.MAILING_GROUP: _("mailing group %(name)s"),
        SourceKind.LIST: _("the file %(name)s") if name else _("a pasted list"),
        SourceKind.ONLY_ON: _("the part of %(first)s that is not on %(second)s"),
        SourceKind.ON_BOTH: _("the part of %(first)s that is also on %(second)s"),
    }
    return said[SourceKind(kind)] % {"name": first, "first": first, "second": second}


def kept_out_labels(kept_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many were kept out, by reason in words; by copy is not out."""
    return [
        (str(KeptOut(reason).label), count)
        for reason, count in kept_out.items()
        if reason != KeptOut.BY_COPY
    ]


def kind_label(kind: str, options: Mapping[str, Any] | None = None) -> str:
    """Return the kind of a step in words."""
    if options and "per" in options:
        return str(LettersPer(options["per"]).label)
    return str(StepKind(kind).label)
