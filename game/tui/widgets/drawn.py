"""A widget that draws its own lines, in the styles of `render` and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from textual._styles_cache import StylesCache

    from game.tui.app import HyosanApp


class Forgetful:
    """Mixed into widgets: lets go of what it has drawn when it goes."""

    _styles_cache: StylesCache

    def on_unmount(self) -> None:
        # Textual remembers the line caches of the last thousand widgets (a method of theirs has an lru_cache): let them
        # be empty ones, or every screen that was ever open costs a quarter of a megabyte.
        self._styles_cache.clear()


def unscrolled() -> Reactive[Size]:
    """The `virtual_size` of a widget that Textual does not scroll: nothing follows from it.

    Textual lays the whole screen out again, and paints it again, when that of any widget changes, as scroll bars may
    come or go by it. So each turn was laid out and painted twice.
    """
    return Reactive(Size(0, 0), repaint=False)


class Column(Forgetful, Vertical):
    """Widgets one below the other."""

    virtual_size = unscrolled()


class Drawn(Forgetful, Widget):
    """Draws lines of `Content`, in the looks of the app's theme."""

    virtual_size = unscrolled()
    ALLOW_SELECT = False
    DEFAULT_CSS = "Drawn { width: 1fr; height: auto; }"

    def look(self, *names: str) -> Style:
        """The style that `names`, from the outermost, come to."""
        return cast("HyosanApp", self.app).looks.of(*names)

    def strip(self, content: Content, tone: str = "", width: int | None = None) -> Strip:
        """A line of `content`, exactly `width` columns (the widget's own unless given)."""
        base = self.look(tone)

        def parse(style: str | Style) -> Style:
            return self.look(tone, style) if isinstance(style, str) else style

        segments = [Segment(text, style.rich_style) for text, style in content.render(base, "", parse)]
        return Strip(segments).adjust_cell_length(self.size.width if width is None else width, base.rich_style)
