"""The seats of a server: how many may play at once, and that nobody plays in two windows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from game.web.doors import is_here
from game.web.endings import CLOSING, ELSEWHERE, Ending

A_HOUSE = 8
"""Seats for one address. Behind a proxy everybody has this machine's, which may have all."""


@dataclass(eq=False, slots=True)
class Seat:
    """Where one visitor plays. `told` is set to the reason when somebody else wants the game to end."""

    visitor: str
    address: str
    told: asyncio.Future[Ending] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    free: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, why: Ending) -> None:
        if not self.told.done():
            self.told.set_result(why)


class NoSeat(Exception):
    """All seats are taken."""


class Seats:
    """At most `most` games at once; one for each visitor."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: dict[str, Seat] = {}
        self.open = True

    def __len__(self) -> int:
        return len(self._taken)

    def room_for(self, visitor: str, address: str) -> bool:
        """Whether this visitor could sit down now; who plays already can, in another window."""
        if not self.open:
            return False
        if visitor in self._taken:
            return True
        beside = sum(seat.address == address for seat in self._taken.values())
        return len(self._taken) < self.most and (is_here(address) or beside < A_HOUSE)

    @asynccontextmanager
    async def sit(self, visitor: str, address: str) -> AsyncIterator[Seat]:
        """A seat, for as long as the context lasts. A game of the same visitor in another window ends first.

        Raises `NoSeat`.
        """
        while (before := self._taken.get(visitor)) is not None:
            before.tell(ELSEWHERE)
            await before.free.wait()
        if not self.room_for(visitor, address):
            raise NoSeat
        seat = self._taken[visitor] = Seat(visitor, address)
        try:
            yield seat
        finally:
            del self._taken[visitor]
            seat.free.set()

    async def clear(self) -> None:
        """End all games, and let nobody sit down any more."""
        self.open = False
        seats = list(self._taken.values())
        for seat in seats:
            seat.tell(CLOSING)
        for seat in seats:
            await seat.free.wait()
