"""Where a run that was loaded goes on: in its slot, unless that is a named moment or would lose something."""

from __future__ import annotations

import pytest

from game.engine import Machine
from game.saves import Saves


def loaded(saves: Saves, machine: Machine, slot: str = "run-1") -> tuple[str, str]:
    """Where the run of a slot goes on, and why not there."""
    info = next(info for info in saves.slots() if info.id == slot)
    return saves.go_on(info, saves.read(slot, machine))


@pytest.fixture
def played(saves, kit):
    saves.write("run-1", kit.run(6))
    saves.write("run-1", kit.run(7))
    return saves


def test_an_autosave_goes_on_in_its_slot_and_every_other_is_let_go(played, kit, tmp_path):
    played.hold("another")

    assert loaded(played, kit.machine) == ("run-1", "")

    other = Saves(tmp_path, kit.story)
    other.hold("another")
    info = next(info for info in other.slots() if info.id == "run-1")
    slot, why = other.go_on(info, other.read("run-1", kit.machine))
    assert slot == ""
    assert "open in another hyosan" in why


def test_a_named_moment_stays_as_it_is(saves, kit):
    saves.write("moment", kit.run(3), title="A moment")
    assert loaded(saves, kit.machine, "moment") == ("", "")


def test_after_an_edit_that_loses_nothing_an_autosave_goes_on_in_its_slot(played, kit, tmp_path):
    story = kit.edited("text: The hall.", "text: The long hall.")
    assert loaded(Saves(tmp_path, story), Machine(story)) == ("run-1", "")


def test_what_could_not_be_taken_up_whole_is_not_overwritten(played, kit, tmp_path):
    story = kit.edited("nod: {text: Nod.", "bow: {text: Bow.")
    assert loaded(Saves(tmp_path, story), Machine(story)) == ("", "")
    newest = kit.files(tmp_path, "run-1")[-1]
    newest.write_bytes(newest.read_bytes()[:-9])
    assert loaded(Saves(tmp_path, kit.story), kit.machine) == ("", "")
