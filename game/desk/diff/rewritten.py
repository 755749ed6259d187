"""Words that changed: of choices, and paragraph by paragraph of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from game.desk.diff.alike import likeness
from game.desk.reading import Source, Text, counted_blocks, texts
from game.story.conditions import TRUE
from game.story.model import Block, Choice, Para, Story

Pairs: TypeAlias = "Mapping[tuple[str, str], tuple[str, Choice, str, Choice]]"
"""The choices that are in both: (old scene, old id) to (old scene, choice, new scene, choice)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph that changed; `old` or `new` is "" for one that came or went. A tag of a block has no speaker."""

    speaker: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that changed. `name` says whose it is: `c1_03 text`, `c1_03.take_it then`; words before and after."""

    name: str
    before: int
    after: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A choice (as scene.choice, by its new id) that reads otherwise."""

    id: str
    old: str
    new: str


def reworded(old: Story, new: Story, pairs: Pairs) -> Iterator[Reworded]:
    before, after = Source(old), Source(new)
    for a, choice, b, other in pairs.values():
        was = before.line(choice.text, old.scenes[a].chapter)
        now = after.line(other.text, new.scenes[b].chapter)
        if was != now:
            yield Reworded(f"{b}.{other.id}", was, now)
        was, now = before.line(choice.locked), after.line(other.locked)
        if was != now:
            yield Reworded(f"{b}.{other.id} locked", was, now)


def rewritten(old: Story, new: Story, scenes: Mapping[str, str], pairs: Pairs) -> Iterator[Changed]:
    """The texts that are in both and differ. What stands in a passage is told once, however many scenes include it."""
    before, after = Source(old, scenes), Source(new)
    known = {_key(t): t for t in texts(new)}
    told: set[Paragraph] = set()
    for text in texts(old):
        kind, owner, choice, outcome = _key(text)
        if kind in ("text", "gentle", "summary", "then"):
            owner = scenes.get(owner, "")
        if choice and (pair := pairs.get((text.owner, choice))):
            choice = pair[3].id
        other = known.get((kind, owner, choice, outcome))
        if other is None:
            continue
        found = _aligned(_entries(before, text.blocks, text.chapter), _entries(after, other.blocks, other.chapter))
        fresh = [p for p in found if p not in told]
        told.update(p for p in found if p.old and p.new)
        if fresh:
            name = f"{owner}.{choice}" if choice else owner
            full = f"{name}{f'.{outcome}' if outcome else ''} {kind}"
            yield Changed(full, counted_blocks(text.blocks), counted_blocks(other.blocks), tuple(fresh))


def _key(text: Text) -> tuple[str, str, str, str]:
    owner = f"{text.chapter}.{text.owner}" if text.kind.endswith("bell") else text.owner
    return text.kind, owner, text.choice, text.outcome


def _entries(source: Source, blocks: tuple[Block, ...], chapter: str) -> list[tuple[str, str]]:
    """A text as (speaker, words) in the writer's notation, with the tags around blocks as entries of their own."""
    out: list[tuple[str, str]] = []
    for block in blocks:
        if isinstance(block, Para):
            out.append((block.speaker, source.line(block.spans, chapter)))
            continue
        for i, (cond, inner, _) in enumerate(block.branches):
            asked = "else" if i and cond == TRUE else f"{'elif' if i else 'if'} {source.asking(cond, chapter)}"
            out.append(("", f"{{% {asked} %}}"))
            out += _entries(source, inner, chapter)
        out.append(("", "{% endif %}"))
    return out


def _aligned(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[Paragraph]:
    """The paragraphs that differ, those that are alike side by side."""
    out: list[Paragraph] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        left, right = old[i1:i2], new[j1:j2]
        while left and right:
            best = max(range(len(right)), key=lambda j: (likeness(left[0][1], right[j][1]), -j))
            if likeness(left[0][1], right[best][1]) < 0.35:
                out.append(Paragraph(left[0][0], left.pop(0)[1], ""))
                continue
            out += [Paragraph(speaker, "", words) for speaker, words in right[:best]]
            out.append(Paragraph(right[best][0], left.pop(0)[1], right[best][1]))
            right = right[best + 1 :]
        out += [Paragraph(speaker, words, "") for speaker, words in left]
        out += [Paragraph(speaker, "", words) for speaker, words in right]
    return out
