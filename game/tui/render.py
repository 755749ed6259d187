"""The one way text reaches the screen: cleaned, as `Content` with styles from a fixed list, in lines that fit.

Nothing a writer or a player typed is ever read as markup: styles are given by name, and only names from `STYLES` and
`TONES` exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual._cells import cell_len
from textual.content import Content, Span

from game.story.clean import clean

STYLES: Final = ("em", "strong", "dim", "label", "name", "key", "bad")
"""What a stretch of text may look like."""

TONES: Final = ("old", "chosen", "heading", "title", "aside", "cursor", "shut")
"""What a whole block may look like."""

EMPTY: Final = Content("")


def line(text: str) -> str:
    """`text` cleaned, as a single line."""
    return " ".join(clean(text).split())


def say(*parts: str | tuple[str, str] | Content) -> Content:
    """Content from stretches of text: plain strings, or (text, style) with a style from `STYLES`."""
    plain: list[str] = []
    spans: list[Span] = []
    at = 0
    for part in parts:
        if isinstance(part, Content):
            text = part.plain
            spans.extend(Span(s.start + at, s.end + at, s.style) for s in part.spans)
        else:
            text, style = (part, "") if isinstance(part, str) else part
            if style and style not in STYLES:
                raise ValueError(f"no style {style}")
            text = clean(text)
            if style and text:
                spans.append(Span(at, at + len(text), style))
        plain.append(text)
        at += len(text)
    return Content("".join(plain), spans)


def joined(parts: Iterable[Content], between: str = " ") -> Content:
    """Contents one after the other, with dim text between them."""
    out: list[Content] = []
    for part in parts:
        if out:
            out.append(say((between, "dim")))
        out.append(part)
    return say(*out)


def cells(text: str | Content) -> int:
    """How many columns a single line takes."""
    return cell_len(text.plain if isinstance(text, Content) else text)


def cut(content: Content, width: int) -> Content:
    """`content`, a single line, cut with … where it is wider than `width`."""
    if cells(content) <= width:
        return content
    return content.truncate(max(0, width), ellipsis=True)


def padded(text: str, width: int) -> str:
    """`text` with spaces up to `width` columns; wide characters count two."""
    return text + " " * max(0, width - cell_len(text))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as it is laid out.

    `lead` stands before the first line and `hang` columns before the others; `tail` stands at the right end of the last
    line, or on one of its own. `gap` is the number of empty lines above. `item` is what a menu picks here.
    """

    text: Content
    lead: Content = EMPTY
    hang: int = 0
    tail: Content = EMPTY
    gap: int = 0
    tone: str = ""
    item: object = None
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line on the screen: a stretch of block `block`, or an empty line above it (`start` is -1)."""

    block: int
    start: int
    end: int
    first: bool = False
    tail: bool = False


def layout(block: Block, number: int, width: int, top: bool = False) -> list[Row]:
    """The rows of a block at `width`. The first block of a page (`top`) has no gap above it."""
    rows = [] if top else [Row(number, -1, -1)] * block.gap
    lead, tail = max(cells(block.lead), block.hang), cells(block.tail)
    stretches = (balanced if block.centred else wrap)(block.text.plain, width - lead)
    last = len(stretches) - 1
    for i, (start, end) in enumerate(stretches):
        rows.append(Row(number, start, end, i == 0))
    if tail:
        start, end = stretches[last]
        used = lead + cell_len(block.text.plain[start:end])
        if used + 2 + tail <= width:
            rows[-1] = Row(number, start, end, last == 0, tail=True)
        else:
            rows.append(Row(number, end, end, False, tail=True))
    return rows


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of `text` begin and end, none wider than `width` columns unless a single character is."""
    width = max(1, width)
    narrow = text.isascii() or cell_len(text) == len(text)
    rows: list[tuple[int, int]] = []
    start = 0
    for part in text.split("\n"):
        end = start + len(part)
        _wrap_line(text, start, end, width, narrow, rows)
        start = end + 1
    return rows


def balanced(text: str, width: int) -> list[tuple[int, int]]:
    """Like `wrap`, in as many lines, but as even as they can be."""
    best = wrap(text, width)
    for narrower in range(width - 1, width // 2, -1):
        tried = wrap(text, narrower)
        if len(tried) > len(best):
            break
        best = tried
    return best


def _wrap_line(text: str, start: int, end: int, width: int, narrow: bool, rows: list[tuple[int, int]]) -> None:
    while True:
        stop = min(end, start + width) if narrow else _reach(text, start, end, width)
        if stop >= end:
            rows.append((start, end))
            return
        at = stop if text[stop] == " " else text.rfind(" ", start + 1, stop)
        # A long dash joins two words without spaces: a line may end after it.
        at = max(at, text.rfind("—", start, stop) + 1)
        if at <= start:
            at = stop
        rows.append((start, start + len(text[start:at].rstrip(" "))))
        start = at
        while start < end and text[start] == " ":
            start += 1
        if start >= end:
            return


def _reach(text: str, start: int, end: int, width: int) -> int:
    """How far a line of `width` columns reaches from `start`; at least one character."""
    used = 0
    for i in range(start, end):
        used += cell_len(text[i])
        if used > width:
            return max(i, start + 1)
    return end
