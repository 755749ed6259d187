"""What of a story decides over its proof: everything but the words.

Stories of the same shape have the same states, the same ways between them, and the same questions in the same order.
Whatever is not known to be words is taken to matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from game.engine import Machine
from game.prove.again import Walk
from game.story.diagnostics import Where

Line: TypeAlias = "tuple[str, int]"
"""A file and the number of a line."""


class _Part(NamedTuple):
    """The shape of a part of a story, and the lines and places it speaks of, by their numbers in it."""

    digest: str
    lines: tuple[Line, ...]
    places: tuple[Where, ...]


def shape(machine: Machine) -> str:
    """Hex SHA-256 of the shape of a machine's story. What is found out about each scene is remembered there."""
    story, about = machine.story, machine.about
    parts = [_of(replace(story, scenes={}))]
    for scene in story.scenes.values():
        found = about.get((shape, scene.id))
        if found is None:
            found = about[shape, scene.id] = _of(scene)
        parts.append(found)
    pieces = [*story.scenes, *(part.digest for part in parts), *_shared(parts)]
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()


def _of(value: object) -> _Part:
    walk = Walk()
    walk.add(value)
    return _Part(walk.digest(), tuple(walk.lines), tuple(walk.places))


def _shared(parts: Sequence[_Part]) -> list[str]:
    """Which lines and places of a part are those of one before it: questions about one line are one question."""
    out: list[str] = []
    lines: dict[Line, tuple[int, int]] = {}
    several: set[Line] = set()
    for part, each in enumerate(parts):
        for number, line in enumerate(each.lines):
            first = lines.setdefault(line, (part, number))
            if first[0] != part:
                several.add(line)
                out.append(f"{first} {part} {number}")
    places: dict[Where, tuple[int, int]] = {}
    for part, each in enumerate(parts):
        if several.isdisjoint(each.lines):
            continue
        for number, place in enumerate(each.places):
            if (place.file, place.line) in several and (first := places.setdefault(place, (part, number)))[0] != part:
                out.append(f"{first} {part} {number}.")
    return out
