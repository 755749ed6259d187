"""Gettext catalogues (.po), as the game reads them: the translated entries, in the order they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*\Z')
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(.*)\Z", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Message:
    """An entry of a catalogue that is translated. `context` is the id of what it translates; `line` counts from 1.

    `forms` are the translations by number where a count decides, else `translation` alone. A `fuzzy` one waits for a
    translator to look at it.
    """

    context: str
    source: str
    translation: str
    line: int
    fuzzy: bool = False
    forms: tuple[str, ...] = ()


class Malformed(ValueError):
    """A catalogue that cannot be read. `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is not PO")
        self.line = line


def messages(text: str) -> Iterator[Message]:
    """The translated entries of a catalogue; that of its header has neither context nor source. Raises `Malformed`."""
    entry: dict[str, str] = {}
    key, first = "", 0
    fuzzy = marked = False
    for number, line in enumerate([*text.removeprefix("\ufeff").splitlines(), 'msgctxt ""'], 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            # A mark stands before the entry that it is about; #~ is an entry that is kept, and not used.
            marked = not bare.startswith("#~") and (marked or (bare.startswith("#,") and "fuzzy" in bare))
            continue
        match = _KEYWORD.match(bare)
        if match:
            # An entry begins with its context, or with its source where it has no context.
            if match[1] == "msgctxt" or (match[1] == "msgid" and "msgid" in entry):
                yield from _entry(entry, first, fuzzy)
                entry = {}
            if not entry:
                first, fuzzy, marked = number, marked, False
            key = match[1]
            bare = match[2]
        quoted = _QUOTED.match(bare)
        if quoted is None or not key:
            raise Malformed(number)
        words = quoted[1]
        if "\\" in words:
            words = _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), words)
        entry[key] = entry.get(key, "") + words


def _entry(entry: dict[str, str], line: int, fuzzy: bool) -> Iterator[Message]:
    forms = tuple(entry[key] for key in sorted(entry) if key.startswith("msgstr["))
    translation = entry.get("msgstr") or (forms[0] if forms else "")
    if translation:
        yield Message(entry.get("msgctxt", ""), entry.get("msgid", ""), translation, line, fuzzy, forms)
