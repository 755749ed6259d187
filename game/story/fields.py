"""Reading maps whose keys are known: every unknown, missing or mistyped part is reported where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from game.story.diagnostics import Problems, Where, did_you_mean
from game.story.names import ID, RESERVED
from game.story.nodes import Node


@dataclass(frozen=True, slots=True)
class Key:
    """A key a writer may use. `kind` names what its value is; `doc` is one line for a writer."""

    kind: str
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of map: its name in messages, and its keys."""

    name: str
    keys: dict[str, Key]
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", tuple(name for name, key in self.keys.items() if key.required))


_NUMBER = re.compile(r"[+-]?\d{1,9}\Z", re.ASCII)
_RANGE = re.compile(r"(-?\d{1,4})\.\.(-?\d{1,4})\Z", re.ASCII)


def read(node: Node, shape: Shape, problems: Problems, at: Where | None = None) -> dict[str, Node]:
    """The values of `node` by key, as far as they are known to `shape`."""
    if node.kind != "map" and not expect(node, "map", f"{shape.name} is a map of keys", problems):
        return {}
    out: dict[str, Node] = {}
    for name, (key, value) in node.value.items():
        if name in shape.keys:
            out[name] = value
        elif not problems.full:
            problems.add("H010", key.where, f"{shape.name} has no key '{name}'", did_you_mean(name, shape.keys))
    for name in shape.required:
        if name not in out:
            where = at or node.where
            problems.add("H011", where, f"{shape.name} needs '{name}'", shape.keys[name].doc)
    return out


def expect(node: Node, kind: str, message: str, problems: Problems) -> bool:
    """Whether `node` is of `kind`; reports `message` when it is not."""
    if node.kind == kind:
        return True
    if kind == "map" and node.kind == "text" and not node.value:
        problems.add(
            "H012", node.where, f"nothing is written here, but {message}", "indent what belongs to it, or write {}"
        )
        return False
    got = {"text": "a text", "map": "a map", "list": "a list"}[node.kind]
    problems.add("H012", node.where, f"{message}; this is {got}")
    return False


def text(node: Node | None, problems: Problems, what: str, default: str = "") -> str:
    """One line of text, without surrounding spaces."""
    if node is None:
        return default
    if not expect(node, "text", f"{what} is a text", problems):
        return default
    value = " ".join(node.value.split())
    if not value:
        problems.add("H012", node.where, f"{what} is empty", "write something, or leave the key out")
        return default
    return value


def block(node: Node | None, problems: Problems, what: str) -> str:
    """Text of several lines, with its paragraphs kept."""
    if node is None or not expect(node, "text", f"{what} is a text", problems):
        return ""
    return str(node.value).strip()


def yes_no(node: Node | None, problems: Problems, what: str, default: bool) -> bool:
    if node is None:
        return default
    if node.kind == "text" and node.value in ("true", "false"):
        return bool(node.value == "true")
    problems.add("H012", node.where, f"{what} is true or false", "write true or false")
    return default


def number(node: Node | None, problems: Problems, what: str, default: int, low: int, high: int) -> int:
    if node is None:
        return default
    if node.kind != "text" or not _NUMBER.match(node.value):
        problems.add("H012", node.where, f"{what} is a whole number")
        return default
    value = int(node.value)
    if not low <= value <= high:
        problems.add("H014", node.where, f"{what} is a number from {low} to {high}")
        return default
    return value


def span(node: Node, problems: Problems, what: str, most: int = 256) -> tuple[int, int] | None:
    """A range `low..high` of at most `most` numbers."""
    match = _RANGE.match(node.value) if node.kind == "text" else None
    if not match:
        problems.add("H012", node.where, f"{what} is a range", "write it as 0..5")
        return None
    low, high = int(match[1]), int(match[2])
    if not low < high:
        problems.add("H014", node.where, "a range goes from a smaller to a larger number")
        return None
    if high - low + 1 > most:
        problems.add("H014", node.where, f"{what} has {high - low + 1} values; at most {most}", "use larger steps")
        return None
    return low, high


def check_id(key: Node, problems: Problems, what: str, reserved: frozenset[str] = RESERVED) -> bool:
    """Whether a key can be the id of a new thing.

    An id that is not well formed is reported and stands all the same: to refer to it is no second mistake.
    """
    name = key.value
    if not ID.match(name):
        better = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_")
        hint = "small letters, digits and _, starting with a letter" + (f": {better}" if ID.match(better) else "")
        problems.add("H013", key.where, f"'{name}' cannot be the id of {what}", hint)
    if name in reserved:
        problems.add("H013", key.where, f"'{name}' has a meaning in conditions already", "choose another id")
    return bool(name) and name not in reserved


def words(node: Node | None, problems: Problems, what: str) -> list[Node]:
    """A list of single words; one word alone counts as a list."""
    if node is None:
        return []
    parts = node.value if node.kind == "list" else [node]
    return [part for part in parts if expect(part, "text", f"{what} is a list of words", problems)]


def pairs(node: Node | None, problems: Problems, message: str) -> list[tuple[Node, Node]]:
    """The (key, value) pairs of a map that may be left out."""
    if node is None or (node.kind == "text" and not node.value):
        return []
    return node.items() if expect(node, "map", message, problems) else []
