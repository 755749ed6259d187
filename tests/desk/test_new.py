"""`hyosan new`: a story that plays, checks and tests green, and parts put in without touching the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from game.desk import new
from game.engine import Machine, Run
from game.story import load_story


@pytest.fixture
def story(tmp_path: Path, capsys) -> Path:
    folder = tmp_path / "the-well"
    assert new.main([str(folder)]) == 0
    capsys.readouterr()
    return folder


def test_a_new_story_loads_without_findings_and_plays_to_its_ending(story):
    loaded = load_story(story)
    assert loaded.story is not None
    assert loaded.diagnostics == ()
    assert (loaded.story.id, loaded.story.title) == ("the-well", "The Well")

    run = Run.new(Machine(loaded.story), 1)
    for choice in ("tell_truth", "shake_the_torch", "take_it", "wait", "wait", "wait", "light", "turn_it_off"):
        run = run.choose(choice)

    assert run.over
    assert "You said it wasn't the pipes." in [p.text for p in run.page().text]


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (["scene", "attic"], "01-house.yaml"),
        (["scene", "under_stairs", "--place", "hall"], "01-house.yaml"),
        (["scene", "attic", "--to", "dark", "--file", "01-house.yaml"], "01-house.yaml"),
        (["person", "uncle_jo"], "people.yaml"),
        (["item", "candle"], "items.yaml"),
        (["place", "garden"], "places.yaml"),
    ],
)
def test_a_part_is_added_and_nothing_else_changes(story, arguments, file, capsys):
    before = {p.name: p.read_text() for p in story.glob("*.yaml")}

    assert new.main([*arguments, "--in", str(story)]) == 0

    after = {p.name: p.read_text() for p in story.glob("*.yaml")}
    told = capsys.readouterr().out
    added = [line for line in after[file].split("\n") if line not in before[file].split("\n")]
    assert any(arguments[1] in line for line in added)
    assert int(told.split(":")[1]) == next(
        i for i, x in enumerate(after[file].split("\n"), 1) if arguments[1] + ":" in x
    )
    assert {name for name in after if after[name] != before[name]} == {file}
    kept = iter(after[file].split("\n"))
    assert all(line in kept for line in before[file].split("\n")), "every old line stands, in order"
    assert load_story(story).diagnostics == ()


def test_a_scene_goes_into_a_chapter_that_has_none_yet(story):
    (story / "02-after.yaml").write_text(
        "chapter: {id: after, title: After, from: D2 08:00, until: D2 09:00, start: x}\n"
    )
    (story / "02-after.yaml").write_text("chapter: house\n# what follows\n")

    assert new.main(["scene", "cold_morning", "--to", "dark", "--in", str(story)]) == 0

    assert "# what follows" in (story / "02-after.yaml").read_text()
    loaded = load_story(story)
    assert loaded.story is not None
    assert loaded.story.scenes["cold_morning"].chapter == "house"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scene", "dark"], "already"),
        (["scene", "x", "--place", "hal"], "did you mean 'hall'?"),
        (["scene", "x", "--to", "drak"], "did you mean 'dark'?"),
        (["scene", "x", "--file", "none.yaml"], "there is no file 'none.yaml'"),
        (["scene", "x", "--file", "people.yaml"], "not a chapter's file"),
        (["item", "torch"], "already an item 'torch'"),
        (["person", "9lives"], "cannot be an id"),
        (["person", "not"], "cannot be an id"),
    ],
)
def test_what_cannot_be_added_is_one_clear_message_and_changes_nothing(story, arguments, message, capsys):
    before = {p: p.read_bytes() for p in story.rglob("*") if p.is_file()}

    assert new.main([*arguments, "--in", str(story)]) == 1

    assert message in capsys.readouterr().err
    assert {p: p.read_bytes() for p in story.rglob("*") if p.is_file()} == before


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")

    assert new.main([str(tmp_path)]) == 1

    assert "not empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
