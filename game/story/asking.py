"""Conditions about a story that is loaded already: those of story tests, and of whoever asks a run something."""

from __future__ import annotations

from game.story.diagnostics import Problems
from game.story.model import Story
from game.story.names import Names, SceneName
from game.story.nodes import Node


def names_of(story: Story, problems: Problems) -> Names:
    """What `story` declares, for conditions that are read after it; their faults go to `problems`.

    `dataclasses.replace(names, problems=…)` reads on with the same names and another collector. A condition may ask
    `seen` and `chosen` of what the story itself never asks: the table then grows variables that its states have no
    value for, with indices from `len(story.variables)` on. The story's own variables are copied and stay as they are.
    Passages are not among the names: no condition refers to one.
    """
    names = Names(problems)
    for var in story.variables:
        names.table.add(var.name, var.kind, var.values, var.start, var.chapter)
        if var.kind == "lock":
            _, a, b = var.name.split(".")
            names.locks.add((a, b))
    names.meters.update(story.meters)
    names.fates.update(story.fates)
    names.groups.update(story.groups)
    names.notes.update(story.notes)
    names.chapters.update(story.chapters)
    names.people.update((p.id, _key(p.id)) for p in story.people.values())
    names.items.update((i.id, _key(i.id)) for i in story.items.values())
    names.places.update((p.id, _key(p.id)) for p in story.places.values())
    for person in story.people.values():
        names.promises.update(dict.fromkeys(person.promises, person.id))
        names.memories.update(dict.fromkeys(person.memories, person.id))
    for place in story.places.values():
        names.exits.update((place.id, way.to) for way in place.exits)
    for scene in story.scenes.values():
        choices = {choice.id for choice in scene.choices}
        key = _key(scene.id)
        names.scenes[scene.id] = SceneName(scene.id, scene.kind, scene.chapter, scene.place, key, key, choices)
        if scene.kind == "room":
            names.rooms[scene.chapter, scene.place] = scene.id
    return names


def _key(id: str) -> Node:
    """An id without its place in a file: whoever reads conditions looks only at the id."""
    return Node("text", id, "", 0, 0)
