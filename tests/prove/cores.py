"""Proves stories on several cores and then on one, and says what differs; for tests that need a process of their own.

    python -m tests.prove.cores CORES FOLDER...
    python -m tests.prove.cores --killed CORES FOLDER...
    python -m tests.prove.cores --corpus CORES FOLDER...

What has several threads is never forked, and a test may run in what has. Prints, as JSON, for each folder the cores
that were used at first and then, what was answered otherwise, as [on several, on one], and what was cut short at first.
With --killed the first process of each proof that has questions to look into is killed. With --corpus, on several
cores, half of the playthroughs that show what is possible are known, and lie beside the story.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from unittest import mock

from game.engine import Dice, Machine, Run
from game.prove.corpus import Line
from game.prove.covering import renewed
from game.prove.prove import Plan, prove
from game.prove.prover import Prover
from game.prove.report import Answer, Report, Witness
from game.story import load_story

SECONDS = 30.0


def told(report: Report) -> dict[str, str]:
    """All verdicts of a report."""
    out = {f"{a.question.kind} {a.question.subject}": str(a.verdict) for a in report.answers}
    assert report.matrix is not None
    out |= {" ".join(key): str(cell.verdict) for key, cell in report.matrix.cells.items()}
    out |= {f"alive at {e}": f"{a.fewest}-{a.most} {a.exact}" for e, a in report.matrix.alive.items()}
    out |= {f"luck {p.goal.id}": f"{p.luck} {p.free}" for p in report.prospects}
    return out


def goes(machine: Machine, found: Witness) -> bool:
    """Whether a playthrough can be gone in the real engine."""
    return len(Run.new(machine, 0, dice=Dice(0, found.dice)).replay(found.log).log) == len(found.log)


def on_several(machine: Machine, cores: int, killed: bool, corpus: tuple[Line, ...]) -> Report:
    token, hand = os.pipe()
    os.set_blocking(token, False)
    os.write(hand, b"!" if killed else b"")
    look = Prover.look

    def looking(prover: Prover, known: tuple[Answer, ...] = ()) -> None:
        # Whoever gets the token is killed; nobody else does.
        with suppress(BlockingIOError):
            if prover.open and os.read(token, 1):
                os.kill(os.getpid(), signal.SIGKILL)
        look(prover, known)

    try:
        with mock.patch.object(Prover, "look", looking):
            return prove(machine, Plan(SECONDS, cores=cores, corpus=corpus))
    finally:
        os.close(token)
        os.close(hand)


def half(machine: Machine, report: Report) -> tuple[Line, ...]:
    """The first half of the playthroughs that show what those of a report do."""
    lines = renewed(machine, report.answers, ())
    return lines[: len(lines) // 2]


def main(cores: int, folders: list[Path], killed: bool, known: bool) -> None:
    machines = []
    for folder in folders:
        loaded = load_story(folder)
        assert loaded.story is not None
        machines.append(Machine(loaded.story))
    # What is small is looked at whole, by one alone; so here nothing is.
    with mock.patch("game.prove.prover.SMALL", -1):
        found_alone = [prove(machine, Plan(SECONDS)) for machine in machines] if known else []
        corpora = [half(*each) for each in zip(machines, found_alone, strict=True)] if known else [()] * len(machines)
        shared = [on_several(machine, cores, killed, corpus) for machine, corpus in zip(machines, corpora, strict=True)]
        alone = found_alone or [prove(machine, Plan(SECONDS)) for machine in machines]
    out = {}
    for folder, machine, one, other in zip(folders, machines, shared, alone, strict=True):
        here, there = told(one), told(other)
        found = [*(a.witness for a in one.answers), *(loss.witness for loss in one.losses)]
        assert all(goes(machine, each) for each in found if each is not None)
        differ = {key: [here.get(key), there.get(key)] for key in here | there if here.get(key) != there.get(key)}
        out[folder.name] = [one.effort.cores, other.effort.cores, differ, list(one.effort.limits)]
    print(json.dumps(out))


if __name__ == "__main__":
    given = [name for name in sys.argv[1:] if not name.startswith("--")]
    main(int(given[0]), [Path(name) for name in given[1:]], "--killed" in sys.argv, "--corpus" in sys.argv)
