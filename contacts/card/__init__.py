"""What the card of a contact tells: its timeline, changes in words, facts of today."""
