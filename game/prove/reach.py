"""Every state that can be, scene by scene: forwards from the start, and backwards from wherever one asks about.

A state of a scene is told apart only as far as something ahead can tell it apart: see `values`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from game.prove.cells import Partitions
from game.prove.limits import Limits
from game.prove.model import Arrive, Assign, Edge, Item, Model, Split, bits, numbers, tests
from game.prove.sets import AND, Set, Sets
from game.prove.transfers import identity
from game.prove.values import NOBODY, Listening, Values, Watched
from game.story.conditions import Cond

WIDE = 16
"""Variables of more values than this stand below all others."""

PEOPLE = ("fate", "with", "bond")
"""Kinds of variables that are about people. Below all others they are best where much depends on who lives."""

MANY = 12
"""A choice about more variables than this says nothing about any two of them."""

TIDY = 64


_Flow: TypeAlias = "list[tuple[int, Item, int, int]]"


@dataclass(slots=True, eq=False)
class Ready:
    """An edge made ready for one slice: what it needs to know, and what it forgets where it ends.

    `needs` are values of variables that do not matter at its scene and yet are read on the way or after it.
    `tables` are, by the number of the item, the changes that matter; `flow` are the items that do, each with its number
    and the numbers of those it leads to (one twice, unless it is a fork). `forgets` is what each ending scene forgets,
    and `merges` which values it takes together. One that is `plain` asks for nothing that is kept and changes nothing.
    """

    edge: Edge
    guard: Set
    needs: Set
    needs_cube: Set
    tables: Mapping[int, Mapping[int, bytes]]
    flow: _Flow
    forgets: dict[int, Set]
    merges: dict[int, Mapping[int, bytes]]
    plain: bool


_Straight: TypeAlias = "tuple[str, Set | None, Set, Mapping[int, bytes]]"
"""A scene that is come to; what is to be known of what matters only there, what is forgotten, and what is merged. None
where the states there are those that one comes from."""


class Space:
    """The states of a story over a slice of its variables; `dropped` are those left out though they matter.

    `drop` says which are left out everywhere, `forget` which are left out at a scene: there they may have any value.
    With `parts`, which know what matters, what is dropped and where one looks is what they say; and if they have sets
    that are shared, these are used.
    """

    def __init__(
        self,
        model: Model,
        values: Values,
        watched: Watched,
        listening: Listening = NOBODY,
        *,
        drop: Callable[[int], bool] = lambda var: False,
        forget: Callable[[str, int], bool] | None = None,
        limits: Limits,
        within: frozenset[str] | None = None,
        people_last: bool = False,
        extra: int = 0,
        parts: Partitions | None = None,
    ) -> None:
        self.model = model
        self.values = values
        self.limits = limits
        self.listening = listening
        self.people_last = people_last
        self.parts = parts or Partitions(model, values, watched, listening, within, drop, limits)
        limits.check()
        self.order = [[s for s in part if s in self.parts.at] for part in model.order]
        self.scenes = [s for part in self.order for s in part]
        self.dropped = self.parts.dropped
        self.matter = {s: frozenset(self.parts.at[s]) for s in self.scenes}
        if forget is not None:
            kept = {s: frozenset(v for v in found if not forget(s, v)) for s, found in self.matter.items()}
            self.dropped |= {v for s, found in self.matter.items() for v in found - kept[s]}
            self.matter = kept
        if self.parts.sets is not None:
            self.sets = self.parts.sets.only({v for v in self.parts.sets.order if not self.parts.leaves_out(v)})
        else:
            self.sets = Sets(self._levels(watched), model.sizes, limits.nodes, extra)
        self._kept = sum(1 << var for var in self.sets.order)
        self._masks = {s: sum(1 << var for var in found) for s, found in self.matter.items()}
        """What matters at each scene, as masks of the variables' numbers."""
        self._merging: dict[tuple[str, int], Mapping[int, bytes]] = {}
        self._ready: dict[Edge, Ready | None] = {}
        self._can_be: dict[str, Set] = {}
        self._leads: dict[str, tuple[list[_Straight], list[Edge]]] = {}
        self.reached: dict[str, Set] = {}

    def _levels(self, watched: Watched) -> list[int]:
        """The variables by where they first matter, and near those they have to do with; wide ones below."""
        first: dict[int, int] = {}
        for i, scene in enumerate(self.scenes):
            for var in sorted(self.matter[scene]):
                first.setdefault(var, i)
            for cond in watched.get(scene, ()):
                for test in tests(cond):
                    first.setdefault(test.var, i)
            # What is read on the way without mattering at any scene is there, too.
            for edge in self.model.edges[scene]:
                if not self.parts.plain(edge):
                    for var in sorted(self._read(edge)):
                        first.setdefault(var, i)
        first = {var: i for var, i in first.items() if not self.parts.leaves_out(var)}
        base = sorted(first, key=lambda v: (first[v], v))
        variables = self.model.story.variables
        if self.people_last:
            return sorted(base, key=lambda v: variables[v].kind in PEOPLE or self.model.sizes[v] > 2)
        order = drawn_together(base, self._together(set(base)))
        return sorted(order, key=lambda v: self.model.sizes[v] > WIDE)

    def _together(self, known: set[int]) -> list[list[int]]:
        """Variables that have to do with each other: what a choice asks, and what it changes."""
        out = []
        for scene in self.scenes:
            for edge in self.model.edges[scene]:
                if self.parts.plain(edge):
                    continue
                matter = {v for end in edge.ends for v in self.matter.get(end, ())}
                group = self._read(edge)
                for item in edge.items:
                    if isinstance(item, Assign):
                        group |= matter & item.tables.keys()
                group = {v for v in group & known if self.model.sizes[v] <= WIDE}
                if 2 <= len(group) <= MANY:
                    out.append(sorted(group))
        return out

    def _read(self, edge: Edge) -> set[int]:
        out = set(numbers(edge.reads))
        for item in edge.told:
            out |= {test.var for cond in self.listening.heard(edge, item) for test in tests(cond)}
        for scene in edge.ends:
            out |= {test.var for cond in self.listening.ended(edge, scene) for test in tests(cond)}
        return out

    # --- edges ---

    def ready(self, edge: Edge) -> Ready | None:
        """An edge made ready; None for one that nobody can take."""
        if edge not in self._ready:
            self._ready[edge] = self._prepare(edge)
        return self._ready[edge]

    def _prepare(self, edge: Edge) -> Ready | None:
        sets = self.sets
        guard = sets.cond(edge.guard)
        if not self.values.alive(edge) or not guard.satisfiable():
            return None
        tables, flow, first = self._flow(edge)
        first |= edge.asks & self._kept
        here = self._masks[edge.scene]
        missing = first & ~here
        touched = first | here
        for changes in tables.values():
            for var in changes:
                touched |= 1 << var
        forgets: dict[int, Set] = {}
        merges: dict[int, Mapping[int, bytes]] = {}
        for i, item, _, _ in flow:
            if type(item) is Arrive:
                matter = self._masks.get(item.scene, 0)
                forgets[i] = sets.cube(touched & ~matter)
                merges[i] = self._merged(item.scene, matter & touched)
        plain = not missing and self.parts.plain(edge)
        needs, cube = self._standing(edge.scene, missing), sets.cube(missing)
        return Ready(edge, guard, needs, cube, tables, flow, forgets, merges, plain)

    def _merged(self, scene: str, variables: int) -> Mapping[int, bytes]:
        """Which values of some variables are taken together at a scene."""
        found = self._merging.get((scene, variables))
        if found is None:
            found = {v: t for v in numbers(variables) if not _same(t := self.parts.standing_for(scene, v))}
            self._merging[scene, variables] = found
        return found

    def _flow(self, edge: Edge) -> tuple[dict[int, Mapping[int, bytes]], _Flow, int]:
        """The changes of an edge that matter by the number of the item, its flow, and what is read on the way.

        Items that nothing kept has to do with are left out, and those after which all is the same are one.
        """
        sets, kept, masks, items = self.sets, self._kept, self._masks, edge.items
        listens = edge in self.listening.edges
        tables: dict[int, Mapping[int, bytes]] = {}
        flow: dict[int, tuple[int, Item, int, int]] = {}
        stands = [0] * len(items)
        need = [0] * len(items)
        known: dict[object, int] = {}
        for i in range(len(items) - 1, -1, -1):
            item = items[i]
            kind = type(item)
            changes: Mapping[int, bytes] | None = None
            key: object
            if kind is Assign:
                yes = no = stands[item.then]  # type: ignore[union-attr]
                ahead = need[yes]
                both = item.writes & ahead  # type: ignore[union-attr]
                if both:
                    all = item.tables  # type: ignore[union-attr]
                    changes = {var: table for var in numbers(both) if not _same(table := all[var])}
                if not changes:
                    stands[i] = yes
                    continue
                key = (yes, tuple(changes.items()))
                reads = ahead & ~item.fixed  # type: ignore[union-attr]
            elif kind is Split:
                yes, no = stands[item.yes], stands[item.no]  # type: ignore[union-attr]
                if yes == no:
                    stands[i] = yes
                    continue
                cond = item.cond  # type: ignore[union-attr]
                asks = bits(cond) & kept
                # What asks of nothing that is kept may come out either way.
                loose = not asks or sets.cond(cond) == sets.negated(cond) == sets.all
                key = (yes, no) if loose else (yes, no, id(cond))
                reads = need[yes] | need[no] | asks
            elif kind is Arrive:
                yes = no = 0
                scene = item.scene  # type: ignore[union-attr]
                key, reads = scene, masks.get(scene, 0)
                if listens:
                    for asked in self.listening.ended(edge, scene):
                        reads |= bits(asked) & kept
            else:
                yes = no = stands[item.then]  # type: ignore[union-attr]
                heard = list(self.listening.heard(edge, item)) if listens else []  # type: ignore[arg-type]
                if not heard:
                    stands[i] = yes
                    continue
                key, reads = i, need[yes]
                for asked in heard:
                    reads |= bits(asked) & kept
            if key in known:
                stands[i] = known[key]
                continue
            stands[i] = known[key] = i
            need[i] = reads
            flow[i] = (i, item, yes, no)
            if changes:
                tables[i] = changes
        begin = stands[0]
        wanted, waiting = set(), [begin]
        while waiting:
            i = waiting.pop()
            if i not in wanted:
                wanted.add(i)
                if type(flow[i][1]) is not Arrive:
                    waiting += flow[i][2:]
        return tables, [flow[i] for i in sorted(wanted)], need[begin]

    def _standing(self, scene: str, variables: int) -> Set:
        """What is known of variables, given as a mask, that are not kept at a scene.

        Of one that does not matter there, any value it can have stands for all; of a forgotten one, all can be.
        """
        out = self.sets.all
        if not variables:
            return out
        masks, cells = self.values.at[scene], self.parts.at[scene]
        for var in numbers(variables):
            mask = masks[var]
            out &= self.sets.test(var, mask if var in cells else mask & -mask)
        return out

    def take(self, ready: Ready, where: Set) -> list[tuple[str, Set]]:
        """Where an edge leads from `where`: scenes, and the states that are come to there."""
        out: list[tuple[str, Set]] = []
        for i, item, at in self.along(ready, where):
            if item.scene in self.matter:
                out.append((item.scene, self.sets.assigned(at.exists(ready.forgets[i]), ready.merges[i])))
        return out

    def after(self, scene: str, where: Set) -> Iterable[tuple[str, Set]]:
        """Where the choices of a scene lead from `where`: scenes, and the states that are come to there."""
        if scene not in self._leads:
            self._leads[scene] = self._leading(scene)
        straight, edges = self._leads[scene]
        for end, needs, forgets, merges in straight:
            if needs is None:
                yield end, where
            else:
                yield end, self.sets.assigned((where & needs).exists(forgets), merges)
        for edge in edges:
            ready = self.ready(edge)
            if ready is not None:
                self.limits.check()
                yield from self.take(ready, where)

    def _leading(self, scene: str) -> tuple[list[_Straight], list[Edge]]:
        """The scenes to which choices lead without more ado, and what it takes; and all other choices."""
        ends: dict[str, None] = {}
        others: list[Edge] = []
        for edge in self.model.edges[scene]:
            if not self.values.alive(edge):
                continue
            if self.parts.plain(edge):
                ends.update(dict.fromkeys(end for end in edge.ends if end in self.matter))
            else:
                others.append(edge)
        here = self._masks[scene]
        straight: list[_Straight] = []
        for end in ends:
            there = self._masks[end]
            merges = self._merged(end, there)
            if here == there and not merges:
                straight.append((end, None, self.sets.all, merges))
            else:
                needs = self._standing(scene, there & ~here)
                straight.append((end, needs, self.sets.cube(here & ~there), merges))
        return straight, others

    def along(self, ready: Ready, where: Set) -> Iterable[tuple[int, Arrive, Set]]:
        """Where the edge leads to from the states `where` of its scene: the ends, by number, and with which values."""
        at: dict[int, Set] = {ready.flow[0][0]: where & ready.guard & ready.needs}

        def come(to: int, values: Set) -> None:
            at[to] = at[to] | values if to in at else values

        for i, item, yes, no in ready.flow:
            now = at.pop(i, None)
            if now is None or not now.satisfiable():
                continue
            kind = type(item)
            if kind is Assign:
                come(yes, self.sets.assigned(now, ready.tables[i]))
            elif kind is Split:
                come(yes, now & self.sets.cond(item.cond))  # type: ignore[union-attr]
                come(no, now & self.sets.negated(item.cond))  # type: ignore[union-attr]
            elif kind is Arrive:
                yield i, item, now  # type: ignore[misc]
            else:
                come(yes, now)

    def back(self, ready: Ready, where: Mapping[str, Set], must: bool = False) -> Set:
        """The states of the edge's scene from which it may (or must be able to) lead into `where`."""
        if ready.plain and not must:
            out = self.sets.none
            for i, merges in ready.merges.items():
                arrive = ready.edge.items[i]
                assert isinstance(arrive, Arrive)
                into = where.get(arrive.scene)
                if into is not None:
                    out |= self.sets.before(into, merges) if merges else into
            return out
        at = self._backwards(ready, where, must)
        return self._begun(ready, at[ready.flow[0][0]], must)

    def back_over(self, ready: Ready, item: int, there: Set, where: Mapping[str, Set]) -> Set:
        """The states of the edge's scene from which it may come to an item `there`, and lead on into `where`.

        The item is one that is listened to.
        """
        at = self._backwards(ready, where, False)
        if item not in at:
            return self.sets.none
        at = self._backwards(ready, {}, False, {item: at[item] & there})
        return self._begun(ready, at[ready.flow[0][0]], False)

    def _begun(self, ready: Ready, at: Set, must: bool) -> Set:
        if must:
            # Whatever the values of what is not kept.
            guard = self.sets.cond(ready.edge.guard, True)
            return ~(~(at & guard)).apply_exists(AND, ready.needs, ready.needs_cube)
        return (at & ready.guard).apply_exists(AND, ready.needs, ready.needs_cube)

    def _backwards(
        self, ready: Ready, where: Mapping[str, Set], must: bool, only: Mapping[int, Set] | None = None
    ) -> dict[int, Set]:
        sets = self.sets
        at: dict[int, Set] = {}
        for i, item, yes, no in reversed(ready.flow):
            if only and i in only:
                at[i] = only[i]
                continue
            kind = type(item)
            if kind is Arrive:
                into = where.get(item.scene, sets.none)  # type: ignore[union-attr]
                at[i] = sets.before(into, ready.merges[i]) if ready.merges[i] else into
            elif kind is Assign:
                at[i] = sets.before(at[yes], ready.tables[i])
            elif kind is Split:
                if at[yes] == at[no]:
                    at[i] = at[yes]
                    continue
                cond = item.cond  # type: ignore[union-attr]
                holds, fails = sets.cond(cond), sets.negated(cond)
                if must:
                    # Where it is not known which way it goes, both must lead there.
                    at[i] = (at[yes] | ~holds) & (at[no] | ~fails)
                else:
                    at[i] = at[yes] & holds | at[no] & fails
            else:
                at[i] = at[yes]
        return at

    # --- forwards ---

    def run(self, done: Callable[[list[str]], None] = lambda part: None) -> None:
        """Find every state that can be; `done` hears of each part that is finished. Raises `OutOfLimits`."""
        start = self.model.start
        self.reached = dict.fromkeys(self.scenes, self.sets.none)
        if start.scene in self.reached:
            self.reached[start.scene] = self.state(start.scene, start.values)
        for number, part in enumerate(self.order):
            front = {s: self.reached[s] for s in part if self.reached[s].satisfiable()}
            while front:
                scene = next(s for s in part if s in front)
                fresh = front.pop(scene)
                self.limits.check()
                for end, where in self.after(scene, fresh):
                    new = where & ~self.reached[end]
                    if new.satisfiable():
                        self.reached[end] |= new
                        if end in part:
                            front[end] = front.get(end, self.sets.none) | new
            if part:
                done(part)
            if number % TIDY == TIDY - 1:
                self.sets.tidy()

    def state(self, scene: str, values: bytes) -> Set:
        """The set of one state, given by the values of all variables."""
        return self.sets.conj(self.told(scene, values))

    def told(self, scene: str, values: bytes | bytearray) -> dict[int, int]:
        """The values that stand for a state's at a scene, for the variables that matter there."""
        return {var: self.parts.standing_for(scene, var)[values[var]] for var in self.matter[scene]}

    def asked(self, scene: str, cond: Cond, must: bool = False) -> Set:
        """The states of a scene in which a condition may (or must) hold: one of those that are watched there."""
        where = self.sets.cond(cond, must)
        missing = bits(cond) & self._kept & ~self._masks[scene]
        if not missing:
            return where
        known, cube = self._standing(scene, missing), self.sets.cube(missing)
        if must:
            return ~(~where).apply_exists(AND, known, cube)
        return where.apply_exists(AND, known, cube)

    def can_be(self, scene: str) -> Set:
        """The states of a scene by the values that each variable can have there."""
        if scene not in self._can_be:
            masks, out = self.values.at[scene], self.sets.all
            for var in self.matter[scene]:
                out &= self.sets.test(var, masks[var])
            self._can_be[scene] = out
        return self._can_be[scene]

    def states(self) -> int:
        """How many states there are, as far as they can be told apart."""
        return sum(self.sets.count(where, self.matter[scene]) for scene, where in self.reached.items())


def share(parts: Partitions, watched: Watched, limits: Limits) -> None:
    """Make sets that all spaces of fewer of these variables share: see `Partitions.only`. Raises `OutOfLimits`."""
    parts.sets = Space(parts.model, parts.values, watched, parts.listening, limits=limits, parts=parts).sets


@cache
def _same(table: bytes) -> bool:
    """Whether a table changes nothing."""
    return table == identity(len(table))


ROUNDS = 40, 8
MANY_GROUPS = 4_000
"""How often groups are drawn together at most: fewer than so many, and more."""


def drawn_together(base: list[int], groups: list[list[int]]) -> list[int]:
    """`base` with the members of each group nearer to each other (FORCE: Aloul, Markov, Sakallah 2003)."""
    rounds = ROUNDS[len(groups) >= MANY_GROUPS]
    places = {var: float(i) for i, var in enumerate(base)}
    best, order = float("inf"), base
    belongs: dict[int, list[int]] = {var: [] for var in base}
    for i, group in enumerate(groups):
        for var in group:
            belongs[var].append(i)
    for _ in range(rounds):
        middles = [sum(places[var] for var in group) / len(group) for group in groups]
        wanted = {var: (places[var] + sum(middles[i] for i in of)) / (1 + len(of)) for var, of in belongs.items()}
        now = sorted(base, key=lambda var: (wanted[var], places[var]))
        places = {var: float(i) for i, var in enumerate(now)}
        span = sum(max(places[v] for v in group) - min(places[v] for v in group) for group in groups)
        if span >= best:
            break
        best, order = span, now
    return order
