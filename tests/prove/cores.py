"""Proves stories on several cores and then on one, and says what differs; for tests that must have a process of their own.

    python -m tests.prove.cores CORES FOLDER...

What has several threads is never forked, and a test may run in what has. Prints, as JSON, for each folder the cores that
were used at first, and what was answered otherwise afterwards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest import mock

from game.engine import Dice, Machine, Run
from game.prove.prove import Plan, prove
from game.prove.report import Report, Witness
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


def main(cores: int, folders: list[Path]) -> None:
    machines = []
    for folder in folders:
        loaded = load_story(folder)
        assert loaded.story is not None
        machines.append(Machine(loaded.story))
    # What is small is looked at whole, by one alone; so here nothing is.
    with mock.patch("game.prove.prover.SMALL", -1):
        shared = [prove(machine, Plan(SECONDS, cores=cores)) for machine in machines]
        alone = [prove(machine, Plan(SECONDS)) for machine in machines]
    out = {}
    for folder, machine, one, other in zip(folders, machines, shared, alone, strict=True):
        here, there = told(one), told(other)
        found = [*(a.witness for a in one.answers), *(loss.witness for loss in one.losses)]
        assert all(goes(machine, each) for each in found if each is not None)
        differ = {key: [here.get(key), there.get(key)] for key in here | there if here.get(key) != there.get(key)}
        out[folder.name] = [one.effort.cores, other.effort.cores, differ, list(one.effort.limits)]
    print(json.dumps(out))


if __name__ == "__main__":
    main(int(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
