"""What a field of Word says in one letter, worked out from the record."""

import datetime
import fnmatch
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..fields import DATE, LANGUAGE
from .dates import format_date
from .numbers import format_number, number_of

Record = Mapping[str, Any]
# A date with which another text than its own came along.
RAW_DATES = {"document_date": DATE}
IN_ADDRESSES = "%:/?#[]@!$&()*+,;=-._~"


class Value(Protocol):
    """Something that is a text in every letter."""

    def text(self, record: Record) -> str:
        """Return the text in the letter of this record."""
        ...


@dataclass(frozen=True)
class Literal:
    """A text that is the same in every letter."""

    written: str

    def text(self, record: Record) -> str:
        return self.written


@dataclass(frozen=True)
class FieldText:
    """A field of the record, or what the merge puts beside it."""

    code: str

    @property
    def is_tag(self) -> bool:
        """Whether a tag may name it, and nothing has to be worked out."""
        return not self.code.startswith("_")

    def text(self, record: Record) -> str:
        return str(record.get(self.code) or "")


@dataclass(frozen=True)
class Joined:
    """Several values one after the other."""

    values: tuple[Value, ...]

    def text(self, record: Record) -> str:
        return "".join(value.text(record) for value in self.values)


@dataclass(frozen=True)
class Cased:
    r"""A value with other capitals: `\* Upper`."""

    value: Value
    case: str

    def text(self, record: Record) -> str:
        text = self.value.text(record)
        if self.case == "UPPER":
            return text.upper()
        if self.case == "LOWER":
            return text.lower()
        if self.case == "CAPS":
            return re.sub(r"(?<!\S)\S", lambda letter: letter[0].upper(), text)
        return re.sub(r"\S", lambda letter: letter[0].upper(), text, count=1)


@dataclass(frozen=True)
class Dated:
    r"""A date as a picture asks for it: `\@`. What is no date stays as it is."""

    value: Value
    picture: str

    def text(self, record: Record) -> str:
        text = self.value.text(record)
        raw = text
        if isinstance(self.value, FieldText) and self.value.code in RAW_DATES:
            raw = str(record.get(RAW_DATES[self.value.code]) or "")
        try:
            date = datetime.datetime.fromisoformat(raw.strip())
        except ValueError:
            return text
        return format_date(date, self.picture, str(record.get(LANGUAGE) or ""))


@dataclass(frozen=True)
class Numeral:
    r"""A number as a picture asks for it: `\#`. What is no number stays as it is."""

    value: Value
    picture: str
    decimal: str

    def text(self, record: Record) -> str:
        text = self.value.text(record)
        number = number_of(text, self.decimal)
        if number is None:
            return text
        return format_number(number, self.picture, self.decimal)


@dataclass(frozen=True)
class Around:
    r"""A value with texts around it, which only come with it: `\b` and `\f`."""

    value: Value
    before: str
    after: str

    def text(self, record: Record) -> str:
        text = self.value.text(record)
        return self.before + text + self.after if text else ""


@dataclass(frozen=True)
class Condition:
    """A comparison; its text is empty when it does not hold.

    Numbers are compared as such. Capitals count, as they do in Word; ? and * stand
    for one letter and for any number of them.
    """

    left: Value
    operator: str
    right: Value
    decimal: str

    def text(self, record: Record) -> str:
        return "1" if self.holds(record) else ""

    def holds(self, record: Record) -> bool:
        left, right = self.left.text(record), self.right.text(record)
        if self.operator in ("=", "<>"):
            return self._equal(left, right) is (self.operator == "=")
        numbers = number_of(left, self.decimal), number_of(right, self.decimal)
        smaller: Any = left
        larger: Any = right
        if None not in numbers:
            smaller, larger = numbers
        return {
            "<": smaller < larger,
            "<=": smaller <= larger,
            ">": smaller > larger,
            ">=": smaller >= larger,
        }[self.operator]

    def _equal(self, left: str, right: str) -> bool:
        if left == right:
            return True
        number = number_of(left, self.decimal)
        if number is not None and number == number_of(right, self.decimal):
            return True
        if "*" not in right and "?" not in right:
            return False
        return fnmatch.fnmatchcase(left, right.replace("[", "[[]"))


@dataclass(frozen=True)
class Choice:
    """One of two values."""

    condition: Condition
    yes: Value
    no: Value

    def text(self, record: Record) -> str:
        chosen = self.yes if self.condition.holds(record) else self.no
        return chosen.text(record)


@dataclass(frozen=True)
class InAddress:
    """A value inside the address of a link: nothing in it ends the address.

    Behind the question mark it is an answer by itself: nothing in it ends that.
    """

    value: Value
    asked: bool = False

    def text(self, record: Record) -> str:
        kept = "" if self.asked else IN_ADDRESSES
        return urllib.parse.quote(self.value.text(record).strip(), safe=kept)
