"""What the flags of privacy make of each other (contacts_interactions.md 10.2)."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _


class PrivacyFlags(NamedTuple):
    privacy_blocked: bool = False
    minor: bool = False
    parental_consent_received: bool = False


def flags_of(contact: Any) -> PrivacyFlags:
    return PrivacyFlags(*(getattr(contact, name) for name in PrivacyFlags._fields))


class LiftRefused(Exception):
    """Privacy stays blocked; the message says until when."""

    def __init__(self) -> None:
        super().__init__(
            _("Privacy stays blocked while a minor has no parental consent.")
        )


def settle(
    before: PrivacyFlags, wanted: PrivacyFlags
) -> tuple[PrivacyFlags, list[str]]:
    """Return the flags as they become, and what was set beyond what was wanted.

    Who becomes a minor is blocked, and so is a minor whose consent is given or taken
    back: somebody looks and lifts the block. Who is no minor any more needs no
    consent; a block stays. Raises LiftRefused.
    """
    after, said = wanted, []
    if not after.minor and before.minor and after.parental_consent_received:
        after = after._replace(parental_consent_received=False)
        said.append(_("The parental consent was cleared: it is only for minors."))
    looks_new = after.minor and after[1:] != before[1:]
    if looks_new and not after.privacy_blocked:
        after = after._replace(privacy_blocked=True)
        said.append(
            _("Privacy was blocked, because the contact is now a minor.")
            if not before.minor
            else _("Privacy was blocked, because the parental consent was changed.")
        )
    lifted = before.privacy_blocked and not after.privacy_blocked
    if lifted and after.minor and not after.parental_consent_received:
        raise LiftRefused
    return after, said
