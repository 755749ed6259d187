"""Conditions and texts in a writer's words again: what the loader compiled, as one would write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from game.story.conditions import TRUE, All, Any, At, Cond, Constant, Count, Test
from game.story.model import InlineIf, Slot, Span, Story, Words
from game.story.times import clock_text
from game.story.variables import Variable

STARS = {"": "", "em": "*", "strong": "**"}
_SPECIAL = re.compile(r"[*\\]|\{(?=[%{])")


class Asking:
    """Words for the conditions of one story: where that is possible, they read back to the same condition."""

    def __init__(self, story: Story, renamed: Mapping[str, str] | None = None) -> None:
        """`renamed` gives scenes the names they are called by from now on."""
        self.story = story
        self.renamed = renamed or {}
        self.here = sum(1 << i for i, fate in enumerate(story.fates.values()) if fate.presence == "here")

    def __call__(self, cond: Cond, chapter: str = "") -> str:
        """`cond` as text. `chapter` says whose clock and flags it asks about; "" outside of chapters."""
        match cond:
            case Constant(value):
                return "always" if value else "never"
            case Test(var, mask):
                return self._test(self.story.variables[var], mask, chapter)
            case All(parts):
                return " and ".join(f"({self(p, chapter)})" if isinstance(p, Any) else self(p, chapter) for p in parts)
            case Any(parts):
                return " or ".join(self(p, chapter) for p in parts)
            case Count(tests, allowed):
                return _number(self._group(tests), tuple(range(len(tests) + 1)), allowed)
            case At(scenes, negated):
                asked = " or ".join(self._at(s) for s in sorted(scenes))
                return f"not ({asked})" if negated else asked

    def _at(self, scene: str) -> str:
        ending = scene in self.story.scenes and self.story.scenes[scene].is_ending
        return f"{'ending' if ending else 'scene'}.{self.renamed.get(scene, scene)}"

    def _group(self, tests: tuple[Test, ...]) -> str:
        fates = {t.var for t in tests}
        for name, members in self.story.groups.items():
            if fates == {self.story.people[m].fate for m in members if m in self.story.people}:
                return f"living.{name}"
        return "how many hold"

    def _test(self, var: Variable, mask: int, chapter: str) -> str:
        name = var.name.removeprefix(f"{chapter}/") if chapter else var.name
        if var.kind in ("seen", "chosen"):
            kind, scene, *rest = name.split(".")
            name = ".".join([kind, self.renamed.get(scene, scene), *rest])
        if var.kind == "clock":
            return self._time(var, mask, chapter)
        if var.kind == "fate":
            person = var.name.partition(".")[2]
            if mask == self.here:
                return f"alive.{person}"
            if mask == var.full & ~self.here:
                return f"not alive.{person}"
        if var.kind == "item" and mask in (1, var.full & ~1):
            item = var.name.partition(".")[2]
            return f"has.{item}" if mask != 1 else f"not has.{item}"
        if var.values == (False, True):
            return name if mask == 0b10 else f"not {name}"
        if isinstance(var.values[0], int):
            return _number(name, tuple(int(v) for v in var.values), mask)
        return _one_of(name, [str(v) for v in var.values], mask)

    def _time(self, var: Variable, mask: int, chapter: str) -> str:
        known = self.story.chapters.get(chapter)
        if known is None:
            return "at a certain time"
        ticks = range(known.ticks + 1)
        return _number("time", tuple(ticks), mask & ((1 << len(ticks)) - 1), lambda t: self._moment(chapter, t))

    def _moment(self, chapter: str, tick: int) -> str:
        known = self.story.chapters[chapter]
        return clock_text(known.opens + known.tick * tick)


class Source:
    """Texts in the notation they were written in: `*stars*`, `{{ values }}`, `{% if … %}`."""

    def __init__(self, story: Story, renamed: Mapping[str, str] | None = None) -> None:
        """`renamed` gives scenes the names by which conditions call them from now on."""
        self.story = story
        self.asking = Asking(story, renamed)

    def line(self, spans: Iterable[Span], chapter: str = "") -> str:
        return " ".join(self._written(spans, chapter).split())

    def _written(self, spans: Iterable[Span], chapter: str) -> str:
        out: list[str] = []
        for span in spans:
            match span:
                case Words(text, style):
                    out.append(f"{STARS[style]}{_SPECIAL.sub(_escaped, text)}{STARS[style]}")
                case Slot():
                    out.append(f"{STARS[span.style]}{{{{ {self.value(span, chapter)} }}}}{STARS[span.style]}")
                case InlineIf(branches):
                    out.append(self._inline(branches, chapter))
        return "".join(out)

    def _inline(self, branches: Iterable[tuple[object, tuple[Span, ...]]], chapter: str) -> str:
        out, tag = "", "if"
        for cond, inner in branches:
            asked = "else" if cond == TRUE and tag == "elif" else f"{tag} {self.asking(cond, chapter)}"  # type: ignore[arg-type]
            out += f"{{% {asked} %}}{self._written(inner, chapter)}"
            tag = "elif"
        return f"{out}{{% endif %}}"

    def value(self, slot: Slot, chapter: str) -> str:
        """What stands between the braces of a value."""
        if slot.kind in ("player", "time"):
            return slot.kind
        name = self.story.variables[slot.var].name.removeprefix(f"{chapter}/")
        return f"{name}.word" if slot.kind == "word" else name


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _number(name: str, values: tuple[int, ...], mask: int, shown: object = str) -> str:
    """A test of a number as a comparison: the shortest of ==, !=, <=, >=, a span of both, or a list."""
    assert callable(shown)
    held = [v for i, v in enumerate(values) if mask >> i & 1]
    left = [v for i, v in enumerate(values) if not mask >> i & 1]
    if len(held) == 1 and (held[0] != values[-1] or len(values) == 2):
        return f"{name} == {shown(held[0])}"
    if len(left) == 1 and left[0] not in (values[0], values[-1]):
        return f"{name} != {shown(left[0])}"
    if held and held[-1] - held[0] == len(held) - 1:
        above, below = f"{name} >= {shown(held[0])}", f"{name} <= {shown(held[-1])}"
        if held[-1] == values[-1]:
            return above
        return below if held[0] == values[0] else f"{above} and {below}"
    return f"{name} in ({', '.join(str(shown(v)) for v in held)})"


def _one_of(name: str, values: list[str], mask: int) -> str:
    held = [v for i, v in enumerate(values) if mask >> i & 1]
    left = [v for i, v in enumerate(values) if not mask >> i & 1]
    if len(held) == 1:
        return f"{name} == {held[0]}"
    if len(left) == 1:
        return f"{name} != {left[0]}"
    return f"{name} in ({', '.join(held)})"
