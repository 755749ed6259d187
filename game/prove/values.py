"""Two exact readings that need no search: the values each variable can have at a scene, and which of them matter there.

The first goes forwards and takes more than can be, never less: what it rules out is impossible. The second goes
backwards: two values that nothing ahead can tell apart are one cell, and a variable with one cell does not matter.
Merging values of a cell keeps everything that can be asked, to the number of steps and the odds. (After dead variable
reduction, Yorav and Grumberg 1999, taken to any finite domain.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import TypeAlias

from game.prove.model import Arrive, Assign, Did, Edge, Item, Model, Said, Split, bits, numbers, tests
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, negation


class Masks(dict[int, int]):
    """The values variables can have, as masks. One that is not in it can only have what it starts with."""

    __slots__ = ("start",)

    def __init__(self, start: Sequence[int], known: Mapping[int, int] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.start = start

    def __missing__(self, var: int) -> int:
        return self.start[var]

    def put(self, var: int, mask: int) -> None:
        """Let a variable have the values in `mask`."""
        if mask == self.start[var]:
            self.pop(var, None)
        else:
            self[var] = mask


Cells: TypeAlias = "bytes"
"""For each value of a variable the number of its cell; 0 for the cell of the lowest value that can be."""

Watched: TypeAlias = "Mapping[str, Iterable[Cond]]"
"""What is asked besides: conditions, by the scene at which they are asked."""

Heard: TypeAlias = "Callable[[Edge, Said | Did], Iterable[Cond]]"
"""What is asked on the way: the conditions for an item of an edge."""

Ended: TypeAlias = "Callable[[Edge, str], Iterable[Cond]]"
"""What is asked on arriving in a scene by an edge."""


def nothing(*_: object) -> tuple[Cond, ...]:
    return ()


# --- which variables may matter ---------------------------------------------------------------------


@cache
def _constant(table: bytes) -> bool:
    return table.count(table[0]) == len(table)


def live(model: Model, watched: Watched, heard: Heard = nothing, ended: Ended = nothing) -> dict[str, int]:
    """For each scene the variables that may still be read from there, as a mask of their numbers."""
    asked = {s: _union(bits(c) for c in watched.get(s, ())) for s in model.part}

    def of(edge: Edge, item: Item) -> int:
        """What an item reads; for one that assigns, what it makes anew."""
        match item:
            case Split(cond):
                return bits(cond)
            case Said() | Did():
                return _union(bits(c) for c in heard(edge, item))
            case Arrive(scene):
                return _union(bits(c) for c in ended(edge, scene))
            case Assign(tables):
                return sum(1 << var for var, table in tables.items() if _constant(table))

    own = {
        edge: (bits(edge.guard), [of(edge, item) for item in edge.items]) for s in model.part for edge in model.edges[s]
    }
    out = dict.fromkeys(model.part, 0)

    def before(edge: Edge) -> int:
        guard, each = own[edge]
        need = [0] * len(edge.items)
        for i in range(len(edge.items) - 1, -1, -1):
            item = edge.items[i]
            match item:
                case Arrive(scene):
                    need[i] = out[scene] | each[i]
                case Assign(_, then):
                    need[i] = need[then] & ~each[i]
                case Split(_, yes, no):
                    need[i] = need[yes] | need[no] | each[i]
                case Said(_, then) | Did(_, then):
                    need[i] = need[then] | each[i]
        return need[0] | guard

    for part in reversed(model.order):
        changed = True
        while changed:
            changed = False
            for scene in reversed(part):
                now = asked[scene]
                for edge in model.edges[scene]:
                    now |= before(edge)
                if now != out[scene]:
                    out[scene] = now
                    changed = model.looping(part)
    return out


def _union(masks: Iterable[int]) -> int:
    out = 0
    for mask in masks:
        out |= mask
    return out


# --- forwards: which values can be -------------------------------------------------------------------


@cache
def image(table: bytes, mask: int) -> int:
    """What `table` makes of the values in `mask`."""
    out = 0
    while mask:
        low = mask & -mask
        out |= 1 << table[low.bit_length() - 1]
        mask ^= low
    return out


def possible(cond: Cond, masks: Masks) -> bool:
    """False only if `cond` cannot hold for any values in `masks`."""
    return narrowed(cond, masks) is not None


def narrowed(cond: Cond, masks: Masks) -> Masks | None:
    """`masks` without values for which `cond` cannot hold; None if nothing is left. May be `masks` itself."""
    match cond:
        case Constant(value):
            return masks if value else None
        case Test(var, mask):
            had = masks[var]
            if had & mask == had:
                return masks
            if not had & mask:
                return None
            out = Masks(masks.start, masks)
            out[var] = had & mask
            return out
        case All(parts):
            at: Masks | None = masks
            for part in parts:
                at = narrowed(part, at)  # type: ignore[arg-type]
                if at is None:
                    return None
            return at
        case Any(parts):
            joined: Masks | None = None
            for part in parts:
                one = narrowed(part, masks)
                if one is masks:
                    return masks
                if one is not None:
                    joined = one if joined is None else join(joined, one)
            return joined
        case Count(counted, allowed):
            low = high = 0
            for test in counted:
                had = masks[test.var]
                low += had & test.mask == had
                high += had & test.mask != 0
            return masks if any(allowed >> n & 1 for n in range(low, high + 1)) else None
        case At():
            raise ValueError("where the player is was answered before")


def join(a: Masks, b: Masks) -> Masks:
    """The values in either."""
    if a is b:
        return a
    out = Masks(a.start, a)
    for var, mask in b.items():
        out.put(var, a[var] | mask)
    for var, mask in a.items():
        if var not in b:
            out.put(var, mask | b[var])
    return out


class Values:
    """The values that can be: `at` has, for each scene that may be reached, those of the variables that may matter."""

    def __init__(self, model: Model, live: Mapping[str, int]) -> None:
        self.model = model
        self.live = live
        self._negated: dict[int, tuple[Cond, Cond]] = {}
        self._alive: dict[Edge, bool] = {}
        self.at: dict[str, Masks] = {}
        start = [1 << v.start for v in model.story.variables]
        first = Masks(start)
        for var, value in enumerate(model.start.values):
            first.put(var, 1 << value)
        self._add(model.start.scene, first)
        for part in model.order:
            self._settle(part)

    def _settle(self, part: list[str]) -> None:
        inside = set(part)
        waiting = [s for s in part if s in self.at]
        while waiting:
            scene = waiting.pop(0)
            for edge in self.model.edges[scene]:
                for end, masks in self.through(edge, self.at[scene]):
                    if self._add(end, masks) and end in inside and end not in waiting:
                        waiting.append(end)

    def _add(self, scene: str, masks: Masks) -> bool:
        known = self.at.get(scene)
        live = self.live[scene]
        if known is None:
            kept = {var: mask for var, mask in masks.items() if live >> var & 1}
            self.at[scene] = Masks(masks.start, kept)
            return True
        changed = False
        for var, mask in masks.items():
            if live >> var & 1:
                had = known[var]
                if mask | had != had:
                    known[var] = mask | had
                    changed = True
        for var, had in known.items():
            if var not in masks and masks[var] | had != had:
                known[var] = masks[var] | had
                changed = True
        return changed

    def through(self, edge: Edge, masks: Masks) -> list[tuple[str, Masks]]:
        """Where an edge leads with `masks`, and with which."""
        out: list[tuple[str, Masks]] = []
        for item, found in self.along(edge, masks):
            if isinstance(item, Arrive):
                out.append((item.scene, found))
        return out

    def along(self, edge: Edge, masks: Masks) -> Iterable[tuple[Assign | Said | Did | Arrive, Masks]]:
        """The items of an edge that can be come to with `masks`, and with which."""
        first = narrowed(edge.guard, masks)
        return () if first is None else self.passing(edge.items, first)

    def passing(self, items: Sequence[Item], masks: Masks) -> Iterable[tuple[Assign | Said | Did | Arrive, Masks]]:
        """The items of a flow, but where it only divides, that can be come to with `masks`, and with which."""
        at: list[Masks | None] = [None] * len(items)
        at[0] = masks
        for i, item in enumerate(items):
            now = at[i]
            if now is None:
                continue
            at[i] = None
            match item:
                case Assign(tables, then):
                    yield item, now
                    new = Masks(now.start, now)
                    for var, table in tables.items():
                        new.put(var, image(table, new[var]))
                    at[then] = new if at[then] is None else join(at[then], new)  # type: ignore[arg-type]
                case Split(cond, yes, no):
                    for to, asked in ((yes, cond), (no, self.negated(cond))):
                        kept = narrowed(asked, now)
                        if kept is not None:
                            at[to] = kept if at[to] is None else join(at[to], kept)  # type: ignore[arg-type]
                case Said(_, then) | Did(_, then):
                    at[then] = now if at[then] is None else join(at[then], now)  # type: ignore[arg-type]
                    yield item, now
                case Arrive():
                    yield item, now

    def alive(self, edge: Edge) -> bool:
        """False only for an edge that nobody can take."""
        found = self._alive.get(edge)
        if found is None:
            at = self.at.get(edge.scene)
            found = self._alive[edge] = at is not None and narrowed(edge.guard, at) is not None
        return found

    @cached_property
    def widths(self) -> list[int]:
        """For each variable how many values it can have at once, at a scene where it may matter."""
        out = [1] * len(self.model.sizes)
        for masks in self.at.values():
            for var, mask in masks.items():
                out[var] = max(out[var], mask.bit_count())
        return out

    def loosely(self, most: int) -> Callable[[str, int], bool]:
        """Forget, inside loops, what may have more than `most` values there."""
        model = self.model
        loops = {scene for part in model.order if model.looping(part) for scene in part}
        return lambda scene, var: scene in loops and self.at[scene][var].bit_count() > most

    def negated(self, cond: Cond) -> Cond:
        found = self._negated.get(id(cond))
        if found is None:
            found = self._negated[id(cond)] = (cond, negation(cond, self.model.sizes))
        return found[1]


# --- backwards: which values matter -------------------------------------------------------------------


@cache
def cut(cells: bytes, mask: int) -> bytes:
    """`cells`, with values in `mask` told from those that are not."""
    return _named((cell, mask >> i & 1) for i, cell in enumerate(cells))


@cache
def both(a: bytes, b: bytes) -> bytes:
    """The cells that tell apart whatever `a` or `b` tells apart."""
    return a if a == b else _named(zip(a, b, strict=True))


@cache
def pulled(cells: bytes, table: bytes) -> bytes:
    """Values that `table` takes to the same cell are in the same cell."""
    return _named(cells[to] for to in table)


@cache
def kept(cells: bytes, mask: int) -> bytes:
    """`cells` of the values in `mask` alone; what cannot be is put with the lowest that can."""
    first = cells[(mask & -mask).bit_length() - 1] if mask else 0
    return _named(cell if mask >> i & 1 else first for i, cell in enumerate(cells))


def _named(cells: Iterable[object]) -> bytes:
    names: dict[object, int] = {}
    return bytes(names.setdefault(cell, len(names)) for cell in cells)


class Partitions:
    """Which values matter. `at` has for each scene the variables with more than one cell, and their cells.

    With `within`, only those scenes count; what comes after leaving them does not matter. Variables that `drop` names
    are left out; `dropped` are those of them that something asks about, and `asked` all others that something does.
    """

    def __init__(
        self,
        model: Model,
        values: Values,
        watched: Watched,
        heard: Heard = nothing,
        ended: Ended = nothing,
        within: frozenset[str] | None = None,
        drop: Callable[[int], bool] = lambda var: False,
    ) -> None:
        self.model = model
        self.values = values
        self.dropped: set[int] = set()
        self.asked: set[int] = set()
        self._dropping = {v for v in range(len(model.sizes)) if drop(v)}
        self.at: dict[str, dict[int, bytes]] = {}
        self._keeping = ~sum(1 << v for v in self._dropping)
        self._masks: dict[str, int] = {}
        self._left_out = 0
        self.sizes = model.sizes
        self.heard = heard
        self.ended = ended
        asked = {s: _masks(conds) for s, conds in watched.items()}
        for part in reversed(model.order):
            part = [s for s in part if s in values.at and (within is None or s in within)]
            if not part:
                continue
            for scene in part:
                self._put(scene, self._reduced(scene, self._cut({}, asked.get(scene, ()))))
            changed = True
            while changed:
                changed = False
                for scene in reversed(part):
                    now = self.at[scene]
                    for edge in model.edges[scene]:
                        now = self._joined(now, self.before(edge))
                    now = self._reduced(scene, now)
                    if now != self.at[scene]:
                        self._put(scene, now)
                        changed = model.looping(part)

    def _put(self, scene: str, cells: dict[int, bytes]) -> None:
        self.at[scene] = cells
        self._masks[scene] = sum(1 << var for var in cells)

    def plain(self, edge: Edge) -> bool:
        """Whether an edge neither asks for anything that is kept nor changes what matters where it ends."""
        if edge.reads & self._keeping:
            return False
        ahead = 0
        for end in edge.ends:
            ahead |= self._masks.get(end, 0)
        if edge.writes & ahead:
            return False
        return not (any(self.heard(edge, item) for item in edge.told) or any(self.ended(edge, s) for s in edge.ends))

    def leaves_out(self, var: int) -> bool:
        """Whether a variable is left out everywhere."""
        return var in self._dropping

    def only(self, kept: Iterable[int], within: Iterable[str] | None = None) -> Partitions:
        """The same for some variables alone, and some scenes.

        No test and no table is about two variables, so the cells of each are what they are whatever becomes of others.
        """
        return _Few(self, frozenset(kept), self.at if within is None else within)

    def before(self, edge: Edge) -> dict[int, bytes]:
        """The cells there must be to take an edge, for the cells there are where it ends."""
        if not self.values.alive(edge):
            # Only whether it is open could be asked, and that it is not is known.
            return {}
        if self.plain(edge):
            # What it reads and leaves out makes no cells; but that it does is to be known.
            self._leave_out(edge.reads)
            now = self.at.get(edge.ends[0], {})
            for end in edge.ends[1:]:
                now = self._joined(now, self.at.get(end, {}))
            return now
        # Most items change nothing that matters: they share what comes after them, and nothing shared is ever changed.
        at: list[dict[int, bytes]] = [{}] * len(edge.items)
        for i in range(len(edge.items) - 1, -1, -1):
            item = edge.items[i]
            match item:
                case Arrive(scene):
                    at[i] = self._cut(self.at.get(scene, {}), _masks(self.ended(edge, scene)))
                case Assign(tables, then):
                    now = at[then]
                    changed = [var for var in tables if var in now]
                    if changed:
                        now = dict(now)
                        for var in changed:
                            found = pulled(now[var], tables[var])
                            if any(found):
                                now[var] = found
                            else:
                                del now[var]
                    at[i] = now
                case Split(cond, yes, no):
                    at[i] = self._cut(self._joined(at[yes], at[no]), _masks((cond,)))
                case Said(_, then) | Did(_, then):
                    at[i] = self._cut(at[then], _masks(self.heard(edge, item)))
        return self._cut(at[0], _masks((edge.guard,)))

    def _leave_out(self, reads: int) -> None:
        new = reads & ~self._left_out
        if new:
            self._left_out |= new
            self.dropped.update(numbers(new))

    def _cut(self, cells: dict[int, bytes], asked: Iterable[tuple[int, int]]) -> dict[int, bytes]:
        out = cells
        for var, mask in asked:
            if var in self._dropping:
                self._leave_out(1 << var)
                continue
            self.asked.add(var)
            had = out.get(var) or bytes(self.sizes[var])
            found = cut(had, mask)
            if found != had:
                if out is cells:
                    out = dict(cells)
                out[var] = found
        return out

    @staticmethod
    def _joined(a: dict[int, bytes], b: dict[int, bytes]) -> dict[int, bytes]:
        """The cells that tell apart whatever `a` or `b` tells apart."""
        if a is b or not b:
            return a
        if not a:
            return b
        out = a
        for var, cells in b.items():
            had = a.get(var)
            if had is cells or had == cells:
                continue
            if out is a:
                out = dict(a)
            out[var] = cells if had is None else both(had, cells)
        return out

    def _reduced(self, scene: str, cells: dict[int, bytes]) -> dict[int, bytes]:
        masks = self.values.at[scene]
        out = {}
        for var, each in cells.items():
            found = kept(each, masks[var])
            if any(found):
                out[var] = found
        return out

    def standing_for(self, scene: str, var: int) -> bytes:
        """For each value of a variable at a scene, the value that stands for its cell: the lowest that can be."""
        cells = self.at[scene].get(var) or bytes(self.sizes[var])
        return _first(cells, self.values.at[scene][var])


class _Few(Partitions):
    def __init__(self, all: Partitions, kept: frozenset[int], within: Iterable[str]) -> None:
        self.model, self.values, self.sizes = all.model, all.values, all.sizes
        self.heard, self.ended = all.heard, all.ended
        self.asked = all.asked & kept
        self.dropped = all.dropped | (all.asked - kept)
        self._dropping = set(range(len(self.sizes))) - kept
        self._keeping = sum(1 << var for var in kept)
        self._masks = {}
        self.at = {}
        for scene in within:
            found = all.at.get(scene)
            if found is not None:
                self._put(scene, {var: found[var] for var in kept if var in found})


@cache
def _first(cells: bytes, mask: int) -> bytes:
    first: dict[int, int] = {}
    for i, cell in enumerate(cells):
        if mask >> i & 1:
            first.setdefault(cell, i)
    return bytes(first[cell] for cell in cells)


_known: dict[int, tuple[Cond, tuple[tuple[int, int], ...]]] = {}


def _masks(conds: Iterable[Cond]) -> Iterable[tuple[int, int]]:
    return [pair for cond in conds for pair in _pairs(cond)]


def _pairs(cond: Cond) -> tuple[tuple[int, int], ...]:
    found = _known.get(id(cond))
    if found is None or found[0] is not cond:
        pairs = tuple(dict.fromkeys((test.var, test.mask) for test in tests(cond)))
        found = _known[id(cond)] = (cond, pairs)
    return found[1]
