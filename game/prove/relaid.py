"""A story laid out again after an edit: what has not changed is as it was laid out before.

What an outcome of a choice does is made of its scene, of the scenes that it and the bells and rules may lead to, and of
all that is not in scenes. Where all of that is the very same, so is what it does.
"""

from __future__ import annotations

from game.engine import Machine
from game.prove.again import targets
from game.prove.items import Edge
from game.prove.limits import Limits
from game.prove.model import Model


def relaid(machine: Machine, before: Model | None, same: frozenset[str], limits: Limits | None = None) -> Model:
    """The model of a story, by that of an earlier version.

    `same` are the scenes that are the very objects they were, with all that is not in scenes: see `carried`. Raises
    `OutOfLimits`, if there are `limits`.
    """
    edges = _still(before, same) if before is not None and same else {}
    if before is None or not edges:
        return Model(machine, limits=limits)
    machine.take_over(before.machine, edges)
    model = Model(machine, edges, limits)
    model.take_over(before)
    return model


def _still(before: Model, same: frozenset[str]) -> dict[str, tuple[Edge, ...]]:
    """The edges of the scenes that do what they did."""
    story = before.story
    led = {rule.goto for rule in story.rules} | {bell.goto for c in story.chapters.values() for bell in c.bells}
    if not led - {""} <= same:
        return {}
    out = {}
    for id, edges in before.edges.items():
        ends = targets(story.scenes[id]).union(*(edge.ends for edge in edges))
        if id in same and ends <= same:
            out[id] = edges
    return out
