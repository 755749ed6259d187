"""Schemas of single values: texts, numbers, times, and ids with what they mean.

A story's scalars are text until somebody asks for more, but an editor reads `12` as a number and `true` as yes-or-no.
So whatever can be written both ways is allowed both ways here, quoted or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from game.story.names import RESERVED
from game.story.variables import Value, Variable

Schema: TypeAlias = "dict[str, Any]"
"""A JSON Schema (draft-07), ready for `json.dumps`."""


class Definitions:
    """The parts of a schema that stand in several places, each made once, and only when something refers to it.

    They are in groups: what depends on a chapter is in the chapter's; other groups begin with -, as no id does. An
    editor shows a part's name alone.
    """

    def __init__(self) -> None:
        self._makers: dict[tuple[str, str], Callable[[], Schema]] = {}

    def ref(self, group: str, name: str, make: Callable[[], Schema]) -> Schema:
        """A reference to a part; `make` may refer to it again."""
        self._makers.setdefault((group, name), make)
        return {"$ref": f"#/definitions/{group}/{name}"}

    def made(self) -> dict[str, Schema]:
        """Every part that was referred to, by group and name."""
        out: dict[tuple[str, str], Schema] = {}
        while missing := [key for key in self._makers if key not in out]:
            out.update({key: self._makers[key]() for key in missing})
        groups: dict[str, Schema] = {group: {} for group, _ in sorted(out)}
        for group, name in sorted(out):
            groups[group][name] = out[group, name]
        return groups


FEW = 12
"""A fault among so few values is told by listing them; among more, in words."""

REFRESH = "after adding one, run: hyosan schema --write"

ANYTHING: Schema = {}
# Not `"type": [..., "boolean"]`: an editor would then offer true and false for every text.
TEXT: Schema = {
    "if": {"type": ["object", "array", "null"]},
    "then": {"type": "string", "errorMessage": "a text is expected here"},
    "pattern": r"\S",
    "patternErrorMessage": "write something, or leave the key out",
}
YES: Schema = {"type": ["boolean", "string"], "pattern": "^(true|false)$", "patternErrorMessage": "true or false"}
RANGE: Schema = {
    "type": "string",
    "pattern": r"^-?[0-9]{1,4}\.\.-?[0-9]{1,4}$",
    "errorMessage": "a range, such as 0..5",
}
_LENGTH = "(?=[^1-9]*[1-9])([0-9]{1,3} *h)? *([0-9]{1,4} *min)?"
LENGTH: Schema = {"type": "string", "pattern": f"^{_LENGTH}$", "errorMessage": "a length of time, such as 20 min"}
DECAY: Schema = {
    "type": "string",
    "pattern": f"^[0-9]{{1,3}} +per +{_LENGTH}$",
    "errorMessage": "an amount and a time, such as 1 per 10 min",
}
MOMENT: Schema = {
    "type": "string",
    "pattern": "^D(?!0+ )[0-9]{1,3} +([01]?[0-9]|2[0-3]):[0-5][0-9]$",
    "errorMessage": "a day and an hour, such as D1 12:40",
}
_ID = "[a-z][a-z0-9_]{0,59}$"
NEW_ID: Schema = {
    "pattern": f"^(?!({'|'.join(sorted(RESERVED))})$){_ID}",
    "patternErrorMessage": "an id: small letters, digits and _, starting with a letter, and not a word of conditions",
}
FREE_ID: Schema = {
    "pattern": f"^{_ID}",
    "patternErrorMessage": "an id: small letters, digits and _, starting with a letter",
}
"""Of what conditions name only behind a word of their own, such as fates: they may be called `alive`."""
STORY_ID: Schema = {
    "type": "string",
    "pattern": "^[a-z0-9][a-z0-9-]{0,59}$",
    "errorMessage": "small letters, digits and -",
}
LEVELS: Schema = {"type": "object", "patternProperties": {"^-?[0-9]{1,4}$": TEXT}, "additionalProperties": False}

_NUMBER = "[+-]?[0-9]{1,4}"


def number(low: int | None = None, high: int | None = None) -> Schema:
    """A whole number from `low` to `high`, both included."""
    limits = {"minimum": low, "maximum": high}
    return {
        "type": ["integer", "string"],
        "pattern": "^[+-]?[0-9]{1,9}$",
        "patternErrorMessage": "a whole number",
        **{key: limit for key, limit in limits.items() if limit is not None},
    }


def amount(zero: bool = True) -> Schema:
    """How much something changes; `zero` says whether it may be by nothing."""
    out: Schema = {
        "type": ["integer", "string"],
        "minimum": -9999,
        "maximum": 9999,
        "pattern": f"^{_NUMBER}$",
        "errorMessage": "a whole number, such as +1, 2 or -1",
    }
    return out if zero else {**out, "not": {"const": 0}}


def one_of(known: Mapping[str, str], what: str, complete: bool = True) -> Schema:
    """One of `known`, which maps each word to what it means.

    Where the list is not `complete` other words are no mistake; they are only not offered.
    """
    values, notes = [], []
    for word, meaning in known.items():
        for value in _readings(word):
            values.append(value)
            notes.append(meaning)
    if not values:  # no editor takes a list of nothing
        return {
            "type": "string",
            "errorMessage": f"there is no {what} yet",
            **({"pattern": "(?!)"} if complete else {}),
        }
    listed: Schema = {"enum": values, "enumDescriptions": notes}
    if not complete:
        return {"anyOf": [listed, {"type": "string"}]}
    if len(values) > FEW:
        listed["errorMessage"] = f"there is no such {what}; {REFRESH}"
    return listed


def _readings(word: str) -> list[str | int | bool | None]:
    """What an editor may take a word for: `2` is a number there, `"2"` a text."""
    if re.fullmatch(r"[+-]?[0-9]{1,9}", word, re.ASCII):
        return [int(word), word]
    plain: dict[str, bool | None] = {"true": True, "false": False, "null": None}
    return [plain[word], word] if word in plain else [word]


def words(one: Schema) -> Schema:
    """One such word, or a list of them."""
    return {"anyOf": [one, {"type": "array", "items": one}]}


def mapping(keys: Mapping[str, Schema], complete: bool = True, other: Schema | None = None) -> Schema:
    """A map with these keys; others only where the list of keys is not `complete`, with values like `other`."""
    rest: Schema | bool = (ANYTHING if other is None else other) if not complete else False
    return {"type": "object", "properties": dict(keys), "additionalProperties": rest}


def by_id(value: Schema, least: int = 0, id: Schema = NEW_ID) -> Schema:
    """A map from new ids to `value`, with at least that many."""
    out: Schema = {"type": "object", "propertyNames": id, "additionalProperties": value}
    return {**out, "minProperties": least} if least else out


def or_nothing(value: Schema) -> Schema:
    """`value`, which may be left empty: a key with nothing behind it."""
    return {**value, "type": [value["type"], "null"]}


def value_of(var: Variable, copies: Iterable[str] | None, meaning: Mapping[int, str]) -> Schema:
    """What `var` can be set to: its values, or the name of one of `copies`, which are other flags (None: of any flag).

    `meaning` has words for numbers. Flags to copy from are allowed and not offered: they would bury the values.
    """
    names = ["[a-z][a-z0-9_]*"] if copies is None else [re.escape(name) for name in copies]
    first = var.values[0]
    if isinstance(first, bool):
        pattern = "^(" + "|".join(["true", "false", *names]) + ")$"
        return {"type": ["boolean", "string"], "pattern": pattern, "patternErrorMessage": "true or false"}
    known = {str(value): _meaning(value, meaning) for value in var.values}
    if isinstance(first, int) and len(known) > 32:
        own = number(first, int(var.values[-1]))
    else:
        own = one_of(known, "value")
    return {"anyOf": [own, {"type": "string", "pattern": "^(" + "|".join(names) + ")$"}]} if names else own


def _meaning(value: Value, meaning: Mapping[int, str]) -> str:
    levels = [level for level in meaning if isinstance(value, int) and level <= value]
    return meaning[max(levels)] if levels else ""
