"""What a merge field is worth: its instruction read as a value or a condition."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..errors import Problem
from ..fields import LETTER_NUMBER, RECORD_NUMBER
from .blocks import address_block, greeting_line
from .instruction import Instruction, Token, beginning_of, pieces_of
from .refusals import REASONS, Refused, unknown_field
from .source import FieldSource
from .switches import Switches, argument, read_switches
from .table import FieldTable
from .tree import WordField, inner_fields
from .values import Choice, Condition, FieldText, Joined, Literal, Value

NUMBERS = {"MERGEREC": RECORD_NUMBER, "MERGESEQ": LETTER_NUMBER}
MERGED = frozenset(
    ("MERGEFIELD", "IF", "SKIPIF", "ADDRESSBLOCK", "GREETINGLINE", *NUMBERS)
)
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


@dataclass(frozen=True)
class ReadChoice:
    """An IF as it was read: the condition, the two texts, the switches."""

    condition: Condition
    yes: Token | None
    no: Token | None
    switches: Switches


def kind_of(field: WordField) -> str:
    """Return the name of a field in capitals, as in MERGEFIELD."""
    return Instruction(beginning_of(field.code)).kind


def shown(field: WordField) -> str:
    """Return the code of a field on one line, fields in it in braces."""
    pieces = beginning_of(field.code)
    text = "".join(
        f"{{ {shown(piece.field)} }}" if piece.field else piece.text for piece in pieces
    )
    return " ".join(text.split())


class Evaluator:
    """Turns fields into values; `problems` gets the names that do not exist."""

    def __init__(
        self,
        source: FieldSource,
        table: FieldTable,
        problems: list[Problem],
        where: Callable[[WordField], str],
    ) -> None:
        self.source = source
        self.table = table
        self.problems = problems
        self.where = where

    def value(self, field: WordField) -> Value:
        """Return what a field is worth. Raises Refused."""
        value, switches = self.with_switches(field)
        return value

    def with_switches(self, field: WordField) -> tuple[Value, Switches]:
        """Return what a field is worth, and its switches. Raises Refused."""
        kind = kind_of(field)
        if kind in REASONS:
            raise Refused(str(REASONS[kind]))
        if kind == "IF":
            choice = self.choice(field)
            value: Value = Choice(
                choice.condition, self.joined(choice.yes), self.joined(choice.no)
            )
            return self._applied(value, choice.switches)
        reader = Instruction(pieces_of(field.code))
        if kind == "MERGEFIELD":
            return self._merge_field(field, reader)
        if kind in NUMBERS:
            switches = read_switches(reader.rest(), allowed="*#")
            return self._applied(FieldText(NUMBERS[kind]), switches)
        if kind == "ADDRESSBLOCK":
            return self._address_block(reader)
        if kind == "GREETINGLINE":
            return self._greeting_line(reader)
        raise Refused(_("it depends on a field that only Word can fill in"))

    def choice(self, field: WordField) -> ReadChoice:
        """Read an IF. Raises Refused."""
        reader = Instruction(pieces_of(field.code))
        condition = self._condition(reader)
        tokens = list(reader.rest())
        texts: list[Token | None] = []
        while tokens and not tokens[0].is_switch:
            texts.append(tokens.pop(0))
        if not 1 <= len(texts) <= 2:  # noqa: PLR2004
            raise Refused(
                _("it needs one text or two behind the condition"),
                _("Put each text of the field in quotation marks."),
            )
        switches = read_switches(tokens, allowed="*")
        yes, no = (*texts, None)[:2]
        return ReadChoice(condition, yes, no, switches)

    def skip(self, field: WordField) -> Condition:
        """Read a SKIPIF. Raises Refused."""
        reader = Instruction(pieces_of(field.code))
        condition = self._condition(reader)
        read_switches(reader.rest(), allowed="*")
        return condition

    def is_of_word(self, field: WordField) -> bool:
        """Whether an IF has no merge field and compares what only Word knows."""
        inside = inner_fields(field.code)
        if any(self._is_ours(inner) for inner in inside):
            return False
        try:
            reader = Instruction(pieces_of(field.code))
        except Refused:
            return False
        operands = [reader.take(operators=True) for _place in range(3)][::2]
        return bool(inside) or any(map(self._is_bookmark, filter(None, operands)))

    def joined(self, token: Token | None) -> Value:
        """Return a text with the values of the fields in it. Raises Refused."""
        values: list[Value] = []
        letters = ""
        for piece in token.pieces if token else ():
            if piece.field is None:
                letters += piece.text
                continue
            if letters:
                values.append(Literal(letters))
            letters = ""
            values.append(self.value(piece.field))
        if letters or not values:
            values.append(Literal(letters))
        return values[0] if len(values) == 1 else Joined(tuple(values))

    def _is_ours(self, field: WordField) -> bool:
        kind = kind_of(field)
        if kind == "IF":
            return not self.is_of_word(field)
        return kind in MERGED or any(map(self._is_ours, inner_fields(field.code)))

    def _is_bookmark(self, token: Token) -> bool:
        return not token.quoted and token.text.casefold() in self.source.bookmarks

    def _condition(self, reader: Instruction) -> Condition:
        left = reader.take(operators=True)
        operator = reader.take(operators=True)
        right = reader.take(operators=True)
        if (
            left is None
            or operator is None
            or right is None
            or operator.quoted
            or operator.text not in COMPARISONS
        ):
            raise Refused(
                _("its condition cannot be read"),
                _('Write it as { IF { MERGEFIELD name } = "text" "yes" "no" }.'),
            )
        if self._is_bookmark(left) or self._is_bookmark(right):
            raise Refused(
                _("it depends on a bookmark, which only Word can read"),
                _("Compare the merge field itself instead of the bookmark."),
            )
        return Condition(
            self.joined(left), operator.text, self.joined(right), self.source.decimal
        )

    def _merge_field(
        self, field: WordField, reader: Instruction
    ) -> tuple[Value, Switches]:
        tokens = list(reader.rest())
        words: list[Token] = []
        while tokens and not tokens[0].is_switch:
            words.append(tokens.pop(0))
        name = " ".join(word.text for word in words)
        if not name or any(word.fields for word in words):
            raise Refused(
                _("the name of the field is missing"),
                _("Delete the field and insert it again."),
            )
        switches = read_switches(tokens, allowed="*@#bf")
        code = self.source.code_of(name)
        if code is None:
            self.problems.append(unknown_field(name, self.where(field)))
            return Literal(""), switches
        self.table.codes.add(code)
        return self._applied(FieldText(code), switches)

    def _address_block(self, reader: Instruction) -> tuple[Value, Switches]:
        """\\e and \\d are about the country, which our addresses write as it does."""
        options, rest = _options(reader, with_text="fcel", alone="d")
        country = options.get("\\c", "2")
        value = address_block(options.get("\\f", ""), country, self.source.placeholders)
        self.table.codes.add("contact_mail_address")
        return self._applied(value, read_switches(rest, allowed="*"))

    def _greeting_line(self, reader: Instruction) -> tuple[Value, Switches]:
        options, rest = _options(reader, with_text="fel", alone="")
        value = greeting_line(options.get("\\f", ""), options.get("\\e", ""))
        self.table.codes.add("formal_salutation")
        return self._applied(value, read_switches(rest, allowed="*"))

    def _applied(self, value: Value, switches: Switches) -> tuple[Value, Switches]:
        return switches.apply(value, self.source.decimal), switches


def _options(
    reader: Instruction, *, with_text: str, alone: str
) -> tuple[dict[str, str], list[Token]]:
    """Read the switches of a block; return them, and the tokens of the others."""
    found: dict[str, str] = {}
    rest: list[Token] = []
    tokens = reader.rest()
    for token in tokens:
        name = token.text.lower()
        if token.is_switch and name[1:] and name[1:] in with_text:
            found[name] = argument(name, next(tokens, None))
        elif token.is_switch and name[1:] and name[1:] in alone:
            found[name] = ""
        else:
            rest.append(token)
    return found, rest
