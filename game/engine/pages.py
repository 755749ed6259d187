"""What a state has to say: its text, resolved to paragraphs. No sentence is made here; all words are the writer's.

Texts are compiled when they are first read: what stands in them whatever happens is made once, the rest becomes
functions of a state's values. Compiled texts are kept with the machine, and shared by all who read.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from game.engine.checks import Values
from game.engine.lines import fixed_line, one_line
from game.engine.machine import Machine
from game.engine.state import Option
from game.language.particles import HEARD, settle
from game.story.conditions import Cond, variables
from game.story.model import Block, InlineIf, Para, Slot, Span, Words
from game.story.times import hour_text


class Piece(NamedTuple):
    """A stretch of text with one style: "", "em" or "strong"."""

    text: str
    style: str = ""


class Paragraph(NamedTuple):
    """A paragraph as it is read. `speaker` is a person's id, or ""."""

    speaker: str
    pieces: tuple[Piece, ...]
    id: str
    text: str
    """The words of all pieces."""


_Shown: TypeAlias = "Callable[[Reader, Values, str], str]"
"""A slot as text; the text is what the clock of a chapter says where that is asked."""
_Gather: TypeAlias = "Callable[[Reader, Values, str, list[Paragraph]], None]"
_Part: TypeAlias = "Paragraph | _Gather"
"""A paragraph that is always the same, or a function that adds what there is to read."""
_Text: TypeAlias = "tuple[tuple[Paragraph, ...] | None, tuple[_Part, ...]]"
"""The paragraphs of a text that is the same in every state, and its parts."""
_Spans: TypeAlias = "Callable[[Reader, Values, str, list[Piece]], None]"
_Line: TypeAlias = "str | _Spans"


class Reader:
    """Resolves texts for one player of one story."""

    def __init__(self, machine: Machine, player: str) -> None:
        self.machine = machine
        self.story = machine.story
        # Who took the story's own name is called by it in every language.
        own = self.story.player
        self.player = own.name if player and player == own.original else player

    def paragraphs(self, blocks: tuple[Block, ...], values: Values, chapter: str) -> tuple[Paragraph, ...]:
        """The paragraphs of `blocks` that `values` show. `chapter` says whose clock is read."""
        if not blocks:
            return ()
        known = self.machine.texts.get(id(blocks))
        if known is None:
            parts = _compile_text(self.machine, blocks)
            same = tuple(part for part in parts if isinstance(part, Paragraph))
            made: _Text = (same if len(same) == len(parts) else None, parts)
            known = self.machine.texts[id(blocks)] = (blocks, made)
        text: _Text = known[1]
        fixed, parts = text
        if fixed is not None:
            return fixed
        out: list[Paragraph] = []
        for part in parts:
            if part.__class__ is Paragraph:
                out.append(part)  # type: ignore[arg-type]
            else:
                part(self, values, chapter, out)  # type: ignore[operator]
        return tuple(out)

    def line(self, spans: tuple[Span, ...], values: Values, chapter: str) -> str:
        """A line of text without its styles."""
        if not spans:
            return ""
        known = self.machine.texts.get(id(spans))
        if known is None:
            known = self.machine.texts[id(spans)] = (spans, _compile_line(self.machine, spans))
        line: _Line = known[1]
        if isinstance(line, str):
            return line
        out: list[Piece] = []
        line(self, values, chapter, out)
        return one_line([piece.text for piece in out])

    def label(self, option: Option, values: Values, chapter: str) -> str:
        """What a choice says where it is offered."""
        text = option.text
        return self.line(option.choice.text, values, chapter) if text is None else text

    def minutes(self, values: Values, chapter: str) -> int:
        """The time of day and night, in minutes since D1 00:00."""
        known = self.story.chapters[chapter]
        return known.opens + known.tick * values[self.story.by_name["clock"].index]


def level(words: tuple[tuple[int, str], ...], amount: int) -> str:
    """The word of the highest level that `amount` reaches, or ""."""
    found = ""
    for low, word in words:
        if amount >= low:
            found = word
    return found


# --- compiling ----------------------------------------------------------------------------------------


def _compile_text(machine: Machine, blocks: tuple[Block, ...]) -> tuple[_Part, ...]:
    out: list[_Part] = []
    for block in blocks:
        if isinstance(block, Para):
            part = _compile_para(machine, block)
            if part is not None:
                out.append(part)
        else:
            out.append(_branches(machine, tuple((cond, inner) for cond, inner, _ in block.branches)))
    return tuple(out)


def _branches(machine: Machine, branches: tuple[tuple[Cond, tuple[Block, ...]], ...]) -> _Gather:
    compiled = tuple((machine.check(cond), _compile_text(machine, inner)) for cond, inner in branches)

    def gather(reader: Reader, values: Values, chapter: str, out: list[Paragraph]) -> None:
        for check, parts in compiled:
            if check(values):
                for part in parts:
                    if isinstance(part, Paragraph):
                        out.append(part)
                    else:
                        part(reader, values, chapter, out)
                return

    return gather


def _compile_para(machine: Machine, para: Para) -> _Part | None:
    """None for a paragraph without words."""
    spans = para.spans
    if all(isinstance(span, Words) for span in spans):
        return _paragraph(para, [Piece(span.text, span.style) for span in spans if isinstance(span, Words)])
    pieces = _compile_spans(machine, spans)
    asked = set[int]()
    if not _only_values(spans, asked):

        def gather(reader: Reader, values: Values, chapter: str, out: list[Paragraph]) -> None:
            found: list[Piece] = []
            pieces(reader, values, chapter, found)
            made = _paragraph(para, found)
            if made is not None:
                out.append(made)

        return gather

    # Such a paragraph follows from few values: what was read lately is not made again.
    key = itemgetter(*sorted(asked))
    known: dict[object, Paragraph | None] = {}

    def gather_known(reader: Reader, values: Values, chapter: str, out: list[Paragraph]) -> None:
        at = key(values)
        if at not in known:
            if len(known) == LATELY:
                known.clear()
            found: list[Piece] = []
            pieces(reader, values, chapter, found)
            known[at] = _paragraph(para, found)
        made = known[at]
        if made is not None:
            out.append(made)

    return gather_known


LATELY = 32
"""So many readings of a paragraph are kept."""


def _only_values(spans: tuple[Span, ...], asked: set[int]) -> bool:
    """Whether spans follow from variables' values alone; the variables are put into `asked`."""
    for span in spans:
        match span:
            case Slot(kind, var):
                if kind in ("player", "time"):
                    return False
                asked.add(var)
            case InlineIf(branches):
                for cond, inner in branches:
                    asked |= variables(cond)
                    if not _only_values(inner, asked):
                        return False
    return bool(asked)


def _paragraph(para: Para, pieces: list[Piece]) -> Paragraph | None:
    made = _settled(_joined(pieces))
    text = "".join([piece.text for piece in made])
    return Paragraph(para.speaker, made, para.id, text) if text.strip() else None


def _compile_line(machine: Machine, spans: tuple[Span, ...]) -> _Line:
    fixed = fixed_line(spans)
    return _compile_spans(machine, spans) if fixed is None else fixed


def _compile_spans(machine: Machine, spans: tuple[Span, ...]) -> _Spans:
    parts = tuple(_compile_span(machine, span) for span in spans)

    def gather(reader: Reader, values: Values, chapter: str, out: list[Piece]) -> None:
        for part in parts:
            if isinstance(part, Piece):
                out.append(part)
            else:
                part(reader, values, chapter, out)

    return gather


def _compile_span(machine: Machine, span: Span) -> Piece | _Spans:
    match span:
        case Words(text, style):
            return Piece(text, style)
        case Slot(_, _, style):
            shown = _shown(machine, span)
            return lambda reader, values, chapter, out: out.append(Piece(shown(reader, values, chapter), style))
        case InlineIf(branches):
            compiled = tuple((machine.check(cond), _compile_spans(machine, inner)) for cond, inner in branches)

            def gather(reader: Reader, values: Values, chapter: str, out: list[Piece]) -> None:
                for check, spans in compiled:
                    if check(values):
                        spans(reader, values, chapter, out)
                        return

            return gather


def _shown(machine: Machine, slot: Slot) -> _Shown:
    if slot.kind == "player":
        return lambda reader, values, chapter: reader.player
    if slot.kind == "time":
        return lambda reader, values, chapter: hour_text(reader.minutes(values, chapter))
    var, story = slot.var, machine.story
    known = story.variables[var].values
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in known]
    if slot.kind == "word":
        words = next(meter for meter in story.meters.values() if meter.var == var).words
        texts = [level(words, int(value)) or text for value, text in zip(known, texts, strict=True)]
    return lambda reader, values, chapter: texts[values[var]]


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one style as one piece, with the spaces a left-out part leaves folded."""
    out: list[Piece] = []
    for piece in pieces:
        text = piece.text
        if (out and out[-1].text.endswith(" ")) or not out:
            text = text.lstrip(" ")
        if not text:
            continue
        if out and out[-1].style == piece.style:
            out[-1] = Piece(out[-1].text + text, piece.style)
        else:
            out.append(Piece(text, piece.style))
    if out:
        out[-1] = Piece(out[-1].text.rstrip(), out[-1].style)
    return tuple(piece for piece in out if piece.text)


def _settled(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces with their Korean particles chosen, each by all that stands before it."""
    if not any("/" in piece.text for piece in pieces):
        return pieces
    out: list[Piece] = []
    before = ""
    for piece in pieces:
        out.append(Piece(settle(piece.text, before), piece.style))
        before = (before + out[-1].text)[-HEARD:]
    return tuple(out)
