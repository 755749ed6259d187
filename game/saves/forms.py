"""Lines of JSON whose parts stand in one order: a form says once how such a line looks, to write it and to read it.

What a form reads is what it writes, byte for byte, and nothing else that JSON would also allow: such lines are only
ever written by hyosan. It is read in one go, which takes a third of the time of reading any JSON there might be and
looking at each part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import NamedTuple

from game.saves.errors import Damaged
from game.saves.strict import MAX_TEXT, harmless


class Kind(NamedTuple):
    """What a part can be: how it is put into a line (as `%` does), and a pattern whose one group is what it says."""

    put: str
    pattern: str


NUMBER = Kind("%d", r"(0|[1-9][0-9]{0,19})")
"""From 0 to 10**20 - 1."""
WHOLE = Kind("%d", r"(0|-?[1-9][0-9]{0,19})")
"""The same, and below 0."""
TEXT = Kind("%s", r'"([^"\\]*(?:\\["\\][^"\\]*)*)"')
"""Written by `quoted`, read by `texts`."""
_PLAIN = r'"([^"\\]*)"'
"""The same, where nothing is escaped: sooner found."""


def code(pattern: str) -> Kind:
    """Text of a few signs, none of which JSON or a terminal knows."""
    return Kind('"%s"', f'"({pattern})"')


def constant(text: str) -> Kind:
    """What is always the same, and no part of what is read."""
    return Kind(f'"{text}"', f'"{text}"')


class Form:
    """The parts of a line, in their order, and what may follow them: `{` is written and read, what ends it is not."""

    def __init__(self, parts: Mapping[str, Kind]) -> None:
        self.line = "{" + ",".join(f'"{name}":{kind.put}' for name, kind in parts.items())
        """To be filled by `%` with the values of all parts but constants."""
        pattern = r"\{" + ",".join(f'"{re.escape(name)}":{kind.pattern}' for name, kind in parts.items())
        self._read = re.compile(pattern).match
        self._plainly = re.compile(pattern.replace(TEXT.pattern, _PLAIN)).match

    def read(self, line: str) -> re.Match[str] | None:
        """Finds the parts of a line, as text, in their order."""
        return self._read(line) if "\\" in line else self._plainly(line)


quoted = encode_basestring


def decoded(line: bytes) -> str:
    """A line as text. Raises `Damaged`."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Damaged("it is no text") from None


def texts(*found: str) -> tuple[str, ...]:
    """What parts of the kind TEXT say. Raises `Damaged` for what a terminal would act on, or is too long."""
    together = "".join(found)
    if "\\" in together:
        found = tuple(json.loads(f'"{part}"', strict=False) for part in found)
    elif len(together) <= MAX_TEXT and together.isascii() and together.isprintable():
        return found  # nearly all, and sooner seen
    if not all(map(harmless, found)):
        raise Damaged("a text in it cannot be right")
    return found
