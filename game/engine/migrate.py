"""A run of one version of a story, carried over into another.

What is carried is a list of moments: for each turn the choice made, what its roll came to, where that led, and every
value by its variable's name. Two things can be done with it:

- `cross`, where the writer has declared `migrations:`. Every moment is written down in the new story's names: what the
  player had is kept, at every turn. Where the choice, made again in the new story, leads to the very same state, it is
  a step like any other; where it does not, the step is `kept`. What only the new story knows comes from making the
  choices again, as far as they are offered.
- `follow`, where that cannot be done. The choices are made again from the new story's beginning, as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from game.engine.checks import Values
from game.engine.machine import Dice, Machine
from game.engine.moment import Moment, differing
from game.engine.run import Diverged, Run
from game.engine.state import State, Step
from game.story.model import Choice, Migrations, Story
from game.story.variables import Value, value_text

HAD = {"count": 0, "with": False, "promise": "none", "memory": False}
"""What a player can have, by the first word of the variable's name, and the value of not having it."""

_NONE = Migrations({}, {}, {}, {}, {}, {}, {}, {})


def moments(run: Run) -> list[Moment]:
    """A run as moments: one more than it has steps, the undone ones too."""
    variables = run.machine.story.variables
    begun = {v.name: v.values[i] for v, i in zip(variables, run.first.values, strict=True)}
    out = [Moment("", "", run.first.scene, begun)]
    for step in run.steps:
        after = step.after.values
        changed = {variables[i].name: variables[i].values[after[i]] for i in differing(step.before.values, after)}
        out.append(Moment(f"{step.before.scene}.{step.choice}", step.outcome, step.after.scene, changed))
    return out


class Renaming:
    """The old names of a story's things, as its `migrations:` tell them; without any, everything is called as it is."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.said = story.migrations or _NONE
        self._placed: dict[tuple[str, str], tuple[int, int] | str | None] = {}

    def scene(self, id: str) -> str:
        return self.said.scenes.get(id, id)

    def chapter(self, id: str) -> str:
        return self.said.chapters.get(id, id)

    def choice(self, entry: str) -> str:
        """`scene.choice` as it is called now; "" for one that is declared to be gone."""
        if entry in self.said.choices:
            return self.said.choices[entry]
        scene, _, choice = entry.rpartition(".")
        now = f"{self.scene(scene)}.{choice}"
        return self.said.choices.get(now, now)

    def outcome(self, entry: str, outcome: str) -> str:
        """The outcome of a roll that is now called `entry`."""
        return self.said.outcomes.get(f"{entry}.{outcome}", outcome)

    def variable(self, name: str) -> str:
        """A variable's full name now; "" for one that is declared to be gone."""
        if name in self.said.variables:
            return self.said.variables[name]
        kind, dot, rest = name.partition(".")
        if dot and kind == "seen":
            return f"seen.{self.scene(rest)}"
        if dot and kind == "chosen":
            now = self.choice(rest)
            return f"chosen.{now}" if now else ""
        if dot and kind == "unlocked":
            return ".".join(("unlocked", *sorted(self.said.places.get(place, place) for place in rest.split("."))))
        chapter, slash, flag = name.partition("/")
        if slash:
            now = f"{self.chapter(chapter)}/{flag}"
            return self.said.variables.get(now, now)
        return name

    def placed(self, name: str, value: Value) -> tuple[int, int] | str | None:
        """(variable, index of the value) in the story; None where nothing is lost without it.

        The name of the variable where the value can be said of nothing in this story.
        """
        key = name, repr(value)
        if key not in self._placed:
            self._placed[key] = self._place(name, value)
        return self._placed[key]

    def _place(self, name: str, value: Value) -> tuple[int, int] | str | None:
        now = self.variable(name)
        if not now:
            return None
        var = self.story.by_name.get(now)
        if var is None:
            had = name.partition(".")[0] if "." in name else ""
            return name if had in HAD and name not in self.said.variables and value != HAD[had] else None
        index = var.index_of(self.said.values.get(now, {}).get(value_text(value), value))
        if index is None and var.kind == "clock":
            index = var.size - 1  # the longest chapter is shorter now; `land` brings it to the chapter's own end
        return name if index is None else (var.index, index)


class Landing:
    """Puts states of an older story into this one."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.story = machine.story
        self.names = Renaming(machine.story)
        self.clock = self.story.by_name["clock"].index
        self.begin = self.fresh(machine.start())

    def fresh(self, state: State) -> State:
        """A beginning, with what the writer says of older saves."""
        values = bytearray(state.values)
        for var, index in self.names.said.fresh.items():
            values[var] = index
        return State(state.scene, bytes(values))

    def land(self, scene: str, known: Mapping[int, int], near: Values) -> State:
        """The state in `scene` with the `known` values; the others are as in `near`."""
        values = bytearray(near)
        for var, index in known.items():
            values[var] = index
        chapter = self.story.scenes[scene].chapter
        if chapter:
            values[self.clock] = min(values[self.clock], self.story.chapters[chapter].ticks)
        return State(scene, bytes(values))

    def offers(self, state: State, entry: str) -> Choice | None:
        """The choice `scene.choice` of this story, if it is open in a state."""
        scene, _, choice = entry.rpartition(".")
        if scene != state.scene:
            return None
        return next((o.choice for o in self.machine.options(state) if o.open and o.choice.id == choice), None)

    def passed(self, before: State, entry: str, scene: str) -> Values:
        """What only this story knows, after a choice it could not make: what is counted by itself has happened."""
        values = bytearray(before.values)
        for name in (f"seen.{before.scene}", f"chosen.{entry}"):
            if var := self.story.by_name.get(name):
                values[var.index] = 1
        left = self.story.scenes[before.scene].chapter
        if left and left != self.story.scenes[scene].chapter:
            for var in self.story.variables:
                if var.chapter == left:
                    values[var.index] = var.start
        return bytes(values)


def cross(run: Run, told: Sequence[Moment], turn: int) -> Run | None:
    """The run with every moment in the names of its own story, at `turn`; None where that moment cannot be said.

    `run` is a new one, with the dice as they were. The turns before one that cannot be said are left out, and so is
    what was undone beyond one.
    """
    landing = Landing(run.machine)
    landed = _Crossing(landing, run.dice)
    for moment in told:
        landed.go(moment)
    states = landed.states
    if states[turn] is None:
        return None
    low = high = turn
    while low and states[low - 1] is not None:
        low -= 1
    while high + 1 < len(states) and states[high + 1] is not None:
        high += 1
    first = states[low]
    assert first is not None
    steps = [step for step in landed.steps[low + 1 : high + 1] if step is not None]
    return replace(run, dice=landed.dice, first=first, steps=tuple(steps), turn=turn - low)


class _Crossing:
    """Goes through moments; `states` and `steps` (None for the first, and for what follows nothing) are as many."""

    def __init__(self, landing: Landing, dice: Dice) -> None:
        self.landing = landing
        self.dice = translated(dice, landing.names)
        self.known: dict[int, int] = {}
        self.lost: set[str] = set()
        self.states: list[State | None] = []
        self.steps: list[Step | None] = []

    def go(self, moment: Moment) -> None:
        landing, names = self.landing, self.landing.names
        for name, value in moment.changed.items():
            self.lost.discard(name)
            at = names.placed(name, value)
            if isinstance(at, str):
                self.lost.add(at)
            elif at is not None:
                self.known[at[0]] = at[1]
        scene = names.scene(moment.scene)
        before = self.states[-1] if self.states else None
        entry = names.choice(moment.entry) or moment.entry
        made = self._made(before, entry, moment.outcome) if before is not None else None
        if self.lost or scene not in landing.story.scenes:
            self.states.append(None)
            self.steps.append(None)
            return
        if made is not None and made.after.scene == scene:
            near = made.after.values
        elif before is not None:
            near = landing.passed(before, entry, scene)
        else:
            near = landing.begin.values
        state = landing.land(scene, self.known, near)
        self.states.append(state)
        if before is None:
            self.steps.append(None)
        elif made is not None and made.after == state:
            self.steps.append(made)
        else:
            told = made.told if made is not None and made.after.scene == scene else ()
            self.steps.append(Step(before, entry.rpartition(".")[2], made.outcome if made else "", told, state, True))

    def _made(self, before: State, entry: str, outcome: str) -> Step | None:
        """The choice, made again; the dice fall as they had fallen, for good."""
        choice = self.landing.offers(before, entry)
        if choice is None:
            return None
        if choice.is_roll:
            wanted = self.landing.names.outcome(entry, outcome)
            known = any(o.id == wanted for o in choice.outcomes)
            if known and self.dice.pick(entry, choice.outcomes).id != wanted:
                self.dice = Dice(self.dice.seed, {**self.dice.loaded, entry: wanted})
        return self.landing.machine.choose(before, choice.id, self.dice)


def translated(dice: Dice, names: Renaming) -> Dice:
    """Loaded dice in the names of a story."""
    loaded = {}
    for roll, outcome in dice.loaded.items():
        now = names.choice(roll) or roll
        loaded[now] = names.outcome(now, outcome)
    return Dice(dice.seed, loaded)


def follow(run: Run, log: Iterable[str], turn: int) -> tuple[Run, Diverged | None]:
    """The choices of a log, called as they are now, made again from a new run's beginning, as far as that goes."""
    names = Renaming(run.machine.story)
    run = replace(run, dice=translated(run.dice, names))
    now = [names.choice(entry) or entry for entry in log]
    try:
        return run.replay(now).go_to(turn), None
    except Diverged as diverged:
        return diverged.run.go_to(min(turn, diverged.run.turn)), diverged


def chapter_start(run: Run, told: Sequence[Moment], turn: int, chapter: str) -> Run | None:
    """The run with one more step, not made: to the start of a chapter (by its old id) that had begun at `turn`.

    What of that moment can be said in this story is kept. None where the story has no such chapter.
    """
    landing = Landing(run.machine)
    story, names = landing.story, landing.names
    found = story.chapters.get(names.chapter(chapter))
    if found is None or not turn:
        return None
    known: dict[int, int] = {}
    for moment in told[: turn + 1]:
        for name, value in moment.changed.items():
            at = names.placed(name, value)
            if isinstance(at, tuple):
                known[at[0]] = at[1]
    here = names.scene(told[turn].scene)
    if here in story.scenes and story.scenes[here].chapter == found.id:
        state = landing.land(here, known, landing.begin.values)
    else:
        own = (s.id for s in story.scenes.values() if s.chapter == found.id and not s.is_ending)
        scene = next(iter((*(s for s in found.start if s in story.scenes), *own)), "")
        if not scene:
            return None
        known = {v: i for v, i in known.items() if not story.variables[v].chapter and v != landing.clock}
        state = run.machine.arrive(scene, landing.land(scene, known, landing.begin.values).values)
    choice = (names.choice(told[turn].entry) or told[turn].entry).rpartition(".")[2]
    step = Step(run.state, choice, "", (), state, True)
    return replace(run, steps=(*run.steps[: run.turn], step))


__all__ = ["HAD", "Landing", "Moment", "Renaming", "chapter_start", "cross", "follow", "moments"]
