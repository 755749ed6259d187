"""From a set that says something may be, to a play that shows that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from game.engine import Dice, State
from game.prove.limits import Limits, OutOfLimits
from game.prove.play import Way
from game.prove.reach import Space
from game.prove.sets import Set

TRIES = 4_000
"""Choices looked at for one goal, where sets say more than can be."""


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """`rings[k][scene]` are the states from which it may take k choices to the goal, and not fewer."""

    space: Space
    rings: list[dict[str, Set]]

    def of(self, state: State, most: int) -> int | None:
        """The number of the first ring, up to `most`, that a state is in."""
        if state.scene not in self.space.matter:
            return None
        told = self.space.told(state.scene, state.values)
        for k in range(min(most, len(self.rings) - 1) + 1):
            where = self.rings[k].get(state.scene)
            if where is not None and self.space.sets.holds(where, told):
                return k
        return None


def rings(space: Space, goal: Mapping[str, Set], limits: Limits) -> Rings | None:
    """The rings around a goal, up to the one with the story's beginning; None if that is in none."""
    start = space.model.start
    begin = space.state(start.scene, start.values)
    first = {s: both for s, where in goal.items() if (both := where & space.reached[s]).satisfiable()}
    known = dict(first)
    out = [first]
    while out[-1]:
        if (out[-1].get(start.scene, space.sets.none) & begin).satisfiable():
            return Rings(space, out)
        last = out[-1]
        new: dict[str, Set] = {}
        for edge in {edge: None for scene in last for edge in space.model.into[scene]}:
            ready = space.ready(edge) if edge.scene in space.matter else None
            if ready is None:
                continue
            limits.check()
            before = space.back(ready, last) & space.reached[edge.scene]
            if edge.scene in known:
                before = before & ~known[edge.scene]
            if before.satisfiable():
                new[edge.scene] = new.get(edge.scene, space.sets.none) | before
        for scene, where in new.items():
            known[scene] = known.get(scene, space.sets.none) | where
        out.append(new)
    return None


def guided(found: Rings, shows: Callable[[State, Way], bool], limits: Limits, tries: int = TRIES) -> Way | None:
    """A play from the beginning into the goal that `shows` agrees with, and as short as any if nothing was left out.

    A state of ring k has a choice into ring k - 1, as far as the sets know; where they know too little, others are
    tried, nearest first.
    """
    machine = found.space.model.machine
    first = found.space.model.start
    begin = found.of(first, len(found.rings))
    if begin is None:
        return None
    been = {first}
    # Each entry: a state, its ring, the way to it, and the states still to try from it, nearest last.
    path: list[tuple[str, str]] = []
    stack: list[list[tuple[int, State, tuple[str, str]]]] = [[(begin, first, ("", ""))]]
    while stack:
        if not stack[-1]:
            stack.pop()
            if path:
                path.pop()
            continue
        limits.check()
        ring, state, step = stack[-1].pop()
        del path[len(stack) - 1 :]
        path.append(step)
        way = tuple(path[1:])
        if ring == 0 and shows(state, way):
            return way
        tries -= 1
        if tries < 0:
            return None
        following: list[tuple[int, State, tuple[str, str]]] = []
        for option in machine.options(state):
            if not option.open:
                continue
            name = f"{state.scene}.{option.choice.id}"
            for outcome in option.choice.outcomes:
                after = machine.choose(state, option.choice.id, Dice(0, {name: outcome.id})).after
                if after in been:
                    continue
                near = found.of(after, max(ring + 4, 4))
                if near is not None:
                    been.add(after)
                    following.append((near, after, (name, outcome.id)))
        following.sort(key=lambda one: -one[0])
        stack.append(following)
    return None


def find(
    space: Space, goal: Mapping[str, Set], shows: Callable[[State, Way], bool], limits: Limits, tries: int = TRIES
) -> tuple[Way | None, bool]:
    """A play into a goal, and whether the sets are sure that there is none."""
    try:
        around = rings(space, goal, limits)
        if around is None:
            return None, True
        return guided(around, shows, limits, tries), False
    except OutOfLimits:
        return None, False
