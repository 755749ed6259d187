"""What a list of saves shows of each, and what is read from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from game.engine import Run


class SlotInfo(NamedTuple):
    """A slot as a list shows it. `problem` is "" when it can be loaded, otherwise one line saying why not."""

    id: str
    title: str
    """The player's name for it; "" for a run's autosave."""
    auto: bool
    turn: int
    summary: str
    """Chapter, day and time, place."""
    living: tuple[str, ...]
    """Short names of the people met who are alive."""
    played: int
    """Seconds."""
    saved: str
    """UTC, ISO 8601; to be shown, never to be compared."""
    over: bool
    problem: str
    trouble: str = ""
    """What is wrong with a newer generation, which this one stands in for; "" without any."""

    @property
    def instead(self) -> str:
        """That this is not what was saved last, in a sentence; "" when it is."""
        name, _, wrong = self.trouble.partition(": ")
        return f"The last save ({name}) is damaged: {wrong}. This is the one before it." if wrong else ""


class Restored(NamedTuple):
    """A run from disk. `notes` are sentences the player should read: an older generation, a changed story.

    `whole` says that nothing is lost: the run can go on in its slot.
    """

    run: Run
    title: str
    played: int
    notes: tuple[str, ...]
    whole: bool = True
