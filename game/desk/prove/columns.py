"""Plain text in lines and columns of a given width; wide characters take two columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from game.story.diagnostics import cells


def wrapped(text: str, room: int, first: str = "", then: str | None = None) -> list[str]:
    """`text` in lines of at most `room` columns, the first one after `first`, the others after `then`.

    A word that is longer than a line is broken.
    """
    then = first if then is None else then
    lines = [first]
    empty = True
    for word in _words(text, max(8, room - max(cells(first), cells(then)))):
        if not empty and cells(lines[-1]) + 1 + cells(word) > room:
            lines.append(then)
            empty = True
        lines[-1] += word if empty else f" {word}"
        empty = False
    return lines


def _words(text: str, most: int) -> Iterator[str]:
    for word in text.split():
        rest = word
        while cells(rest) > most:
            cut = fit(rest, most, "")
            yield cut
            rest = rest[len(cut) :]
        yield rest


def fit(text: str, most: int, mark: str = "…") -> str:
    """`text` in at most `most` columns, with `mark` for what is left out."""
    if cells(text) <= most:
        return text
    out = ""
    for char in text:
        if cells(out + char + mark) > most:
            break
        out += char
    return (out or text[:1]) + mark


def wide(rows: Iterable[Sequence[str]], gap: int = 2) -> int:
    """How many columns a table of `rows` takes."""
    found = list(zip(*rows, strict=True))
    return sum(max(map(cells, column)) for column in found) + gap * (len(found) - 1)


def table(rows: Sequence[Sequence[str]], sides: str, room: int, lead: str = "  ") -> list[str]:
    """Rows in columns: `sides` says l or r for each. The first column gives way when there is too little room."""
    if not rows:
        return []
    over = wide(rows) + len(lead) - room
    most = max(12, max(cells(row[0]) for row in rows) - over) if over > 0 else 0
    shown = [[fit(row[0], most) if most else row[0], *row[1:]] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    out = []
    for row in shown:
        padded = (_pad(text, widths[i], sides[i]) for i, text in enumerate(row))
        out.append((lead + "  ".join(padded)).rstrip())
    return out


def _pad(text: str, room: int, side: str) -> str:
    space = " " * (room - cells(text))
    return text + space if side == "l" else space + text
