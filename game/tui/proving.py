"""What is proved of a story while it is being written: one proof at a time, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from game.engine import Dice, Diverged, Machine, Run
from game.tui.tools import Proven, Proving, Wrong


class Proofs:
    """The proof of the story in play.

    `last` is what was proved of the story as it is now, so far or in the end, None while nothing is known; `why` says
    why nothing is proved at all, "" when something is.
    """

    def __init__(self, prove: Callable[[Path], Proving] | None) -> None:
        self.prove = prove
        self.last: Proven | None = None
        self.why = ""
        self._running: Proving | None = None

    def begin(self, folder: Path) -> Proving | None:
        """Prove the story anew; the proof before it is given up. None when nothing is to be waited for."""
        self.stop()
        self.last = None
        if self.prove is None or self.why:
            return None
        self._running = self.prove(folder)
        return self._running

    def so_far(self, proving: Proving, result: Proven, machine: Machine) -> bool:
        """A proof that goes on knows something already. True when there is something new to tell."""
        if proving is not self._running or result.digest != machine.story.digest:
            return False
        self.last = result
        return True

    def end(self, proving: Proving, result: Proven | str | None, machine: Machine) -> bool:
        """A proof has come to its end. True when there is something new to tell."""
        if proving is not self._running:
            return False
        self._running = None
        if isinstance(result, str):
            self.why = result
            return True
        # The files may have been written again between being read here and being read there.
        if result is not None and result.digest == machine.story.digest:
            self.last = result
            return True
        return False

    def stop(self) -> None:
        """Give up the proof that is being made."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    @property
    def brief(self) -> str:
        """In a few words how it stands; "" when there is nothing to say."""
        if self._running is not None:
            known = self.last.brief if self.last is not None else ""
            return f"{known}, proving…" if known else "proving…"
        return self.last.brief if self.last is not None else ""

    @property
    def said(self) -> str:
        """What came of the last proof, in a sentence."""
        return self.last.said if self.last is not None else self.why


def before(wrong: Wrong, machine: Machine, like: Run) -> Run | None:
    """The playthrough of a problem, one choice before it shows, by the player of another run.

    None where there is no playthrough, or where the story does not allow it (any more).
    """
    if wrong.log is None:
        return None
    own = like.machine.story.player.name
    player = "" if like.player == own else like.player
    try:
        return Run.new(machine, 0, player, like.gentle, Dice(0, dict(wrong.dice))).replay(wrong.log).undo()
    except Diverged:
        return None
