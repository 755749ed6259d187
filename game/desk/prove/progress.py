"""How far a proof is: one line of the terminal, written over and over, and taken away at the end."""

from __future__ import annotations

import os
import shutil
import time
from typing import TextIO

from game.desk.prove.columns import fit
from game.desk.prove.wording import many

EVERY = 0.1
"""Seconds between two changes of the line."""

CLEAR = "\r\x1b[K"


class ProgressLine:
    """Writes to `target` if that is a terminal, and else nothing at all."""

    def __init__(self, target: TextIO) -> None:
        self.target = target
        self.shown = target.isatty() and os.environ.get("TERM") != "dumb"
        self.began = time.monotonic()
        self._last = 0.0
        self._dirty = False

    def __call__(self, what: str, done: int, all: int) -> None:
        """What is being done, and how many questions of how many are answered."""
        now = time.monotonic()
        if not self.shown or now - self._last < EVERY:
            return
        self._last, self._dirty = now, True
        room = shutil.get_terminal_size().columns - 1
        line = f"{done:,} of {many(all, 'question')} answered after {now - self.began:.0f} s: {what}"
        self.target.write(CLEAR + fit(line, max(8, room)))
        self.target.flush()

    def clear(self) -> None:
        """Leave the line as empty as it was."""
        if self._dirty:
            self.target.write(CLEAR)
            self.target.flush()
            self._dirty = False
