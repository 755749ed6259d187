"""Choices that do something else than before: under another condition, to other effect, or leading elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from game.engine.expand import flatten
from game.story.model import Advance, Branch, Change, Choice, Op, Outcome, Story
from game.story.notation import Asking
from game.story.variables import Value


@dataclass(frozen=True, slots=True)
class Rewired:
    """A choice (scene.choice, by its new id). `what` is when, once, goto, odds or effects; `old` and `new` in words."""

    id: str
    what: str
    old: str
    new: str


def rewired(
    old: Story,
    new: Story,
    pairs: Mapping[tuple[str, str], tuple[str, Choice, str, Choice]],
    scenes: Mapping[str, str],
) -> Iterator[Rewired]:
    """What changed about choices besides their words. Scenes that were only renamed are no change."""
    before, after = _Ways(old, scenes), _Ways(new, {})
    for a, choice, b, other in pairs.values():
        for what in ("when", "once", "goto", "odds", "effects"):
            was, now = before.facts(a, choice)[what], after.facts(b, other)[what]
            if was != now:
                yield Rewired(f"{b}.{other.id}", what, was, now)


class _Ways:
    """Choices of one story in words that can be compared with another's."""

    def __init__(self, story: Story, renamed: Mapping[str, str]) -> None:
        self.story = story
        self.renamed = renamed
        self.asking = Asking(story, renamed)

    def facts(self, scene: str, choice: Choice) -> dict[str, str]:
        chapter = self.story.scenes[scene].chapter
        outcomes = choice.outcomes
        once = self.asking(choice.shown, chapter) != "always"
        return {
            "when": self.asking(choice.when, chapter),
            "once": "once" if once else "again and again",
            "goto": "; ".join(self._goto(o, chapter) for o in outcomes),
            "odds": ", ".join(f"{o.id} {o.weight}" for o in outcomes if o.id),
            "effects": "; ".join(self._effects(choice, chapter)),
        }

    def _effects(self, choice: Choice, chapter: str) -> list[str]:
        out = self._ops(flatten(choice.do), chapter)
        for outcome in choice.outcomes:
            if outcome.do:
                out.append(f"{outcome.id}: {'; '.join(self._ops(flatten(outcome.do), chapter))}")
        return out

    def _goto(self, outcome: Outcome, chapter: str) -> str:
        branches = outcome.goto.branches
        ways = []
        for i, (cond, target) in enumerate(branches):
            last = "" if len(branches) == 1 else "otherwise "
            asked = last if i == len(branches) - 1 else f"if {self.asking(cond, chapter)} "
            ways.append(f"{asked}{self.renamed.get(target, target)}")
        return (f"{outcome.id}: " if outcome.id else "") + ", ".join(ways)

    def _ops(self, ops: tuple[Op, ...], chapter: str) -> list[str]:
        """Effects by the names of what they change, since numbers of variables differ from story to story."""
        out: list[str] = []
        for op in ops:
            match op:
                case Change(var, table):
                    known = self.story.variables[var]
                    out.append(f"{known.name.removeprefix(f'{chapter}/')} {_change(known.values, table)}")
                case Branch(cond, then, otherwise):
                    words = f"if {self.asking(cond, chapter)} ({'; '.join(self._ops(then, chapter))})"
                    out.append(f"{words} else ({'; '.join(self._ops(otherwise, chapter))})" if otherwise else words)
                case Advance(ticks):
                    out.append(f"pass {ticks * self.story.chapters[chapter].tick} min")
                case _:
                    # Nothing else comes of what a choice does; the clock's own steps are made when it is played.
                    out.append(type(op).__name__.lower())
        return out


def _change(values: tuple[Value, ...], table: bytes) -> str:
    """A change as `= value`, as `+1` (which stops at the ends of a range), or value by value."""
    goes = table[: len(values)]
    if len(set(goes)) == 1:
        return f"= {values[goes[0]]}"
    if isinstance(values[0], int):
        last = len(values) - 1
        for by in range(-last, last + 1):
            if all(to == min(max(i + by, 0), last) for i, to in enumerate(goes)):
                return f"{by:+d}"
    return ", ".join(f"{values[i]} to {values[to]}" for i, to in enumerate(goes) if i != to)
