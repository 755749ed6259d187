"""A run being played, and the slot it is kept in. Every step is on disk before anybody sees it.

A disk that takes its time does not hold up the game for longer than `PATIENCE`: then the step is shown with a mark
that it is still being saved. One thread at a time writes, and only ever the newest step: what lies between is in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from game.engine import Run
from game.language import _
from game.saves import SaveError, Saves

IDLE = 300.0
"""Seconds after which a pause no longer counts as playing."""

PATIENCE = 0.25
"""Seconds to wait for the disk before a step is shown."""


class Session:
    """A run and where it is kept. `problem` says why the last step is not on disk; "" when it is, or is `saving`."""

    def __init__(
        self, saves: Saves, run: Run, slot: str = "", played: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.saves = saves
        self.run = run
        self.slot = slot
        self.problem = ""
        self.answered: dict[str, bool] = {}
        """Scenes with content notes, and whether they are to be read."""
        self.on_saved: Callable[[], None] = lambda: None
        """Called, from another thread, when a step that was `saving` is saved, or cannot be."""
        self._change = threading.Condition()
        self._asked = self._done = 0
        """How many steps were to be kept, and how many of them are, or cannot be."""
        self._busy = False
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

    @property
    def saving(self) -> bool:
        """Whether the disk has not yet answered for the last step."""
        return self._done < self._asked

    def keep(self) -> None:
        """Write the run to its slot; a slot of its own is made when it has none. Never raises: see `problem`."""
        played = self.played
        with self._change:
            self._asked += 1
            self._next = (self.run, played, self._asked)
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._write_all, name="saving", daemon=True).start()
        self.settle(PATIENCE)

    def settle(self, seconds: float) -> bool:
        """Wait until the disk has answered, at most so long. Returns whether it has."""
        with self._change:
            return self._change.wait_for(lambda: not self.saving, seconds)

    def _write_all(self) -> None:
        """Write the newest step until there is no newer one."""
        began = time.monotonic()
        while True:
            with self._change:
                run, played, number = self._next
            problem = self._write(run, played)
            with self._change:
                self.problem, self._done = problem, number
                self._busy = self.saving
                self._change.notify_all()
                if not self._busy:
                    break
        if time.monotonic() - began >= PATIENCE:
            self.on_saved()

    def _write(self, run: Run, played: int) -> str:
        """What is wrong, if anything."""
        try:
            if not self.slot:
                slot = self.saves.new_slot()
                self.saves.hold(slot)
                self.slot = slot
            self.saves.write(self.slot, run, played=played)
        except (SaveError, OSError) as error:
            return str(error) or type(error).__name__
        except Exception as error:
            # A mistake of ours: what is written next may be spared it, so the writing goes on, and the player knows.
            return _("This moment cannot be saved: {why} (a mistake in hyosan)", why=type(error).__name__)
        return ""

    def keep_as(self, title: str) -> None:
        """Keep this moment under a name, besides. Raises `SaveError`."""
        slot = self.saves.new_slot(title)
        self.saves.write(slot, self.run, title=title, played=self.played)
