"""Where a player could be held for ever.

The scenes fall into parts that lead to each other; the parts themselves stand in a line that never turns back. So an
ending can be reached from everywhere if, and only if, nobody can come to stand where they cannot leave the part they
are in: whoever can always leave comes to the last part in the end. And whether a part can be left is a question about
that part alone.
"""

from __future__ import annotations

from collections.abc import Collection

from game.prove.model import Edge, Model
from game.prove.reach import Space
from game.prove.sets import Set
from game.prove.values import Values, possible
from game.story.conditions import Cond, disjunction


def free(model: Model, values: Values) -> set[str]:
    """Scenes that can be left for good whatever the values, as their conditions alone show."""
    out: set[str] = set()
    for part in model.order:
        if not model.looping(part):
            out.update(part)
            continue
        changed = True
        while changed:
            changed = False
            for scene in part:
                if scene in out or scene not in values.at:
                    continue
                if any(_leaves(edge, values, set(part) - out) for edge in model.edges[scene]):
                    out.add(scene)
                    changed = True
    return out


def _leaves(edge: Edge, values: Values, held: set[str]) -> bool:
    at = values.at[edge.scene]
    if possible(values.negated(edge.guard), at):
        return False
    return not any(end in held for end, _ in values.through(edge, at))


def trap(space: Space, part: list[str], never_stuck: Collection[str] = ()) -> dict[str, Set]:
    """For each scene of a part the states from which the part may not be left: all such, if need be more.

    In some scenes it may be known that nobody is `never_stuck` there: that no state without an open choice can be. So
    whoever could only come to such a state comes to no state at all, and need not be told from those who can leave.
    """
    scenes = {s: None for s in part if s in space.matter}
    sets = space.sets
    edges = {s: sorted(space.model.edges[s], key=lambda edge: edge.asks.bit_count()) for s in scenes}
    can = dict.fromkeys((end for found in edges.values() for edge in found for end in edge.ends), sets.all)
    can |= dict.fromkeys(scenes, sets.none)
    into: dict[str, list[Edge]] = {s: [] for s in scenes}
    for edge in (edge for found in edges.values() for edge in found):
        for end in edge.ends:
            if end in scenes:
                into[end].append(edge)
    for scene in scenes:
        if scene in never_stuck:
            can[scene] = ~space.asked(scene, any_open(space.model, scene))
    # All choices are looked at once, and then those that lead to where more has become known.
    due = {scene: dict.fromkeys(edges[scene]) for scene in reversed(scenes)}
    while due:
        scene = next(iter(due))
        now = can[scene]
        for edge in due.pop(scene):
            if now == sets.all or all(can[end] == sets.none for end in edge.ends):
                continue
            ready = space.ready(edge)
            if ready is not None:
                space.limits.check()
                now = _all_if(space, scene, now | space.back(ready, can, must=True))
        if now != can[scene]:
            can[scene] = now
            for edge in into[scene]:
                due.setdefault(edge.scene, {})[edge] = None
    return {scene: ~can[scene] for scene in scenes}


def any_open(model: Model, scene: str) -> Cond:
    """That a choice of a scene is open."""
    return disjunction([edge.guard for edge in model.edges[scene]])


def ending(space: Space, bad: Collection[str] | None = None) -> dict[str, Set]:
    """For each scene the states from which an ending can be reached: only such, if need be fewer.

    From scenes that the space leaves out it is taken to be so. `bad` are, if they are known, all scenes where somebody
    may be stuck or held: whoever is in no such part, and only comes to where an ending can be reached, can reach one.
    """
    model, sets = space.model, space.sets
    can = dict.fromkeys((end for s in space.scenes for e in model.edges[s] for end in e.ends), sets.all)
    can |= {s: sets.all if model.scene(s).is_ending else sets.none for s in space.scenes}
    for part in reversed(space.order):
        ahead = {end for s in part for edge in model.edges[s] for end in edge.ends}.difference(part)
        if bad is not None and not any(s in bad for s in part) and all(can[s] == sets.all for s in ahead):
            can |= dict.fromkeys(part, sets.all)
            continue
        changed = True
        while changed:
            changed = False
            for scene in reversed(part):
                now = can[scene]
                for edge in model.edges[scene]:
                    ready = space.ready(edge) if now != sets.all else None
                    if ready is not None:
                        space.limits.check()
                        now = _all_if(space, scene, now | space.back(ready, can, must=True))
                if now != can[scene]:
                    can[scene] = now
                    changed = model.looping(part)
    return can


def _all_if(space: Space, scene: str, where: Set) -> Set:
    """`where`, or all there is if no values that can be are missing from it."""
    return where if (~where & space.can_be(scene)).satisfiable() else space.sets.all
