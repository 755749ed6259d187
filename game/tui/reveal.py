"""A new passage paragraph by paragraph, at a key or at a pace. Choices can be made all the while."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.timer import Timer

from game.tui.render import Block
from game.tui.widgets.page import Page

PACE = 2.0
"""Seconds between two paragraphs."""


class Reveal:
    """What is still to come of the passage on `page`. `renew` is called when nothing more is."""

    def __init__(self, page: Page, renew: Callable[[], object]) -> None:
        self.page = page
        self.renew = renew
        self.waiting: list[Block] = []
        self._timer: Timer | None = None

    def begin(self, blocks: Sequence[Block], speed: str) -> list[Block]:
        """What of `blocks` is shown at once: all of them, or up to the first paragraph of the story."""
        first = len(blocks)
        if speed != "instant":
            first = next((i for i, block in enumerate(blocks) if not block.tone), first) + 1
        self.waiting = list(blocks[first:])
        if self.waiting and speed == "pace":
            self._timer = self.page.set_interval(PACE, self.next)
        return list(blocks[:first])

    def next(self) -> None:
        """Show one paragraph more, and come to where it begins."""
        self._show(1)

    def finish(self) -> None:
        """Show all that is left: the run goes on."""
        self._show(len(self.waiting))

    def _show(self, count: int) -> None:
        if self.waiting:
            shown = len(self.page.blocks)
            self.page.put(self.waiting[:count], self.page.fresh, shown, start=shown)
            del self.waiting[:count]
            if not self.waiting:
                self.renew()
        if not self.waiting and self._timer is not None:
            self._timer.stop()
            self._timer = None
