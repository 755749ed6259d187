"""The inspector: everything a run remembers, who sets and reads it, and what the choices of the scene ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Input

from game.engine import Machine, Run
from game.tui.inspected import SCENE, Entry, entries, list_blocks, matching, scene_blocks, variable_blocks
from game.tui.render import Block, say
from game.tui.screens.base import Above
from game.tui.tools import Tools, Use, Words
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.field import Field
from game.tui.widgets.page import Menu, Page


class Lookup:
    """What the tools know about one story, worked out when it is first asked."""

    def __init__(self, tools: Tools, machine: Machine) -> None:
        self.machine = machine
        self.words: Words = tools.words(machine.story)
        self._tools = tools
        self._uses: dict[int, list[Use]] | None = None

    def uses(self, var: int) -> Sequence[Use]:
        if self._uses is None:
            self._uses = {}
            for use in self._tools.uses(self.machine.story):
                self._uses.setdefault(use.var, []).append(use)
        return self._uses.get(var, ())


class InspectScreen(Above[None]):
    """A list to the left (above, in a narrow terminal), and all about what is picked in it beside."""

    CSS = """
    InspectScreen #both { height: 1fr; layout: vertical; }
    InspectScreen Field { margin: 0; }
    InspectScreen #list { height: 2fr; margin-top: 1; width: 100%; }
    InspectScreen #text { height: 3fr; margin-top: 1; }
    InspectScreen.-wide #both, InspectScreen.-broad #both { layout: horizontal; }
    InspectScreen.-wide #list, InspectScreen.-broad #list { width: 2fr; height: 100%; margin-top: 0; padding: 1 0 0 0; }
    InspectScreen.-wide #text, InspectScreen.-broad #text { width: 3fr; height: 100%; margin: 1 0 0 3; }
    """

    def __init__(self, run: Run, lookup: Lookup) -> None:
        super().__init__()
        self.run_shown = run
        self.lookup = lookup
        self.heading = Bar(id="heading")
        self.field = Field(placeholder="type to look for a name or a value")
        self.list = Menu(id="list")
        self.text = Page(id="text")
        self.all: list[Entry] = []

    def sheet(self) -> Iterable[Widget]:
        yield self.heading
        yield self.field
        yield Container(self.list, self.text, id="both")
        yield More(self.text, id="more")

    @property
    def page(self) -> Page:
        return self.text

    @property
    def menu(self) -> Menu:
        return self.list

    def fill(self) -> None:
        self.list.cursor = SCENE
        self.show(self.run_shown, self.lookup)

    def on_mount(self) -> None:
        self.field.focus()

    def show(self, run: Run, lookup: Lookup) -> None:
        """Another run, or another story: what was looked for stays."""
        self.run_shown, self.lookup = run, lookup
        self.all = entries(run)
        changed = sum(bool(e.was) for e in self.all)
        turn = f"turn {run.turn}, {len(self.all)} values, {changed} changed by the last choice"
        self.heading.put(say(("Inspector", "strong"), (f"  {turn}", "dim")))
        self._filter()
        self.renew()

    def _filter(self) -> None:
        found = matching(self.all, self.field.value)
        at = self.list.top if self.list.size.height else 0
        self.list.put(list_blocks(self.run_shown, found))
        self.list.move_to(at)
        items = self.list.items
        if self.list.cursor not in items or (self.field.value and self.list.cursor == SCENE):
            self.list.cursor = items[1] if self.field.value and len(items) > 1 else items[0]
            self.list.point(self.list.cursor)
        self._detail()

    def _detail(self) -> None:
        self.text.put(self._about())

    def _about(self) -> list[Block]:
        run = self.run_shown
        entry = next((e for e in self.all if e.var.name == self.list.cursor), None)
        if entry is None:
            return scene_blocks(run, self.lookup.words)
        return variable_blocks(run, entry, self.lookup.uses(entry.var.index))

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Esc", "Back", "screen.close"),
            Hint("Up/Down", "Pick"),
            Hint("PgDn", "Read on", "screen.page(1)", 1),
            Hint("*", "changed by the last choice", "", 2),
        )

    # --- moving about ---

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()

    def on_menu_picked(self, message: Menu.Picked) -> None:
        message.stop()
        self._detail()

    def action_step(self, by: int) -> None:
        super().action_step(by)
        self._detail()

    def action_close(self) -> None:
        # What was typed goes first, then the screen.
        if self.field.value:
            self.field.value = ""
        else:
            super().action_close()
