"""What an old version of a story has and a new one does not, and in which states of the old one a player has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from game.prove.paired import Paired
from game.story.conditions import TRUE, Cond, Test, conjunction, disjunction
from game.story.model import Person
from game.story.variables import Variable

KINDS = {
    "scene": "scene",
    "ending": "ending",
    "choice": "choice",
    "outcome": "outcome",
    "person": "person",
    "fate": "fate",
    "item": "item",
    "meter": "meter",
    "promise": "promise",
    "memory": "memory",
    "flag": "flag",
}
"""The kinds of what can be gone, in the order in which they are shown, and what each is called."""

UNSEEN = ("flag",)
"""A player never sees these: without them nothing is missed but what depends on them, and that shows elsewhere."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is gone. A player has it in the states of the old story's `scene` ("": any) where `cond` holds.

    `renamed` says what it is called now, where only its name is another.
    """

    kind: str
    id: str
    scene: str
    cond: Cond
    renamed: str = ""


def missing(paired: Paired) -> list[Missing]:
    """Everything that is gone, in the order of the kinds and of the story."""
    order = list(KINDS)
    return sorted((*_scenes(paired), *_things(paired)), key=lambda m: order.index(m.kind))


def _scenes(paired: Paired) -> Iterator[Missing]:
    old, new = paired.old.story, paired.new.story
    for scene in old.scenes.values():
        there = new.scenes.get(scene.id)
        if there is None:
            yield Missing("ending" if scene.is_ending else "scene", scene.id, scene.id, TRUE)
            continue
        known = {choice.id: choice for choice in there.choices}
        for choice in scene.choices:
            guard = conjunction([choice.shown, choice.when])
            if choice.id not in known:
                yield Missing("choice", f"{scene.id}.{choice.id}", scene.id, guard)
                continue
            left = {outcome.id for outcome in known[choice.id].outcomes}
            for outcome in choice.outcomes:
                if outcome.id and outcome.id not in left:
                    yield Missing("outcome", f"{scene.id}.{choice.id}.{outcome.id}", scene.id, guard)


def _things(paired: Paired) -> Iterator[Missing]:
    old, new = paired.old.story, paired.new.story
    for person in old.people.values():
        if person.id not in new.people:
            yield Missing("person", person.id, "", TRUE, _person(paired, person))
    for i, fate in enumerate(old.fates):
        if fate not in new.fates:
            yield Missing("fate", fate, "", disjunction([Test(p.fate, 1 << i) for p in old.people.values()]))
    for item in old.items.values():
        if item.id not in new.items:
            yield Missing("item", item.id, "", _not(old.variables[item.var], 0), _now(paired, item.var))
    for meter in old.meters.values():
        if meter.id not in new.meters:
            yield Missing("meter", meter.id, "", TRUE, _now(paired, meter.var))
    for var in old.variables:
        if var.kind in ("flag", "promise", "memory") and var.name not in new.by_name:
            id = var.name.split(".", 1)[-1]
            yield Missing(var.kind, id, "", _not(var, var.start), _now(paired, var.index))


def _now(paired: Paired, var: int) -> str:
    """What a variable is called now, without what stands before the point; "" when it is gone."""
    return paired.only_renamed(var).split(".", 1)[-1]


def _person(paired: Paired, person: Person) -> str:
    """What a person's id is now: somebody of the same name to whom the same happens."""
    id = _now(paired, person.fate)
    return id if id and paired.new.story.people[id].name == person.name else ""


def _not(var: Variable, value: int) -> Cond:
    return Test(var.index, var.full & ~(1 << value))
