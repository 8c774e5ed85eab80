"""Contacts classified as long work."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import JobError, Progress, register

from ..models import ProfileQuestionnaire
from ..services.profiles.classify import classify_contacts
from ..services.profiles.start_classification import CLASSIFY


@register(
    CLASSIFY,
    label=_("Classification of contacts"),
    result_labels={
        "questions": _("Questions"),
        "answers": _("Answers given"),
        "minors": _("Minors left out"),
        "left_out": _("Questions left out"),
    },
    next_page=("contacts:questionnaires", _("Look at the questionnaires")),
)
def classify_contacts_of_job(job: Job) -> Iterator[Progress]:
    """Answer the automatic questions, each in one chunk; see `classify_contacts`.

    The parameters are the key of the `questionnaire`, None for all, and the day `on`.
    """
    questionnaire = None
    if job.parameters["questionnaire"]:
        found = ProfileQuestionnaire.objects.filter(pk=job.parameters["questionnaire"])
        questionnaire = found.first()
        if questionnaire is None:
            raise JobError(gettext("The questionnaire was deleted meanwhile."))
    before = job.result.get("answers", 0)
    for state in classify_contacts(
        on=date.fromisoformat(job.parameters["on"]),
        questionnaire=questionnaire,
        skip=tuple(job.resume.get("questions", ())),
    ):
        if state.question:
            job.resume.setdefault("questions", []).append(state.question.pk)
        job.result |= {
            "questions": state.done,
            "answers": before + state.answers,
            "minors": state.minors,
        }
        if state.left_out:
            job.result["left_out"] = " ".join(
                f"{finding.question.code}: {finding.said}" for finding in state.left_out
            )
        yield Progress(
            done=state.done,
            total=state.total,
            message=state.question.description if state.question else "",
        )
