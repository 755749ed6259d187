"""What a state has to say: its text, resolved to paragraphs. No sentence is made here; all words are the writer's.

Texts are compiled when they are first read: what stands in them whatever happens is made once, the rest becomes
functions of a state's values. Compiled texts are kept with the machine, and shared by all who read.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from game.engine.checks import Check, Values
from game.engine.lines import fixed_line, one_line
from game.engine.machine import Machine
from game.engine.state import Option
from game.language.particles import HEARD, settle
from game.story.conditions import variables
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
_Part: TypeAlias = "Paragraph | _Filled | _Made | _Cases"
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
        _read(parts, self, values, chapter, out)
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


# --- reading ------------------------------------------------------------------------------------------


class _Made:
    """A paragraph that is made anew whenever it is read."""

    __slots__ = ("para", "spans")

    def __init__(self, para: Para, spans: _Spans) -> None:
        self.para = para
        self.spans = spans

    def make(self, reader: Reader, values: Values, chapter: str) -> Paragraph | None:
        pieces: list[Piece] = []
        self.spans(reader, values, chapter, pieces)
        return _paragraph(self.para, pieces)


class _Filled(_Made):
    """A paragraph that follows from the values of few variables: what was read lately is not made again."""

    __slots__ = ("key", "known")

    def __init__(self, para: Para, spans: _Spans, variables: set[int]) -> None:
        super().__init__(para, spans)
        self.key = itemgetter(*sorted(variables))
        self.known: dict[object, Paragraph | None] = {}

    def fill(self, reader: Reader, values: Values, chapter: str) -> Paragraph | None:
        if len(self.known) >= LATELY:
            self.known.clear()
        made = self.known[self.key(values)] = self.make(reader, values, chapter)
        return made


LATELY = 256
"""So many readings of a paragraph are kept: as many as a variable can have values."""


class _Cases:
    """The first of several texts whose condition holds."""

    __slots__ = ("cases",)

    def __init__(self, cases: tuple[tuple[Check, tuple[_Part, ...]], ...]) -> None:
        self.cases = cases


def _read(parts: tuple[_Part, ...], reader: Reader, values: Values, chapter: str, out: list[Paragraph]) -> None:
    """Add what parts have to say to `out`. One loop for all kinds of parts: calls are what reading costs."""
    made: Paragraph | None
    for part in parts:
        kind = part.__class__
        if kind is Paragraph:
            made = part  # type: ignore[assignment]
        elif kind is _Filled:
            made = part.known.get(part.key(values)) or part.fill(reader, values, chapter)  # type: ignore[union-attr]
        elif kind is _Cases:
            for check, inner in part.cases:  # type: ignore[union-attr]
                if check(values):
                    _read(inner, reader, values, chapter, out)
                    break
            continue
        else:
            made = part.make(reader, values, chapter)  # type: ignore[union-attr]
        if made is not None:
            out.append(made)


# --- compiling ----------------------------------------------------------------------------------------


def _compile_text(machine: Machine, blocks: tuple[Block, ...]) -> tuple[_Part, ...]:
    out: list[_Part] = []
    for block in blocks:
        if isinstance(block, Para):
            part = _compile_para(machine, block)
            if part is not None:
                out.append(part)
        else:
            cases = ((machine.check(cond), _compile_text(machine, inner)) for cond, inner, _ in block.branches)
            out.append(_Cases(tuple(cases)))
    return tuple(out)


def _compile_para(machine: Machine, para: Para) -> _Part | None:
    """None for a paragraph without words."""
    spans = para.spans
    if all(isinstance(span, Words) for span in spans):
        return _paragraph(para, [Piece(span.text, span.style) for span in spans if isinstance(span, Words)])
    made = _compile_spans(machine, spans)
    asked = set[int]()
    return _Filled(para, made, asked) if _only_values(spans, asked) else _Made(para, made)


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
    var, texts = slot.var, _said(machine, slot.kind, slot.var)
    return lambda reader, values, chapter: texts[values[var]]


def _said(machine: Machine, kind: str, var: int) -> tuple[str, ...]:
    """What a slot says for each value of its variable; all slots share it."""
    if (kind, var) not in machine.said:
        story = machine.story
        known = story.variables[var].values
        texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in known]
        if kind == "word":
            words = next(meter for meter in story.meters.values() if meter.var == var).words
            texts = [level(words, int(value)) or text for value, text in zip(known, texts, strict=True)]
        machine.said[kind, var] = tuple(texts)
    return machine.said[kind, var]


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one style as one piece, with the spaces a left-out part leaves folded."""
    if len({piece.style for piece in pieces}) == 1:
        words = ""
        for piece in pieces:
            words += piece.text if words and words[-1] != " " else piece.text.lstrip(" ")
        words = words.rstrip()
        return (Piece(words, pieces[0].style),) if words else ()
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
