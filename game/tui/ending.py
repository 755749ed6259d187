"""The end of a run as blocks of text, and as a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from game.engine import Run
from game.language import _
from game.present.ending import courses, share, share_words, sparkline
from game.tui.render import Block, cells, line, padded, say

CHART = 40
"""Columns of a chart at most: it stands beside its label at every width the game can be played in."""

_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""A picture of text that fetches nothing: rich's own would load its font from the network."""


def end_blocks(run: Run, took: Callable[[str], bool] | None = None) -> list[Block]:
    """The chart of the meters, in bars and in words, and what share of the story was seen (see `ending.share`)."""
    out: list[Block] = []
    found = courses(run)
    if found:
        out.append(Block(say((_("How it went"), "label")), gap=2))
        width = max(cells(line(course.label)) for course in found) + 2
        for course in found:
            lead = say((padded(line(course.label), width), "name"))
            bars = sparkline(course, CHART)
            out.append(
                Block(
                    say(bars, (" " + _("{low} to {high}", low=course.low, high=course.high), "dim")), lead, width, gap=1
                )
            )
            out.append(Block(say(course.words)))
    out.append(Block(say((_("What you saw"), "label")), gap=2))
    out.append(Block(say(share_words(share(run, took))), gap=1))
    return out


def picture(strips: Iterable[Strip], width: int, title: str) -> str:
    """Lines of the screen as an SVG, drawn as Textual draws its screenshots."""
    lines = [strip.adjust_cell_length(width) for strip in strips]
    console = Console(
        width=width,
        height=max(1, len(lines)),
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    for strip in lines:
        console.print(*strip, sep="", end="")
        console.print(Segment.line())
    return console.export_svg(title=title, code_format=_FORMAT)
