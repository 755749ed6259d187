"""Saved moments: keeping one, going to one, renaming and deleting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from game.language import N_, _
from game.present.view import status_line
from game.saves import SaveError, SlotInfo
from game.tui.blocks import slot_blocks
from game.tui.render import Block, line, say
from game.tui.screens.base import Above, Prompt
from game.tui.session import Session
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.field import Field
from game.tui.widgets.page import Menu, Page


class SaveScreen(Prompt):
    """Asks for a name and keeps the moment under it. Closes with a note of what was done."""

    enter = N_("Save")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.field = Field(placeholder=_("a name for this moment"))
        self.text = Page(id="words", measure=72)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Save"), "strong"), ("  " + _("this moment, under a name"), "dim")), id="heading")
        yield self.text
        yield self.field

    def fill(self) -> None:
        run = self.session.run
        self.text.put([Block(say(status_line(run))), Block(say((_("turn {n}", n=run.turn), "dim")))])
        self.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        title = line(event.value)
        if not title or not self.on_top:
            return
        try:
            self.session.keep_as(title)
        except (SaveError, OSError) as error:
            self.renew(_("Not saved: {why}", why=error))
        else:
            self.dismiss(_("Saved as {name}.", name=title))


class RenameScreen(Prompt):
    """Asks for a slot's new name."""

    enter = N_("Rename")

    def __init__(self, slot: SlotInfo) -> None:
        super().__init__()
        self.slot = slot
        self.field = Field(line(slot.title), _("a name"))

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Rename"), "strong"), (f"  {line(self.slot.title) or _('autosave')}", "dim")), id="heading")
        yield self.field

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if (title := line(event.value)) and self.on_top:
            self.dismiss(title)


class AskScreen(Above[bool]):
    """A question with yes and no. Closes with True for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", show=False),
        Binding("n", "no", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str = N_("No")) -> None:
        super().__init__()
        self.answers = Menu(id="text", measure=72)
        self.question = question
        self.labels = (_(yes), _(no))

    def sheet(self) -> Iterable[Widget]:
        yield self.answers

    def fill(self) -> None:
        yes, no = self.labels
        self.answers.put(
            [
                Block(say((self.question, "strong"))),
                Block(say(no), say(("n  ", "key")), 3, gap=1, item="no"),
                Block(say(yes), say(("y  ", "key")), 3, item="yes"),
            ]
        )
        self.answers.cursor = "no"
        self.renew()

    @property
    def menu(self) -> Menu:
        return self.answers

    def hints(self) -> Sequence[Hint]:
        return (Hint("y", self.labels[0], "screen.yes"), Hint("n", self.labels[1], "screen.no"))

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.dismiss(message.item == "yes")

    def action_yes(self) -> None:
        self.dismiss(True)

    def action_no(self) -> None:
        self.dismiss(False)


class SavesScreen(Above[SlotInfo]):
    """All saved moments. Closes with the one to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "rename", show=False),
        Binding("d,delete", "remove", show=False),
    ]
    opened_by = "l"

    def __init__(self) -> None:
        super().__init__()
        self.entries = Menu(id="text", measure=76)
        self.slots: dict[str, SlotInfo] = {}

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Saved moments"), "strong"), ("  " + _("the newest first"), "dim")), id="heading")
        yield self.entries
        yield More(self.entries, id="more")

    @property
    def menu(self) -> Menu:
        return self.entries

    def renew(self, note: str | None = None) -> None:
        try:
            self.slots = {slot.id: slot for slot in self.game.saves.slots()}
        except (SaveError, OSError) as error:
            note = _("The saves cannot be read: {why}", why=error)
        rows: list[Block] = []
        for number, slot in enumerate(self.slots.values()):
            rows.extend(slot_blocks(slot, 1 if number else 0))
        self.entries.put(
            rows or [Block(say((_("Nothing is saved yet. Every run you play is kept here by itself."), "dim")))]
        )
        if self.slots and self.entries.cursor not in self.slots:
            self.entries.cursor = next(iter(self.slots))
        super().renew(note)

    def hints(self) -> Sequence[Hint]:
        if not self.slots:
            return (Hint("Esc", "Back", "screen.close"), Hint("q", "Quit", "app.quit"))
        return (
            Hint("Enter", "Load", "screen.enter"),
            Hint("r", "Rename", "screen.rename"),
            Hint("d", "Delete", "screen.remove"),
            Hint("Esc", "Back", "screen.close"),
            Hint("q", "Quit", "app.quit", 1),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        slot = self.slots.get(str(message.item))
        if slot is None:
            return
        if slot.problem:
            self.renew(_("This cannot be loaded: {why}", why=slot.problem))
        else:
            self.dismiss(slot)

    @property
    def picked(self) -> SlotInfo | None:
        return self.slots.get(str(self.entries.cursor))

    def action_rename(self) -> None:
        if slot := self.picked:
            self.app.push_screen(RenameScreen(slot), lambda title: self._renamed(slot, title))

    def _renamed(self, slot: SlotInfo, title: str | None) -> None:
        if title is not None:
            self._try(lambda: self.game.saves.rename(slot.id, title))

    def action_remove(self) -> None:
        if slot := self.picked:
            name = line(slot.title) or _("the autosave of {summary}", summary=line(slot.summary))
            question = _("Delete {name}? It cannot be brought back.", name=name)
            self.app.push_screen(AskScreen(question, N_("Delete"), N_("Keep")), lambda yes: self._removed(slot, yes))

    def _removed(self, slot: SlotInfo, yes: bool | None) -> None:
        session = self.game.session
        if yes and session is not None and session.slot == slot.id:
            self.renew(_("This is the run you are playing; it stays."))
        elif yes:
            self._try(lambda: self.game.saves.delete(slot.id))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (SaveError, OSError) as error:
            self.renew(str(error))
        else:
            self.renew("")
