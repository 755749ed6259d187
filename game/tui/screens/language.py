"""The choice of a language, for the game and the story at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from game.language import N_, _
from game.present.speaking import offered
from game.tui.render import Block, say
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint
from game.tui.widgets.page import Menu


class LanguageScreen(Above[str]):
    """All languages there are. Closes with the code of the one picked ("" for the environment's), or None."""

    opened_by = "L"

    def __init__(self) -> None:
        super().__init__()
        self.entries = Menu(id="text", measure=72)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Language"), "strong")), id="heading")
        yield self.entries

    @property
    def menu(self) -> Menu:
        return self.entries

    def fill(self) -> None:
        rows = [Block(say(name), item=code or "auto") for code, name in offered()]
        about = _("What is not translated yet is shown in the language it was written in.")
        self.entries.put([*rows, Block(say((about, "dim")), gap=1)])
        self.entries.cursor = self.game.settings.language or "auto"
        self.renew()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", N_("Use it"), "screen.enter"),
            Hint("Esc", N_("As it was"), "screen.close"),
            Hint("q", N_("Quit"), "app.quit"),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.dismiss("" if message.item == "auto" else str(message.item))
