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
    old, new, names = paired.old.story, paired.new.story, paired.names
    known = {f"{scene.id}.{choice.id}": choice for scene in new.scenes.values() for choice in scene.choices}
    for scene in old.scenes.values():
        kind = "ending" if scene.is_ending else "scene"
        there = new.scenes.get(names.scene(scene.id))
        if there is None:
            yield Missing(kind, scene.id, scene.id, TRUE)
            continue
        if there.id != scene.id:
            yield Missing(kind, scene.id, scene.id, TRUE, there.id)
        for choice in scene.choices:
            guard = conjunction([choice.shown, choice.when])
            now = names.choice(f"{scene.id}.{choice.id}")
            if now not in known:
                yield Missing("choice", f"{scene.id}.{choice.id}", scene.id, guard)
                continue
            if now.rpartition(".")[2] != choice.id:
                yield Missing("choice", f"{scene.id}.{choice.id}", scene.id, guard, now)
            left = {outcome.id for outcome in known[now].outcomes}
            for outcome in choice.outcomes:
                if outcome.id and names.outcome(now, outcome.id) not in left:
                    yield Missing("outcome", f"{scene.id}.{choice.id}.{outcome.id}", scene.id, guard)


def _things(paired: Paired) -> Iterator[Missing]:
    old, new, names = paired.old.story, paired.new.story, paired.names

    def called(prefix: str, id: str) -> str:
        """What an id is now, where the writer says it is another; "" where they say nothing of it."""
        now = names.variable(f"{prefix}{id}")
        return "" if now == f"{prefix}{id}" else now.removeprefix(prefix)

    for person in old.people.values():
        if person.id not in new.people:
            yield Missing("person", person.id, "", TRUE, called("fate.", person.id) or _person(paired, person))
    for i, fate in enumerate(old.fates):
        if fate not in new.fates:
            had = disjunction([Test(p.fate, 1 << i) for p in old.people.values()])
            values = {str(names.said.values.get(f"fate.{id}", {}).get(fate, "")) for id in new.people}
            yield Missing("fate", fate, "", had, values.pop() if len(values) == 1 else "")
    for item in old.items.values():
        if item.id not in new.items:
            yield Missing(
                "item",
                item.id,
                "",
                _not(old.variables[item.var], 0),
                called("count.", item.id) or _now(paired, item.var),
            )
    for meter in old.meters.values():
        if meter.id not in new.meters:
            yield Missing("meter", meter.id, "", TRUE, called("", meter.id) or _now(paired, meter.var))
    for var in old.variables:
        if var.kind in ("flag", "promise", "memory") and var.name not in new.by_name:
            id = var.name.split(".", 1)[-1]
            now = called("", var.name).split(".", 1)[-1]
            yield Missing(var.kind, id, "", _not(var, var.start), now or _now(paired, var.index))


def _now(paired: Paired, var: int) -> str:
    """What a variable is called now, without what stands before the point; "" when it is gone."""
    return paired.only_renamed(var).split(".", 1)[-1]


def _person(paired: Paired, person: Person) -> str:
    """What a person's id is now: somebody of the same name to whom the same happens."""
    id = _now(paired, person.fate)
    return id if id and paired.new.story.people[id].name == person.name else ""


def _not(var: Variable, value: int) -> Cond:
    return Test(var.index, var.full & ~(1 << value))
