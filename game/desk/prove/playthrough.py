"""A playthrough as a player meets it: the words of each choice, and what its roll comes to."""

from __future__ import annotations

from dataclasses import dataclass

from game.desk.reading import choice_line
from game.engine import Dice, Diverged, Machine, Run
from game.prove.report import Witness
from game.story.model import Story


@dataclass(frozen=True, slots=True)
class Made:
    """A choice of a playthrough. `text` is as it reads then; `outcome` is what its roll comes to, "" without one."""

    scene: str
    choice: str
    title: str
    text: str
    outcome: str


class Playthroughs:
    """The playthroughs of one story."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._known: dict[object, tuple[Made, ...]] = {}

    def run(self, witness: Witness) -> Run | None:
        """The run it is; None when the story does not allow it (any more)."""
        dice = Dice(0, dict(witness.dice))
        try:
            return Run.new(self.machine, 0, dice=dice).replay(witness.log)
        except Diverged:
            return None

    def made(self, witness: Witness) -> tuple[Made, ...]:
        """Its choices in order. Of a playthrough that the story does not allow, the words are as written."""
        key = key_of(witness)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._made(witness)
        return found

    def _made(self, witness: Witness) -> tuple[Made, ...]:
        run = self.run(witness)
        out = []
        for turn, entry in enumerate(witness.log):
            scene, _, id = entry.rpartition(".")
            text = run_text(run, scene, id, turn) if run is not None else written(self.machine.story, scene, id)
            outcome = run.steps[turn].outcome if run is not None else witness.dice.get(entry, "")
            out.append(Made(scene, id, title_of(self.machine.story, scene), text, outcome))
        return tuple(out)


def key_of(witness: Witness) -> tuple[object, ...]:
    """The same for playthroughs that are the same."""
    return tuple(witness.log), tuple(sorted(witness.dice.items()))


def run_text(run: Run, scene: str, id: str, turn: int) -> str:
    """A choice as it reads at a turn of a run."""
    choice = next(c for c in run.machine.story.scenes[scene].choices if c.id == id)
    return run.line(choice.text, turn) or choice_line(run.machine.story, choice)


def written(story: Story, scene: str, id: str) -> str:
    """A choice as it is written; its id when the story has none of it."""
    known = story.scenes.get(scene)
    return next((choice_line(story, c) for c in known.choices if c.id == id), id) if known is not None else id


def title_of(story: Story, scene: str) -> str:
    """What a scene is called: its title, or its id."""
    known = story.scenes.get(scene)
    return (known.title if known is not None else "") or scene


def person_of(story: Story, id: str) -> str:
    """What a person is called."""
    known = story.people.get(id)
    return known.short if known is not None else id
