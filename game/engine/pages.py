"""What a state has to say: its text, resolved to paragraphs. No sentence is made here; all words are the writer's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from game.engine.machine import Machine, Values
from game.language.particles import HEARD, settle
from game.story.model import Block, InlineIf, Para, Slot, Span, Words
from game.story.times import hour_text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one style: "", "em" or "strong"."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it is read. `speaker` is a person's id, or ""."""

    speaker: str
    pieces: tuple[Piece, ...]
    id: str = ""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Reader:
    """Resolves texts for one player of one story."""

    def __init__(self, machine: Machine, player: str) -> None:
        self.machine = machine
        self.story = machine.story
        # Who took the story's own name is called by it in every language.
        own = self.story.player
        self.player = own.name if player and player == own.original else player

    def paragraphs(self, blocks: Iterable[Block], values: Values, chapter: str) -> tuple[Paragraph, ...]:
        """The paragraphs of `blocks` that `values` show. `chapter` says whose clock is read."""
        out: list[Paragraph] = []
        self._gather(blocks, values, chapter, out)
        return tuple(out)

    def line(self, spans: Iterable[Span], values: Values, chapter: str) -> str:
        """A line of text without its styles."""
        return settle(" ".join("".join(p.text for p in self._pieces(spans, values, chapter)).split()))

    def _gather(self, blocks: Iterable[Block], values: Values, chapter: str, out: list[Paragraph]) -> None:
        for block in blocks:
            if isinstance(block, Para):
                pieces = _settled(_joined(self._pieces(block.spans, values, chapter)))
                if any(piece.text.strip() for piece in pieces):
                    out.append(Paragraph(block.speaker, pieces, block.id))
            else:
                for cond, inner, _ in block.branches:
                    if self.machine.check(cond)(values):
                        self._gather(inner, values, chapter, out)
                        break

    def _pieces(self, spans: Iterable[Span], values: Values, chapter: str) -> list[Piece]:
        out: list[Piece] = []
        for span in spans:
            match span:
                case Words(text, style):
                    out.append(Piece(text, style))
                case Slot(kind, var, style):
                    out.append(Piece(self._slot(kind, var, values, chapter), style))
                case InlineIf(branches):
                    for cond, inner in branches:
                        if self.machine.check(cond)(values):
                            out.extend(self._pieces(inner, values, chapter))
                            break
        return out

    def _slot(self, kind: str, var: int, values: Values, chapter: str) -> str:
        if kind == "player":
            return self.player
        if kind == "time":
            return hour_text(self.minutes(values, chapter))
        value = self.story.variables[var].values[values[var]]
        if kind == "word":
            meter = next(m for m in self.story.meters.values() if m.var == var)
            return level(meter.words, int(value)) or str(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

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
