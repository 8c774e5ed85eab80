"""Letters without their case, as both databases fold them."""


def capitals(text: str) -> str:
    """Each letter's capital, if that is one letter: ß stays, as on PostgreSQL."""
    folded = text.upper()
    if len(folded) == len(text):
        return folded
    both = ((letter, letter.upper()) for letter in text)
    return "".join(capital if len(capital) == 1 else letter for letter, capital in both)
