"""What a story's own tests play through: whoever wrote a test knows a way, and it need not be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from game.desk.storytest.model import StoryTest
from game.desk.storytest.read import files_in, read_tests
from game.engine import Dice, Machine, NotOffered
from game.prove.report import Witness

TEST, FROM = (re.compile(rf"^[ -]*{{?['\"]?{key}['\"]?[ ]*:", re.MULTILINE) for key in ("test", "from"))


class Tested(Iterable[Witness]):
    """What `witnessed` finds, looked for when it is asked for."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder = folder
        self.machine = machine

    def __iter__(self) -> Iterator[Witness]:
        return iter(witnessed(self.folder, self.machine))


def witnessed(folder: Path, machine: Machine) -> tuple[Witness, ...]:
    """The playthroughs of the tests that begin where the story does, as far as each goes.

    A file of tests that cannot be read, or a choice that is not offered, is no fault here: `hyosan test` tells of both.
    """
    files = read_tests([file for file in files_in(folder) if _from_the_beginning(file[0])], machine.story)
    return tuple(_played(test, machine) for file in files for test in file.tests if test.given is None)


def _from_the_beginning(path: Path) -> bool:
    """Whether a file seems to have a test that begins where the story does: one with no `from:`.

    To read them all takes as long as to read the story. Should this be wrong, a way that is known is looked for.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    begins = len(FROM.findall(text))
    return not begins or begins < len(TEST.findall(text))


def _played(test: StoryTest, machine: Machine) -> Witness:
    dice, state = Dice(test.seed, test.dice), machine.start()
    log: list[str] = []
    rolled: dict[str, str] = {}
    with suppress(NotOffered):
        for move in test.moves:
            if move.choice is not None:
                scene, _, choice = str(move.choice.value).rpartition(".")
                if scene and scene != state.scene:
                    break
                step = machine.choose(state, choice, dice)
                name = f"{state.scene}.{choice}"
                log.append(name)
                if step.outcome:
                    rolled[name] = step.outcome
                state = step.after
    return Witness(tuple(log), rolled)
