"""Nobody skips a page unread: keys that come before a page could be seen do not turn it."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events

QUIET = 0.25
"""Seconds without such a key, after a page is drawn, before a key turns it. Mashed keys therefore turn one page."""

TURNING = frozenset(("enter", *"0123456789"))
"""Keys that turn a page."""


class Patience:
    """Says which keys come too early. Times are those of events: seconds, on Textual's clock."""

    def __init__(self, keys: Iterable[str] = TURNING) -> None:
        self._keys = frozenset(keys)
        self._drawn = False
        self._open = False
        self._last = 0.0

    def turned(self) -> None:
        """Another page is about to be drawn."""
        self._drawn = self._open = False

    def drawn(self, at: float) -> None:
        """The page is on the screen since `at`."""
        self._drawn = True
        self._last = max(self._last, at)

    def early(self, event: events.Event) -> bool:
        """Whether `event` would turn a page that nobody can have read yet."""
        turning = event.key in self._keys if isinstance(event, events.Key) else isinstance(event, events.MouseDown)
        if not turning or self._open:
            return False
        self._open = self._drawn and event.time - self._last >= QUIET
        self._last = max(self._last, event.time)
        return not self._open
