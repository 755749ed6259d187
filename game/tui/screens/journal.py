"""The journal: the whole run as prose, and the way back to any choice in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from game.engine import Run
from game.language import N_, _, n_
from game.tui import blocks
from game.tui.render import Block, say
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.field import Field
from game.tui.widgets.page import Menu, Page

ABOUT = N_("Enter goes back to a choice; later turns are kept until you choose anew.")


class JournalScreen(Above[int]):
    """Closes with the turn to go back to, or None. Every choice can be picked; the later turns are kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", show=False),
        Binding("n", "again(1)", show=False),
        Binding("N", "again(-1)", show=False),
    ]
    opened_by = "j"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run_shown = run
        self.about = Page(id="about", measure=72)
        self.prose = Menu(id="text", measure=72)
        self.field = Field(placeholder=_("words to look for"))
        self.words = ""
        self.texts: dict[int, str] = {}

    def sheet(self) -> Iterable[Widget]:
        run = self.run_shown
        turns = n_("{n} turn", "{n} turns", run.turn)
        yield Bar(say((_("Journal"), "strong"), (f"  {turns}", "dim")), id="heading")
        yield self.about
        yield self.prose
        yield More(self.prose, id="more")
        yield self.field

    def fill(self) -> None:
        self.field.display = False
        self.about.put([Block(say((_(ABOUT), "dim")))])
        run = self.run_shown
        rows: list[Block] = []
        start = 0
        for turn in range(len(run.steps) + 1):
            if turn == run.turn + 1:
                rows.append(Block(say((_("Taken back, and kept until you choose anew:"), "label")), gap=2))
            told = blocks.turn_blocks(run, turn)
            self.texts[turn] = " ".join(b.text.plain for b in told).casefold()
            for block in told:
                if block.tone == "chosen":
                    start = len(rows) if turn == run.turn else start
                    # Picking a choice goes to where it is made, not to what came of it.
                    block = replace(block, lead=say((f"{turn} ", "key")), hang=len(f"{turn} "), item=turn)
                rows.append(replace(block, tone="old") if turn > run.turn and block.item is None else block)
        self.prose.put(rows, start=start)
        self.prose.cursor = run.turn or None
        self.renew()

    @property
    def menu(self) -> Menu:
        return self.prose

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(N_("Up/Down"), N_("Choices")),
            Hint("Enter", "Go back to it", "screen.enter"),
            Hint("/", "Find", "screen.find"),
            *([Hint("n", "Next", "screen.again(1)", 2)] if self.words else []),
            Hint("Esc", "Close", "screen.close"),
            Hint("q", "Quit", "app.quit", 1),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if isinstance(message.item, int):
            self.dismiss(message.item - 1)

    # --- finding ---

    def action_find(self) -> None:
        self.field.display = True
        self.field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.words = event.value.casefold().strip()
        self._close_field()
        if self.words:
            self.action_again(1)

    def action_again(self, by: int) -> None:
        """To the next (or the last) turn that has the words looked for."""
        turns = len(self.texts)
        at = self.prose.cursor if isinstance(self.prose.cursor, int) else 0
        for away in range(1, turns + 1):
            turn = (at + by * away) % turns
            if self.words and self.words in self.texts[turn]:
                if turn:
                    self.prose.point(turn)
                else:
                    self.prose.cursor = None
                    self.prose.move_to(0)
                self.renew(_("Turn {n}.", n=turn))
                return
        self.renew(_("Not found.") if self.words else "")

    def _close_field(self) -> None:
        self.field.display = False
        self.set_focus(None)

    def action_close(self) -> None:
        if self.field.display:
            self._close_field()
        else:
            super().action_close()
