"""The plug is pulled: whatever the disk kept of what it was not yet told to keep, no acknowledged turn is lost.

What the saves do to the disk is recorded. At every moment of it the disk may hold, of the names not yet flushed in
each folder, any subset, and of the bytes not yet flushed in each file nothing, half, zeros or all.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from game.saves import SaveError, Saves
from tests.saves.plug import Disk


def play(disk: Disk, kit, turns: int) -> str:
    """Save so many turns; returns the slot."""
    saves = Saves(disk.root, kit.story)
    slot = saves.new_slot()
    saves.hold(slot)
    for turn in range(turns):
        disk.tried = turn
        saves.write(slot, kit.wander(kit.run(), [0, 1, 2] * turn).go_to(turn))
        disk.acknowledged = turn
        disk.look()
    return slot


def losses(disk: Disk, kit, slot: str, folder: Path) -> list[str]:
    """The states of the disk from which the next process does not come back to where it has to."""
    found = []
    for place, acknowledged, tried in disk.afterwards(folder):
        turn = -1
        with contextlib.suppress(SaveError):
            turn = Saves(place, kit.story).read(slot, kit.machine).run.turn
        if not acknowledged <= turn <= tried:
            found.append(f"turn {turn} instead of {acknowledged} in {place}")
    return found


def test_no_acknowledged_turn_is_lost_when_the_power_goes(disk, kit, memory, monkeypatch, figures):
    slot = play(disk, kit, 6)
    monkeypatch.undo()

    lost = losses(disk, kit, slot, memory / "after")
    figures("the plug pulled, every state of the disk", points=len(disk.seen), lost=len(lost))
    assert len(disk.seen) > 120
    assert lost == []


def test_no_acknowledged_ending_is_lost_when_the_power_goes(disk, kit, memory, monkeypatch, figures):
    saves = Saves(disk.root, kit.story)
    told = 0
    for seed in (1, 2, 3):
        disk.tried = seed
        saves.write("run-1", kit.run(2, seed).choose("leave"))
        disk.acknowledged = told = seed
        disk.look()
    monkeypatch.undo()

    lost = wrong = 0
    for folder, acknowledged, tried in disk.afterwards(memory / "after"):
        found = {reached.seed for reached in Saves(folder, kit.story).endings().endings}
        lost += not set(range(1, acknowledged + 1)) <= found
        wrong += not found <= set(range(1, tried + 1))
    figures("the plug pulled, endings", points=len(disk.seen), lost=lost, wrong=wrong)
    assert told == 3
    assert len(disk.seen) > 40
    assert (lost, wrong) == (0, 0)


@pytest.mark.parametrize("left_out", ["flush_folder", "_flush"])
def test_a_flush_left_out_would_be_noticed(disk, kit, memory, monkeypatch, left_out):
    monkeypatch.setattr(f"game.saves.disk.{left_out}", lambda what: None)
    slot = play(disk, kit, 1)
    monkeypatch.undo()

    assert losses(disk, kit, slot, memory / "after")
