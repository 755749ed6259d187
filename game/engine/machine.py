"""The machine: a story compiled for stepping. States are immutable values; every step is a pure function.

A state is a scene and one small number per variable of the story. Nothing here knows of files, screens, clocks of the
real world, or chance: what a roll comes to is decided by `Dice`, from the run's seed and the roll's id alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any as Anything
from typing import NamedTuple

from game.engine.acts import Acts, Carried
from game.engine.checks import Check, Values, compile_condition
from game.engine.flow import Flows
from game.engine.lines import fixed_line
from game.engine.state import Option, State, Step, Told
from game.story.conditions import All, Any, At, Cond, Constant
from game.story.model import Choice, Outcome, Scene, Story


@dataclass(frozen=True, slots=True)
class Dice:
    """What rolls come to. `loaded` maps a roll's id (`scene.choice`) to an outcome's id and wins over the seed."""

    seed: int
    loaded: Mapping[str, str] = field(default_factory=dict)

    def pick(self, roll: str, outcomes: tuple[Outcome, ...]) -> Outcome:
        """The outcome of a roll: the same for the same seed and roll, however often it is asked."""
        wanted = self.loaded.get(roll)
        for outcome in outcomes:
            if outcome.id == wanted:
                return outcome
        digest = hashlib.blake2b(f"{self.seed}/{roll}".encode(), digest_size=8).digest()
        point = int.from_bytes(digest, "big") % sum(o.weight for o in outcomes)
        for outcome in outcomes:
            point -= outcome.weight
            if point < 0:
                return outcome
        raise AssertionError("weights are positive")


class NotOffered(ValueError):
    """A choice was made that the state does not offer."""


class _Move(NamedTuple):
    """One outcome of a choice, compiled."""

    outcome: Outcome
    act: Carried


class _Choice(NamedTuple):
    choice: Choice
    shown: Check | None
    open: Check | None
    moves: tuple[_Move, ...]
    by_outcome: dict[str, _Move]


class _Offers(NamedTuple):
    """The choices of a scene, compiled."""

    fixed: tuple[Option, ...] | None
    """What is offered whatever the state, if it is."""
    asked: tuple[tuple[Check | None, Check | None, Option, Option | None], ...]
    """For each choice when it is shown and when it is open, and the option when it is and (unless hidden) is not."""
    choices: dict[str, _Choice]


class Machine:
    """A compiled story. Scenes are compiled when they are first entered."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.flows = Flows(story)
        self._sizes = [v.size for v in story.variables]
        self._offers: dict[str, _Offers] = {}
        self._checks: dict[Cond, Check] = {}
        self._acts = Acts(self.check, self._sizes)
        self.texts: dict[int, tuple[object, Anything]] = {}
        """What readers have made of the story's texts, by the `id` of each text; with it, so that it stays one."""

    # --- stepping ---

    def start(self) -> State:
        """The state every run begins in."""
        values = bytearray(v.start for v in self.story.variables)
        scene = self._acts.of(self.flows.entering(self.story.start, ""))(values)
        return State(scene, bytes(values))

    def arrive(self, scene: str, values: Values) -> State:
        """The state of somebody who comes to `scene` with `values`, for whoever puts a state together.

        The scene's own effects have happened. Its `time:` has not moved the clock, so no bell takes them elsewhere.
        """
        now = bytearray(values)
        self._acts.of(self.flows.doing(self.story.scenes[scene]))(now)
        return State(scene, bytes(now))

    def options(self, state: State) -> tuple[Option, ...]:
        """The choices a state shows, in the order they were written. Empty at an ending."""
        offers = self._offers.get(state.scene) or self._compiled(state.scene)
        if offers.fixed is not None:
            return offers.fixed
        values = state.values
        out = []
        for shown, opens, when_open, when_shut in offers.asked:
            if shown is not None and not shown(values):
                continue
            if opens is None or opens(values):
                out.append(when_open)
            elif when_shut is not None:
                out.append(when_shut)
        return tuple(out)

    def choose(self, state: State, choice: str, dice: Dice) -> Step:
        """Make a choice. Raises `NotOffered` if the state does not offer it."""
        scene, values = state
        offers = self._offers.get(scene) or self._compiled(scene)
        c = offers.choices.get(choice)
        if c is None:
            raise NotOffered(f"{scene} has no choice {choice}")
        _, shown, opens, moves, by_outcome = c
        if (shown is not None and not shown(values)) or (opens is not None and not opens(values)):
            raise NotOffered(f"{scene}.{choice} is not open")
        if len(moves) == 1:
            return _take(state, choice, moves[0])
        return _take(state, choice, by_outcome[dice.pick(f"{scene}.{choice}", c.choice.outcomes).id])

    def outcomes(self, state: State, choice: str) -> tuple[tuple[Outcome, Step], ...]:
        """Every way a choice can turn out in a state, for whoever must look at them all."""
        moves = self._compiled(state.scene).choices[choice].moves
        return tuple((move.outcome, _take(state, choice, move)) for move in moves)

    def acts(self, scene: str, choice: str) -> tuple[Carried, ...]:
        """What the outcomes of a choice do to values, for whoever plays without states or words."""
        found = self._compiled(scene).choices.get(choice)
        return tuple(move.act for move in found.moves) if found else ()

    # --- compiling ---

    def check(self, cond: Cond) -> Check:
        """`cond` as a function of a state's values. `At` is not one: see `holds`."""
        found = self._checks.get(cond)
        if found is None:
            found = self._checks[cond] = compile_condition(cond, self._sizes)
        return found

    def holds(self, cond: Cond, state: State) -> bool:
        """Whether a condition holds in a state; may also ask where the player is."""
        match cond:
            case At(scenes, negated):
                return (state.scene in scenes) != negated
            case All(parts):
                return all(self.holds(p, state) for p in parts)
            case Any(parts):
                return any(self.holds(p, state) for p in parts)
            case _:
                return self.check(cond)(state.values)

    def _compiled(self, scene: str) -> _Offers:
        found = self._offers.get(scene)
        if found is None:
            found = self._offers[scene] = self._offered(self.story.scenes[scene])
        return found

    def _offered(self, scene: Scene) -> _Offers:
        choices = [self._choice(scene, choice) for choice in scene.choices]
        asked = tuple(
            (c.shown, c.open, _option(c.choice, True), _option(c.choice, False) if c.choice.locked else None)
            for c in choices
        )
        fixed = None if any(c.shown or c.open for c in choices) else tuple(option for _, _, option, _ in asked)
        return _Offers(fixed, asked, {c.choice.id: c for c in choices})

    def _choice(self, scene: Scene, choice: Choice) -> _Choice:
        moves = tuple(
            _Move(outcome, self._acts.of(self.flows.choice(scene, choice, outcome))) for outcome in choice.outcomes
        )
        return _Choice(
            choice,
            None if choice.shown == Constant(True) else self.check(choice.shown),
            None if choice.when == Constant(True) else self.check(choice.when),
            moves,
            {move.outcome.id: move for move in moves},
        )


def _option(choice: Choice, opens: bool) -> Option:
    return Option(choice, opens, fixed_line(choice.text))


def _take(state: State, choice: str, move: _Move) -> Step:
    now = bytearray(state.values)
    told: list[Told] = []
    scene = move.act(now, told)
    return Step(state, choice, move.outcome.id, tuple(told), State(scene, bytes(now)))
