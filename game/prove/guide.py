"""From a set that says something may be, to a play that shows that it is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

from game.engine import Dice, State
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.play import Way, longest
from game.prove.reach import Space
from game.prove.sets import Set

WALKS = 40
"""Walks to one goal, where sets say more than can be."""


class Rings:
    """The states around a goal: `rings[k][scene]` are those from which it may take k choices, and not fewer."""

    def __init__(self, space: Space, rings: list[dict[str, Set]]) -> None:
        self.space = space
        self.rings = rings
        self.by_scene: dict[str, list[tuple[int, Set]]] = {}
        for k, ring in enumerate(rings):
            for scene, where in ring.items():
                self.by_scene.setdefault(scene, []).append((k, where))

    def of(self, state: State) -> int | None:
        """The number of the ring that a state is in; None outside of all."""
        around = self.by_scene.get(state.scene)
        if around is None:
            return None
        told = self.space.told(state.scene, state.values)
        return next((k for k, where in around if self.space.sets.holds(where, told)), None)


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


def guided(
    found: Rings, shows: Callable[[State, Way], bool], limits: Limits, passing: Callable[[State, Way], None]
) -> Way | None:
    """The play from ring to ring, where nothing was left out of the sets: as short as any."""
    state = found.space.model.start
    ring = found.of(state)
    way: list[tuple[str, str]] = []
    while ring is not None:
        limits.check()
        if ring == 0 and shows(state, tuple(way)):
            return tuple(way)
        steps = [one for one in following(found.space.model, state) if found.of(one[0]) == ring - 1]
        if not steps:
            return None
        state, step = steps[0]
        ring -= 1
        way.append(step)
        passing(state, tuple(way))
    return None


def following(model: Model, state: State) -> list[tuple[State, tuple[str, str]]]:
    """The states that a state's open choices lead to, however rolls fall, and the steps there."""
    machine = model.machine
    out = []
    for option in machine.options(state):
        if option.open:
            name = f"{state.scene}.{option.choice.id}"
            for outcome in option.choice.outcomes:
                after = machine.choose(state, option.choice.id, Dice(0, {name: outcome.id})).after
                out.append((after, (name, outcome.id)))
    return out


def zone(space: Space, goal: Mapping[str, Set], limits: Limits) -> dict[str, Set]:
    """The states from which a goal may be come to."""
    none = space.sets.none
    can = {s: goal[s] & space.reached[s] for s in goal}
    for part in reversed(space.order):
        changed = True
        while changed:
            changed = False
            for scene in reversed(part):
                now = can.get(scene, none)
                for edge in space.model.edges[scene]:
                    ready = space.ready(edge) if any(end in can for end in edge.ends) else None
                    if ready is not None:
                        limits.check()
                        now = now | (space.back(ready, can) & space.reached[scene])
                if now.satisfiable() and now != can.get(scene, none):
                    can[scene] = now
                    changed = space.model.looping(part)
    return can


def roaming(
    space: Space,
    can: Mapping[str, Set],
    shows: Callable[[State, Way], bool],
    limits: Limits,
    passing: Callable[[State, Way], None],
    walks: int = WALKS,
) -> Way | None:
    """A play that never leaves the states from which a goal may be come to, and comes to it.

    The sets do not know everything, so such a play may end where it should not; then another is tried.
    """
    model = space.model
    chance = random.Random(len(can))
    for _ in range(walks):
        state = model.start
        way: list[tuple[str, str]] = []
        been: Counter[State] = Counter()
        for _ in range(longest(model)):
            if limits.left <= 0:
                return None
            if shows(state, tuple(way)):
                return tuple(way)
            been[state] += 1
            steps = [
                (after, step)
                for after, step in following(model, state)
                if been[after] < 3
                and after.scene in can
                and space.sets.holds(can[after.scene], space.told(after.scene, after.values))
            ]
            if not steps:
                break
            state, step = chance.choice(steps)
            way.append(step)
            passing(state, tuple(way))
    return None


def find(
    space: Space,
    goal: Mapping[str, Set],
    shows: Callable[[State, Way], bool],
    limits: Limits,
    passing: Callable[[State, Way], None] = lambda state, way: None,
) -> Way | None:
    """A play into a goal, if one is found; as short as any, if nothing was left out of the sets."""
    try:
        if space.dropped:
            return roaming(space, zone(space, goal, limits), shows, limits, passing)
        around = rings(space, goal, limits)
        return None if around is None else guided(around, shows, limits, passing)
    except OutOfLimits:
        return None
