"""How the app looks and moves: its themes, the colours there may be, and whether anything glides."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual import constants
from textual.app import App
from textual.filter import Monochrome, NoColor

from game.tui.looks import Looks
from game.tui.themes import OWN, default_theme
from game.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from game.tui.settings import Settings


class Themed(App[int], inherit_bindings=False):
    """An app that looks as its `settings` say."""

    settings: Settings
    _looks: Looks | None = None

    def dress(self) -> None:
        """Take up the theme that is set, and what the terminal was asked for."""
        for theme in OWN:
            self.register_theme(theme)
        chosen = self.settings.theme
        self.no_color = bool(os.environ.get("NO_COLOR"))
        self.theme = chosen if chosen in self.available_themes else default_theme()
        self._filter_colours()
        self.moving()

    def moving(self) -> None:
        """Let things move, or not, as is set; unless it is, TEXTUAL_ANIMATIONS says, and nothing moves without it."""
        motion = self.settings.motion
        if motion == "system":
            self.animation_level = constants.TEXTUAL_ANIMATIONS if "TEXTUAL_ANIMATIONS" in os.environ else "none"
        else:
            self.animation_level = "full" if motion == "on" else "none"

    @property
    def looks(self) -> Looks:
        """The looks of the theme in use."""
        if self._looks is None or self._looks.theme is not self.current_theme:
            self._looks = Looks(self.current_theme)
        return self._looks

    def _filter_colours(self) -> None:
        """With NO_COLOR: nothing but the terminal's own colours in its own themes, greys in the others.

        Textual chooses between these once, by the theme it has before ours, and then paints black on black.
        """
        self._filters = [f for f in self._filters if not isinstance(f, Monochrome | NoColor)]
        if self.no_color:
            self._filters.append(NoColor() if self.native_ansi_color else Monochrome())

    def watch_theme(self) -> None:
        self._filter_colours()
        for screen in self.screen_stack if self._running else ():
            for widget in screen.query(Drawn):
                widget.refresh()

    def keep_theme(self, name: str) -> str:
        """Use a theme and keep the choice. Returns what went wrong, or ""."""
        self.theme = name
        self.settings.theme = name
        return self.settings.save()
