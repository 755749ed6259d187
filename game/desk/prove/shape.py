"""What of a story decides over its proof: everything but the words.

Stories of the same shape have the same states, the same ways between them, and the same questions in the same order.
Whatever is not known to be words is taken to matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
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
    digest = hashlib.sha256()
    for piece in _Walk().of(story):
        digest.update(piece.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


class _Walk:
    """Places in files count only by which of them are the same: questions about one line are one question."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, int], int] = {}
        self.places: dict[Where, int] = {}

    def of(self, value: Any) -> Iterator[str]:
        if isinstance(value, Where):
            line = self.lines.setdefault((value.file, value.line), len(self.lines))
            yield f"@{line}.{self.places.setdefault(value, len(self.places))}"
        elif is_dataclass(value):
            kind = type(value)
            yield f"<{kind.__name__}"
            skipped = WORDS.get(kind, frozenset())
            for field in fields(value):
                if field.name not in skipped:
                    yield from self.of(getattr(value, field.name))
            yield ">"
        elif isinstance(value, Mapping):
            yield "{"
            for key, one in value.items():
                yield from self.of(key)
                yield from self.of(one)
            yield "}"
        elif isinstance(value, tuple | list):
            yield "["
            for one in value:
                yield from self.of(one)
            yield "]"
        elif isinstance(value, frozenset | set):
            yield f"|{sorted(value)!r}"
        else:
            yield f"{type(value).__name__}:{value!r}"
