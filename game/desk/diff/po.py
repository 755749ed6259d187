"""Translations that no longer belong to what they translate: gettext catalogues, by the ids of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from game.language.po import messages
from game.story.model import Story
from game.story.notation import Source
from game.story.texts import each_paragraph

_MARKS = re.compile(r"[*\\]|\s+")


@dataclass(frozen=True, slots=True)
class Stale:
    """A translation to look at. `what` is changed, vanished or moved; `now` the paragraph's text, or its new id."""

    file: str
    line: int
    id: str
    what: str
    was: str
    now: str


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
