"""Backwards from what is asked: which values of a variable matter at a scene.

Two values that nothing ahead can tell apart are one cell, and a variable with one cell does not matter. Merging values
of a cell keeps everything that can be asked, to the number of steps and the odds. (After dead variable reduction,
Yorav and Grumberg 1999, taken to any finite domain.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from heapq import heapify, heappop, heappush

from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.sets import Sets
from game.prove.transfers import asked, pairs
from game.prove.values import NOBODY, Listening, Values, Watched


@cache
def cut(cells: bytes, mask: int) -> bytes:
    """`cells`, with values in `mask` told from those that are not."""
    return both(cells, _inside(mask, len(cells)))


@cache
def both(a: bytes, b: bytes) -> bytes:
    """The cells that tell apart whatever `a` or `b` tells apart."""
    if a == b:
        return a
    pairs = list(zip(a, b, strict=True))
    names = {pair: i for i, pair in enumerate(dict.fromkeys(pairs))}
    return bytes(map(names.__getitem__, pairs))


@cache
def pulled(cells: bytes, table: bytes) -> bytes:
    """Values that `table` takes to the same cell are in the same cell."""
    return _named(bytes(map(cells.__getitem__, table)))


@cache
def kept(cells: bytes, mask: int) -> bytes:
    """`cells` of the values in `mask` alone; what cannot be is put with the lowest that can."""
    if mask == (1 << len(cells)) - 1:
        return _named(cells)
    first = cells[(mask & -mask).bit_length() - 1] if mask else 0
    can = _inside(mask, len(cells))
    return _named(bytes([cell if here else first for cell, here in zip(cells, can, strict=True)]))


@cache
def _inside(mask: int, size: int) -> bytes:
    """For each value whether it is in a mask."""
    return bytes([mask >> i & 1 for i in range(size)])


def _named(cells: bytes) -> bytes:
    """The same cells, numbered in the order in which they are come to."""
    names = bytes(dict.fromkeys(cells))
    return cells.translate(bytes.maketrans(names, bytes(range(len(names)))))


class Partitions:
    """Which values matter. `cells` has for each variable with more than one cell its cells, by scene.

    Cells are bytes: for each value the number of its cell, 0 for the cell of the lowest value that can be.

    With `within`, only those scenes count; what comes after leaving them does not matter. Variables that `drop` names
    are left out; `dropped` are those of them that something asks about, and `asked` all others that something does.
    Raises `OutOfLimits`, if there are `limits`.
    """

    def __init__(
        self,
        model: Model,
        values: Values,
        watched: Watched,
        listening: Listening = NOBODY,
        within: frozenset[str] | None = None,
        drop: Callable[[int], bool] = lambda var: False,
        limits: Limits | None = None,
    ) -> None:
        self.model = model
        self.values = values
        self.sizes = model.sizes
        self.listening = listening
        self._dropping = {v for v in range(len(model.sizes)) if drop(v)}
        self._keeping = ~sum(1 << v for v in self._dropping)
        order = [s for part in model.order for s in part if s in values.at and (within is None or s in within)]
        self._order = order
        self._place = place = {scene: i for i, scene in enumerate(order)}
        self._coming = {
            scene: [(before, many) for before, many in values.coming[scene].items() if before in place]
            for scene in order
        }
        self.sets: Sets | None = None
        """Sets over all that is kept, if those who keep fewer are to share them: see `reach.share`."""
        self.cells: dict[int, dict[str, bytes]] = {}
        own = self._own(watched)
        self.dropped = own.keys() & self._dropping
        self.asked = own.keys() - self._dropping
        for var in sorted(self.asked):
            if limits is not None:
                limits.check()
            known = values.spread.get(var) if within is None else None
            # What is asked of most variables is the same whatever else is asked.
            if known is None or known[0] != own[var]:
                known = own[var], self._spread(var, own[var])
                if within is None:
                    values.spread[var] = known
            self.cells[var] = known[1]

    @cached_property
    def at(self) -> dict[str, dict[int, bytes]]:
        """For each scene the variables with more than one cell, and their cells."""
        out: dict[str, dict[int, bytes]] = {scene: {} for scene in self._place}
        for var, cells in self.cells.items():
            for scene, found in cells.items():
                if scene in out:
                    out[scene][var] = found
        return out

    @cached_property
    def _masks(self) -> dict[str, int]:
        """The same variables, as a mask."""
        return {scene: sum(1 << var for var in cells) for scene, cells in self.at.items()}

    def _own(self, watched: Watched) -> dict[int, dict[str, set[int]]]:
        """What is asked of each variable at each scene, and on the way from there by the values it has there."""
        out: dict[int, dict[str, set[int]]] = {}
        values, sizes, at = self.values, self.sizes, self._place

        def add(var: int, scene: str, masks: Iterable[int]) -> None:
            out.setdefault(var, {}).setdefault(scene, set()).update(masks)

        for scene in at:
            for edge in self.model.edges[scene]:
                if values.alive(edge):
                    for var, masks in self.model.transfer(edge).asks.items():
                        add(var, scene, masks)
        for scene, conds in watched.items():
            if scene in at:
                for cond in conds:
                    for var, mask in pairs(cond):
                        add(var, scene, (mask,))
        for edge in self.listening.edges:
            if edge.scene not in at or not values.alive(edge):
                continue
            transfer = self.model.transfer(edge)
            for item in edge.told:
                for cond in self.listening.heard(edge, item):
                    for var, mask in asked(cond, transfer.told[item], sizes):
                        add(var, edge.scene, (mask,))
            for scene, changed in transfer.ends.items():
                for cond in self.listening.ended(edge, scene):
                    for var, mask in asked(cond, changed, sizes):
                        add(var, edge.scene, (mask,))
        return out

    def _spread(self, var: int, own: dict[str, set[int]]) -> dict[str, bytes]:
        """One variable's cells at every scene from which something asks about it."""
        place, order, coming = self._place, self._order, self._coming
        values, changing = self.values, self.model.changing.get(var, {})
        mask, changed = values.mask, {end for _, end in changing}
        cells: dict[str, bytes] = {}
        one = bytes(self.sizes[var])
        for scene, masks in own.items():
            found = one
            for each in masks:
                found = cut(found, each)
            found = kept(found, mask(scene, var))
            if any(found):
                cells[scene] = found
        waiting = [-place[scene] for scene in cells]
        heapify(waiting)
        due = set(waiting)
        while waiting:
            number = heappop(waiting)
            due.discard(number)
            scene = order[-number]
            ahead = cells[scene]
            changes = scene in changed
            for before, many in coming[scene]:
                had = cells.get(before)
                if not changes:
                    # Nothing on the way changes it.
                    if had == ahead:
                        continue
                    found = ahead if had is None else both(had, ahead)
                else:
                    found = had or one
                    for edge, tables in changing.get((before, scene), ()):
                        if values.alive(edge):
                            many -= 1
                            for table in tables:
                                found = both(found, pulled(ahead, table))
                    if many:
                        found = both(found, ahead)
                found = kept(found, mask(before, var))
                if found != had and any(found):
                    cells[before] = found
                    number = -place[before]
                    if number not in due:
                        due.add(number)
                        heappush(waiting, number)
        return cells

    def plain(self, edge: Edge) -> bool:
        """Whether an edge neither asks for anything that is kept nor changes what matters where it ends."""
        found = self._plain.get(edge)
        if found is None:
            found = self._plain[edge] = self._is_plain(edge)
        return found

    @cached_property
    def _plain(self) -> dict[Edge, bool]:
        return {}

    def _is_plain(self, edge: Edge) -> bool:
        if edge.reads & self._keeping or edge in self.listening.edges:
            return False
        ahead = 0
        for end in edge.ends:
            ahead |= self._masks.get(end, 0)
        return not edge.writes & ahead

    def leaves_out(self, var: int) -> bool:
        """Whether a variable is left out everywhere."""
        return var in self._dropping

    def only(self, kept: Iterable[int], within: Iterable[str] | None = None) -> Partitions:
        """The same for some variables alone, and some scenes.

        No test and no table is about two variables, so the cells of each are what they are whatever becomes of others.
        """
        return _Few(self, frozenset(kept), self._place if within is None else within)

    def standing_for(self, scene: str, var: int) -> bytes:
        """For each value of a variable at a scene, the value that stands for its cell: the lowest that can be."""
        cells = self.at[scene].get(var) or bytes(self.sizes[var])
        return _first(cells, self.values.at[scene][var])


class _Few(Partitions):
    def __init__(self, all: Partitions, kept: frozenset[int], within: Iterable[str]) -> None:
        self.model, self.values, self.sizes = all.model, all.values, all.sizes
        self.listening, self.sets = all.listening, all.sets
        self.asked = all.asked & kept
        self.dropped = all.dropped | (all.asked - kept)
        self._dropping = set(range(len(self.sizes))) - kept
        self._keeping = sum(1 << var for var in kept)
        self._place = {scene: all._place[scene] for scene in within if scene in all._place}
        self.cells = {var: all.cells[var] for var in sorted(self.asked)}


@cache
def _first(cells: bytes, mask: int) -> bytes:
    first: dict[int, int] = {}
    for i, cell in enumerate(cells):
        if mask >> i & 1:
            first.setdefault(cell, i)
    return bytes(first[cell] for cell in cells)
