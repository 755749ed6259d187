"""Going back to a chapter of the run, and taking the run along as a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.engine import Run
from game.language import N_, _
from game.present.chapters import ChapterView, chapters
from game.present.export import FORMAT_NAMES, written
from game.present.view import status_line
from game.saves import SaveError
from game.story.diagnostics import printable
from game.tui.render import Block, line, say
from game.tui.rows import entry
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.page import Menu

_PICKS: list[BindingType] = [Binding(str(n), f"pick({n})", show=False) for n in range(1, 10)]


class _List(Above[object]):
    """A list to pick from, by number, arrows or mouse."""

    BINDINGS: ClassVar[list[BindingType]] = _PICKS
    heading: ClassVar[str]
    about: ClassVar[str]
    does: ClassVar[str]
    """What Enter does."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run_shown = run
        self.entries = Menu(id="text", measure=72)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_(self.heading), "strong"), (f"  {_(self.about)}", "dim")), id="heading")
        yield self.entries
        yield More(self.entries, id="more")

    @property
    def menu(self) -> Menu:
        return self.entries

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", self.does, "screen.enter"),
            Hint("Esc", "Back", "screen.close"),
            Hint("?", "Help", "app.help", 1),
            Hint("q", "Quit", "app.quit"),
        )

    def action_pick(self, number: int) -> None:
        if number <= len(self.entries.items):
            self.entries.point(self.entries.items[number - 1])
            self.entries.pick()


class ChaptersScreen(_List):
    """The chapters of the run. Closes with the turn of the first page of one, or None."""

    heading = N_("Chapters")
    about = N_("go back to a first page; the rest is kept")
    does = N_("Go back to it")
    opened_by = "c"

    def fill(self) -> None:
        rows: list[Block] = []
        for number, chapter in enumerate(chapters(self.run_shown), 1):
            rows += entry(str(number), line(chapter.title), chapter.turn, say((_where(self.run_shown, chapter), "dim")))
            if chapter.here:
                self.entries.cursor = chapter.turn
        self.entries.put(rows or [Block(say((_("This run has been in no chapter yet."), "dim")))])
        self.renew()

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.dismiss(message.item)


def _where(run: Run, chapter: ChapterView) -> str:
    now = _(" (you are in it)") if chapter.here else _(" (taken back)") if chapter.undone else ""
    began = status_line(run, chapter.turn).removeprefix(f"{chapter.title} — ")
    return _("turn {turn}: {began}", turn=chapter.turn, began=line(began)) + now


class TranscriptScreen(_List):
    """The formats of a transcript. Closes with a note of where it was written, or None."""

    heading = N_("Transcript")
    about = N_("the run so far, to keep or to give away")
    does = N_("Write it")
    opened_by = "x"

    def fill(self) -> None:
        rows: list[Block] = []
        for number, (suffix, name) in enumerate(FORMAT_NAMES.items(), 1):
            rows += entry(str(number), _(name), suffix, say((f".{suffix}", "dim")))
        rows.append(Block(say((_("It goes into a new file beside the saves; nothing is overwritten."), "dim")), gap=1))
        self.entries.cursor = next(iter(FORMAT_NAMES))
        self.entries.put(rows)
        self.renew()

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if not self.on_top:
            return  # It was picked twice at once: one document is enough.
        run, suffix = self.run_shown, str(message.item)
        try:
            path = self.game.saves.documents.keep_transcript(run.player, suffix, written(run, suffix))
        except (SaveError, OSError) as error:
            self.renew(_("Not written: {why}", why=error))
        else:
            self.dismiss(_("Written to {path}", path=printable(str(path))))
