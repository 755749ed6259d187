"""Single lines and small notices: how things stand, what more there is, the keys of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip

from game.language import _
from game.tui.render import EMPTY, cells, cut, joined, say, wrap
from game.tui.widgets.drawn import Drawn
from game.tui.widgets.page import Page


class Bar(Drawn):
    """One line of text, cut with … where it is too long."""

    def __init__(self, content: Content = EMPTY, *, id: str | None = None, tone: str = "") -> None:
        super().__init__(id=id)
        self.content = content
        self.tone = tone

    def put(self, content: Content) -> None:
        if not content.is_same(self.content):
            self.content = content
            self.refresh()

    def render_line(self, y: int) -> Strip:
        return self.strip(cut(self.content, self.size.width) if y == 0 else EMPTY, self.tone)


class More(Drawn):
    """The line below a page: empty, or a quiet word that there is more to read, and more in the `menu` below it."""

    def __init__(self, page: Page, menu: Page | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page = page
        self.menu = menu
        page.on_move = self.refresh
        if menu is not None:
            menu.on_move = self.refresh

    def render_line(self, y: int) -> Strip:
        below, above = self.page.below, self.page.above
        if below:
            words = say((_("more below") + "  ", "dim"), (_("Space"), "key"))
        elif above:
            words = say((_("more above") + "  ", "dim"), (_("PgUp"), "key")) if self.page.fresh == 0 else EMPTY
        else:
            words = EMPTY
        choices = EMPTY
        if self.menu is not None and self.menu.below:
            choices = say(("  " + _("more choices below") + "  ", "dim"), (_("Down"), "key"))
        elif self.menu is not None and self.menu.above:
            choices = say(("  " + _("more choices above") + "  ", "dim"), (_("Up"), "key"))
        width = self.page.text_width(self.size.width) + self.page.indent
        space = " " * max(2, width - cells(words) - cells(choices))
        return self.strip(say(choices, space, words) if y == 0 else EMPTY)


class Banner(Drawn):
    """What must be said and stays: a problem until it is gone, a note until the next step."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.problem = ""
        self.note = ""
        self.display = False

    def put(self, problem: str, note: str) -> None:
        if (problem, note) != (self.problem, self.note):
            self.problem, self.note = problem, note
            self.display = bool(problem or note)
            self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        out: list[Content] = []
        for text, style in ((self.problem, "bad"), (self.note, "dim")):
            content = say((text, style)) if text else EMPTY
            out.extend(content[start:end] for start, end in wrap(content.plain, width) if content)
        return out[:4]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        lines = self._lines(self.size.width)
        return self.strip(lines[y] if y < len(lines) else EMPTY)


@dataclass(frozen=True, slots=True)
class Hint:
    """A key of the moment. `action` is what a click on it does; `weight` says what is left out first (the highest)."""

    key: str
    label: str
    action: str = ""
    weight: int = 0


class Keys(Drawn):
    """The keys of the moment, as many as fit."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hints: tuple[Hint, ...] = ()

    def put(self, hints: Sequence[Hint]) -> None:
        if tuple(hints) != self.hints:
            self.hints = tuple(hints)
            self.refresh()

    def fitting(self, width: int) -> list[Hint]:
        """The hints that fit in `width` columns; the weightiest are left out first."""
        hints = list(self.hints)
        while hints and sum(cells(_hint(h)) + 2 for h in hints) - 2 > width:
            heaviest = max(range(len(hints)), key=lambda i: (hints[i].weight, i))
            del hints[heaviest]
        return hints

    def render_line(self, y: int) -> Strip:
        content = joined([_hint(h) for h in self.fitting(self.size.width)], "  ")
        return self.strip(content if y == 0 else EMPTY)

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        x, at = 0, event.get_content_offset(self)
        if at is None:
            return
        for hint in self.fitting(self.size.width):
            width = cells(_hint(hint))
            if x <= at.x < x + width and hint.action:
                await self.screen.run_action(hint.action)
                return
            x += width + 2


def _hint(hint: Hint) -> Content:
    return say((_(hint.key), "key"), (f" {_(hint.label)}", "dim"))


class TooSmall(Drawn):
    """Stands for everything else while the terminal is too small."""

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        size = f"{self.app.size.width}x{self.app.size.height}"
        text = _("Too small: {size}. At least 60x20, please.", size=size)
        lines = wrap(text, width)
        return self.strip(say(text)[lines[y][0] : lines[y][1]] if y < len(lines) else EMPTY)
