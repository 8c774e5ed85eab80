"""What the flags of privacy make of each other (contacts_interactions.md 10.2)."""

import pytest

from contacts.privacy import LiftRefused, PrivacyFlags, settle

FREE = PrivacyFlags()
BLOCKED = PrivacyFlags(privacy_blocked=True)
MINOR = PrivacyFlags(minor=True, privacy_blocked=True)
AGREED = PrivacyFlags(minor=True, parental_consent_received=True)
AGREED_BLOCKED = AGREED._replace(privacy_blocked=True)
NOW_MINOR = ["Privacy was blocked, because the contact is now a minor."]
CONSENT = ["Privacy was blocked, because the parental consent was changed."]
CLEARED = ["The parental consent was cleared: it is only for minors."]


@pytest.mark.parametrize(
    ("before", "wanted", "after", "said"),
    [
        (FREE, FREE, FREE, []),
        (FREE, BLOCKED, BLOCKED, []),
        (BLOCKED, FREE, FREE, []),
        # Ticking Minor blocks.
        (FREE, PrivacyFlags(minor=True), MINOR, NOW_MINOR),
        (FREE, AGREED, AGREED_BLOCKED, NOW_MINOR),
        (BLOCKED, PrivacyFlags(minor=True), MINOR, NOW_MINOR),
        (FREE, MINOR, MINOR, []),
        # Consent blocks in either direction; then the block is lifted by hand.
        (MINOR, AGREED, AGREED_BLOCKED, CONSENT),
        (AGREED, PrivacyFlags(minor=True), MINOR, CONSENT),
        (AGREED_BLOCKED, AGREED, AGREED, []),
        # Unticking Minor clears the consent and leaves the block.
        (
            AGREED_BLOCKED,
            PrivacyFlags(privacy_blocked=True, parental_consent_received=True),
            BLOCKED,
            CLEARED,
        ),
        (AGREED, PrivacyFlags(parental_consent_received=True), FREE, CLEARED),
        (MINOR, BLOCKED, BLOCKED, []),
        (MINOR, FREE, FREE, []),
    ],
)
def test_the_flags_follow_from_each_other(before, wanted, after, said):
    assert settle(before, wanted) == (after, said)


def test_a_minor_without_consent_stays_blocked():
    with pytest.raises(LiftRefused, match="no parental consent"):
        settle(MINOR, PrivacyFlags(minor=True))
