"""What is wrong with a story, or probably not meant, to be read beside the editor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.story.diagnostics import Diagnostic, Severity, cells
from game.tui.proving import Proofs
from game.tui.render import Block, say
from game.tui.screens.base import Above
from game.tui.tools import Wrong
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.page import Menu, Page

if TYPE_CHECKING:
    from game.tui.watch import WatchApp


class ProblemsScreen(Above[None]):
    """Every problem with its line, the first one first; then what is proved to be wrong, to be played.

    `broken` while the story cannot be played as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "enter", show=False)]
    opened_by = "e"

    def __init__(
        self, found: Sequence[Diagnostic], broken: bool, proofs: Proofs | None = None, *, alone: bool = False
    ) -> None:
        """`alone` when there is no story below that could be played."""
        super().__init__()
        self.found = found
        self.broken = broken
        self.proofs = proofs
        self.alone = alone
        self.heading = Bar(id="heading")
        self.text = Menu(id="text")
        self._laid = 0

    def sheet(self) -> Iterable[Widget]:
        yield self.heading
        yield self.text
        yield More(self.text, id="more")

    @property
    def page(self) -> Page:
        return self.text

    @property
    def menu(self) -> Menu:
        return self.text

    @property
    def wrong(self) -> Sequence[Wrong]:
        """What is proved to be wrong with the story in play."""
        last = self.proofs.last if self.proofs is not None and not self.broken else None
        return last.wrong if last is not None else ()

    def fill(self) -> None:
        self.show(self.found, self.broken)

    def show(self, found: Sequence[Diagnostic], broken: bool) -> None:
        """Other problems than before."""
        self.found, self.broken = found, broken
        self.heading.put(say((self._counted(), "bad" if broken else "strong"), (f"  {self._about()}", "dim")))
        self._laid = self._width()
        blocks = problem_blocks(found, self._laid)
        if self.proofs is not None and not broken:
            blocks = proof_blocks(self.proofs) + (blocks if found or not self.wrong else [])
        self.text.put(blocks)
        if self.text.cursor not in self.text.items:
            self.text.cursor = None
        self.renew()

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if isinstance(message.item, int) and message.item < len(self.wrong):
            cast("WatchApp", self.app).play_wrong(self.wrong[message.item])

    def _counted(self) -> str:
        proved = f"{len(self.wrong)} proved" if self.wrong else ""
        return ", ".join(part for part in (summary(self.found) if self.found else "", proved) if part) or "no problems"

    def _about(self) -> str:
        if self.alone:
            return "the story begins once it can be read"
        return "the last good story plays on" if self.broken else "the story can be played"

    def _width(self) -> int:
        return max(20, min(self.app.size.width, 112) - 10)

    def on_resize(self, event: events.Resize) -> None:
        # The lines of the files are cut around the fault, to fit.
        if self._laid != self._width():
            self.show(self.found, self.broken)

    def hints(self) -> Sequence[Hint]:
        away = [] if self.alone else [Hint("Esc", "Back to the story", "screen.close")]
        play = [Hint("Enter", "Play the problem", "screen.enter")] if self.text.items else []
        return (
            *play,
            *away,
            Hint("PgDn", "Read on", "screen.page(1)", 1),
            Hint("?", "Help", "app.help", 2),
            Hint("q", "Quit", "app.quit"),
        )

    def action_close(self) -> None:
        if not self.alone:
            super().action_close()


def summary(found: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 finding`."""
    errors = sum(d.severity is Severity.ERROR for d in found)
    counts = ((errors, "error"), (len(found) - errors, "finding"))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n) or "no problems"


def headline(d: Diagnostic) -> str:
    """A problem in a line: where, and what."""
    return f"{d.where}: {d.message}"


def proof_blocks(proofs: Proofs) -> list[Block]:
    """What came of the proof, and each problem it found; those with a playthrough can be picked."""
    said = proofs.said or ("The story is being proved." if proofs.brief else "")
    out = [Block(say((said, "dim")))] if said else []
    for number, wrong in enumerate(proofs.last.wrong if proofs.last is not None else ()):
        item = number if wrong.log is not None else None
        out.append(Block(say((str(wrong.where), "key"), ("  proved", "bad")), gap=1, item=item))
        out.append(Block(say(wrong.said), hang=2, item=item))
        out.extend(Block(say((f"- {line}", "dim")), hang=2, item=item) for line in wrong.because)
        out.append(Block(say((_played(wrong), "dim")), hang=2, item=item))
    return out


def _played(wrong: Wrong) -> str:
    """How much there is to play."""
    if wrong.log is None:
        return "No playthrough: it is about what never happens."
    if not wrong.log:
        return "So it is before the first choice."
    return f"A playthrough of {len(wrong.log)} choice{'' if len(wrong.log) == 1 else 's'} shows it."


def problem_blocks(found: Sequence[Diagnostic], width: int) -> list[Block]:
    """Problems one below the other, each with its line of the file, cut around the fault where that is too wide."""
    out: list[Block] = []
    for d in found:
        style = "bad" if d.severity is Severity.ERROR else "dim"
        out.append(Block(say((str(d.where), "key"), (f"  {d.severity} {d.code}", style)), gap=1 if out else 0))
        out.append(Block(say(d.message), hang=2))
        if d.source and d.where.line:
            out.extend(_excerpt(d, width))
        if d.hint:
            out.append(Block(say(("hint: ", "dim"), d.hint), say("  "), 8))
    return out or [Block(say(("Nothing is wrong.", "dim")))]


def _excerpt(d: Diagnostic, width: int) -> list[Block]:
    """The line a problem points at, with a caret under the fault; neither may be wrapped, that would part them."""
    lead = f"  {d.where.line} | "
    room = max(12, width - len(lead))
    start = min(d.where.column - 1, len(d.source))
    # Where the line is too long, what stands before the fault is kept to a third.
    cut = max(0, start - room // 3) if cells(d.source) > room else 0
    before, shown = "…" if cut else "", d.source[cut:]
    while cells(before + shown) > room - 1:
        shown = shown[:-1]
    after = "…" if cut + len(shown) < len(d.source) else ""
    indent = cells(before + d.source[cut:start])
    carets = max(1, min(cells(d.source[start : start + d.where.width]), room - indent))
    blank = " " * len(str(d.where.line))
    return [
        Block(say((before, "dim"), shown, (after, "dim")), say((lead, "dim")), len(lead)),
        Block(say(" " * indent, ("^" * carets, "bad")), say((f"  {blank} | ", "dim")), len(lead)),
    ]
