"""A run that goes on where a save of the very same story left it."""

from __future__ import annotations

from game.engine import Dice, Machine, NotOffered, Run, State, Step
from game.engine.run import Held
from game.saves.errors import Damaged
from game.saves.history import written
from game.saves.numbers import Names, read
from game.saves.packed import Packed

_new = tuple.__new__
ASTRAY = "its choices do not lead to the moment it holds"


def resumed(save: Packed, machine: Machine, names: Names) -> Run:
    """The run of a save whose table of names is `names`, that of the story.

    Its state is what the save says. Its steps are made again when they are first asked for; that raises `Damaged`
    when they do not lead to just the states the save holds. Raises `Damaged` at once for a state there cannot be.
    """
    state = names.stood(save.at)
    dice = _new(Dice, (save.seed, save.loaded))
    name = save.player or machine.story.player.name

    def play() -> tuple[State, tuple[Step, ...]]:
        return _played(save, machine, dice, name, state)

    return Run.resumed(machine, dice, name, save.gentle, save.turn, _new(Held, (state, play, save)))


def _played(save: Packed, machine: Machine, dice: Dice, name: str, state: State) -> tuple[State, tuple[Step, ...]]:
    names = Names.of(machine)
    kept = {turn: (choice, outcome, line) for turn, choice, outcome, line in save.past.kept}
    at = first = names.only(kept[0][2], names.start.values) if 0 in kept else names.start
    steps: list[Step] = []
    try:
        for turn, pick in enumerate(read(save.past.picks), 1):
            if turn in kept:
                choice, outcome, line = kept[turn]
                stood = names.only(line, at.values)
                steps.append(Step(at, choice, outcome, (), stood, True))
            else:
                choice = names.scenes[at.scene].choices[pick][0]
                steps.append(machine.choose(at, choice, dice))
            at = steps[-1].after
    except (NotOffered, IndexError, KeyError):
        raise Damaged(ASTRAY) from None
    run = Run(machine, dice, name, save.gentle, first, tuple(steps), save.turn)
    # The names of the files of turns are checksums: what they say of every turn is what has come of it again.
    if run.state != state or written(run) != save.past:
        raise Damaged(ASTRAY)
    return first, run.steps
