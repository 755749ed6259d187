"""Settings, and the choice of a theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from game.language import _, current
from game.present.speaking import name_of
from game.saves.settings import BY_ID, SETTINGS
from game.tui.render import Block, say
from game.tui.rows import entry
from game.tui.screens.base import Above
from game.tui.themes import OWN, theme_label
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.page import Menu

ROOMY = 30
"""Rows from which on the settings stand apart."""


class SettingsScreen(Above[None]):
    """What can be set, with what it is set to."""

    opened_by = "e"

    def __init__(self) -> None:
        super().__init__()
        self.entries = Menu(id="text", measure=72)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Settings"), "strong")), id="heading")
        yield self.entries
        yield More(self.entries, id="more")

    @property
    def menu(self) -> Menu:
        return self.entries

    def renew(self, note: str | None = None) -> None:
        settings = self.game.settings
        theme = theme_label(self.app.theme)
        kept = _("Kept in {folder}", folder=settings.folder) if settings.folder else ""
        gap = 0 if self.game.size.height < ROOMY else 1
        self.entries.put(
            [
                *entry("", _("Theme: {name}", name=theme), "theme", say((_("t wherever you are"), "dim")), wide=0),
                *entry("", _("Language: {name}", name=name_of(current())), "language", gap=gap, wide=0),
                *(
                    row
                    for setting in SETTINGS
                    for row in entry(
                        "",
                        f"{_(setting.label)}: {settings.word(setting)}",
                        setting.id,
                        say((_(setting.about), "dim")),
                        gap=gap,
                        wide=0,
                    )
                ),
                Block(say((kept, "dim")), gap=2),
            ]
        )
        if self.entries.cursor is None:
            self.entries.cursor = "theme"
        self.entries.point(self.entries.cursor)
        super().renew(note)

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", "Change", "screen.enter"),
            Hint("Esc", "Back", "screen.close"),
            Hint("q", "Quit", "app.quit"),
        )

    def on_menu_picked(self, message: Menu.Picked) -> None:
        if message.item == "theme":
            self.game.action_theme()
        elif message.item == "language":
            self.game.action_language()
        else:
            problem = self.game.settings.turn(BY_ID[str(message.item)])
            self.game.moving()
            self.renew(problem)


class ThemeScreen(Above[None]):
    """All themes; the one under the cursor is shown at once. Enter keeps it, Escape goes back to the old one."""

    opened_by = "t"

    def __init__(self) -> None:
        super().__init__()
        self.entries = Menu(id="text", measure=72)
        self.before = ""

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Theme"), "strong"), ("  " + _("seen as you move"), "dim")), id="heading")
        yield self.entries
        yield More(self.entries, id="more")

    @property
    def menu(self) -> Menu:
        return self.entries

    def fill(self) -> None:
        self.before = self.app.theme
        own = [theme.name for theme in OWN]
        others = sorted(name for name in self.app.available_themes if name not in own)
        rows = [Block(say(theme_label(name)), item=name) for name in own]
        rows.append(Block(say((_("Textual's own"), "label")), gap=1))
        rows.extend(Block(say(name), item=name) for name in others)
        self.entries.put(rows)
        self.renew()

    def on_mount(self) -> None:
        self.entries.point(self.before)

    def action_step(self, by: int) -> None:
        super().action_step(by)
        if self.entries.cursor in self.app.available_themes:
            self.app.theme = str(self.entries.cursor)

    def on_menu_picked(self, message: Menu.Picked) -> None:
        problem = self.game.keep_theme(str(message.item))
        if problem:
            self.renew(problem)
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        self.app.theme = self.before
        super().action_close()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", "Keep", "screen.enter"),
            Hint("Esc", "As it was", "screen.close"),
            Hint("q", "Quit", "app.quit"),
        )
