"""What each style and tone of `render` looks like in a theme.

These are not component classes of the style sheet: to match those for every screen is most of what opening one takes.
"""

from __future__ import annotations

from typing import Final

from textual.color import Color
from textual.style import Style
from textual.theme import Theme

from game.tui.themes import readable

MUTED: Final = {"dim", "label", "old", "shut", "aside", "heading"}
ACCENT: Final = {"key", "chosen", "title"}
BOLD: Final = {"strong", "label", "name", "key", "bad", "heading", "title"}
ITALIC: Final = {"em", "aside", "chosen"}


class Looks:
    """The looks of one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        # Asked of the theme itself: the app's own variables lag behind a change of theme.
        variables = theme.to_color_system().generate()
        self.ansi = theme.ansi
        if theme.ansi:
            self._background = self._foreground = Color.parse("ansi_default")
            self._muted = self._foreground
            self._cursor = self._background
        else:
            self._background = Color.parse(variables["background"])
            self._cursor = Color.parse(variables["panel"])
            self._foreground = self._text(variables["foreground"])
            self._muted = self._text(variables["foreground-muted"])
        self._accent = self._text(variables["primary"])
        self._error = self._text(variables["error"])
        self._made: dict[tuple[str, ...], Style] = {}

    def _text(self, color: str) -> Color:
        """A theme's colour for text, mended where it could not be read on the page or under the cursor.

        The terminal's own colours are the terminal's matter: nobody here knows them.
        """
        parsed = Color.parse(color)
        if self.ansi:
            return parsed
        return readable((self._background + parsed) if parsed.a < 1 else parsed, self._background, self._cursor)

    def of(self, *names: str) -> Style:
        """The style that `names`, from the outermost, come to; "" changes nothing."""
        style = self._made.get(names)
        if style is None:
            style = Style(background=self._background, foreground=self._foreground)
            for name in names:
                style += self._one(name)
            self._made[names] = style
        return style

    def _one(self, name: str) -> Style:
        color = None
        if name in MUTED:
            color = self._muted
        elif name in ACCENT:
            color = self._accent
        elif name == "bad":
            color = self._error
        return Style(
            background=self._cursor if name == "cursor" else None,
            foreground=color,
            # With the terminal's own sixteen colours there is no grey, and no background, to count on.
            dim=True if self.ansi and name in MUTED else None,
            bold=True if name in BOLD or (self.ansi and name == "cursor") else None,
            italic=True if name in ITALIC else None,
        )
