"""From a set that says something may be, to a play that shows that it is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

from game.engine import Dice, State
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.play import APART, MOMENTS, Moment, Player, Way, longest
from game.prove.reach import Space
from game.prove.sets import Set
from game.prove.trails import Log

WALKS = 40
"""Walks to one goal, where sets say more than can be."""


TRIES = 18
"""Walks to one goal, where they go on from moments of earlier plays."""

WALKED = 4 * MOMENTS
"""Moments that are kept, at most, those of walks among them."""


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
    can = {s: goal[s] & space.reached[s] for s in goal}
    for part in reversed(space.order):
        _spread(space, part, can, limits)
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


def near(
    space: Space,
    goal: Mapping[str, Set],
    shows: Callable[[State, Way], bool],
    player: Player,
    limits: Limits,
    passing: Callable[[State, Way], None],
    walks: int = TRIES,
) -> Way | None:
    """A play into a goal that goes on from a moment of an earlier one, as near to the goal as can be.

    So it is only looked at what lies between: in a long story most of what matters for a goal is not far before it.
    """
    model = space.model
    can = {s: where for s in goal if (where := goal[s] & space.reached[s]).satisfiable()}
    if not can:
        return None
    chance = random.Random(len(space.order))
    last = following = max(model.part[scene] for scene in can)
    for number in range(last, -1, -1):
        part = space.order[number]
        _spread(space, part, can, limits)
        if number > following:
            continue
        begins = [
            moment
            for scene in part
            if scene in can
            for moment in player.moments.get(scene, ())
            if space.sets.holds(can[scene], space.told(scene, moment.state.values))
        ]
        for moment in chance.sample(begins, min(3, len(begins))):
            way = _walk(space, goal, can, shows, player, moment, 4 * (last - number) + APART, chance, limits, passing)
            walks -= 1
            if way is not None or walks <= 0:
                return way
        if begins:
            # What cannot be done from here may have been decided long before.
            following = last - 2 * (last - number) - 1
    return None


def _spread(space: Space, part: list[str], can: dict[str, Set], limits: Limits) -> None:
    """Add to `can` the states of a part from which one may come into it."""
    changed = True
    while changed:
        changed = False
        for scene in reversed(part):
            had = now = can.get(scene, space.sets.none)
            for edge in space.model.edges[scene]:
                if any(end in can for end in edge.ends) and (ready := space.ready(edge)) is not None:
                    limits.check()
                    now = now | (space.back(ready, can) & space.reached[scene])
            if now != had:
                can[scene] = now
                changed = space.model.looping(part)


def _walk(
    space: Space,
    goal: Mapping[str, Set],
    can: Mapping[str, Set],
    shows: Callable[[State, Way], bool],
    player: Player,
    begin: Moment,
    most: int,
    chance: random.Random,
    limits: Limits,
    passing: Callable[[State, Way], None],
) -> Way | None:
    """At most so many choices on from a moment, never out of the states from which a goal may be come to."""
    state = begin.state
    log = Log(state, begin.way)
    been: Counter[State] = Counter()
    for number in range(most):
        limits.check()
        if state.scene in goal and shows(state, log.here()):
            player.keep(state.scene, state.values, log, WALKED)
            return log.here()
        been[state] += 1
        if number % APART == APART - 1:
            player.keep(state.scene, state.values, log, WALKED)
        following = []
        for way in player.ways.open(state.scene, state.values):
            for act, step in zip(way.acts, way.steps, strict=True):
                values = bytearray(state.values)
                scene = act(values)
                if scene in can and space.sets.holds(can[scene], space.told(scene, values)):
                    after = State(scene, bytes(values))
                    if been[after] < 3:
                        following.append((after, step))
        if not following:
            return None
        state, step = chance.choice(following)
        log.steps.append(step)
        passing(state, log.here())
    return None


def find(
    space: Space,
    goal: Mapping[str, Set],
    shows: Callable[[State, Way], bool],
    limits: Limits,
    passing: Callable[[State, Way], None] = lambda state, way: None,
    player: Player | None = None,
) -> Way | None:
    """A play into a goal, if one is found; as short as any, if nothing was left out of the sets.

    With a `player` it only goes on from moments of earlier plays.
    """
    try:
        if player is not None:
            return near(space, goal, shows, player, limits, passing)
        if space.dropped:
            return roaming(space, zone(space, goal, limits), shows, limits, passing)
        around = rings(space, goal, limits)
        return None if around is None else guided(around, shows, limits, passing)
    except OutOfLimits:
        return None
