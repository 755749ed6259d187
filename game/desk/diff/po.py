"""Translations that no longer belong to what they translate: gettext catalogues, by the ids of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from game.desk.reading import Source, each_paragraph
from game.story.model import Story

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*\Z')
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(.*)\Z", re.DOTALL)
_MARKS = re.compile(r"[*\\]|\s+")


@dataclass(frozen=True, slots=True)
class Message:
    """An entry of a catalogue that is translated. `context` is the id of the paragraph; `line` counts from 1."""

    context: str
    source: str
    translation: str
    line: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A translation to look at. `what` is changed, vanished or moved; `now` the paragraph's text, or its new id."""

    file: str
    line: int
    id: str
    what: str
    was: str
    now: str


class Malformed(ValueError):
    """A catalogue that cannot be read. `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is not PO")
        self.line = line


def messages(text: str) -> Iterator[Message]:
    """The translated entries of a catalogue. Raises `Malformed`."""
    entry: dict[str, str] = {}
    key, first = "", 0
    for number, line in enumerate([*text.removeprefix("\ufeff").splitlines(), 'msgctxt ""'], 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        match = _KEYWORD.match(bare)
        if match:
            # An entry begins with its context, or with its source where it has no context.
            if match[1] == "msgctxt" or (match[1] == "msgid" and "msgid" in entry):
                if entry.get("msgctxt") and entry.get("msgstr"):
                    yield Message(entry["msgctxt"], entry.get("msgid", ""), entry["msgstr"], first)
                entry = {}
            if not entry:
                first = number
            key = match[1].partition("[")[0]
            bare = match[2]
        quoted = _QUOTED.match(bare)
        if quoted is None or not key:
            raise Malformed(number)
        entry[key] = entry.get(key, "") + re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), quoted[1])


def stale(file: str, text: str, old: Story, new: Story) -> tuple[Stale, ...]:
    """The translations of a catalogue whose paragraphs changed, vanished or got another id. Raises `Malformed`."""
    before, after = _by_id(old), _by_id(new)
    places: dict[str, list[str]] = {}
    for id, words in after.items():
        if id not in before or before[id] != words:
            places.setdefault(_bare(words), []).append(id)
    return tuple(_stale(file, text, before, after, places))


def _stale(
    file: str, text: str, before: Mapping[str, str], after: Mapping[str, str], places: Mapping[str, list[str]]
) -> Iterator[Stale]:
    for message in messages(text):
        id = message.context
        if id not in before or before[id] == after.get(id):
            continue
        # A translator may have been here already.
        if id in after and _bare(message.source) == _bare(after[id]):
            continue
        moved = places.get(_bare(before[id]), [])
        if moved:
            yield Stale(file, message.line, id, "moved", before[id], moved[0])
        elif id in after:
            yield Stale(file, message.line, id, "changed", before[id], after[id])
        else:
            yield Stale(file, message.line, id, "vanished", before[id], "")


def _by_id(story: Story) -> dict[str, str]:
    source = Source(story)
    return {para.id: source.line(para.spans, text.chapter) for text, para in each_paragraph(story)}


def _bare(text: str) -> str:
    """A text without styles and spaces, in which a catalogue may differ from the story."""
    return _MARKS.sub("", text)
