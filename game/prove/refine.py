"""From few variables to as many as it takes: a way that only few make seem possible says which one is missing.

A question is asked of few variables. If nothing shows, nothing can. Otherwise there is a shortest way there as far as
they know, and it is gone in the real engine: either to its end, and that is a playthrough; or up to a choice that is
not open, or that leads elsewhere, because of a variable that was left out. That one is kept from then on. (Counter-
example-guided abstraction refinement: Clarke, Grumberg, Jha, Lu and Veith 2003.)
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

from game.engine import State
from game.prove.guide import Rings, following, rings, zone
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Arrive, Assign, Did, Edge, Said, Split, tests
from game.prove.play import Way, longest
from game.prove.reach import Space
from game.prove.sets import Set
from game.story.conditions import All, Any, Cond, Constant

MOST = 40
"""Variables that are kept, at most."""


LONG = 200
"""Scenes, beyond which the way is not looked for choice by choice."""


def refine(
    kept: set[int],
    asked: Callable[[set[int]], tuple[Space, Mapping[str, Set]]],
    shows: Callable[[State, Way], bool],
    limits: Limits,
) -> Way | None:
    """A way to where something `shows`; None if there is none. `kept` grows to the variables that tell.

    `asked` makes the space of all that can be as far as some variables tell, and where in it something may show.
    Raises `OutOfLimits` when there is no more time, or when too many variables have a say.
    """
    while True:
        space, goal = asked(kept)
        goal = {scene: where for scene, where in goal.items() if where.satisfiable()}
        if not goal:
            return None
        if len(space.scenes) > LONG:
            way, missing = _roam(space, zone(space, goal, limits), shows, limits)
        else:
            around = rings(space, goal, limits)
            if around is None:
                raise OutOfLimits("no way there")
            way, missing = _walk(around, shows, limits)
        if way is not None:
            return way
        if missing <= kept or len(kept | missing) > MOST:
            raise OutOfLimits(f"{MOST} variables")
        kept |= missing


def _walk(around: Rings, shows: Callable[[State, Way], bool], limits: Limits) -> tuple[Way | None, set[int]]:
    """The way from ring to ring to the innermost, or the variables that stand in it."""
    space = around.space
    state = space.model.start
    ring = around.of(state)
    way: list[tuple[str, str]] = []
    while ring is not None:
        limits.check()
        if ring == 0:
            if shows(state, tuple(way)):
                return tuple(way), set()
            return None, {v for e in space.model.edges[state.scene] for v in _dropped(space, _unmet(space, e, state))}
        steps = [one for one in following(space.model, state) if around.of(one[0]) == ring - 1]
        if not steps:
            break
        state, step = steps[0]
        way.append(step)
        ring -= 1
    return None, _missing(space, state, around.rings[ring - 1]) if ring is not None else set()


def _roam(
    space: Space, can: Mapping[str, Set], shows: Callable[[State, Way], bool], limits: Limits
) -> tuple[Way | None, set[int]]:
    """A way that never leaves the states from which there is one, or the variables that stand in it."""
    chance = random.Random(len(can))
    state = space.model.start
    way: list[tuple[str, str]] = []
    been: Counter[State] = Counter()
    for _ in range(longest(space.model)):
        limits.check()
        if shows(state, tuple(way)):
            return tuple(way), set()
        been[state] += 1
        steps = [
            (after, step)
            for after, step in following(space.model, state)
            if been[after] < 2
            and after.scene in can
            and space.sets.holds(can[after.scene], space.told(after.scene, after.values))
        ]
        if not steps:
            return None, _missing(space, state, can)
        state, step = chance.choice(steps)
        way.append(step)
    return None, set()


def _missing(space: Space, state: State, inner: Mapping[str, Set]) -> set[int]:
    """The fewest variables because of which no choice leads from a state to where one should come."""
    best: set[int] = set()
    here = space.state(state.scene, state.values)
    for edge in space.model.edges[state.scene]:
        ready = space.ready(edge)
        if ready is None:
            continue
        if any(end in inner and (where & inner[end]).satisfiable() for end, where in space.take(ready, here)):
            found = _dropped(space, _unmet(space, edge, state))
            if found and (not best or len(found) < len(best)):
                best = found
    return best


def _dropped(space: Space, variables: set[int]) -> set[int]:
    return {var for var in variables if var not in space.sets}


def _unmet(space: Space, edge: Edge, state: State) -> set[int]:
    """The variables because of which an edge is not open, or because of which it leads where it does."""
    check = space.model.machine.check
    if not check(edge.guard)(state.values):
        return _failing(edge.guard, lambda cond: check(cond)(state.values))
    out: set[int] = set()
    now = bytearray(state.values)
    at = 0
    while True:
        match edge.items[at]:
            case Assign(tables, then):
                for var, table in tables.items():
                    now[var] = table[now[var]]
                at = then
            case Split(cond, yes, no):
                out |= {test.var for test in tests(cond)}
                at = yes if check(cond)(bytes(now)) else no
            case Said(_, then) | Did(_, then):
                at = then
            case Arrive():
                return out


def _failing(cond: Cond, holds: Callable[[Cond], bool]) -> set[int]:
    """The variables of the parts of a condition that do not hold."""
    match cond:
        case All(parts):
            return set[int]().union(*(_failing(part, holds) for part in parts if not holds(part)))
        case Any(parts):
            return set[int]().union(*(_failing(part, holds) for part in parts))
        case Constant():
            return set()
        case _:
            return {test.var for test in tests(cond)}
