"""How long a proof may take, and how much it may hold in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

NODE = 40
"""Bytes of a node of a diagram, about."""

APIECE = 130_000_000 // NODE
"""Nodes that take as much as what a process more holds besides diagrams."""

LEAST = 3 << 19
"""Nodes that a process can do something with."""


class OutOfLimits(Exception):
    """A limit was reached; `limit` says which, in words."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(slots=True)
class Limits:
    """`seconds` are counted from when this is made. `nodes` bounds the diagrams: about 40 bytes each."""

    seconds: float
    nodes: int = 1 << 24
    clock: Callable[[], float] = time.monotonic
    started: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.started < 0:
            self.started = self.clock()

    @property
    def spent(self) -> float:
        return self.clock() - self.started

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.spent)

    def check(self) -> None:
        """Raises `OutOfLimits` when the time is up."""
        if self.spent > self.seconds:
            raise OutOfLimits(f"{self.seconds:.1f} s")

    def within(self, seconds: float) -> Limits:
        """The same limits, or `seconds` from now if that is sooner."""
        return Limits(min(self.left, seconds), self.nodes, self.clock)

    def among(self, hands: int) -> Limits:
        """The same limits for each of so many processes that work at once. They share the memory and not the time."""
        return Limits(self.seconds, _share(self.nodes, hands), self.clock, self.started)

    def hands(self, most: int) -> int:
        """How many processes there is enough memory for, of `most`."""
        return next((hands for hands in range(most, 1, -1) if _share(self.nodes, hands) >= LEAST), 1)


def _share(nodes: int, hands: int) -> int:
    return (nodes - (hands - 1) * APIECE) // hands


class Worth:
    """Whether something is worth going on with: so many answers a second, over each `seconds` of the processor.

    `answered` says how many there are by now.
    """

    def __init__(self, answered: Callable[[], int], rate: float, seconds: float) -> None:
        self._answered = answered
        self._rate = rate
        self._seconds = seconds
        self._began, self._known = time.process_time(), answered()

    def lost(self) -> bool:
        """Whether too little came of the last while."""
        now = time.process_time()
        if now - self._began < self._seconds:
            return False
        known = self._answered()
        few = known - self._known < self._rate * (now - self._began)
        self._began, self._known = now, known
        return few
