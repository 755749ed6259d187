"""Lines of JSON that are sealed, and read without trust: whatever is not of its type and range is damage."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Set
from json.scanner import make_scanner
from typing import Any, NoReturn

from game.saves.errors import Damaged
from game.story.clean import FORBIDDEN
from game.story.variables import Value

MAX_TEXT = 200
MAX_VALUE = 10**6
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)


def clean(text: str) -> str:
    """One line that a terminal only shows, at most `MAX_TEXT` characters."""
    return " ".join(FORBIDDEN.sub("", text).split())[:MAX_TEXT].rstrip()


class Fields:
    """One JSON object, read field by field. Whatever is not of its type and range is damage."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.data = data

    def only(self, keys: Set[str]) -> None:
        if self.data.keys() != keys:
            raise Damaged("its parts are not those of a save")

    def refuse(self, key: str) -> NoReturn:
        raise Damaged(f"its '{key}' cannot be right")

    def number(self, key: str, low: int, high: int) -> int:
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(key)
        return value

    def yes_no(self, key: str) -> bool:
        value = self.data.get(key)
        if not isinstance(value, bool):
            self.refuse(key)
        return value

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.data.get(key)
        if (
            type(value) is str
            and pattern is None
            and len(value) <= MAX_TEXT
            and value.isascii()
            and value.isprintable()
        ):
            return value  # nearly every one, and sooner seen
        if not isinstance(value, str) or not harmless(value) or (pattern and not pattern.match(value)):
            self.refuse(key)
        return value

    def texts(self, key: str, most: int) -> tuple[str, ...]:
        value = self.data.get(key)
        if not isinstance(value, list) or len(value) > most or not all(isinstance(v, str) for v in value):
            self.refuse(key)
        if not all(harmless(v) for v in value):
            self.refuse(key)
        return tuple(value)

    def inner(self, key: str) -> Fields:
        value = self.data.get(key)
        if not isinstance(value, dict):
            self.refuse(key)
        return Fields(value)

    def text_map(self, key: str) -> dict[str, str]:
        out = self.inner(key).data
        if not all(harmless(name) and isinstance(value, str) and harmless(value) for name, value in out.items()):
            self.refuse(key)
        return {name: str(value) for name, value in out.items()}

    def value_map(self, key: str) -> dict[str, Value]:
        """Names and values that are only ever compared with what the story has."""
        out: dict[str, Value] = {}
        for name, value in self.inner(key).data.items():
            if not plain(name, value):
                self.refuse(key)
            out[name] = value  # type: ignore[assignment]
        return out

    def items(self, key: str, most: int) -> list[object]:
        value = self.data.get(key)
        if not isinstance(value, list) or len(value) > most:
            self.refuse(key)
        return value


def harmless(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return len(text) <= MAX_TEXT
    return len(text) <= MAX_TEXT and FORBIDDEN.search(text) is None and "\n" not in text and "\t" not in text


def plain(name: object, value: object) -> bool:
    """Whether these are a name, and a value that a variable can have."""
    return isinstance(name, str) and harmless(name) and plain_value(value)


def plain_value(value: object) -> bool:
    """Whether this is a value that a variable can have."""
    if isinstance(value, str):
        return harmless(value)
    return isinstance(value, int) and abs(value) <= MAX_VALUE


_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dump(value: object) -> bytes:
    return _WRITER.encode(value).encode()


_SEAL = b',"check":"%s"}'
SEAL = len(_SEAL) - 2 + 64
"""So many characters a seal has."""


def sealed(header: Mapping[str, object]) -> bytes:
    """The header line, with its own checksum as the last field."""
    return seal(dump(header))


def seal(line: bytes) -> bytes:
    """The line of an object, with its own checksum as the last field."""
    return line[:-1] + _SEAL % hashlib.sha256(line).hexdigest().encode()


def check_seal(line: bytes) -> None:
    """Raises `Damaged` unless a line is one that `sealed` wrote."""
    checksum = hashlib.sha256(line[:-SEAL] + b"}").hexdigest().encode()
    if line[-66:-2] != checksum or line[-SEAL:-66] != _SEAL[:10] or line[-2:] != _SEAL[-2:]:
        raise Damaged("its first line has been changed")


def parse(line: bytes, what: str) -> dict[str, object]:
    """One line as a JSON object; nothing JSON does not know, no key twice, no fractions."""
    try:
        text = line.decode("utf-8")
        value: Any
        value, end = _PLAIN(text, 0)
        if not isinstance(value, dict) or text.count('":') != len(value):  # a key twice, or others further in
            value, end = _SCAN(text, 0)
    except (ValueError, RecursionError, StopIteration):
        raise Damaged(f"its {what} cannot be read") from None
    if end != len(text) or not isinstance(value, dict):
        raise Damaged(f"its {what} cannot be read")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key stands twice")
    return out


_PLAIN = make_scanner(json.JSONDecoder(parse_constant=_refuse, parse_float=_refuse))  # type: ignore[arg-type]
"""Reads a value from where it begins in a text, and says where it ends. (Typeshed has its own class for a decoder.)"""
_SCAN = make_scanner(
    json.JSONDecoder(parse_constant=_refuse, parse_float=_refuse, object_pairs_hook=_unique)  # type: ignore[arg-type]
)
"""The same, with no key twice in any object."""
