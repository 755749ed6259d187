"""Saving, crashing, failing, rotting, loading and new versions of the story, in any order that hypothesis thinks of.

What was acknowledged is what is loaded, or what was tried since; and never anything else. `HYOSAN_MACHINES=400`
tries as many evenings as that.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from game.engine import Machine, Run, State
from game.saves import SaveError, Saves, disk
from game.saves.packed import besides
from tests.saves.conftest import Crash, Kit, Shim
from tests.saves.later import MIGRATIONS, RENAMED, renamed

EXAMPLES = int(os.environ.get("HYOSAN_MACHINES", "25"))
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
Told: TypeAlias = "tuple[int, tuple[tuple[str, tuple[tuple[str, object], ...]], ...]]"
"""A run as a player knows it: its turn, and every state, in the words of the first version."""

_BACK = re.compile(rf"(?<![a-z])({'|'.join(RENAMED.values())})(?![a-z])")
_WORDS = {new: old for old, new in RENAMED.items()}


@cache
def versions() -> tuple[Machine, ...]:
    """The story; the same called otherwise; and then with another effect, too."""
    kit = Kit()
    other = renamed(
        MIGRATIONS, ("add: {din: 2}", "add: {din: 1}"), ("goto: lobby}", "do: [{add: {din: 1}}], goto: lobby}")
    )
    return kit.machine, Machine(renamed()), Machine(other)


def back(text: str) -> str:
    return _BACK.sub(lambda match: _WORDS[match[1]], text)


def told(run: Run) -> Told:
    variables = run.machine.story.variables
    states = []
    for turn in range(len(run.steps) + 1):
        state = run.state_at(turn)
        values = ((v.name, v.values[state.values[v.index]]) for v in variables)
        words = ((back(name), back(value) if isinstance(value, str) else value) for name, value in values)
        states.append((back(state.scene), tuple(sorted(words, key=str))))
    return run.turn, tuple(states)


class Evening(RuleBasedStateMachine):
    """One slot, and the player who plays in it."""

    points = lost = wrong = 0

    def __init__(self) -> None:
        super().__init__()
        shm = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=shm if os.access(shm, os.W_OK) else None))
        self.kit = Kit()
        self.version = 0
        self.saves = self.process()
        self.run = Run.new(versions()[0], 7, "Mi-jin")
        self.sure: Told | None = None
        self.maybe: list[Told] = []
        self.tried: list[Told] = []
        self.rotten = False

    def process(self) -> Saves:
        return Saves(self.folder, versions()[self.version].story)

    def teardown(self) -> None:
        self.saves.release()
        shutil.rmtree(self.folder)

    def write(self, pick: int) -> None:
        self.run = self.kit.wander(self.run, [pick])
        known = told(self.run)
        self.maybe.append(known)
        self.tried.append(known)
        self.saves.hold("run-1")
        self.saves.write("run-1", self.run)
        self.sure, self.maybe, self.rotten = known, [], False

    def load(self) -> None:
        """The next process: it finds what it has to find, and nothing else."""
        self.saves.release()
        self.saves = self.process()
        try:
            self.run = self.saves.read("run-1", versions()[self.version]).run
        except SaveError:
            Evening.lost += self.sure is not None
            assert self.sure is None, "an acknowledged turn is lost"
            return
        found = told(self.run)
        allowed = self.tried if self.rotten else [*self.maybe, *([self.sure] if self.sure else [])]
        Evening.wrong += found not in allowed
        assert found in allowed, f"turn {found[0]} was never saved like this"
        self.sure, self.maybe = found, []

    @rule(pick=st.integers(-2, 5))
    def turn(self, pick: int) -> None:
        self.write(pick)

    @rule(pick=st.integers(-2, 5), at=st.integers(0, 60), kind=st.sampled_from(["crash", "crash-after"]))
    def crash(self, pick: int, at: int, kind: str) -> None:
        with Shim(at, kind) as shim, suppress(Crash):
            self.write(pick)
        Evening.points += shim.dead
        self.load()

    @rule(
        pick=st.integers(-2, 5),
        at=st.integers(0, 60),
        kind=st.sampled_from(["once", "sticky", "short"]),
        code=st.sampled_from(CODES),
    )
    def fault(self, pick: int, at: int, kind: str, code: int) -> None:
        with Shim(at, kind, code) as shim, suppress(SaveError):
            self.write(pick)
        Evening.points += at < len(shim.calls)

    @precondition(lambda self: not self.rotten and len(self.kit.files(self.folder, "run-1")) == 3)
    @rule(at=st.integers(0, 10**6), bit=st.integers(0, 7), cut=st.booleans())
    def rot(self, at: int, bit: int, cut: bool) -> None:
        newest = self.kit.files(self.folder, "run-1")[-1]
        data = bytearray(newest.read_bytes())
        data[at % len(data)] ^= 1 << bit
        newest.write_bytes(data[: at % len(data)] if cut else data)
        self.rotten = True
        Evening.points += 1
        self.load()

    @rule()
    def leave_and_come_back(self) -> None:
        self.load()

    @precondition(lambda self: self.version + 1 < len(versions()) and self.sure is not None)
    @rule(at=st.integers(0, 40), kind=st.sampled_from(["", "crash", "once"]))
    def update(self, at: int, kind: str) -> None:
        """A new version of the story; loading it for the first time may go wrong, too."""
        self.version += 1
        self.saves.release()
        with Shim(at if kind else -1, kind) as shim, suppress(Crash, SaveError):
            self.process().read("run-1", versions()[self.version])
        Evening.points += 0 <= shim.at < len(shim.calls)
        self.load()


def evenings(count: int, phases: Sequence[Phase] = tuple(Phase)) -> None:
    Evening.points = Evening.lost = Evening.wrong = 0
    run_state_machine_as_test(
        Evening,
        settings=settings(
            max_examples=count,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_in_whatever_order(figures):
    evenings(EXAMPLES)
    figures("anything in any order, new versions too", Evening.points, Evening.lost, Evening.wrong)
    assert Evening.points > EXAMPLES


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("game.saves.disk.put_in_place", lambda temporary, folder, number: None),
        ("game.saves.slot.Slot._prune", lambda self, known: disk.sweep(self.folder, 10**9)),
        ("game.engine.migrate.Landing.land", lambda self, scene, known, near: State(scene, near)),
        ("game.saves.packed.besides", lambda save: {k: v for k, v in besides(save).items() if k != "kept"}),
    ],
    ids=["never there", "all taken away", "what was had is not kept", "not said to be kept"],
)
def test_a_mistake_would_be_noticed(monkeypatch, name, wrong):
    monkeypatch.setattr(name, wrong)
    with pytest.raises((AssertionError, FileNotFoundError)):
        evenings(200, [Phase.generate])
