"""What stands for a field of Word in a part until the part is compiled.

Noncharacters, so that no tag that people write can be taken for one: what was
checked as a tag is never ours, and the other way round.
"""

import re
from collections.abc import Iterable

from ..wordxml import Element

VALUE, WHEN, OTHERWISE, END, STOP, LINE = "\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8\ufdd9"
MARKS = re.compile(f"[{VALUE}-{LINE}]")
# A paragraph with our mark before all else; there is no other paragraph inside.
MARKED_LINE = re.compile(
    f"(<w:p\\b[^>]*>){LINE}([^{STOP}]+){STOP}(.*?</w:p>)", re.DOTALL
)
# The beginning of the names of our variables; no field begins like this.
PREFIX = "_word_"


def value_mark(number: int) -> str:
    """Return the text that becomes the value of an entry of the field table."""
    return f"{VALUE}{number}{STOP}"


def when_mark(number: int) -> str:
    """Return the text that begins what only stands there when the entry says so."""
    return f"{WHEN}{number}{STOP}"


def line_mark(names: Iterable[str]) -> str:
    """Return the text in a paragraph that keeps it where one of these is set."""
    return f"{LINE}{' or '.join(names)}{STOP}"


def variable(number: int) -> str:
    """Return the name of the variable of an entry."""
    return f"{PREFIX}{number}"


def expand(source: str) -> str:
    """Turn the marks of a part into tags, which the compiler reads."""
    source = MARKED_LINE.sub(r"{% if \2 %}\1\3{% endif %}", source)
    source = re.sub(f"{VALUE}(\\d+){STOP}", rf"{{{{ {PREFIX}\1 }}}}", source)
    source = re.sub(f"{WHEN}(\\d+){STOP}", rf"{{% if {PREFIX}\1 %}}", source)
    return source.replace(OTHERWISE, "{% else %}").replace(END, "{% endif %}")


def strip_marks(root: Element) -> None:
    """Take out noncharacters that a template brought along."""
    for element in root.iter():
        if element.text and MARKS.search(element.text):
            element.text = MARKS.sub("", element.text)
        if element.tail and MARKS.search(element.tail):
            element.tail = MARKS.sub("", element.tail)
        for name, value in element.attrib.items():
            if MARKS.search(value):
                element.set(name, MARKS.sub("", value))
