"""Nothing that lies beside a save is ever missing, whatever the process dies of: a later version of the story finds it.

`HYOSAN_POINTS=2000 python -m tests.saves` lets it die at every call; without it, at every sixteenth.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.saves import SaveError, Saves
from game.saves import disk as files
from game.saves.packed import Packed
from game.saves.slot import Known, Slot
from tests.saves.later import renamed
from tests.saves.plug import Disk

STEP = 1 if "HYOSAN_POINTS" in os.environ else 16


@pytest.fixture(scope="module")
def later():
    return Machine(renamed())


def evening(saves: Saves, kit, done: list[Run]) -> None:
    """Ten turns, some of them taken back, and others made: files come and go. Notes each run once it is saved."""
    run = kit.long(10)
    taken_back = kit.wander(run, [-1, -1, -1, 1])
    runs = [run.go_to(10), *(kit.wander(taken_back, [0, 1, 2, 0, 1][:more]) for more in range(6))]
    kit.save_all(saves, run, range(5, 10))
    done += [run.go_to(turn) for turn in range(5, 10)]
    for run in runs:
        saves.write("run-1", run)
        done.append(run)


def carried_over(folder: Path, later: Machine) -> Run | None:
    """The run in which the next version of the story finds the player."""
    with suppress(SaveError):
        return Saves(folder, later.story).read("run-1", later).run
    return None


@pytest.mark.parametrize("kind", ["crash", "crash-after", "once", "sticky"])
def test_no_moment_of_an_older_story_is_lost_in_a_crash(kit, memory, later, kind, figures):
    """Whatever call the process dies at, the next version of the story finds all that led to the last turn."""
    all_of_it: list[Run] = []
    whole = Saves(memory / "whole", kit.story)
    with kit.Shim() as shim:
        evening(whole, kit, all_of_it)
    whole.release()
    lost = 0
    points = range(0, len(shim.calls), STEP)
    for at in points:
        done: list[Run] = []
        saves = Saves(memory / str(at), kit.story)
        with kit.Shim(at, kind), suppress(kit.Crash, SaveError):
            evening(saves, kit, done)
        saves.release()
        found = carried_over(memory / str(at), later)
        if len(done) > 5:
            # What was saved last, or what was being saved.
            allowed = [(run.turn, len(run.steps)) for run in all_of_it[len(done) - 1 : len(done) + 1]]
            lost += found is None or (found.turn, len(found.steps)) not in allowed
    figures(f"{kind} at every call, then a new version", points=len(points), lost=lost)
    assert len(points) > 400 / STEP
    assert lost == 0


def losses(disk: Disk, later: Machine, folder: Path) -> int:
    """In how many states the disk may be in the next version does not find all that led to the last turn."""
    lost = 0
    for place, acknowledged, tried in disk.afterwards(folder):
        found = carried_over(place, later)
        if acknowledged >= 0:
            lost += found is None or not acknowledged <= found.turn <= tried or found.turn != len(found.steps)
    return lost


def played(disk: Disk, kit, turns: range) -> None:
    saves = Saves(disk.root, kit.story)
    run = kit.long(turns[-1])
    for turn in turns:
        disk.tried = turn
        kit.save_all(saves, run, range(turn, turn + 1))
        disk.acknowledged = turn
        disk.look()


def test_no_moment_of_an_older_story_is_lost_when_the_power_goes(disk, kit, memory, later, monkeypatch, figures):
    played(disk, kit, range(1, 10))
    monkeypatch.undo()

    lost = losses(disk, later, memory / "after")

    figures("the plug pulled, then a new version", points=len(disk.seen), lost=lost)
    assert len(disk.seen) > 100
    assert lost == 0


def too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation is put in place before what it refers to."""
    put, place = Slot._put_beside, files.put_in_place
    waiting: list[tuple[Slot, Known, Packed]] = []
    monkeypatch.setattr(Slot, "_put_beside", lambda self, known, save: waiting.append((self, known, save)))

    def placed(temporary: Path, folder: Path, number: int) -> None:
        place(temporary, folder, number)
        put(*waiting.pop())

    monkeypatch.setattr(files, "put_in_place", placed)


def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of what a generation refers to is not on disk before the generation's."""
    put = Slot._put_beside

    def unflushed(self: Slot, known: Known, save: Packed) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "flush_folder", lambda folder: None)
            put(self, known, save)

    monkeypatch.setattr(Slot, "_put_beside", unflushed)


def taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a generation names itself is thought to be needed, and not what that names."""
    monkeypatch.setattr(Slot, "_all_needs", lambda self, known, number: {*known.needs[number]})


def left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slot, "_put_beside", lambda self, known, save: None)


@pytest.mark.parametrize("mistake", [too_late, unflushed, taken_away, left_out], ids=lambda f: f.__name__)
def test_a_mistake_would_be_noticed(disk, kit, memory, later, monkeypatch, mistake):
    mistake(monkeypatch)
    played(disk, kit, range(1, 8))
    monkeypatch.undo()

    assert losses(disk, later, memory / "after")
