"""Playing a story in a test: choices by id, and what there is to see after each."""

from __future__ import annotations

import json
from dataclasses import replace

from game.engine import Dice, Machine, Run, State
from game.story import Story
from game.story.times import clock_text


class Play:
    """A run that is played choice by choice.

    With `through_saves` every state goes through text before the next choice is made: the values by the names of their
    variables, put together again for a machine that has not stepped before.
    """

    def __init__(
        self,
        story: Story,
        through_saves: bool = False,
        seed: int = 1,
        loaded: dict[str, str] | None = None,
        gentle: bool = False,
    ) -> None:
        self.story = story
        self.through_saves = through_saves
        self.run = Run.new(Machine(story), seed, gentle=gentle, dice=Dice(seed, loaded or {}))
        self.told: list[str] = []
        self.text: list[str] = []
        self._arrived()

    def choose(self, *choices: str) -> Play:
        """Make choices, one after the other."""
        for choice in choices:
            self.run = self.run.choose(choice)
            self._arrived()
        return self

    def _arrived(self) -> None:
        page = self.run.page()
        self.told = [p.text for p in page.told]
        self.text = [p.text for p in page.text]
        self.minutes = self.run.minutes()
        if self.through_saves:
            state = rebuilt(self.story, kept(self.story, self.run.state))
            assert state == self.run.state
            self.run = replace(self.run, machine=Machine(self.story), first=state, steps=(), turn=0)

    @property
    def scene(self) -> str:
        return self.run.state.scene

    @property
    def open(self) -> list[str]:
        """The ids of the choices that can be made."""
        return [option.choice.id for option in self.run.options() if option.open]

    @property
    def locked(self) -> dict[str, str]:
        """The reasons of the choices that are shown and cannot be made."""
        return {o.choice.id: self.run.line(o.choice.locked) for o in self.run.options() if not o.open}

    @property
    def time(self) -> str:
        """The clock, such as `D1 10:20`."""
        assert self.minutes is not None
        return clock_text(self.minutes)

    def __getitem__(self, name: str) -> object:
        """The value of a variable, by its name."""
        return self.run.value(name)


def kept(story: Story, state: State) -> str:
    """A state as text."""
    values = {v.name: v.values[i] for v, i in zip(story.variables, state.values, strict=True)}
    return json.dumps({"scene": state.scene, "values": values})


def rebuilt(story: Story, text: str) -> State:
    """The state that was kept."""
    data = json.loads(text)
    values = bytes(index for v in story.variables if (index := v.index_of(data["values"][v.name])) is not None)
    assert len(values) == len(story.variables)
    return State(data["scene"], values)
