"""Pages of text: wrapped once per width, scrolled by lines, laid out again when the width changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from game.tui.render import EMPTY, Block, Row, layout, say
from game.tui.widgets.drawn import Drawn


class Page(Drawn):
    """Blocks of text, one below the other.

    Blocks before `fresh` are shown dimmed. While nobody has scrolled, the page is placed so that block `start` is read
    from its beginning; after that it stays where it was put.
    """

    indent = 0

    def __init__(self, *, id: str | None = None, measure: int = 0) -> None:
        super().__init__(id=id)
        self.measure = measure
        self.blocks: list[Block] = []
        self.fresh = 0
        self.start = 0
        self.on_move: Callable[[], object] = lambda: None
        self._rows: list[Row] = []
        self._width = -1
        self._top = 0
        self._place: tuple[int, int] | None = None
        """The block and the line in it at the top, once somebody has scrolled."""
        self._settled = (-1, -1)

    # --- what it shows ---

    def put(self, blocks: Iterable[Block], fresh: int = 0, keep: int = 0, start: int | None = None) -> None:
        """Show `blocks` after the first `keep` of those shown already.

        The page is placed so that block `start` is read from its beginning: `fresh`, unless another is given.
        """
        del self.blocks[keep:]
        self.blocks.extend(blocks)
        self.fresh = fresh
        self.start = fresh if start is None else start
        self._place = None
        if self._width > 0:
            while self._rows and self._rows[-1].block >= keep:
                self._rows.pop()
            self._lay_out(keep)
        self._changed()

    def put_before(self, blocks: Sequence[Block]) -> None:
        """Show `blocks` above those shown already, which stay where they are on the screen."""
        self.blocks[:0] = blocks
        self.fresh += len(blocks) if self.fresh else 0
        self.start += len(blocks)
        if self._place is not None:
            self._place = (self._place[0] + len(blocks), self._place[1])
        self._rows = []
        if self._width > 0:
            self._lay_out(0)
        self._changed()

    def _changed(self) -> None:
        self._settled = (-1, -1)
        self.refresh(layout=True)
        self.on_move()

    def _lay_out(self, first: int) -> None:
        width = self.text_width(self._width)
        for number in range(first, len(self.blocks)):
            self._rows.extend(layout(self.blocks[number], number, width, top=not self._rows))

    def text_width(self, width: int) -> int:
        """How wide lines may be on a page `width` columns wide."""
        width = max(1, width - self.indent)
        return min(width, self.measure) if self.measure else width

    def rows_at(self, width: int) -> list[Row]:
        """All rows, at `width`."""
        if width != self._width and width > 0:
            self._width = width
            self._rows = []
            self._lay_out(0)
            self._settled = (-1, -1)
        return self._rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.rows_at(width))

    # --- where it stands ---

    def _settle(self) -> list[Row]:
        """The rows, with the top in its place for the size the page has now."""
        rows = self.rows_at(self.size.width)
        size = (self.size.width, self.size.height)
        if size != self._settled:
            self._settled = size
            if self._place is None:
                self._top = self._first_row(self.start)
            else:
                block, offset = self._place
                self._top = self._first_row(block) + offset
            self._top = max(0, min(self._top, len(rows) - self.size.height))
        return rows

    def _first_row(self, block: int) -> int:
        """The first row of `block`, without the empty ones above it."""
        at = bisect_left(self._rows, block, key=lambda row: row.block)
        while at < len(self._rows) and self._rows[at].start < 0:
            at += 1
        return at

    def row_of(self, block: int) -> int:
        """The number of the row that `block` begins in."""
        self._settle()
        return self._first_row(block)

    @property
    def top(self) -> int:
        """The number of the first row shown."""
        self._settle()
        return self._top

    @property
    def above(self) -> int:
        """How many rows are hidden above."""
        return self.top

    @property
    def below(self) -> int:
        """How many rows are hidden below."""
        return max(0, len(self._settle()) - self._top - self.size.height)

    def move_to(self, top: int) -> None:
        """Show the page from row `top` on, as far as that goes."""
        rows = self._settle()
        top = max(0, min(top, len(rows) - self.size.height))
        if rows and top != self._top:
            self._top = top
            block = rows[top].block
            self._place = (block, top - self._first_row(block))
            self.refresh()
            self.on_move()

    def move_by(self, rows: int) -> None:
        self.move_to(self.top + rows)

    def page_by(self, pages: int) -> None:
        """A page on or back; two lines stay in view."""
        self.move_by(pages * max(1, self.size.height - 2))

    def on_resize(self) -> None:
        self.on_move()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move_by(-3)

    # --- how it is drawn ---

    def render_line(self, y: int) -> Strip:
        rows = self._settle()
        at = self._top + y
        if not 0 <= at < len(rows) or rows[at].start < 0:
            return Strip.blank(self.size.width, self.look().rich_style)
        return self.draw(rows[at])

    def strips(self, first: int) -> list[Strip]:
        """Every line from block `first` on, as it appears, in view or not."""
        found = [row for row in self._settle() if row.block >= first]
        while found and found[0].start < 0:
            del found[0]
        blank = Strip.blank(self.size.width, self.look().rich_style)
        return [blank if row.start < 0 else self.draw(row) for row in found]

    def draw(self, row: Row, tone: str = "", mark: Content = EMPTY) -> Strip:
        """A row as it appears; `tone` wins over the block's own."""
        block = self.blocks[row.block]
        tone = tone or ("old" if row.block < self.fresh else block.tone)
        return self.strip(self.line_of(row, mark), tone)

    def line_of(self, row: Row, mark: Content = EMPTY) -> Content:
        """What stands in a row."""
        block = self.blocks[row.block]
        lead = block.lead if row.first else say(" " * block.hang)
        words = say(mark, lead, block.text[row.start : row.end] if row.end > row.start else EMPTY)
        width = self.text_width(self.size.width) + self.indent
        if row.tail:
            space = width - words.cell_length - block.tail.cell_length
            return say(words, " " * max(0, space), block.tail)
        if block.centred:
            return say(" " * max(0, (width - words.cell_length) // 2), words)
        return words


class Menu(Page):
    """A page on which some blocks can be picked: by arrows and Enter, or with the mouse."""

    indent = 2

    class Picked(Message):
        """The player picked `item` from `menu`."""

        def __init__(self, menu: Menu, item: object) -> None:
            super().__init__()
            self.menu = menu
            self.item = item

    def __init__(self, *, id: str | None = None, measure: int = 0) -> None:
        super().__init__(id=id, measure=measure)
        self.cursor: object = None

    @property
    def items(self) -> list[object]:
        """What can be picked, from the top."""
        return list(dict.fromkeys(b.item for b in self.blocks if b.item is not None))

    def point(self, item: object) -> None:
        """Put the cursor on `item` (None for nowhere) and show it."""
        self.cursor = item
        self.refresh()
        if not self.size.height:
            self.call_after_refresh(self.point, item)
            return
        at = [i for i, row in enumerate(self._settle()) if row.start >= 0 and self.blocks[row.block].item == item]
        if item is None or not at:
            return
        height = self.size.height
        if at[0] < self._top or len(at) >= height:
            self.move_to(at[0])
        elif at[-1] >= self._top + height:
            self.move_to(at[-1] - height + 1)

    def step(self, by: int) -> None:
        """Move the cursor; from nowhere it goes to the first or the last."""
        items = self.items
        if not items:
            return
        if self.cursor in items:
            at = max(0, min(len(items) - 1, items.index(self.cursor) + by))
        else:
            at = 0 if by > 0 else len(items) - 1
        self.point(items[at])

    def pick(self) -> bool:
        """Pick what the cursor is on. False when it is on nothing."""
        if self.cursor is None or self.cursor not in self.items:
            return False
        self.post_message(self.Picked(self, self.cursor))
        return True

    def _item_at(self, y: int) -> object:
        rows = self._settle()
        at = self._top + y
        return self.blocks[rows[at].block].item if 0 <= at < len(rows) and rows[at].start >= 0 else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        item = self._item_at(event.y)
        if item is not None and item != self.cursor:
            self.cursor = item
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        item = self._item_at(event.y)
        if item is not None:
            self.cursor = item
            self.pick()

    def draw(self, row: Row, tone: str = "", mark: Content = EMPTY) -> Strip:
        item = self.blocks[row.block].item
        on = self.cursor is not None and item == self.cursor
        first = row.first and (row.block == 0 or self.blocks[row.block - 1].item != item)
        return super().draw(row, "cursor" if on else tone, say("> " if on and first else "  "))
