"""Shapes become schemas: the keys that the loader knows, with what the kind of each key's value says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from game.desk.schema.values import (
    DECAY,
    LENGTH,
    LEVELS,
    MOMENT,
    NEW_ID,
    RANGE,
    STORY_ID,
    TEXT,
    YES,
    Schema,
    by_id,
    mapping,
    number,
    one_of,
    or_nothing,
    words,
)
from game.story.fields import Shape

PRESENCE = {"here": "with everybody", "away": "not here, and may come back", "gone": "not here, and never back"}

# What a kind of value is, where that does not depend on the story.
VALUES: dict[str, Schema] = {
    "text": TEXT,
    "line": TEXT,
    "prose": TEXT,
    "condition": TEXT,
    "conditions": words(TEXT),
    "words": words(TEXT),
    "texts": or_nothing(by_id(TEXT)),
    "yes": YES,
    "number": number(),
    "range": RANGE,
    "length": LENGTH,
    "moment": MOMENT,
    "decay": DECAY,
    "levels": or_nothing(LEVELS),
    "position": {"type": "array", "items": number(0, 99), "minItems": 2, "maxItems": 2},
    "presence": one_of(PRESENCE, "presence"),
}
# What the loader asks of a value beyond its kind, by shape and key.
CLOSER: dict[tuple[str, str], Schema] = {
    ("story", "id"): STORY_ID,
    ("a chapter", "id"): {"type": "string", **NEW_ID},
    ("a flag", "one of"): {"type": "array", "items": TEXT, "minItems": 2, "uniqueItems": True},
    ("an item", "max"): number(1, 99),
    ("a place", "floor"): number(-9, 99),
    ("an outcome", "weight"): number(1, 1000),
    ("a story test", "seed"): number(0),
}
# What it asks of a map beyond its keys, by shape.
_LEADS: Schema = {"anyOf": [{"required": [key]} for key in ("goto", "do", "then")]}
NEEDS: dict[str, Schema] = {
    "a flag": {
        "anyOf": [{"required": ["one of"]}, {"required": ["range"]}],
        "dependencies": {"one of": {"properties": {"range": False}}},
    },
    "a choice": {"dependencies": {"roll": {"properties": {"goto": False, "then": False}}}},
    "a bell": _LEADS,
    "a rule": _LEADS,
    "a chapter file": {"dependencies": {key: ["chapter"] for key in ("flags", "scenes", "rooms", "bells")}},
    "a story test": {"anyOf": [{"required": [key]} for key in ("choose", "expect", "transcript")]},
}


def of_shape(shape: Shape, kind: Callable[[str], Schema], more: Mapping[str, Schema] | None = None) -> Schema:
    """A map with the keys of `shape`. `kind` gives the schema of a kind of value; `more` that of some keys."""
    more = more or {}
    keys = {}
    for name, key in shape.keys.items():
        value = more.get(name) or CLOSER.get((shape.name, name)) or kind(key.kind)
        keys[name] = {"description": key.doc, **value}
    needed = [name for name, key in shape.keys.items() if key.required]
    out = {**mapping(keys), **NEEDS.get(shape.name, {})}
    return {**out, "required": needed} if needed else out


def also(schema: Schema, *needed: str) -> Schema:
    """`schema`, which needs these keys too."""
    return {**schema, "required": [*schema.get("required", ()), *needed]}
