"""The two columns of the play screen: the book with its text and choices, and how things stand beside it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from game.language import _
from game.present import View
from game.tui.blocks import side_blocks
from game.tui.render import Block, say
from game.tui.widgets.bars import More
from game.tui.widgets.drawn import Forgetful, unscrolled
from game.tui.widgets.page import Menu, Page

LEAST_TEXT = 6
"""Rows of text that stay however many choices there are."""


class BookLayout(Layout):
    """Text, a line, choices: the choices follow the text, and stand at the bottom once the text fills the page."""

    name = "book"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        text, more, choices = children
        assert isinstance(text, Page)
        assert isinstance(choices, Page)
        width, height = size
        wanted_text, wanted = len(text.rows_at(width)), len(choices.rows_at(width))
        below = min(wanted, max(height - 1 - min(wanted_text, LEAST_TEXT), 1))
        above = max(0, min(wanted_text, height - 1 - below))
        out, y = [], 0
        for widget, rows in ((text, above), (more, 1), (choices, below)):
            region = Region(0, y, width, max(0, min(rows, height - y)))
            out.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, widget))
            y += rows
        return out


class Book(Forgetful, Widget):
    """The story and its choices."""

    virtual_size = unscrolled()

    def __init__(self, text: Page, more: More, choices: Menu) -> None:
        super().__init__(text, more, choices, id="book")
        self._book_layout = BookLayout()

    @property
    def layout(self) -> Layout:
        # A style can only name Textual's own layouts.
        return self._book_layout


class Spread(Forgetful, Horizontal):
    """The book, and what stands beside it."""

    virtual_size = unscrolled()


class Side(Page):
    """How things stand. Where not all of it fits it is said in fewer lines, and at last cut with a word."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[View, str] | None = None
        self._fitted = (-1, -1)

    def show(self, now: View, common: str) -> None:
        self._shown = (now, common)
        self._fitted = (-1, -1)
        self.refresh()

    def _fit(self) -> None:
        size = (self.size.width, self.size.height)
        if self._shown is None or size == self._fitted or not all(size):
            return
        self._fitted = size
        for full in (True, False):
            self.blocks = list(self._blocks(full))
            self._rows, self._width = [], -1
            if len(self.rows_at(size[0])) <= size[1]:
                break

    def _blocks(self, full: bool) -> Iterable[Block]:
        assert self._shown is not None
        return side_blocks(*self._shown, full)

    def render_line(self, y: int) -> Strip:
        self._fit()
        if y == self.size.height - 1 and self.below:
            people, hands = (f" {_('people')}  ", "dim"), (f" {_('hands')}", "dim")
            return self.strip(say(("… ", "dim"), ("p", "key"), people, ("i", "key"), hands))
        return super().render_line(y)
