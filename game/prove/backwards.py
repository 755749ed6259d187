"""Backwards from one question: from where what it asks about may be come to, part by part of the story.

A set only ever speaks of the variables that what lies ahead depends on, and most questions depend on few, and on little
of what lies before. So looking back from one ends soon: nothing leads there, and then it cannot show; or a moment of
some play is among the states that lead there, and from there it is gone on to it. `rank` says how early a state was
found to lead there: whoever always goes to an earlier one arrives, if nothing was left out of the sets.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, TypeAlias

from game.engine import State
from game.prove.limits import Limits
from game.prove.model import Arrive, Assign, Did, Edge, Model, Said, Split, bits, numbers
from game.prove.play import Eyes, Moment, Player, Way
from game.prove.questions import Site
from game.prove.reach import MANY, WIDE, drawn_together
from game.prove.sets import Set, Sets
from game.prove.trails import Log
from game.prove.transfers import constant, identity
from game.prove.values import Values

Zone: TypeAlias = "dict[str, tuple[Set, int]]"
"""For each scene its states, and the variables that the set speaks of, as a mask."""

ARRIVE: Final = 0
ASSIGN: Final = 1
SPLIT: Final = 2
PASS: Final = 3

_Op: TypeAlias = "tuple[int, int, str, Mapping[int, bytes], int, int, Set | None, Set | None, int, int]"
"""An item of an edge: what it is, its number, the scene, the tables, the variables they change and those they make
constant, where the condition holds and where it fails, and the numbers of what comes after. A mask of what is asked
stands where that of what is changed does."""

LOOKED_AT = 60
"""Moments in a scene that are looked at, at most, for whether they lead to a goal."""

MET = 3
"""Moments that are noted of those that lead there from one scene by one choice."""

FARTHEST = 3_000
"""Choices of a walk, at most."""

LOOSELY = 60
"""The same where the sets do not know all."""

ASTRAY = 0.35
"""How often such a walk goes on to any state that may lead there, rather than one that is nearer."""

LARGE = 5_000
"""Nodes of a set whose variables are not counted one by one."""


MANY_MASKS = 10_000
"""Masks of which it is remembered how the variables in them are written, before that is begun anew."""

OFTEN = 8
"""Choices that are looked back over before the clock is looked at again, as that takes a call of the system."""


class Backwards:
    """Sets of whole states, over all variables but those that `drop` leaves out, to look back in."""

    def __init__(
        self, model: Model, values: Values, drop: Callable[[int], bool], nodes: int, limits: Limits | None = None
    ) -> None:
        self.model = model
        self.values = values
        self.scenes = [s for part in model.order for s in part if s in values.at]
        self.kept = frozenset(v for v in range(len(model.sizes)) if not drop(v))
        self.exact = len(self.kept) == len(model.sizes)
        self.sets = Sets(self._levels(limits), model.sizes, nodes)
        self._mask = sum(1 << v for v in self.sets.order)
        self._ops: dict[Edge, list[_Op]] = {}
        self._few: dict[tuple[Edge, int], list[_Op]] = {}
        self._can_be: dict[tuple[str, int], Set] = {}
        self._digits: dict[int, list[tuple[int, Sequence[Sequence[tuple[int, bool]]]]]] = {}

    def _levels(self, limits: Limits | None) -> list[int]:
        """The variables by where they are first asked for, near those that they have to do with; wide ones below."""
        first: dict[int, int] = {}
        groups: list[list[int]] = []
        sizes = self.model.sizes
        for i, scene in enumerate(self.scenes):
            if limits is not None:
                limits.check()
            for edge in self.model.edges[scene]:
                group = [v for v in numbers(edge.reads) if v in self.kept]
                for var in group:
                    first.setdefault(var, i)
                group = [v for v in group if sizes[v] <= WIDE]
                if 2 <= len(group) <= MANY:
                    groups.append(group)
        last = len(self.scenes)
        base = sorted(self.kept, key=lambda v: (first.get(v, last), v))
        return sorted(drawn_together(base, groups), key=lambda v: sizes[v] > WIDE)

    # --- sets ---

    def support(self, where: Set) -> int:
        """The variables that a set speaks of, as a mask; more than those, if it is large."""
        if where.node_count() > LARGE:
            return self._mask
        return self.sets.support(where)

    def can_be(self, scene: str, support: int) -> Set:
        """The states of a scene by the values that each of some variables can have there."""
        support &= self.values.live.get(scene, 0)
        key = (scene, support)
        found = self._can_be.get(key)
        if found is None:
            masks, out = self.values.at[scene], self.sets.all
            for var in numbers(support & self._mask):
                full = (1 << self.model.sizes[var]) - 1
                if masks[var] & full != full:
                    out &= self.sets.test(var, masks[var])
            found = self._can_be[key] = out
        return found

    def holds(self, where: Set, support: int, values: bytes | bytearray) -> bool:
        """Whether a state with these values is in a set."""
        digits = self._digits.get(support)
        if digits is None:
            if len(self._digits) > MANY_MASKS:
                self._digits.clear()
            digits = self._digits[support] = [(var, self.sets.digits(var)) for var in numbers(support & self._mask)]
        args: list[tuple[int, bool]] = []
        for var, at in digits:
            args += at[values[var]]
        return where.eval(args)

    # --- edges ---

    def _compiled(self, edge: Edge) -> list[_Op]:
        """The items of an edge, the last first, as they are for the variables that are kept."""
        found = self._ops.get(edge)
        if found is not None:
            return found
        sets, nothing = self.sets, dict[int, bytes]()
        out: list[_Op] = []
        for i in range(len(edge.items) - 1, -1, -1):
            match edge.items[i]:
                case Arrive(scene):
                    out.append((ARRIVE, i, scene, nothing, 0, 0, None, None, i, i))
                case Assign(all, then):
                    tables = {v: table for v, table in all.items() if v in self.kept and table != identity(len(table))}
                    if not tables:
                        out.append((PASS, i, "", nothing, 0, 0, None, None, then, then))
                        continue
                    mask = sum(1 << v for v in tables)
                    loses = sum(1 << v for v, table in tables.items() if constant(table))
                    out.append((ASSIGN, i, "", tables, mask, loses, None, None, then, then))
                case Split(cond, yes, no):
                    holds, fails = sets.cond(cond), sets.negated(cond)
                    out.append((SPLIT, i, "", nothing, bits(cond) & self._mask, 0, holds, fails, yes, no))
                case Said(_, then) | Did(_, then):
                    out.append((PASS, i, "", nothing, 0, 0, None, None, then, then))
        self._ops[edge] = out
        return out

    def _pruned(self, edge: Edge, speaks: int) -> list[_Op]:
        """The items of an edge that make a difference to sets that speak of some variables."""
        key = (edge, speaks & edge.writes)
        found = self._few.get(key)
        if found is not None:
            return found
        stands = [0] * len(edge.items)
        need = [0] * len(edge.items)
        known: dict[tuple[int, ...] | str, int] = {}
        out: list[_Op] = []
        for kind, i, scene, tables, changed, loses, holds, fails, yes, no in self._compiled(edge):
            if kind == ARRIVE:
                if scene in known:
                    stands[i] = known[scene]
                    continue
                stands[i] = known[scene] = i
                need[i] = speaks
                out.append((kind, i, scene, tables, changed, loses, holds, fails, i, i))
                continue
            yes, no = stands[yes], stands[no]
            if yes == no and not (kind == ASSIGN and changed & need[yes]):
                stands[i] = yes
                continue
            same = (yes, no, id(tables) if kind == ASSIGN else id(edge.items[i].cond))  # type: ignore[union-attr]
            if same in known:
                stands[i] = known[same]
                continue
            stands[i] = known[same] = i
            need[i] = need[yes] & ~loses if kind == ASSIGN else need[yes] | need[no] | changed
            out.append((kind, i, scene, tables, changed, loses, holds, fails, yes, no))
        out.append((PASS, 0, "", {}, 0, 0, None, None, stands[0], stands[0]))
        self._few[key] = out
        return out

    def before(self, edge: Edge, where: Zone) -> Set:
        """The states of an edge's scene from which it may lead into `where`."""
        speaks = 0
        for end in edge.ends:
            if end in where:
                speaks |= where[end][1]
        at = self._run(edge, self._pruned(edge, speaks), where)
        return at & self.sets.cond(edge.guard)

    def _run(
        self,
        edge: Edge,
        ops: list[_Op],
        where: Mapping[str, tuple[Set, int]],
        item: int = -1,
        there: Set | None = None,
    ) -> Set:
        sets = self.sets
        none = sets.none
        at: list[Set] = [none] * len(edge.items)
        speaks = [0] * len(edge.items)
        for kind, i, scene, tables, changed, loses, holds, fails, yes, no in ops:
            if kind == ARRIVE:
                into = where.get(scene)
                if into is not None:
                    at[i], speaks[i] = into
            elif kind == SPLIT:
                assert holds is not None
                assert fails is not None
                one, two = at[yes], at[no]
                if one is two or one == two:
                    at[i], speaks[i] = one, speaks[yes]
                else:
                    at[i], speaks[i] = one & holds | two & fails, speaks[yes] | speaks[no] | changed
            elif kind == ASSIGN and speaks[yes] & changed:
                at[i] = sets.before(at[yes], tables)
                speaks[i] = speaks[yes] & ~loses
            else:
                at[i], speaks[i] = at[yes], speaks[yes]
            if i == item:
                assert there is not None
                now = at[i] & there
                at, speaks = [none] * len(at), [0] * len(at)
                at[i], speaks[i] = now, self._mask
                # Ways that end elsewhere do not come past it.
                where = {}
        return at[0]

    def goal(self, site: Site) -> Set:
        """The states of a site's scene from which it shows, or may."""
        sets, edge = self.sets, site.edge
        if edge is None:
            return sets.cond(site.cond)
        where: Zone
        if site.after is None:
            where = dict.fromkeys(edge.ends, (sets.all, 0))
        else:
            where = {end: (sets.cond(cond), bits(cond) & self._mask) for end, cond in site.after.items()}
        at = self._run(edge, self._compiled(edge), where, site.item, sets.cond(site.cond))
        return at & sets.cond(edge.guard) & sets.cond(site.before)


class Search:
    """The states from which one goal may be come to, and plays from among them into it.

    With `only`, a mask, it is forgotten at each scene what all other variables are: then more states may be found.
    """

    def __init__(
        self,
        back: Backwards,
        goal: Mapping[str, Set],
        limits: Limits,
        moments: Mapping[str, Sequence[Moment]] | None = None,
        only: int = -1,
    ) -> None:
        self.back = back
        self.only = only
        self.moments = moments
        self.hits: list[Moment] = []
        """Moments from which the goal may be come to, the nearest first, that nobody has taken yet."""
        self.limits = limits
        self.can: Zone = {}
        self.matters = 0
        """The variables that any of the sets spoke of, as a mask."""
        self._layers: dict[str, list[tuple[int, Set, int]]] = {}
        self._rank = 0
        self._due: dict[int, dict[Edge, None]] = {}
        self._heap: list[int] = []
        for scene, where in goal.items():
            if scene in back.values.at:
                self._rank = 0
                self._come(scene, where)
        self._rank = 1
        self.finished = False
        """Whether all is known: then what is in no set leads nowhere near."""

    def _come(self, scene: str, where: Set) -> None:
        """Add states to a scene; those among them that can be."""
        back = self.back
        had = self.can.get(scene)
        if had is not None:
            where = where & ~had[0]
        if not where.satisfiable():
            return
        support = back.support(where)
        where = where & back.can_be(scene, support)
        if not where.satisfiable():
            return
        support = back.support(where)
        if support & ~self.only:
            where = where.exists(back.sets.cube(support & ~self.only))
            if had is not None:
                where = where & ~had[0]
            support = back.support(where)
        self.matters |= support
        self._layers.setdefault(scene, []).append((self._rank, where, support))
        self._rank += 1
        self._meet(scene, where, support)
        if had is not None:
            where = where | had[0]
            support = back.support(where)
        self.can[scene] = where, support
        for edge in back.model.into[scene]:
            if edge.scene in back.values.at and back.values.alive(edge):
                number = back.model.part[edge.scene]
                if number not in self._due:
                    self._due[number] = {}
                    heappush(self._heap, -number)
                self._due[number][edge] = None

    def _meet(self, scene: str, where: Set, support: int) -> None:
        """Note the moments that are among new states."""
        if self.moments is None:
            return
        start = self.back.model.start
        if scene == start.scene and self.back.holds(where, support, start.values):
            self.hits.append(Moment(start, Log(start).here()))
        known = self.moments.get(scene, ())
        found = 0
        for moment in known[:: 1 + len(known) // LOOKED_AT]:
            if self.back.holds(where, support, moment.state.values):
                self.hits.append(moment)
                found += 1
                if found >= MET:
                    return

    def steps(self) -> Iterator[None]:
        """Look back, choice by choice and part by part, from the last on, until all is known."""
        back, steps = self.back, 0
        if self.hits:
            yield
        while self._heap:
            number = -heappop(self._heap)
            due = self._due[number]
            while due:
                if not steps % OFTEN:
                    self.limits.check()
                steps += 1
                edge = next(iter(due))
                del due[edge]
                self._come(edge.scene, back.before(edge, self.can))
                if self.hits:
                    yield
            del self._due[number]
            yield
        self.finished = True

    def rank(self, scene: str, values: bytes | bytearray) -> int | None:
        """How early a state was found to lead to the goal: 0 for one in it; None if it is not known to."""
        for rank, where, support in self._layers.get(scene, ()):
            if self.back.holds(where, support, values):
                return rank
        return None

    def begins(self) -> bool:
        """Whether the goal may be come to from the beginning."""
        start = self.back.model.start
        return self.rank(start.scene, start.values) is not None

    def walk(
        self, begin: Moment, shows: Callable[[State, Way], bool], player: Player, eyes: Eyes, chance: random.Random
    ) -> Way | None:
        """Go on from a moment to ever earlier ranks, looking around; the way to the goal, or None.

        Where the sets do not know all, such a way may end; so now and then it is any other state that may lead there.
        """
        exact = self.back.exact
        log = Log(begin.state, begin.way if len(begin.way) else None)
        scene, values = begin.state.scene, bytearray(begin.state.values)
        rank = self.rank(scene, values)
        been: set[tuple[str, bytes]] = set()
        if scene in eyes.states:
            eyes.look(scene, values, log.here)
        for number in range(FARTHEST if exact else LOOSELY):
            if rank is None:
                return None
            self.limits.check()
            if rank == 0 and shows(State(scene, bytes(values)), log.here()):
                return log.here()
            if number % player.apart == player.apart - 1:
                player.keep(scene, values, log, 4 * player.most)
            been.add((scene, bytes(values)))
            following: list[tuple[int, str, bytearray, tuple[str, str]]] = []
            for choice in player.ways.open(scene, values):
                for act, step in zip(choice.acts, choice.steps, strict=True):
                    after = bytearray(values)
                    end = act(after)
                    then = self.rank(end, after)
                    if then is not None and (then < rank if exact else (end, bytes(after)) not in been):
                        following.append((then, end, after, step))
            if not following:
                return None
            if exact or chance.random() > ASTRAY:
                least = min(one[0] for one in following)
                following = [one for one in following if one[0] == least]
            rank, end, after, step = chance.choice(following)
            if eyes.steps:
                edge = player.edges[scene, step[0][len(scene) + 1 :], step[1]]
                if edge in eyes.steps:
                    before = bytes(values)
                    log.steps.append(step)
                    eyes.listen(edge, before, log.here)
                    log.steps.pop()
            log.steps.append(step)
            scene, values = end, after
            if scene in eyes.states:
                eyes.look(scene, values, log.here)
        return None
