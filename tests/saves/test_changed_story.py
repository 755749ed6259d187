"""A save outlives its story: the choices are made again on the new one, and the player is told how that went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from game.engine import Machine
from game.saves import SaveError, Saves

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def reread(kit, tmp_path):
    """Save a run of the small story, then read it with an edited one."""

    def reread(run, old, new, file="01-first.yaml"):
        Saves(tmp_path, kit.story).write("run-1", run)
        story = kit.edited(old, new, file)
        assert story.digest != kit.story.digest
        return Saves(tmp_path, story).read("run-1", Machine(story))

    return reread


def test_new_words_change_nothing_but_are_mentioned(reread, kit):
    restored = reread(kit.run(7), "text: The hall.", "text: The long hall.")

    assert (restored.run.log, restored.run.turn) == (kit.path[:7], 7)
    assert restored.run.state == kit.run(7).state
    assert restored.notes == ("The story has changed since this save; its 7 choices were replayed.",)


def test_a_choice_that_is_gone_ends_the_replay(reread, kit):
    restored = reread(kit.run(7), "nod: {text: Nod.", "bow: {text: Bow.")

    assert (restored.run.turn, restored.run.log) == (3, kit.path[:3])
    assert restored.notes == (
        "The story has changed since this save; replayed 3 of 7 choices, "
        "up to First — day 1, 12:10 — The stairs (talk.nod is no longer offered there).",
    )


def test_a_run_that_cannot_even_begin_stands_at_its_beginning(reread, kit):
    restored = reread(kit.run(7), "start: hall}\nplayer", "start: stairs}\nplayer", "story.yaml")

    assert (restored.run.turn, restored.run.steps) == (0, ())
    assert restored.notes == (
        "The story has changed since this save; none of its 7 choices could be replayed, "
        "so the run is at its beginning (hall.shout is no longer offered there).",
    )


def test_other_results_are_mentioned(reread, kit):
    restored = reread(kit.run(2), "add: {noise: 2}", "add: {noise: 1}")

    assert restored.run.turn == 2
    assert restored.run.value("noise") == 1
    assert restored.notes == (
        "The story has changed since this save; its 2 choices were replayed, and some turned out differently.",
    )


def test_what_was_taken_back_may_be_lost(reread, kit):
    restored = reread(kit.run(7).go_to(2), "nod: {text: Nod.", "bow: {text: Bow.")

    assert (restored.run.turn, len(restored.run.steps)) == (2, 3)
    assert restored.run.state == kit.run(2).state
    assert restored.notes == (
        "The story has changed since this save; its 2 choices were replayed, "
        "but what was taken back cannot all be made again (talk.nod is no longer offered).",
    )


def test_a_run_without_choices_begins_again(reread, kit):
    restored = reread(kit.run(0), "text: The hall.", "text: The long hall.")

    assert restored.notes == ("The story has changed since this save; the run is at its beginning.",)


def test_a_variable_may_come_and_go(reread, kit):
    restored = reread(kit.run(7), "flags: {knocked: false}", "flags: {knocked: false, seated: true}")

    assert restored.run.turn == 7


def test_the_old_save_stays_until_the_run_goes_on(reread, kit, tmp_path):
    before = Saves(tmp_path, kit.story)
    reread(kit.run(7), "nod: {text: Nod.", "bow: {text: Bow.")

    assert before.read("run-1", kit.machine).run == kit.run(7)


def test_a_damaged_save_of_an_older_story_is_told_in_full(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    for turn in (3, 4):
        saves.write("run-1", kit.run(turn))
    newest = kit.files(tmp_path, "run-1")[-1]
    newest.write_bytes(newest.read_bytes()[:-20])
    story = kit.edited("text: The hall.", "text: The long hall.")

    restored = Saves(tmp_path, story).read("run-1", Machine(story))

    assert restored.notes == (
        "The last save was damaged; restored turn 3.",
        "The story has changed since this save; its 3 choices were replayed.",
    )


def test_a_save_from_before_the_story_changed_can_be_brought_in(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    saves.write("a", kit.run(7), title="Mine")
    saves.export("a", tmp_path / "out.json")
    story = kit.edited("nod: {text: Nod.", "bow: {text: Bow.")
    theirs = Saves(tmp_path / "elsewhere", story)

    slot = theirs.bring_in(tmp_path / "out.json", Machine(story))

    restored = theirs.read(slot, Machine(story))
    assert (restored.run.turn, restored.title, len(restored.notes)) == (3, "Mine", 1)


def test_a_changed_game_is_treated_like_a_changed_story(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    # As a hyosan would have it to which a shout was not as loud.
    run = kit.otherwise(kit.run(2), noise=1)
    saves.write("run-1", run)
    (file,) = kit.files(tmp_path, "run-1")
    for data in (file.read_bytes(), kit.by_name(run)):
        first, second = data.splitlines()
        file.write_bytes(kit.seal({**json.loads(first), "game": "0.0.1"}, second))

        restored = saves.read("run-1", kit.machine)

        assert restored.run == kit.run(2)
        assert restored.notes == (
            "Hyosan has changed since this save; its 2 choices were replayed, and some turned out differently.",
        )
        file.write_bytes(data)
        with pytest.raises(SaveError, match="do not lead to the moment"):
            saves.read("run-1", kit.machine)
    other = Saves(tmp_path / "other", kit.story)
    other.write("run-1", kit.run(2))
    (file,) = kit.files(tmp_path / "other", "run-1")
    first, second = file.read_bytes().splitlines()
    file.write_bytes(kit.seal({**json.loads(first), "game": "0.0.1"}, second))
    assert other.read("run-1", kit.machine).notes == ()


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_saves_of_every_schema_ever_released_load(kit, tmp_path, file):
    """One file per schema, written by the release that brought it; they are never edited."""
    saves = Saves(tmp_path, kit.story)

    restored = saves.read(saves.bring_in(file, kit.machine), kit.machine)

    assert restored.run.go_to(7).state == kit.run(7).state
    assert (restored.run.turn, len(restored.run.steps), restored.run.player) == (5, 7, "Mi-jin")
    assert (restored.title, restored.played, restored.notes) == ("Golden", 3600, ())


def test_there_is_a_golden_save():
    assert [file.stem for file in sorted(GOLDEN.glob("*.json"))] == ["schema-1"]


def test_a_story_that_lost_its_id_has_no_saves(kit, tmp_path):
    Saves(tmp_path, kit.story).write("run-1", kit.run(1))
    other = kit.edited("id: small", "id: other", "story.yaml")

    assert Saves(tmp_path, other).slots() == ()
    with pytest.raises(SaveError, match="no save called"):
        Saves(tmp_path, other).read("run-1", Machine(other))
