"""Where and how each kind of problem before logging is mended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mending:
    """The page that mends it, the fields of the contact, the own value of the line.

    `place` is the name of a URL of the segment. That the contacts are taken off mends
    every problem of lines.
    """

    place: str = ""
    contact: tuple[str, ...] = ()
    value: str = ""
    of_privacy: bool = False


MENDINGS = {
    "empty": Mending(place="segments:detail"),
    "no_segment_description": Mending(place="segments:edit"),
    "minor": Mending(contact=("parental_consent_received",), of_privacy=True),
    "channel_blocked": Mending(value="correspondence_type"),
    "document_unreadable": Mending(place="segments:documents"),
    "unknown_field": Mending(place="segments:documents"),
    "no_document": Mending(place="segments:documents", value="language"),
    "no_template": Mending(place="segments:edit", value="template"),
    "no_description": Mending(value="description"),
    "email_missing": Mending(contact=("email",), value="correspondence_type"),
    "address_missing": Mending(
        contact=("address", "postcode", "city"), value="correspondence_type"
    ),
    "other_language": Mending(place="segments:documents", value="language"),
    "nothing_to_deliver": Mending(place="segments:edit", value="correspondence_type"),
    "salesperson_missing": Mending(place="segments:edit", value="salesperson"),
    "salesperson_needed": Mending(place="segments:edit", value="salesperson"),
    "salutation_missing": Mending(contact=("salutation",)),
    "letter_with_condition": Mending(place="segments:merge"),
    "own_document_old": Mending(place="segments:personal_letters"),
    "personal_text_unused": Mending(place="segments:personal_letters"),
    "same_address": Mending(place="segments:one_per_address"),
    "written_lately": Mending(place="segments:pressure"),
}


def mending_of(kind: str) -> Mending:
    """How this kind is mended; one that no page mends by taking off alone."""
    return MENDINGS.get(kind, Mending())
