"""What has probably only been renamed, and what changed between two texts, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

LIKELY = 0.6
"""From this likeness on, of 0 to 1, a thing that went and a thing that came are taken for the same."""
CONTEXT = 8
"""Words shown before and after a change."""

_TOKEN = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|[^\s{]+|\{)(\s*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Renamed:
    """`likeness` is 0 to 1."""

    old: str
    new: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Ids:
    """What was gained and lost, by id, besides what was likely renamed."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.renamed)


def likeness(a: str, b: str) -> float:
    """How much of two texts is the same, 0 to 1: of the words, or of the letters where there are few words."""
    if a == b:
        return 1.0 if a else 0.0
    left, right = Counter(a.lower().split()), Counter(b.lower().split())
    if min(left.total(), right.total()) < 4:
        return SequenceMatcher(None, a, b, autojunk=False).ratio()
    return 2 * (left & right).total() / (left.total() + right.total())


def compare(old: Mapping[str, str], new: Mapping[str, str], alike: Callable[[str, str], float] = likeness) -> Ids:
    """What happened to ids. The values are what each thing says of itself, by which a renamed one is known again."""
    lost = [id for id in old if id not in new]
    gained = [id for id in new if id not in old]
    scored = [(alike(old[a], new[b]), a, b) for a in lost for b in gained]
    renamed: list[Renamed] = []
    for score, a, b in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score < LIKELY:
            break
        if a in lost and b in gained:
            lost.remove(a)
            gained.remove(b)
            renamed.append(Renamed(a, b, round(score, 2)))
    return Ids(tuple(gained), tuple(lost), tuple(sorted(renamed, key=lambda r: r.old)))


def word_diff(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Two texts as pieces: ("same", …), ("gone", …), ("come", …), each with the space after it if there is one.

    Words are compared, and tags such as {% else %} as one; of long stretches of the same, … stands for the middle.
    """
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    out: list[tuple[str, str]] = []
    steps = SequenceMatcher(None, [t[0] for t in a], [t[0] for t in b], autojunk=False).get_opcodes()
    for i, (what, i1, i2, j1, j2) in enumerate(steps):
        if what == "equal":
            out.append(("same", _context([word + space for word, space in b[j1:j2]], i > 0, i < len(steps) - 1)))
            continue
        if i1 < i2:
            out.append(("gone", "".join(word + space for word, space in a[i1:i2])))
        if j1 < j2:
            out.append(("come", "".join(word + space for word, space in b[j1:j2])))
    return tuple(out)


def _context(words: list[str], after: bool, before: bool) -> str:
    """Words that stayed, as far as they stand near a change: `after` one, `before` one."""
    keep = CONTEXT * (after + before)
    if len(words) <= keep + 3:
        return "".join(words)
    head = words[:CONTEXT] if after else []
    tail = words[-CONTEXT:] if before else []
    return "".join([*head, "… ", *tail])
