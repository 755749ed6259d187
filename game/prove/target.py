"""What is looked for: a scene, and a condition that holds when a run stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from game.engine.checks import Values
from game.prove.model import standing
from game.story.asking import names_of
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, variables
from game.story.diagnostics import Diagnostic, Problems, Where, did_you_mean
from game.story.expr import parse_condition
from game.story.model import Story
from game.story.names import Scope
from game.story.variables import Variable

AT, WHERE = "--at", "--where"
"""What problems call the texts they are about: the options they are given by."""

Lack: TypeAlias = "Callable[[Values], float]"

FAR = 6
"""What is farther away than this is simply far."""

_WORD = re.compile(r"\(|\)|\band\b|\bor\b")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the condition as it was written. `lack` says how far values are from fulfilling it; 0 when they do."""

    text: str
    lack: Lack


@dataclass(frozen=True, slots=True)
class Target:
    """A scene and what must hold there. All `parts` must.

    `marks` are what only this condition asks of a run (`seen`, `chosen` of what the story never asks): name -> which
    number after the story's own variables it has. `reads` are the story's variables it asks.
    """

    scene: str
    where: str
    parts: tuple[Part, ...]
    marks: dict[str, int]
    reads: frozenset[int]

    def lacks(self, values: Values) -> tuple[float, ...]:
        """How far each part is from holding for `values`, a value for each mark included."""
        return tuple(part.lack(values) for part in self.parts)


def read_target(story: Story, scene: str, where: str | None = None) -> tuple[Target | None, Sequence[Diagnostic]]:
    """The target that two texts describe; None, and what is wrong with them, when they cannot be read."""
    problems = Problems()
    problems.remember_source(AT, scene)
    known = story.scenes.get(scene)
    if known is None:
        here = Where(AT, 1, 1, max(1, len(scene)))
        problems.add("H020", here, f"there is no scene '{scene}'", did_you_mean(scene, story.scenes))
    parts: list[Part] = []
    marks: dict[str, int] = {}
    reads: set[int] = set()
    if where is not None and known is not None:
        problems.remember_source(WHERE, where)
        names = names_of(story, problems)
        scope = Scope(names, known.chapter, known.id, known.place, frozenset(known.cast), control=True)
        # The whole is read first: a part alone would hide what is wrong between the parts.
        parse_condition(where, partial(_place, 0), scope)
        if not problems.has_errors():
            conds = [
                (text, parse_condition(text, partial(_place, at), replace(scope, names=names)))
                for at, text in split(where)
            ]
            parts = [Part(text, _lack(standing(cond, scene), names.table.all)) for text, cond in conds]
            first = len(story.variables)
            marks = {var.name: var.index - first for var in names.table.all[first:]}
            for _, cond in conds:
                reads |= {var for var in variables(cond) if var < first}
    if problems.has_errors():
        return None, problems.sorted()
    return Target(scene, where or "", tuple(parts), marks, frozenset(reads)), ()


def _place(start: int, at: int, width: int = 1) -> Where:
    return Where(WHERE, 1, start + at + 1, max(1, width))


def split(text: str) -> list[tuple[int, str]]:
    """The parts of a condition that `and` joins, outside of parentheses, each with where it begins."""
    cuts: list[tuple[int, int]] = []
    depth = 0
    for match in _WORD.finditer(text):
        if match.group() in "()":
            depth += 1 if match.group() == "(" else -1
        elif depth == 0 and match.group() == "or":
            cuts = []
            break
        elif depth == 0:
            cuts.append((match.start(), match.end()))
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    out = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        part = text[begin:end]
        out.append((begin + len(part) - len(part.lstrip()), part.strip()))
    return out


def _lack(cond: Cond, variables: Sequence[Variable]) -> Lack:
    """`cond` as a function that is 0 where it holds, and grows with what there is to change until it does."""
    match cond:
        case Constant(value):
            return lambda values: 0.0 if value else FAR
        case Test(var, mask):
            table = _steps(variables[var], mask)
            return lambda values: table[values[var]]
        case All(parts):
            every = [_lack(part, variables) for part in parts]
            return lambda values: sum(lack(values) for lack in every)
        case Any(parts):
            either = [_lack(part, variables) for part in parts]
            return lambda values: min(lack(values) for lack in either)
        case Count(tests, allowed):
            counted = [_lack(test, variables) for test in tests]
            wanted = [n for n in range(len(tests) + 1) if allowed >> n & 1]

            def count(values: Values) -> float:
                held = sum(lack(values) == 0 for lack in counted)
                return float(min((abs(held - n) for n in wanted), default=FAR))

            return count
        case At():
            raise ValueError("where the player is was answered before")


def _steps(var: Variable, mask: int) -> tuple[float, ...]:
    """For each value of `var` how far it is from those in `mask`: numbers come near step by step, words do not."""
    wanted = [i for i in range(var.size) if mask >> i & 1]
    number = isinstance(var.values[0], int) and not isinstance(var.values[0], bool)
    out = []
    for at in range(var.size):
        away = min((abs(at - i) for i in wanted), default=FAR)
        out.append(1 + min(away - 1, FAR) / 2 if number and away else float(min(away, 1)))
    return tuple(out)
