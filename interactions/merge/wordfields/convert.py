"""The merge fields of a part, turned into tags and entries of the field table."""

import copy
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ..errors import Problem
from ..wordxml import (
    Element,
    paragraph_of,
    place,
    plain_text,
    remove,
    split_runs,
    w,
)
from .blank_lines import let_blank_lines_go
from .evaluate import MERGED, Evaluator, kind_of, shown
from .instruction import Instruction, Token, pieces_of
from .marks import END, OTHERWISE, strip_marks, value_mark, when_mark
from .refusals import (
    REASONS,
    Refused,
    broken,
    over_paragraphs,
    too_many,
    unsupported,
)
from .source import FieldSource
from .switches import Switches
from .table import FieldTable, Skip
from .tree import (
    MAX_DEPTH,
    WordField,
    inner_fields,
    instruction_run,
    new_run,
    read_fields,
    text_run,
    unfold,
)
from .values import FieldText, InAddress, Value

MAX_FIELDS = 3_000
# Of one part; more tell nobody anything.
MAX_PROBLEMS = 100
# What is put in place of a field: runs, and marks between them.
Output = list[Element | str]


def convert_fields(
    root: Element, part: str, source: FieldSource, table: FieldTable
) -> list[Problem]:
    """Turn the merge fields of a part into tags; return what cannot be merged."""
    strip_marks(root)
    for simple in list(root.iter(w("fldSimple"))):
        kind = Instruction.of_text(simple.get(w("instr"), "")).kind
        if kind in MERGED or kind in REASONS:
            unfold(simple)
    split_runs(root)
    fields = read_fields(root)
    places = _places(fields, part)
    if len(places) > MAX_FIELDS:
        return [too_many(part, MAX_FIELDS)]
    converter = _Converter(places, source, table)
    converter.convert(fields)
    if not source.keeps_blank_lines:
        let_blank_lines_go(converter.printed, table)
    return converter.problems


class _Converter:
    """Works through the fields of one part; `problems` fills up on the way.

    `printed` has the runs that are only a value, each with it.
    """

    def __init__(
        self, places: dict[WordField, str], source: FieldSource, table: FieldTable
    ) -> None:
        self.where = places.__getitem__
        self.table = table
        self.problems: list[Problem] = []
        self.printed: dict[Element, Value] = {}
        self.evaluate = Evaluator(source, table, self.problems, self.where)

    def convert(self, fields: Iterable[WordField]) -> None:
        """Put what was made of each field in its place."""
        for field in fields:
            if len(self.problems) >= MAX_PROBLEMS:
                return
            if field.end is None or field.depth >= MAX_DEPTH:
                self.problems.append(broken(shown(field), self.where(field)))
            elif self._stays(field):
                self._keep(field)
            else:
                self._replace(field)

    def _stays(self, field: WordField) -> bool:
        kind = kind_of(field)
        if kind == "IF":
            return self.evaluate.is_of_word(field)
        return kind not in MERGED and kind not in REASONS

    def _replace(self, field: WordField) -> None:
        runs = list(field.runs())
        paragraph = paragraph_of(field.begin)
        if any(paragraph_of(run) is not paragraph for run in runs):
            where, kind = self.where(field), kind_of(field)
            self.problems.append(over_paragraphs(shown(field), where, kind))
            return
        for output in self.output(field):
            _put_before(field.begin, output)
        for run in runs:
            remove(run)

    def _keep(self, field: WordField) -> None:
        """Leave a field to Word, with the values of merge fields in it."""
        kind = kind_of(field)
        if kind == "HYPERLINK":
            asked = False
            for content in list(field.code):
                if isinstance(content, WordField):
                    self._put_into_address(field, content, asked)
                else:
                    asked = asked or "?" in "".join(content.itertext())
        elif refused := _refused(kind, field.code):
            self._refuse(field, refused)
            return
        self.convert(inner_fields(field.result))

    def _put_into_address(self, link: WordField, inner: WordField, asked: bool) -> None:
        try:
            value = InAddress(self.evaluate.value(inner), asked)
        except Refused as refused:
            self._refuse(link, refused)
            return
        code = value_mark(self.table.number_of(value))
        inner.begin.addprevious(instruction_run(code, near=inner.begin))
        for old in list(inner.runs()):
            remove(old)

    def output(self, field: WordField) -> Output:
        """Return what stands in the letter for a field."""
        try:
            return self._output(field, kind_of(field))
        except Refused as refused:
            self._refuse(field, refused)
            return []

    def _output(self, field: WordField, kind: str) -> Output:
        if kind in REASONS:
            raise Refused(str(REASONS[kind]))
        if self._stays(field):
            return self._kept(field)
        if kind == "IF":
            return self._choice(field)
        if kind == "SKIPIF":
            if field.depth:
                raise Refused(_("it stands inside another field"))
            condition = self.evaluate.skip(field)
            self.table.skips.append(Skip(condition, shown(field)))
            return []
        value, switches = self.evaluate.with_switches(field)
        run = self._value_run(value, _format(field, switches), field.begin)
        self.printed[run] = value
        return [run]

    def _choice(self, field: WordField) -> Output:
        """Both texts of an IF, each with its own format unless a switch says else."""
        choice = self.evaluate.choice(field)
        if choice.switches.cases:
            value, switches = self.evaluate.with_switches(field)
            return [self._value_run(value, _format(field, switches), field.begin)]
        properties = _format(field, choice.switches) if choice.switches.keeps else None
        number = self.table.number_of(choice.condition)
        yes, no = (self._branch(token, properties) for token in (choice.yes, choice.no))
        otherwise: Output = [OTHERWISE, *no] if no else []
        return [when_mark(number), *yes, *otherwise, END]

    def _branch(self, token: Token | None, properties: Element | None) -> Output:
        output: Output = []
        letters, current = "", None
        for piece in (*token.pieces, None) if token else ():
            if piece and piece.is_letter and (not letters or piece.run is current):
                letters, current = letters + piece.text, piece.run
                continue
            if letters and current is not None:
                output.append(_like(current, properties, text=letters))
            letters, current = "", None
            if piece is None:
                break
            if piece.field is not None:
                output += self.output(piece.field)
            elif piece.element is not None:
                run = _like(piece.run, properties)
                run.append(piece.element)
                output.append(run)
            else:
                letters, current = piece.text, piece.run
        return output

    def _kept(self, field: WordField) -> Output:
        """A field of Word that stands inside one of ours, moved out of it."""
        before = len(self.problems)
        self._keep(field)
        if len(self.problems) > before or field.end is None:
            return []
        between = [field.begin, *_siblings(field.begin, field.end)]
        field.end.tail = None
        copies: Output = [copy.deepcopy(element) for element in between]
        for element in between:
            element.tail = None
            remove(element)
        return copies

    def _value_run(
        self, value: Value, properties: Element | None, near: Element
    ) -> Element:
        if isinstance(value, FieldText) and value.is_tag:
            text = f"{{{{ {value.code} }}}}"
        else:
            text = value_mark(self.table.number_of(value))
        return text_run(text, properties, near=near)

    def _refuse(self, field: WordField, refused: Refused) -> None:
        self.problems.append(unsupported(shown(field), self.where(field), refused))


def _places(fields: Iterable[WordField], part: str) -> dict[WordField, str]:
    """Where each field stands, for people, as long as the text is still theirs."""
    found: dict[WordField, str] = {}
    known: dict[Element | None, str] = {}
    waiting = list(fields)
    while waiting:
        field = waiting.pop()
        paragraph = paragraph_of(field.begin)
        if paragraph not in known:
            known[paragraph] = place(part, paragraph)
        found[field] = known[paragraph]
        waiting += inner_fields(field.code) + inner_fields(field.result)
    return found


def _refused(kind: str, code: list[Element | WordField]) -> Refused | None:
    """Why a field of Word cannot stay with what stands in its code, if so."""
    for inner in inner_fields(code):
        name = kind_of(inner)
        if name in REASONS:
            return Refused(str(REASONS[name]))
        if name in MERGED and kind != "IF":
            return Refused.for_word(kind)
        if refused := _refused(kind, inner.code):
            return refused
    return None


def _format(field: WordField, switches: Switches) -> Element | None:
    """The format of a value: that of the result, or of the first letter of the code."""
    if switches.keeps == "CHARFORMAT":
        runs = [piece.run for piece in pieces_of(field.code) if piece.text.strip()]
    else:
        result = [run for each in field.result for run in _own_runs(each)]
        runs = [run for run in result if plain_text(run)] or result
        runs += [
            content for content in field.code if not isinstance(content, WordField)
        ]
    return runs[0].find(w("rPr")) if runs else None


def _own_runs(content: Element | WordField) -> Iterator[Element]:
    if not isinstance(content, WordField):
        yield content
        return
    for inner in content.result:
        yield from _own_runs(inner)


def _like(run: Element, properties: Element | None, *, text: str = "") -> Element:
    """A run with a text, in the format of another run or the one given."""
    own = run.find(w("rPr"))
    chosen = own if properties is None else properties
    return text_run(text, chosen, near=run) if text else new_run(chosen, near=run)


def _siblings(begin: Element, end: Element) -> Iterator[Element]:
    """What stands between two runs, with the second. Raises Refused."""
    for element in begin.itersiblings():
        yield element
        if element is end:
            return
    raise Refused(_("it is partly inside a link or a content control"))


def _put_before(element: Element, output: Element | str) -> None:
    if not isinstance(output, str):
        element.addprevious(output)
        return
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + output
    elif parent is not None:
        parent.text = (parent.text or "") + output
