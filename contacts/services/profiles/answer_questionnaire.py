"""A contact's answers to a questionnaire are written down (2.7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...choices import ChangeKind
from ...models import (
    Contact,
    ContactProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
)
from ..changes import record_change
from ..errors import ContactAnonymised, ContactChanged, ContactError, ContactGone
from .classify import rate_contact

# By question the keys of the chosen answers, each with what was said beside it.
Given = Mapping[int, Mapping[int, str]]


def check_may_be_asked(contact: Contact) -> None:
    """Refuse minors, with and without consent, and who was anonymised.

    contacts_interactions.md 2.7.7
    """
    if contact.anonymised_at:
        raise ContactAnonymised
    if contact.minor:
        raise ContactError(_("Minors are asked no questionnaires."))


def answer_questionnaire(
    *,
    contact: Contact,
    questionnaire: ProfileQuestionnaire,
    given: Given,
    user: Any,
    at: datetime,
    seen: str | None = None,
) -> bool:
    """Let the contact have these answers to the questions of `given`, and no others.

    What did not change keeps its date; ratings that depend on what did are computed at
    once. Returns whether anything changed. `seen` is the version that the user looked
    at. Raises ContactGone, ContactChanged, and ContactError for a minor, for a
    questionnaire that is not for the contact, for a question that is answered
    automatically, and for several answers to a question that takes one.
    """
    with transaction.atomic():
        stored = _locked(contact)
        if seen is not None and seen != stored.version:
            raise ContactChanged(stored.version)
        check_may_be_asked(stored)
        allowed = ProfileQuestionnaire.objects.for_contact(stored)
        if not allowed.filter(pk=questionnaire.pk).exists():
            raise ContactError(_("This questionnaire is not for this contact."))
        questions = _questions(questionnaire, given)
        before = {
            link.answer_id: link
            for link in stored.profile_answer_links.filter(
                answer__question__in=questions
            )
        }
        after = {pk: said for answers in given.values() for pk, said in answers.items()}
        changed = {
            pk
            for pk in before.keys() | after.keys()
            if pk not in before or before[pk].value != after.get(pk)
        }
        if not changed:
            return False
        _write(stored, before, after, changed, at)
        Contact.objects.filter(pk=stored.pk).update(updated_at=at)
        _record(stored, questions, set(before), set(after), user, at)
        rate_contact(
            contact=stored,
            changed=[
                question.pk
                for question in questions.values()
                if changed & {answer.pk for answer in question.answers.all()}
            ],
            on=timezone.localdate(at),
        )
        return True


def _locked(contact: Contact) -> Contact:
    """The contact as it is now; a classification may go on meanwhile."""
    stored = Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk)
    found = stored.first()
    if found is None:
        raise ContactGone
    return found


def _questions(
    questionnaire: ProfileQuestionnaire, given: Given
) -> dict[int, ProfileQuestion]:
    asked = questionnaire.questions.filter(source="").prefetch_related("answers")
    questions = asked.in_bulk(list(given))
    for pk, answers in given.items():
        question = questions.get(pk)
        known = question and {answer.pk for answer in question.answers.all()}
        if question is None or not known or not answers.keys() <= known:
            raise ContactError(_("These questions were changed meanwhile. Look again."))
        if len(answers) > 1 and not question.multiple_answers:
            said = _("“%s” takes one answer.")
            raise ContactError(said % question.description)
    return questions


def _write(
    contact: Contact,
    before: Mapping[int, ContactProfileAnswer],
    after: Mapping[int, str],
    changed: set[int],
    at: datetime,
) -> None:
    today = timezone.localdate(at)
    contact.profile_answer_links.filter(
        answer__in=changed & (before.keys() - after.keys())
    ).delete()
    ContactProfileAnswer.objects.bulk_create(
        [
            ContactProfileAnswer(
                contact=contact, answer_id=pk, value=after[pk], last_updated=today
            )
            for pk in sorted(changed & after.keys())
        ],
        update_conflicts=True,
        unique_fields=["contact", "answer"],
        update_fields=["value", "last_updated"],
    )


def _record(
    contact: Contact,
    questions: Mapping[int, ProfileQuestion],
    before: set[int],
    after: set[int],
    user: Any,
    at: datetime,
) -> None:
    called = {
        answer.pk: f"{question.code} {answer.code}"
        for question in questions.values()
        for answer in question.answers.all()
    }
    was, became = (sorted(called[pk] for pk in keys) for keys in (before, after))
    record_change(
        contact=contact,
        kind=ChangeKind.CLASSIFIED,
        values={"profile_answers": [was, became]},
        user=user,
        at=at,
    )
