"""A widget that draws its own lines, in the styles of `render` and no others."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from game.tui.render import STYLES, TONES

LOOKS = frozenset(f"drawn--{name}" for name in (*STYLES, *TONES))
"""The look of each style and tone: component classes of the screens, see app.tcss.

One set a screen, not one a widget: to style them is most of what opening a screen takes.
"""


class Drawn(Widget):
    """Draws lines of `Content`, in the looks of its screen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Drawn { width: 1fr; height: auto; }"

    def look(self, *names: str) -> Style:
        """The style that `names`, from the outermost, come to."""
        return self.screen.get_visual_style(*(f"drawn--{name}" for name in names if name))

    def strip(self, content: Content, tone: str = "", width: int | None = None) -> Strip:
        """A line of `content`, exactly `width` columns (the widget's own unless given)."""
        base = self.look(tone)

        def parse(style: str | Style) -> Style:
            return self.look(tone, style) if isinstance(style, str) else style

        segments = [Segment(text, style.rich_style) for text, style in content.render(base, "", parse)]
        return Strip(segments).adjust_cell_length(self.size.width if width is None else width, base.rich_style)
