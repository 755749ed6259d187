"""Exact readings that need no search: which variables may be read from a scene, and the values each can have there.

The values are more than can be, never fewer: what they rule out is impossible. Which of them matter says `cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush
from types import MappingProxyType
from typing import TypeAlias

from game.engine import State
from game.prove.limits import Limits
from game.prove.model import Arrive, Assign, Did, Edge, Item, Model, Said, Split, bits
from game.prove.transfers import image
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, negation


class Masks(dict[int, int]):
    """The values variables can have, as masks. One that is not in it has those it has in `start`.

    That may be the masks where a way begins: on it few change.
    """

    __slots__ = ("start",)

    def __init__(self, start: Sequence[int] | Masks, known: Mapping[int, int] = MappingProxyType({})) -> None:
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

    def whole(self) -> Masks:
        """The same, by what variables start with."""
        if not isinstance(self.start, Masks):
            return self
        first = self.start.whole()
        out = Masks(first.start, first)
        for var, mask in self.items():
            out.put(var, mask)
        return out


Watched: TypeAlias = "Mapping[str, Iterable[Cond]]"
"""What is asked besides: conditions, by the scene at which they are asked."""


class Listening:
    """What is asked on the way, which is nothing; `edges` are all on which anything is."""

    edges: Collection[Edge] = frozenset()

    def heard(self, edge: Edge, item: Said | Did) -> Iterable[Cond]:
        """What is asked at an item of an edge."""
        return ()

    def ended(self, edge: Edge, scene: str) -> Iterable[Cond]:
        """What is asked on arriving in a scene by an edge."""
        return ()


NOBODY = Listening()


# --- which variables may matter ---------------------------------------------------------------------


def live(model: Model, watched: Watched, listening: Listening = NOBODY, limits: Limits | None = None) -> dict[str, int]:
    """For each scene the variables that may still be read from there, as a mask of their numbers.

    Raises `OutOfLimits`, if there are `limits`.
    """
    own = {s: _union(bits(c) for c in watched.get(s, ())) for s in model.part}
    keeps: dict[str, dict[str, int]] = {}
    for scene in model.part:
        if limits is not None:
            limits.check()
        ends = keeps[scene] = {}
        read = own[scene]
        for edge in model.edges[scene]:
            read |= edge.asks | _read(edge, ends, listening if edge in listening.edges else NOBODY)
        own[scene] = read
    out = dict.fromkeys(model.part, 0)
    for part in reversed(model.order):
        changed = True
        while changed:
            changed = False
            for scene in reversed(part):
                now = own[scene]
                for end, keep in keeps[scene].items():
                    now |= out[end] & keep
                if now != out[scene]:
                    out[scene] = now
                    changed = model.looping(part)
    return out


def _read(edge: Edge, ends: dict[str, int], listening: Listening) -> int:
    """The variables whose values as they are where an edge begins are asked for on its way.

    To `ends` are added, for each scene it may lead to, those that may still have such values there.
    """
    out, listens = 0, listening is not NOBODY
    at = [0] * len(edge.items)
    at[0] = -1
    for item, kept in zip(edge.items, at, strict=True):
        kind = type(item)
        if kind is Split:
            out |= bits(item.cond) & kept  # type: ignore[union-attr]
            at[item.yes] |= kept  # type: ignore[union-attr]
            at[item.no] |= kept  # type: ignore[union-attr]
        elif kind is Assign:
            at[item.then] |= kept & ~item.fixed  # type: ignore[union-attr]
        elif kind is Arrive:
            scene: str = item.scene  # type: ignore[union-attr]
            ends[scene] = ends.get(scene, 0) | kept
            if listens:
                out |= kept & _union(bits(cond) for cond in listening.ended(edge, scene))
        else:
            at[item.then] |= kept  # type: ignore[union-attr]
            if listens:
                out |= kept & _union(bits(cond) for cond in listening.heard(edge, item))  # type: ignore[arg-type]
    return out


def _union(masks: Iterable[int]) -> int:
    out = 0
    for mask in masks:
        out |= mask
    return out


# --- forwards: which values can be -------------------------------------------------------------------


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


class _At(Mapping[str, Masks]):
    """The values in each scene by variable, taken apart when they are first asked for: most never are."""

    def __init__(self, values: Values) -> None:
        self._packed = values.packed
        self._fields = values.fields
        self._starts = [1 << v.start for v in values.model.story.variables]
        self._known: dict[str, Masks] = {}

    def __getitem__(self, scene: str) -> Masks:
        found = self._known.get(scene)
        if found is None:
            fields = self._fields
            found = Masks(self._starts, fields.differing(self._packed[scene], fields.start))
            self._known[scene] = found
        return found

    def __contains__(self, scene: object) -> bool:
        return scene in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Values:
    """The values that can be: `at` has, for each scene that may be reached, those of the variables that may matter.

    Runs begin where the story does, or in `begin`, a state of a scene that something leads to. Only edges that `takes`
    names are taken. Raises `OutOfLimits`, if there are `limits`.
    """

    def __init__(
        self,
        model: Model,
        live: Mapping[str, int],
        begin: State | None = None,
        takes: Callable[[Edge], bool] = lambda edge: True,
        limits: Limits | None = None,
    ) -> None:
        self.model = model
        self.live = live
        self._takes = takes
        self._limits = limits
        begin = begin or model.start
        self.fields = model.fields
        self.edges = model.flows
        self._negated: dict[int, tuple[Cond, Cond]] = {}
        self._alive: dict[Edge, bool] = {}
        self.spread: dict[int, tuple[Mapping[str, Collection[int]], dict[str, bytes]]] = {}
        """What was asked of a variable, and its cells at each scene: see `cells`."""
        self._living = {scene: self.fields.spread(mask) for scene, mask in live.items()}
        self.packed: dict[str, int] = {}
        """The same as `at`, in one number for each scene."""
        self._add(begin.scene, self.fields.having(enumerate(begin.values)))
        for part in model.order:
            self._settle(part)
        self.at: Mapping[str, Masks] = _At(self)

    def _settle(self, part: list[str]) -> None:
        place = {scene: i for i, scene in enumerate(part)}
        waiting = [i for i, scene in enumerate(part) if scene in self.packed]
        due = set(waiting)
        # What each scene was last gone through with, and where its edges led then.
        went: dict[str, int] = {}
        led: dict[Edge, list[str]] = {}
        while waiting:
            number = heappop(waiting)
            due.discard(number)
            scene = part[number]
            here = self.packed[scene]
            news = here & ~went.get(scene, 0)
            went[scene] = here
            if self._limits is not None:
                self._limits.check()
            for edge in self.model.edges[scene]:
                if not self._takes(edge):
                    continue
                guard, flow, touched, arriving = self.edges.of(edge)
                if edge in led and not news & touched:
                    # What it neither asks for nor changes goes with it as it is.
                    came = [(end, news) for end in led[edge]]
                else:
                    first = guard(here)
                    if not first:
                        continue
                    at = flow.along(first)
                    came = [(end, at[i]) for i, end in arriving if at[i]]
                    led[edge] = [end for end, _ in came]
                for end, values in came:
                    if self._add(end, values) and end in place and place[end] not in due:
                        due.add(place[end])
                        heappush(waiting, place[end])

    def _add(self, scene: str, values: int) -> bool:
        known = self.packed.get(scene)
        living = self._living[scene]
        if known is None:
            self.packed[scene] = values & living | self.fields.start & ~living
            return True
        found = known | values & living
        self.packed[scene] = found
        return found != known

    def through(self, edge: Edge, masks: Masks) -> list[tuple[str, Masks]]:
        """Where an edge leads with `masks`, and with which."""
        out: list[tuple[str, Masks]] = []
        for item, found in self.along(edge, masks):
            if isinstance(item, Arrive):
                out.append((item.scene, found))
        return out

    def along(self, edge: Edge, masks: Masks) -> Iterable[tuple[Assign | Said | Did | Arrive, Masks]]:
        """The items of an edge that can be come to with `masks`, and with which."""
        first = narrowed(edge.guard, Masks(masks))
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

    def mask(self, scene: str, var: int) -> int:
        """The values that one variable can have in a scene that may be reached."""
        return self.fields.mask(self.packed[scene], var)

    def alive(self, edge: Edge) -> bool:
        """False only for an edge that nobody can take."""
        found = self._alive.get(edge)
        if found is None:
            at = self.packed.get(edge.scene)
            found = at is not None and self._takes(edge) and self.fields.narrow(edge.guard)(at) != 0
            self._alive[edge] = found
        return found

    @cached_property
    def coming(self) -> dict[str, dict[str, int]]:
        """For each scene those from which one may come there, and by how many edges that may be taken."""
        out: dict[str, dict[str, int]] = {scene: {} for scene in self.packed}
        for scene in self.packed:
            for edge in self.model.edges[scene]:
                if self.alive(edge):
                    for end in edge.ends:
                        if end in out:
                            out[end][scene] = out[end].get(scene, 0) + 1
        return out

    @cached_property
    def widths(self) -> list[int]:
        """For each variable how many values it can have at once, at a scene where it may matter."""
        out = [1] * len(self.model.sizes)
        # From one scene to the next little is different.
        last = self.fields.start
        for here in self.packed.values():
            if here != last:
                for var, mask in self.fields.differing(here, last).items():
                    out[var] = max(out[var], mask.bit_count())
                last = here
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
