"""What can still come after one state of a run, whatever the dice and whatever is chosen: more than can be, never less.

Two readings are put together. Forwards from the state, the values that variables can have at each scene (`Values`).
Backwards from what is asked for, what one variable must be for it. What either rules out cannot be any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from game.engine import Dice, State
from game.prove.limits import Limits
from game.prove.model import Edge, Model, numbers
from game.prove.values import Masks, Values, live
from game.story.conditions import Cond, Test
from game.story.model import Story


@dataclass(frozen=True, slots=True)
class Goal:
    """What a player may wish for: to come to one of some endings, or that one of some people lives to an ending.

    Who lives has, where the run ends, a fate that is `here`.
    """

    kind: Literal["ending", "life"]
    ids: tuple[str, ...]

    def met(self, story: Story, scene: str, values: bytes | bytearray) -> bool:
        """Whether a run that stands in `scene` has what is wished for."""
        if not story.scenes[scene].is_ending:
            return False
        if self.kind == "ending":
            return scene in self.ids
        here = here_fates(story)
        return any(here >> values[story.people[id].fate] & 1 for id in self.ids)


def goal(kind: str, ids: tuple[str, ...]) -> Goal:
    """The goal of a kind that is said in words."""
    return Goal("ending" if kind == "ending" else "life", ids)


def here_fates(story: Story) -> int:
    """The fates of who lives and is there, as a mask."""
    return sum(1 << i for i, fate in enumerate(story.fates.values()) if fate.presence == "here")


@dataclass(frozen=True, slots=True)
class Open:
    """From where a goal may still be come to: scenes, and the values of `var` there (-1: whatever the values)."""

    var: int
    at: Mapping[str, int]

    def __call__(self, scene: str, values: bytes | bytearray) -> bool:
        """False only for a state from which the goal cannot be come to."""
        mask = self.at.get(scene, 0)
        return bool(mask if self.var < 0 else mask >> values[self.var] & 1)


def asking(model: Model, limits: Limits) -> dict[str, int]:
    """For each scene the variables that may matter to any goal from there: `live`, the fates at endings included."""
    here = here_fates(model.story)
    fates: list[Cond] = [Test(person.fate, here) for person in model.story.people.values()]
    return live(model, {scene.id: fates for scene in model.story.scenes.values() if scene.is_ending}, limits=limits)


class Ahead:
    """What can be from `begin` on. `living` is what `asking` says. Raises `OutOfLimits`."""

    def __init__(
        self, model: Model, living: Mapping[str, int], begin: State, limits: Limits, dice: Dice | None = None
    ) -> None:
        self.model = model
        self.begin = begin
        self.limits = limits
        self.dice = dice
        self.values = Values(model, living, begin, self._falls, limits)
        self._led: dict[tuple[Edge, int, int], tuple[tuple[str, int], ...]] = {}

    def _falls(self, edge: Edge) -> bool:
        """Whether the dice come to an edge."""
        if self.dice is None or not edge.choice.is_roll:
            return True
        return self.dice.pick(edge.roll, edge.choice.outcomes).id == edge.outcome.id

    def open(self, goal: Goal) -> tuple[Open, ...]:
        """From where a goal may be come to, one way or another. Empty when it cannot be from `begin`."""
        story = self.model.story
        endings = [scene.id for scene in story.scenes.values() if scene.is_ending]
        if goal.kind == "ending":
            found = [self._back([id for id in endings if id in goal.ids], -1, 1)]
        else:
            here = here_fates(story)
            found = [self._back(endings, story.people[id].fate, here) for id in goal.ids]
        return tuple(one for one in found if one(self.begin.scene, self.begin.values))

    def _back(self, scenes: Collection[str], var: int, mask: int) -> Open:
        """Backwards from `scenes`, with a variable that has one of the values in `mask` there."""
        known = self.values.at
        at = {scene: mask for scene in scenes if scene in known}
        for part in reversed(self.model.order):
            changed = True
            while changed:
                changed = False
                for scene in reversed(part):
                    if scene not in known:
                        continue
                    had = now = at.get(scene, 0)
                    for edge in self.model.edges[scene]:
                        if self.values.alive(edge):
                            now |= self._before(edge, at, var)
                    if now != had:
                        at[scene] = now
                        changed = self.model.looping(part)
                self.limits.check()
        return Open(var, at)

    def _before(self, edge: Edge, at: Mapping[str, int], var: int) -> int:
        """The values a variable may have where an edge begins that leads into `at`."""
        if var < 0:
            return int(any(at.get(end) for end in edge.ends))
        here = self.values.at[edge.scene][var]
        if not (edge.reads | edge.writes) >> var & 1:
            out = 0
            for end in edge.ends:
                out |= at.get(end, 0)
            return out & here
        out = 0
        for value in numbers(here):
            if any(at.get(end, 0) & mask for end, mask in self._after(edge, var, value)):
                out |= 1 << value
        return out

    def _after(self, edge: Edge, var: int, value: int) -> tuple[tuple[str, int], ...]:
        """Where an edge may lead from one value of a variable, and with which of its values."""
        found = self._led.get((edge, var, value))
        if found is None:
            masks = Masks(self.values.at[edge.scene], {var: 1 << value})
            found = tuple((end, there[var]) for end, there in self.values.through(edge, masks))
            self._led[edge, var, value] = found
        return found
