"""What a reader has read before: how passages are known again, and how a page is shortened by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence

from game.engine import Piece, Run
from game.language import n_
from game.present.view import Line, View, transcript

_DIGITS = re.compile(r"\d+")
SHORT = 60
"""How many characters of a shortened passage are left, about; what is not much longer is not shortened."""


def passage(text: str, player: str) -> str:
    """By what a passage is known again: its words, whatever the player's name and the numbers in it are."""
    return "p:" + _DIGITS.sub("0", text.replace(player, "\0") if player else text)


def taken(entry: str) -> str:
    """By what a choice (`scene.choice`) is known to have been taken."""
    return f"c:{entry}"


def read_by(run: Run) -> tuple[str, ...]:
    """What a player has read, and taken, who has come to `run` from the turn before it; an ending is read at once."""
    turns = [turn for turn in (run.turn - 1, run.turn if run.over else -1) if turn >= 0]
    pages = [run.page(turn) for turn in turns]
    found = [passage(p.text, run.player) for page in pages for p in (*page.told, *page.text)]
    if run.turn:
        step = run.steps[run.turn - 1]
        found.append(taken(f"{step.before.scene}.{step.choice}"))
    return tuple(found)


def taken_before(run: Run, now: View, read: Container[str]) -> frozenset[str]:
    """Which of the choices offered now were taken before, in this run or in another."""
    return frozenset(o.id for o in now.options if o.open and taken(f"{run.state.scene}.{o.id}") in read)


def ever_taken(read: Container[str]) -> Callable[[str], bool]:
    """Of a choice (`scene.choice`), whether it was ever taken, by what all runs have `read`."""
    return lambda entry: taken(entry) in read


def page_lines(run: Run, turn: int, read: Container[str]) -> tuple[Line, ...]:
    """What a turn adds to the transcript, shortened where it has been read before. An ending is never shortened."""
    lines = transcript(run, turn)
    if run.machine.story.scenes[run.state_at(turn).scene].is_ending:
        return lines
    return shortened(lines, lambda line: passage(line.text, run.player) in read)


def shortened(lines: Sequence[Line], read: Callable[[Line], bool]) -> tuple[Line, ...]:
    """`lines` with each stretch of passages that are `read` as its first words: one line of the kind "folded"."""
    out: list[Line] = []
    stretch: list[Line] = []
    for line in lines:
        if line.kind in ("text", "speech") and read(line):
            stretch.append(line)
            continue
        out.extend(_fold(stretch))
        stretch = []
        out.append(line)
    out.extend(_fold(stretch))
    return tuple(out)


def _fold(stretch: Sequence[Line]) -> Iterable[Line]:
    if sum(len(line.text) for line in stretch) < SHORT * 2:
        return stretch
    first = stretch[0]
    said = f"{first.speaker}: {first.text}" if first.speaker else first.text
    words = said[:SHORT].rpartition(" ")[0] or said[:SHORT]
    told = n_("{n} paragraph read before", "{n} paragraphs read before", len(stretch))
    return [Line("folded", (Piece(f"{words} … ({told})"),))]
