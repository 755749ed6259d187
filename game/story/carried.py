"""What a story has in common with an earlier reading of it, taken over from there.

A story is read anew after every edit, and most of it is as it was. What is made of it (flows, functions, graphs) can
only be kept for what is the very same: here equal parts become the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from game.story import model as written
from game.story.model import Story

APART = ("scenes", "digest")
"""The fields of a story that change with every edit."""

_RECORDS: dict[Any, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind))
    for kind in vars(written).values()
    if isinstance(kind, type) and is_dataclass(kind) and "__eq__" not in vars(kind)
}
"""The fields of kinds of which nothing is equal to another, so that they are compared field by field."""


def carried(story: Story, before: Story) -> tuple[Story, frozenset[str]]:
    """A story with the parts that are as they were `before`, and its scenes of which all is; words and places too.

    If anything but scenes has changed, no scene counts as the same: what it does may have changed with that.
    """
    if not all(_same(getattr(story, name), getattr(before, name)) for name in _RECORDS[Story] if name not in APART):
        return story, frozenset()
    scenes = {id: before.scenes[id] if _same(s, before.scenes.get(id)) else s for id, s in story.scenes.items()}
    same = frozenset(id for id, scene in scenes.items() if scene is before.scenes.get(id))
    return replace(before, scenes=scenes, digest=story.digest), same


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind in _RECORDS:
        return all(_same(getattr(one, name), getattr(other, name)) for name in _RECORDS[kind])
    if kind is tuple or kind is list:
        return len(one) == len(other) and all(map(_same, one, other))  # type: ignore[arg-type, call-overload]
    if isinstance(one, Mapping):
        assert isinstance(other, Mapping)
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    return one == other
