"""A process that stays beside the editor and proves a story whenever it is asked: most of it is as it was last time.

It reads the story and lays it out, by what it knows of the version before, and forks for each proof. So a proof can be
given up at any moment and leaves nothing behind, and what was begun for one version is there for the next.

On its standard input each byte is a word: PROVE, which gives up what was asked before, or GIVE_UP. Each proof has a
number, by the order in which they are asked for, and each line on the standard output begins with it and a blank. What
follows is what `hyosan prove --slim` prints; nothing when no more is said, and FAILED when it went wrong. It ends when
its input does.
"""

from __future__ import annotations

import gc
import os
import select
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from game.desk.prove.beside import FAILED, PROVE
from game.desk.prove.corpus import kept
from game.desk.prove.engine import Prove
from game.desk.prove.formats import as_json
from game.desk.prove.kept import Keeper, proved
from game.desk.prove.tested import Tested
from game.engine import Machine
from game.prove.limits import Limits, OutOfLimits
from game.prove.report import Report
from game.story import load_story
from game.story.carried import carried
from game.story.collecting import uncollected
from game.story.load import Trees
from game.story.model import Story

if TYPE_CHECKING:
    from game.prove.model import Model
    from game.prove.prove import Plan


class Desk:
    """What is known of the story in a folder. `plan` says what is asked of it."""

    def __init__(self, folder: Path, plan: Plan, prove: Prove) -> None:
        self.folder = folder
        self.plan = plan
        self.prove = prove
        self.machine: Machine | None = None
        self.model: Model | None = None
        self._trees: Trees = {}
        self._due: list[str] = []
        """Scenes of which more can be made ahead of time."""

    def read(self) -> bool:
        """Read the story as it is now, and lay out what has changed. Whether it is one."""
        from game.prove.relaid import relaid

        story, same = load_story(self.folder, self._trees).story, frozenset[str]()
        if story is None:
            return False
        with uncollected():
            if self.machine is not None:
                story, same = carried(story, self.machine.story)
            self.machine = machine = Machine(story)
            try:
                self.model = relaid(machine, self.model, same, Limits(self.plan.seconds))
            except OutOfLimits:
                self.model = None
        self._due = list(story.scenes) if self.model is not None else []
        return True

    def answer(self, number: int) -> None:
        """Prove the story that was read, and say what is known."""
        machine = self.machine
        assert machine is not None

        def soon(report: Report) -> None:
            _say(number, report, machine.story, ended=False)

        with uncollected():
            plan = self._planned()
            plan = replace(plan, plays=Tested(self.folder, machine), begin=self.model, partly=soon)
            _say(number, proved(machine, plan, _quiet, self.prove), machine.story)

    def _planned(self) -> Plan:
        return replace(self.plan, corpus=kept(self.folder)[0])

    def look_ahead(self) -> Iterator[None]:
        """Do what the next proof will need, bit by bit."""
        if self.machine is None:
            return
        Keeper(self.machine, self._planned()).nearby()
        yield
        while self._due and self.model is not None:
            self.model.lay_out(self._due.pop())
            yield
        gc.collect()


def stay(folder: Path, plan: Plan, prove: Prove) -> int:
    """Prove a story whenever it is asked for, until nobody can ask any more."""
    desk, number = Desk(folder, plan, prove), 0
    ahead: Iterator[None] = iter(())
    while True:
        word = _heard() if _waiting(0) else None
        if word is None:
            # While nobody asks there is time.
            if next(ahead, ...) is ...:
                _waiting(None)
            continue
        if not word:
            return 0
        if word != PROVE:
            continue
        number += 1
        well = not desk.read() or _forked(desk, number)
        _tell(number, b"" if well else FAILED)
        ahead = desk.look_ahead()


def _forked(desk: Desk, number: int) -> bool:
    """Prove in a process of its own; until it ends, or something else is asked. False if it came to no good end."""
    ended, ending = os.pipe()
    child = os.fork()
    if not child:
        _alone(ended)
        code = 1
        with suppress(BaseException):
            desk.answer(number)
            code = 0
        os._exit(code)
    os.close(ending)
    asked, _, _ = select.select([0, ended], [], [])
    given_up = ended not in asked
    if given_up:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(ended)
    return given_up or status == 0


def _alone(ended: int) -> None:
    """What is asked next is not for this process to hear."""
    os.close(ended)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _waiting(seconds: float | None) -> bool:
    """Whether there is something to hear, or nobody who could say it, within so many seconds."""
    return bool(select.select([0], [], [], seconds)[0])


def _heard() -> bytes:
    """The next word; nothing if there will be none."""
    return os.read(0, 1)


def _say(number: int, report: Report, story: Story, ended: bool = True) -> None:
    _write(f"{number} {as_json(report, story, slim=True, ended=ended)}\n".encode())


def _tell(number: int, word: bytes) -> None:
    """No more is said of a proof. What was being said when it was given up ends here."""
    _write(b"\n%d %s\n" % (number, word))


def _write(line: bytes) -> None:
    while line:
        line = line[os.write(1, line) :]


def _quiet(what: str, done: int, all: int) -> None:
    """Tells nobody."""
