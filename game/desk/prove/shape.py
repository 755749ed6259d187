"""What of a story decides over its proof: everything but the words.

Stories of the same shape have the same states, the same ways between them, and the same questions in the same order.
Whatever is not known to be words is taken to matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from game.story.diagnostics import Where
from game.story.model import (
    Branches,
    Chapter,
    Fate,
    Item,
    Para,
    Person,
    Place,
    Player,
    Property,
    Scene,
    Story,
    Words,
)

WORDS: Mapping[type, frozenset[str]] = {
    Story: frozenset(("title", "version", "language", "about", "notice", "notes", "digest", "by_name")),
    Player: frozenset(("name", "hangul")),
    Fate: frozenset(("word",)),
    Person: frozenset(("name", "short", "hangul", "class_", "about")),
    Item: frozenset(("name", "one", "many", "about")),
    Place: frozenset(("name", "short")),
    Chapter: frozenset(("title",)),
    Scene: frozenset(("title", "hint", "notes")),
    Property: frozenset(("source",)),
    Words: frozenset(("text", "style")),
    Para: frozenset(("id",)),
    Branches: frozenset(("id",)),
}
"""Which fields are only to be read. An id of a paragraph comes from its line."""


def shape(story: Story) -> str:
    """Hex SHA-256 of the shape of a story."""
    walk = _Walk()
    walk.add(story)
    digest = hashlib.sha256()
    for piece in walk.pieces:
        digest.update(piece.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


class _Walk:
    """Places in files count only by which of them are the same: questions about one line are one question."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.lines: dict[tuple[str, int], int] = {}
        self.places: dict[Where, int] = {}
        self._fields: dict[type, tuple[str, ...] | None] = {}

    def add(self, value: Any) -> None:
        """Note what a value is; in words that tell apart whatever matters."""
        kind, add = type(value), self.pieces.append
        if kind is Where:
            line = self.lines.setdefault((value.file, value.line), len(self.lines))
            add(f"@{line}.{self.places.setdefault(value, len(self.places))}")
        elif kind is tuple or kind is list:
            add("[")
            for one in value:
                self.add(one)
            add("]")
        elif (names := self._names(kind)) is not None:
            add(f"<{kind.__name__}")
            for name in names:
                self.add(getattr(value, name))
            add(">")
        elif isinstance(value, Mapping):
            add("{")
            for key, one in value.items():
                self.add(key)
                self.add(one)
            add("}")
        elif isinstance(value, frozenset | set):
            add(f"|{sorted(value)!r}")
        elif isinstance(value, tuple | list):
            self.add(list(value))
        else:
            add(f"{kind.__name__}:{value!r}")

    def _names(self, kind: type) -> tuple[str, ...] | None:
        """The fields of a kind of object that are not only words; None if it has no fields."""
        if kind not in self._fields:
            skipped = WORDS.get(kind, frozenset())
            known = fields(kind) if is_dataclass(kind) else None
            self._fields[kind] = None if known is None else tuple(f.name for f in known if f.name not in skipped)
        return self._fields[kind]
