"""Why a contact is on a segment or not, in words."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.choices import IneligibleReason
from jobs.users import user_name

from ..choices import StepKind
from ..criteria import Names, Reason
from ..services.why import Answer, StepWhy, Why
from .shown_steps import ShownStep, shown_in_order
from .step_names import names_of
from .step_words import option_labels, what_is_asked

KINDS = dict(StepKind.choices)


@dataclass(frozen=True)
class ShownAnswer:
    """What a step asked: in words, with the reasons and who else counts."""

    kind: str
    sentence: str
    options: list[str]
    named: str
    reason: Reason | None
    brought_by: str
    kept_out: str


@dataclass(frozen=True)
class ShownWhy:
    """One step for one contact; `outcome` says what it did with the contact."""

    step: ShownStep
    asked: ShownAnswer
    outcome: str
    entered: bool
    left: bool
    changed_since: str
    parts: list[ShownAnswer]


def verdict(why: Why) -> str:
    """Say in one sentence whether the contact is on the segment, and why."""
    name = why.contact.name
    if why.is_on and why.put_on:
        said = _("%(name)s is on the segment: %(why)s")
        said %= {"name": name, "why": _came(why.put_on)}
        if why.by_copy_of:
            copy = _("It is by copy: %s gets the letter.") % why.by_copy_of.name
            said = f"{said} {copy}"
        return said
    said = _("%(name)s is not on the segment: %(why)s")
    return said % {"name": name, "why": _absent(why)}


def shown_why(why: Why, *, cursor: int) -> list[ShownWhy]:
    """Return all steps for the page, the undone ones last."""
    steps = [*why.steps, *why.undone]
    names = names_of(
        (answer.criteria, answer.options)
        for each in steps
        for answer in (each.asked, *each.parts)
    )
    words = shown_in_order([each.step for each in steps], cursor=cursor, names=names)
    return [_shown(each, step, names) for each, step in zip(steps, words, strict=True)]


def ineligible_label(reason: str) -> str:
    """Return why a contact is kept out of segments, in words; empty if it is not."""
    return str(IneligibleReason(reason).label) if reason else ""


def _came(why: StepWhy) -> str:
    named = {"step": why.step.position, "kind": _kind(why)}
    if why.named == "added":
        return _(
            "%(user)s added the contact in step %(step)d, %(kind)s, on %(day)s."
        ) % {
            **named,
            **_who(why),
        }
    said = _because(why)
    if not said:
        return _("step %(step)d, %(kind)s, put the contact on it.") % named
    return _("step %(step)d, %(kind)s, put the contact on it: %(said)s.") % {
        **named,
        "said": said,
    }


def _absent(why: Why) -> str:
    if why.taken_off:
        return _went(why.taken_off)
    if why.ineligible:
        return _("%s. Such contacts are kept out.") % ineligible_label(why.ineligible)
    if not why.steps:
        return _("no step has been taken yet.")
    if why.finding_now:
        return _(
            "no step found the contact when it was taken. Step %d would today."
        ) % (why.finding_now.step.position)
    return _("no step found the contact.")


def _went(why: StepWhy) -> str:
    named = {"step": why.step.position, "kind": _kind(why)}
    if why.named == "removed":
        return _(
            "%(user)s took the contact off in step %(step)d, %(kind)s, on %(day)s."
        ) % {**named, **_who(why)}
    said = _because(why)
    if not said:
        return _("step %(step)d, %(kind)s, took the contact off.") % named
    if why.step.kind == StepKind.REFINE:
        return _("step %(step)d, %(kind)s, kept only others: %(said)s.") % {
            **named,
            "said": said,
        }
    return _("step %(step)d, %(kind)s, took the contact off: %(said)s.") % {
        **named,
        "said": said,
    }


def _because(why: StepWhy) -> str:
    """What the step asked, with who brought the contact along."""
    if why.asked.options.get("all_contacts"):
        return _("it takes all contacts")
    said = what_is_asked(why.asked.criteria, why.asked.options)
    fits = why.asked.reason is None or why.asked.reason.holds
    others = why.asked.brought_by
    if said and others and not fits and not why.changed_since:
        return _("%(others)s fits, and counts for the whole organisation: %(said)s") % {
            "others": others[0].name,
            "said": said,
        }
    return said


def _shown(why: StepWhy, step: ShownStep, names: Names) -> ShownWhy:
    return ShownWhy(
        step=step,
        asked=_answer(why.asked, names),
        outcome=_outcome(why),
        entered=why.entered,
        left=why.left,
        changed_since=_changed(why),
        parts=[_answer(part, names) for part in why.parts],
    )


def _answer(answer: Answer, names: Names) -> ShownAnswer:
    others = ", ".join(f"{each.number} {each.name}" for each in answer.brought_by)
    return ShownAnswer(
        kind=str(KINDS.get(answer.kind, answer.kind)),
        sentence=what_is_asked(answer.criteria, answer.options, names),
        options=option_labels(answer.options, names),
        named=_named(answer),
        reason=answer.reason,
        brought_by=others,
        kept_out=ineligible_label(answer.kept_out) if answer.finds else "",
    )


def _named(answer: Answer) -> str:
    """Say whether a step that names its contacts names this one."""
    if answer.kind == StepKind.COMBINE:
        if answer.named:
            return _("The contact is among those it was combined with.")
        return _("The contact is not among those it was combined with.")
    said = {
        "added": _("The contact was added by hand."),
        "removed": _("The contact was taken off by hand."),
    }
    return said.get(answer.named, "") if answer.kind == StepKind.BY_HAND else ""


def _outcome(why: StepWhy) -> str:
    if why.named:
        return _outcome_by_name(why)
    if why.entered:
        return _("Put the contact on the segment.")
    if why.left:
        return _("Took the contact off.")
    if why.by_copy_of:
        said = _("The contact stayed by copy: %s gets the letter.")
        return said % why.by_copy_of.name
    if why.was_on:
        return _("The contact was on the segment and stayed.")
    return _("The contact was not on the segment, and did not come.")


def _outcome_by_name(why: StepWhy) -> str:
    if why.named == "removed":
        said = _("%(user)s took the contact off on %(day)s.")
    elif why.is_on:
        said = _("%(user)s added the contact on %(day)s.")
    else:
        said = _("%(user)s chose the contact on %(day)s, but it was kept out.")
    return said % _who(why)


def _changed(why: StepWhy) -> str:
    """Say that the same step would end differently today."""
    if not why.changed_since:
        return ""
    now = (
        _("Taken today, the step would leave the contact off the segment")
        if why.is_on
        else _("Taken today, the step would leave the contact on the segment")
    )
    return (
        _("%s: the contact, or what is known about it, changed since, or days went by.")
        % now
    )


def _kind(why: StepWhy) -> str:
    return str(KINDS.get(why.step.kind, why.step.kind))


def _who(why: StepWhy) -> dict[str, str]:
    user = why.step.user
    name = user_name(user) or _("Somebody")
    return {"user": name, "day": date_format(localtime(why.step.created_at))}
