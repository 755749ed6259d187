"""A line to type in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from game.story.clean import clean
from game.tui.render import line


class Field(Input):
    """An input for names: what a terminal could act on never gets in, and nothing blinks."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+g", "screen.close", show=False)]

    def __init__(self, value: str = "", placeholder: str = "", *, most: int = 60) -> None:
        self.most = most
        super().__init__(value, line(placeholder), max_length=most, select_on_focus=False, compact=True)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        if value.isprintable() and clean(value) == value and len(value) <= self.most:
            return value
        cleaned = line(value)[: self.most]
        # A space at the end is a name being typed.
        return cleaned + " " if value.endswith(" ") and len(cleaned) < self.most else cleaned
