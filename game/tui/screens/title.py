"""The title page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.language import N_, _
from game.present.commands import BY_ID
from game.saves.entries import SlotInfo
from game.saves.errors import SaveError
from game.tui.actions import bindings, key_name
from game.tui.render import Block, cells, line, say
from game.tui.rows import entry, living_words
from game.tui.screens.base import Leaf, Reading
from game.tui.widgets.bars import Hint, More
from game.tui.widgets.page import Menu, Page

ITEMS = ("continue", "new", "load", "endings", "notes", "credits", "settings", "quit")


class TitleScreen(Leaf[None]):
    """The title, what it is about, and where to go. One key starts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("title"),
        Binding("space", "enter", show=False),
    ]

    def __init__(self, note: str = "") -> None:
        super().__init__()
        self.note = note
        self.head = Page(id="title")
        self.entries = Menu(id="entries")
        self.foot = Page(id="notice")
        self.last: SlotInfo | None = None

    def sheet(self) -> Iterable[Widget]:
        yield self.head
        yield self.entries
        yield More(self.entries, id="more")
        yield self.foot

    @property
    def menu(self) -> Menu:
        return self.entries

    def fill(self) -> None:
        story = self.game.front
        title = line(story.title)
        spaced = "   ".join(" ".join(word) for word in title.upper().split())
        if cells(spaced) > 56:
            spaced = title
        about = [Block(say(line(story.about)), gap=1, tone="old", centred=True)] if story.about else []
        self.head.put([Block(say((spaced, "strong")), tone="title", centred=True), *about])
        self.renew(self.note)
        first = " ".join(story.notice.split("\n\n")[0].split())
        if self.last is not None:
            # A run to continue takes the room of the rest, which the credits have.
            first = first.split(". ")[0].rstrip(".") + "." if first else ""
        self.foot.put([Block(say(first), tone="old", centred=True)] if first else [])

    def renew(self, note: str | None = None) -> None:
        try:
            found = [slot for slot in self.game.saves.slots() if not slot.problem]
        except (SaveError, OSError) as error:
            found, note = [], _("The saves cannot be read: {why}", why=error)
        # The run that was last played is the newest one that was kept by itself.
        self.last = next((slot for slot in found if slot.auto), found[0] if found else None)
        rows: list[Block] = []
        for id in ITEMS:
            command = BY_ID[id]
            about = say()
            if id == "continue":
                if self.last is None:
                    continue
                about = say((self.last.summary, "dim"))
                if living := living_words(self.last, 4):
                    about = say(about, (f"\n{living}", "dim"))
                if self.last.instead:
                    about = say(about, (f"\n{self.last.instead}", "bad"))
            gap = 1 if rows and id == "new" else 0
            label = _("Endings and memorial wall") if id == "endings" else command.label
            rows += entry(key_name(command.keys[0]), label, id, about, gap)
        self.entries.put(rows)
        if self.entries.cursor not in self.entries.items:
            self.entries.cursor = self.entries.items[0]
        super().renew(note)

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", N_("Start") if self.last is None else N_("Continue"), "screen.enter"),
            Hint("g", N_("Endings"), "app.endings", 1),
            Hint("w", N_("Wall"), "app.wall", 3),
            Hint("t", "Theme", "app.theme", 2),
            Hint("?", "Help", "app.help"),
            Hint("q", "Quit", "app.quit"),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        where = self if hasattr(self, f"action_{message.item}") else self.game
        getattr(where, f"action_{message.item}")()

    def action_continue(self) -> None:
        if self.last is not None:
            self.game.open_slot(self.last)

    def action_new(self) -> None:
        self.game.action_new()

    def action_load(self) -> None:
        self.game.action_load()

    def action_quit(self) -> None:
        self.game.leave()

    def action_notes(self) -> None:
        self.app.push_screen(Reading(_("Content notes"), notes_blocks(self.game.front.notes), "", "o"))

    def action_credits(self) -> None:
        story = self.game.front
        rows = [
            Block(
                say((line(story.title), "strong"), ("  " + _("version {version}", version=line(story.version)), "dim"))
            )
        ]
        if story.about:
            rows.append(Block(say(line(story.about)), gap=1))
        rows += [Block(say(line(part)), gap=1) for part in story.notice.split("\n\n") if part.strip()]
        self.app.push_screen(Reading(_("Credits and notice"), rows, "", "d"))

    def action_settings(self) -> None:
        from game.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen())


def notes_blocks(notes: Iterable[str]) -> list[Block]:
    """The content notes, as they are read before a first run."""
    rows = [Block(say(_("This story contains:")))]
    rows += [Block(say(line(note)), say(("  - ", "dim")), 4, gap=0 if n else 1) for n, note in enumerate(notes)]
    if len(rows) == 1:
        rows = [Block(say(_("This story has no content notes.")))]
    else:
        rows.append(Block(say(_("Stop when you like. If it stirs something real, talk to someone you trust.")), gap=1))
    return rows
