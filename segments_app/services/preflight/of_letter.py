"""Whether a letter can be made, and gets where it shall."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.postal import incomplete_address

from ..documents_asking import Asking, without_picture
from .kinds import PROBLEM, WARNING, Check
from .lines import EMAIL, HARD_COPY


def checks_of_letter(asking: Asking, *, deliver: bool) -> Iterator[Check]:
    """Those that need the letter only warn where it is not delivered."""
    when_delivering = PROBLEM if deliver else WARNING
    yield Check(
        "channel_blocked",
        when_delivering,
        Q(unwelcome=True),
        _("Does not want to receive anything through this channel."),
        _("Choose another channel, or take the contacts off the segment."),
    )
    if asking.unreadable:
        yield Check(
            "document_unreadable",
            PROBLEM,
            Q(effective_document_id__in=asking.unreadable),
            _("The document cannot be read any more."),
            _("Upload it again."),
        )
    if asking.unknown:
        yield Check(
            "unknown_field",
            PROBLEM,
            Q(effective_document_id__in=asking.unknown),
            _("The document has a field that is not known."),
            _("Check the document: it says which field, and the nearest name."),
        )
    yield Check(
        "no_template",
        PROBLEM,
        Q(effective_template_id=None),
        _("No interaction template."),
        _("Choose a template on the segment or on the line."),
    )
    yield Check(
        "no_description",
        PROBLEM,
        Q(effective_description=""),
        _("No description."),
        _("Fill in the description of the line, or empty it to inherit."),
    )
    yield Check(
        "email_missing",
        when_delivering,
        EMAIL & Q(effective_email=""),
        _("To be sent by e-mail, but there is no e-mail address."),
        _("Fill in the address of the contact, or choose hard copy."),
    )
    yield Check(
        "address_missing",
        when_delivering,
        HARD_COPY
        & (
            Q(incomplete_elsewhere=True)
            | Q(effective_address_id=None) & incomplete_address("contact__")
        ),
        _("To be printed, but the postal address is incomplete."),
        _("Fill in street and city of the contact, or choose e-mail."),
    )
    yield Check(
        "no_document",
        when_delivering,
        ~Q(effective_correspondence_type="") & Q(effective_document_id=None),
        _("There is no document to send for the language."),
        _("Upload a document in that language or in the default language."),
    )
    yield Check(
        "other_language",
        WARNING,
        Q(language=None, document=None)
        & ~Q(contact__language="")
        & ~Q(effective_document_id=None)
        & ~Q(effective_language=F("contact__language")),
        _("The contact gets a letter in another language: there is none in theirs."),
        _("Upload a document in that language, or take the contacts off."),
    )
    yield Check(
        "nothing_to_deliver",
        WARNING,
        Q(effective_correspondence_type="") & ~Q(effective_document_id=None),
        _("No correspondence type: the letter is logged but goes nowhere."),
        _("Choose a correspondence type on the contact, line or segment."),
    )
    yield Check(
        "salesperson_missing",
        WARNING,
        Q(effective_salesperson_id=None)
        & (
            Q(effective_document_id=None)
            | ~Q(effective_document_id__in=asking.salesperson)
        ),
        _("No salesperson."),
        _("Choose one on the segment, the line or the contact."),
    )
    if asking.salesperson:
        yield Check(
            "salesperson_needed",
            PROBLEM,
            Q(
                effective_salesperson_id=None,
                effective_document_id__in=asking.salesperson,
            ),
            _("The letter names the salesperson, but there is none."),
            _("Choose one on the segment, the line or the contact."),
        )
    if asking.pictures:
        yield Check(
            "picture_missing",
            WARNING,
            without_picture(asking),
            _("The letter shows a picture that is not there."),
            _("Upload the picture, or the salesperson's signature, in the set-up."),
        )
    if asking.skipping:
        yield Check(
            "letter_with_condition",
            WARNING,
            Q(effective_document_id__in=asking.skipping),
            _("The letter's own condition (SKIPIF) may leave contacts out."),
            _("Merging says how many; take the field out to write to all of them."),
        )
    yield Check(
        "own_document_old",
        WARNING,
        Q(own_document_is_old=True),
        _("The own document was written on an earlier version of the letter."),
        _("Look at it again: keep it, write it anew, or reset it."),
    )
    elsewhere = [*asking.personal_text, *asking.unreadable, *asking.unknown]
    yield Check(
        "personal_text_unused",
        WARNING,
        ~Q(effective_personal_text="")
        & ~Q(effective_document_id=None)
        & ~Q(effective_document_id__in=elsewhere),
        _("There is a personal text, but the letter has no place for it."),
        _("Put the field personal_text into the document, or empty the text."),
    )
