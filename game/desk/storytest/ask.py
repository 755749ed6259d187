"""Asking a run a condition of a story test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from game.engine import Run, State
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test
from game.story.expr import parse_condition
from game.story.locate import Locator
from game.story.names import Names, Scope
from game.story.nodes import Node
from game.story.times import clock_text
from game.story.variables import Variable

MAX_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a condition holds, and what it asked for as it is: `bond.i_sak is 0, noise is 3`."""

    holds: bool
    values: str


def ask(node: Node, run: Run, marks: frozenset[str], names: Names) -> Answer:
    """What the condition at `node` comes to at the end of `run`.

    It is read as in the scene where the run stands, with the flags and the clock of the chapter it is in. Faults go to
    the problems of `names`. `seen` and `chosen` are answered from all of the run, and from `marks`.
    """
    scene = run.machine.story.scenes[run.state.scene]
    chapter = run.chapter_at(run.turn)
    scope = Scope(names, chapter, scene.id, scene.place, frozenset(scene.cast), control=True)
    cond = parse_condition(node.value, Locator(node, names.problems), scope)
    # What the story never asks has no place in its states: such variables are yes or no, and come last.
    values = bytearray(run.state.values).ljust(len(names.table.all), b"\0")
    for mark in (*_marks(run), *marks):
        if var := names.table.get(mark):
            values[var.index] = 1
    state = State(scene.id, bytes(values))
    return Answer(run.machine.holds(cond, state), _described(cond, state, names, chapter))


def _marks(run: Run) -> Iterator[str]:
    """What the choices of a run make true: `seen` of a scene that was left, `chosen` of a choice."""
    for step in run.steps[: run.turn]:
        yield f"seen.{step.before.scene}"
        yield f"chosen.{step.before.scene}.{step.choice}"


def _described(cond: Cond, state: State, names: Names, chapter: str) -> str:
    found = dict.fromkeys(_asked(cond, state, names, chapter))
    shown = list(found)[:MAX_SHOWN]
    return ", ".join([*shown, "…"] if len(found) > MAX_SHOWN else shown) or "what never changes"


def _asked(cond: Cond, state: State, names: Names, chapter: str) -> Iterator[str]:
    """Every part of a condition, as it is."""
    match cond:
        case Test(var, _):
            variable = names.table.all[var]
            yield f"{variable.name.split('/')[-1]} is {_value(variable, state, names, chapter)}"
        case Count(tests, _):
            values = state.values
            yield f"{sum(bool(t.mask >> values[t.var] & 1) for t in tests)} of {len(tests)} are living"
        case At():
            yield f"the player is in {state.scene}"
        case All(parts) | Any(parts):
            for part in parts:
                yield from _asked(part, state, names, chapter)
        case Constant():
            pass


def _value(var: Variable, state: State, names: Names, chapter: str) -> str:
    index = state.values[var.index]
    if var.kind == "clock":
        clock = names.chapters[chapter]
        return clock_text(clock.opens + clock.tick * index)
    value = var.values[index]
    return str(value).lower() if isinstance(value, bool) else str(value)
