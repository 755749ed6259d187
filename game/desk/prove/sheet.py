"""A sheet of lines for the terminal, and a playthrough in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from game.desk.prove.columns import fit, table, wrapped
from game.desk.prove.wording import many
from game.prove.report import Witness
from game.story.diagnostics import cells, printable

if TYPE_CHECKING:
    from rich.text import Text


class Sheet:
    """Lines with styles, put together from above."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[tuple[str, str]] = []

    def line(self, text: str, style: str = "") -> None:
        self.lines.append((text.rstrip(), style))

    def wrap(self, text: str, first: str = "", then: str | None = None, style: str = "") -> None:
        for line in wrapped(text, self.width, first, then):
            self.line(line, style)

    def table(self, rows: Sequence[Sequence[str]], sides: str, head: bool = False) -> None:
        for i, line in enumerate(table(rows, sides, self.width)):
            self.line(line, "dim" if head and not i else "")

    def gap(self) -> None:
        self.lines.append(("", ""))

    def head(self, text: str) -> None:
        self.gap()
        self.line(text, "bold")

    def text(self) -> Text:
        from rich.text import Text

        out = Text()
        for i, (line, style) in enumerate(self.lines):
            out.append("\n" * bool(i))
            out.append(line, style or None)
        return out


def folded(witness: Witness, room: int) -> str:
    """A playthrough in `room` columns: how many choices, the first ones, and the last."""
    log = [printable(entry) for entry in witness.log]
    if not log:
        return "before the first choice"
    counted = f"{'at least ' if witness.shortest else ''}{many(len(log), 'choice')}: "
    for shown in range(min(3, len(log) - 1), -1, -1):
        dots = ["..."] if shown < len(log) - 1 else []
        line = counted + " > ".join([*log[:shown], *dots, log[-1]])
        if cells(line) <= room:
            return line
    return counted + fit(log[-1], max(12, room - len(counted)))
