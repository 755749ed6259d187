"""The journal: the whole run as prose, what to look for in it, and the way back to any choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from game.engine import Run
from game.language import N_, _, n_
from game.present.chapters import chapters
from game.tui import blocks
from game.tui.render import Block, line, say
from game.tui.screens.again import ChaptersScreen, TranscriptScreen
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.field import Field
from game.tui.widgets.page import Menu, Page

ABOUT = N_("Enter goes back to a choice; later turns are kept until you choose anew.")
AT_ONCE = 100
"""How many turns before the one the run stands at are laid out before the journal is seen."""
CHUNK = 100
"""How many of the others are laid out at a time, after that: a key never waits for more."""


class JournalScreen(Above[int]):
    """Closes with the turn to go back to, or None. Every choice can be picked; the later turns are kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", show=False),
        Binding("n", "again(1)", show=False),
        Binding("N", "again(-1)", show=False),
        Binding("right,right_square_bracket", "chapter(1)", show=False),
        Binding("left,left_square_bracket", "chapter(-1)", show=False),
        Binding("c", "chapters", show=False),
        Binding("x", "transcript", show=False),
    ]
    opened_by = "j"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run_shown = run
        self.about = Page(id="about", measure=72)
        self.prose = Menu(id="text", measure=72)
        self.field = Field(placeholder=_("words to look for"))
        self.words = ""
        self._first = max(0, run.turn - AT_ONCE)
        """The first turn that is laid out."""
        self._earlier: list[Block] = []
        """Those from `_first` on that are not on the page yet."""
        self.chapters = {chapter.turn: line(chapter.title) for chapter in chapters(run)}

    def sheet(self) -> Iterable[Widget]:
        turns = n_("{n} turn", "{n} turns", self.run_shown.turn)
        yield Bar(say((_("Journal"), "strong"), (f"  {turns}", "dim")), id="heading")
        yield self.about
        yield self.prose
        yield More(self.prose, id="more")
        yield self.field

    def fill(self) -> None:
        self.field.display = False
        self.about.put([Block(say((_(ABOUT), "dim")))])
        run = self.run_shown
        rows = self._rows(self._first, len(run.steps) + 1)
        start = next((i for i, b in enumerate(rows) if run.turn and b.item == run.turn), 0)
        self.prose.put(rows, start=start)
        self.prose.cursor = run.turn or None
        self.renew()

    def on_mount(self) -> None:
        if self._first:
            self.call_after_refresh(self._further)

    def _further(self) -> None:
        """Lay out some more of the earlier turns; once there are all of them, they are put on the page."""
        if not self._first:
            return
        before, self._first = self._first, max(0, self._first - CHUNK)
        self._earlier[:0] = self._rows(self._first, before)
        if self._first:
            self.call_later(self._further)
        else:
            self.prose.put_before(self._earlier)

    def complete(self) -> None:
        """Have all turns on the page."""
        while self._first:
            self._further()

    def _rows(self, first: int, end: int) -> list[Block]:
        """The turns from `first` up to `end`, that one not among them."""
        run = self.run_shown
        rows: list[Block] = []
        for turn in range(first, end):
            if turn == run.turn + 1:
                rows.append(Block(say((_("Taken back, and kept until you choose anew:"), "label")), gap=2))
            for block in blocks.turn_blocks(run, turn):
                if block.tone == "chosen":
                    # Picking a choice goes to where it is made, not to what came of it.
                    block = replace(block, lead=say((f"{turn} ", "key")), hang=len(f"{turn} "), item=turn)
                rows.append(replace(block, tone="old") if turn > run.turn and block.item is None else block)
        return rows

    @property
    def menu(self) -> Menu:
        return self.prose

    def hints(self) -> Sequence[Hint]:
        hits = (
            [Hint("n", "Next", "screen.again(1)", 1), Hint("N", "Before", "screen.again(-1)", 1)] if self.words else []
        )
        return (
            Hint(N_("Up/Down"), N_("Choices"), "", 4),
            Hint("Enter", N_("Go back"), "screen.enter"),
            Hint("/", "Find", "screen.find"),
            *hits,
            *([Hint(N_("Left/Right"), N_("Chapter"), "", 3)] if len(self.chapters) > 1 else []),
            Hint("c", "Chapters", "screen.chapters", 2),
            Hint("x", "Transcript", "screen.transcript", 3),
            Hint("Esc", "Close", "screen.close"),
            Hint("q", "Quit", "app.quit", 5),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if isinstance(message.item, int):
            self.dismiss(message.item - 1)

    def action_edge(self, by: int) -> None:
        self.complete()
        super().action_edge(by)

    # --- chapters, and taking it along ---

    def action_chapter(self, by: int) -> None:
        """To the next chapter's first page, or to that of the one before."""
        self.complete()
        at = self._at()
        # Its first page belongs to the chapter before where the cursor is on what came before it.
        turns = [turn for turn in self.chapters if (turn > at if by > 0 else turn < at)]
        if not turns:
            self.renew(_("There is no later chapter.") if by > 0 else _("There is no earlier chapter."))
            return
        turn = min(turns) if by > 0 else max(turns)
        self._show(turn)
        self.renew(_("Chapter: {title}, turn {turn}.", title=self.chapters[turn], turn=turn))

    def action_chapters(self) -> None:
        self.app.push_screen(ChaptersScreen(self.run_shown), self._picked)

    def _picked(self, turn: object) -> None:
        if isinstance(turn, int) and self.on_top:
            self.dismiss(turn)

    def action_transcript(self) -> None:
        self.app.push_screen(
            TranscriptScreen(self.run_shown), lambda note: self.renew(note if isinstance(note, str) else "")
        )

    # --- finding ---

    def action_find(self) -> None:
        self.complete()
        self.field.display = True
        self.field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.words = event.value.casefold().strip()
        self._close_field()
        if self.words:
            self.action_again(1)

    def hits(self) -> list[int]:
        """The turns whose words hold what is looked for."""
        found: dict[int, None] = {}
        texts: list[str] = []
        turn = 0
        for block in self.prose.blocks:
            if isinstance(block.item, int) and block.item != turn:
                self._gather(turn, texts, found)
                turn, texts = block.item, []
            texts.append(block.text.plain)
        self._gather(turn, texts, found)
        return list(found)

    def _gather(self, turn: int, texts: Sequence[str], found: dict[int, None]) -> None:
        if self.words and self.words in " ".join(texts).casefold():
            found[turn] = None

    def action_again(self, by: int) -> None:
        """To the next (or the last) turn that has the words looked for; after the last comes the first."""
        self.complete()
        hits = self.hits()
        if not hits:
            self.renew(_("Not found.") if self.words else "")
            return
        at = self._at()
        further = [turn for turn in hits if (turn > at if by > 0 else turn < at)]
        turn = (min(further) if by > 0 else max(further)) if further else hits[0 if by > 0 else -1]
        self._show(turn)
        self.renew(_("Turn {turn}. {n} of {all}.", turn=turn, n=hits.index(turn) + 1, all=len(hits)))

    def _at(self) -> int:
        """The turn the cursor is on."""
        return self.prose.cursor if isinstance(self.prose.cursor, int) else 0

    def _show(self, turn: int) -> None:
        """The page from `turn` on, read from its beginning."""
        self.prose.cursor = turn or None
        at = next((i for i, b in enumerate(self.prose.blocks) if b.item == turn), 0) if turn else 0
        self.prose.move_to(self.prose.row_of(at))
        self.prose.refresh()

    def _close_field(self) -> None:
        self.field.display = False
        self.set_focus(None)

    def action_close(self) -> None:
        if self.field.display:
            self._close_field()
        else:
            super().action_close()
