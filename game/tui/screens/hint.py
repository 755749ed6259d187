"""Hints: what may be asked for, and of what was asked no more than is wanted: a nudge, a step, the whole way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.engine import Run
from game.language import N_, _
from game.present import hinting
from game.present.gallery import EndingRow
from game.tui.render import Block, line, say
from game.tui.rows import entry
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.page import Menu

if TYPE_CHECKING:
    from game.prove.hints import Answer

LEVELS = (
    ("nudge", N_("A nudge: where and when it matters")),
    ("step", N_("The choice to make now")),
    ("way", N_("The whole way, choice by choice")),
)


def key_of(number: int) -> str:
    """The key that picks an entry; "" for one that has none."""
    return str(number % 10) if number <= 10 else ""


class HintScreen(Above[None]):
    """What can be wished for; then, for one wish, whether it can still be, and hints towards it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(str(n), f"pick({n or 10})", show=False) for n in range(10)]
    opened_by = "h"

    def __init__(self, run: Run, endings: Iterable[EndingRow]) -> None:
        super().__init__()
        self.run_shown = run
        self.wishes = hinting.wishes(run, endings)
        self.wish: hinting.Wish | None = None
        self.answer: Answer | None = None
        self.nudge = ""
        self.shown: list[str] = []
        """The levels that were asked for."""
        self.heading = Bar(id="heading")
        self.entries = Menu(id="text", measure=72)

    def sheet(self) -> Iterable[Widget]:
        yield self.heading
        yield self.entries
        yield More(self.entries, id="more")

    @property
    def menu(self) -> Menu:
        return self.entries

    def fill(self) -> None:
        self.list_wishes()
        self.game.hinting.prepare(self.run_shown)

    # --- what can be asked for ---

    def list_wishes(self) -> None:
        self.wish = self.answer = None
        self.nudge = ""
        self.shown = []
        self.heading.put(say((_("Hints"), "strong"), ("  " + _("what do you wish for?"), "dim")))
        rows: list[Block] = []
        for number, wish in enumerate(self.wishes, 1):
            gap = 1 if number > 1 and wish.kind != self.wishes[number - 2].kind else 0
            rows.extend(entry(key_of(number), line(wish.words), number - 1, gap=gap))
        self.entries.cursor = None
        self.entries.put(rows or [Block(say((_("There is nothing to give hints about."), "dim")))])
        self.renew("")

    def ask(self, wish: hinting.Wish) -> None:
        self.wish = wish
        self.heading.put(say((_("Hints"), "strong"), (f"  {line(wish.words)}", "dim")))
        self.entries.cursor = None
        self.entries.put([Block(say((_("Looking, for a few seconds at most…"), "dim")))])
        self.renew("")
        self.game.hinting.ask(self.run_shown, wish, self.found)

    # --- what came of it ---

    def found(self, answer: Answer) -> None:
        """The answer to the wish that was asked about."""
        self.answer = answer
        self.show_answer()

    def turned(self, turning: int | None) -> None:
        """Where the way turns."""
        assert self.answer is not None
        self.nudge = hinting.nudge(self.run_shown, self.answer.way, turning)
        self.show_answer()

    def show_answer(self) -> None:
        assert self.answer is not None
        answer = self.answer
        rows = [Block(say((hinting.told(answer.verdict, answer.plays, answer.seconds), "strong")))]
        if answer.way:
            left = [(level, label) for level, label in LEVELS if level not in self.shown]
            for level in self.shown:
                rows.extend(self._told(level, answer))
            for number, (level, label) in enumerate(left, 1):
                rows.extend(entry(f"{number}", _(label), level, gap=number == 1))
            self.entries.cursor = None
        self.entries.put(rows)
        self.renew("")

    def _told(self, level: str, answer: Answer) -> Iterable[Block]:
        run, way = self.run_shown, answer.way
        if level == "nudge":
            looking = _("Looking, for a few seconds at most…")
            yield Block(say(line(self.nudge)) if self.nudge else say((looking, "dim")), gap=1)
        elif level == "step":
            yield Block(say(line(hinting.step(run, way))), gap=1)
        else:
            for number, (where, choice) in enumerate(hinting.whole(run, way), 1):
                if where:
                    yield Block(say((line(where), "dim")), gap=1)
                yield Block(say(line(choice)), say((f"{number} ".rjust(4), "key")), 4)

    # --- what the keys do ---

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if self.wish is None:
            self.ask(self.wishes[int(str(message.item))])
        else:
            level = str(message.item)
            self.shown.append(level)
            self.show_answer()
            if level == "nudge" and self.answer is not None:
                self.game.hinting.turning(self.run_shown, self.wish, self.answer.way, self.turned)

    def action_pick(self, number: int) -> None:
        if number <= len(self.entries.items):
            self.entries.point(self.entries.items[number - 1])
            self.entries.pick()

    def action_close(self) -> None:
        if self.wish is None:
            super().action_close()
        else:
            self.game.hinting.give_up()
            self.list_wishes()

    def on_unmount(self) -> None:
        self.game.hinting.give_up()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", "Pick", "screen.enter"),
            Hint("Esc", "Back", "screen.close"),
            Hint("?", "Help", "app.help", 2),
            Hint("q", "Quit", "app.quit"),
        )
