"""A run being played, and the slot it is kept in. Every step is on disk before anybody sees it."""

from __future__ import annotations

import time
from collections.abc import Callable

from game.engine import Run
from game.saves import SaveError, Saves

IDLE = 300.0
"""Seconds after which a pause no longer counts as playing."""


class Session:
    """A run and where it is kept. `problem` says why the last step is not on disk; "" when it is."""

    def __init__(
        self, saves: Saves, run: Run, slot: str = "", played: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.saves = saves
        self.run = run
        self.slot = slot
        self.problem = ""
        self._played = float(played)
        self._clock = clock
        self._since = clock()

    @property
    def played(self) -> int:
        """Seconds played, long pauses left out."""
        now = self._clock()
        self._played += min(now - self._since, IDLE)
        self._since = now
        return int(self._played)

    def move(self, run: Run) -> None:
        """The run has gone on: keep it."""
        self.run = run
        self.keep()

    def keep(self) -> None:
        """Write the run to its slot; a slot of its own is made when it has none. Never raises: see `problem`."""
        try:
            if not self.slot:
                slot = self.saves.new_slot()
                self.saves.hold(slot)
                self.slot = slot
            self.saves.write(self.slot, self.run, played=self.played)
            self.problem = ""
        except (SaveError, OSError) as error:
            self.problem = str(error) or type(error).__name__

    def keep_as(self, title: str) -> None:
        """Keep this moment under a name, besides. Raises `SaveError`."""
        slot = self.saves.new_slot(title)
        self.saves.write(slot, self.run, title=title, played=self.played)
