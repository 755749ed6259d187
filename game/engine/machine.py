"""The machine: a story compiled for stepping. States are immutable values; every step is a pure function.

A state is a scene and one small number per variable of the story. Nothing here knows of files, screens, clocks of the
real world, or chance: what a roll comes to is decided by `Dice`, from the run's seed and the roll's id alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any as Anything
from typing import NamedTuple

from game.engine.acts import Acts
from game.engine.checks import Check, Values, compile_condition
from game.engine.flow import Flows
from game.engine.lines import fixed_line
from game.engine.state import Carried, Option, State, Step, Told
from game.story.conditions import TRUE, All, Any, At, Cond
from game.story.model import Choice, Outcome, Scene, Story

_UNLOADED: Mapping[str, str] = {}


class Dice(NamedTuple):
    """What rolls come to. `loaded` maps a roll's id (`scene.choice`) to an outcome's id and wins over the seed."""

    seed: int
    loaded: Mapping[str, str] = _UNLOADED

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


class _Asked(NamedTuple):
    """A choice, compiled."""

    shown: Check | None
    open: Check | None
    when_open: Option
    when_shut: Option | None
    """None where a choice that is not open is hidden."""


class _Offers(NamedTuple):
    """The choices of a scene, compiled."""

    fixed: tuple[Option, ...] | None
    """What is offered whatever the state, if it is."""
    asked: tuple[_Asked, ...]
    by_id: dict[str, _Asked]


_new = tuple.__new__
"""Makes a named tuple from a tuple, without the call that sorts arguments by their names."""


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
        self.said: dict[tuple[str, int], tuple[str, ...]] = {}
        """What readers say for each value of a variable, by how it is said and the variable's number."""
        self.made: dict[type, Anything] = {}
        """What others have made of the story and want to find again, by what it is."""
        self.about: dict[tuple[object, str], Anything] = {}
        """What others have found out about a scene by itself, by who they are and its id."""

    def take_over(self, before: Machine, scenes: Iterable[str]) -> None:
        """Take what another machine has made of scenes that are the same there, and whose choices do the same."""
        same = set(scenes)
        self._offers |= {scene: found for scene, found in before._offers.items() if scene in same}
        self._checks |= before._checks
        self.about |= {key: found for key, found in before.about.items() if key[1] in same}

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
        scene, values = state
        fixed, asked, _ = self._offers.get(scene) or self._compiled(scene)
        if fixed is not None:
            return fixed
        out = []
        for shown, opens, when_open, when_shut in asked:
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
        asked = self._compiled(scene).by_id.get(choice)
        if asked is None:
            raise NotOffered(f"{scene} has no choice {choice}")
        shown, opens, option, _ = asked
        if (shown is not None and not shown(values)) or (opens is not None and not opens(values)):
            raise NotOffered(f"{scene}.{choice} is not open")
        return self.take(state, option, dice)

    def take(self, state: State, option: Option, dice: Dice) -> Step:
        """Make a choice that `options` said is open in this very state."""
        moves = option.moves
        if len(moves) == 1:
            outcome, act = moves[0]
        else:
            picked = dice.pick(f"{state.scene}.{option.id}", option.choice.outcomes).id
            outcome, act = next(move for move in moves if move[0] == picked)
        return _step(state, option.id, outcome, act)

    def outcomes(self, state: State, choice: str) -> tuple[tuple[Outcome, Step], ...]:
        """Every way a choice can turn out in a state, for whoever must look at them all."""
        option = self._compiled(state.scene).by_id[choice].when_open
        steps = [_step(state, choice, outcome, act) for outcome, act in option.moves]
        return tuple(zip(option.choice.outcomes, steps, strict=True))

    def acts(self, scene: str, choice: str) -> tuple[Carried, ...]:
        """What the outcomes of a choice do to values, for whoever plays without states or words."""
        found = self._compiled(scene).by_id.get(choice)
        return tuple(act for _, act in found.when_open.moves) if found else ()

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
        asked = tuple(self._asked(scene, choice) for choice in scene.choices)
        fixed = None if any(a.shown or a.open for a in asked) else tuple(a.when_open for a in asked)
        return _Offers(fixed, asked, {a.when_open.id: a for a in asked})

    def _asked(self, scene: Scene, choice: Choice) -> _Asked:
        moves = tuple((o.id, self._acts.of(self.flows.choice(scene, choice, o))) for o in choice.outcomes)
        option = Option(choice, True, choice.id, fixed_line(choice.text), moves)
        return _Asked(
            None if choice.shown == TRUE else self.check(choice.shown),
            None if choice.when == TRUE else self.check(choice.when),
            option,
            option._replace(open=False) if choice.locked else None,
        )


def _step(state: State, choice: str, outcome: str, act: Carried) -> Step:
    now = bytearray(state[1])
    told: list[Told] = []
    scene = act(now, told)
    return _new(Step, (state, choice, outcome, tuple(told), _new(State, (scene, bytes(now))), False))
