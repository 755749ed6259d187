"""Saves that were released load for ever: by the story they were made in, and by every later version of it.

`golden/` has a folder for each new way in which saves were written: `story/` as it was, the saves (exported files, and
slots with all that was beside them), and `then.json` with what a player had. `golden/later/` is a later version of the
same story. None of it is ever edited.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from game import __version__
from game.engine import Machine, Run
from game.saves import Saves
from game.saves.format import SCHEMA
from game.story import load_story

GOLDEN = Path(__file__).parent / "golden"
RELEASES = sorted(path for path in GOLDEN.iterdir() if (path / "then.json").is_file())
SAVES = [
    (release, save) for release in RELEASES for save in sorted([*release.glob("*.save.json"), *release.glob("*.slot")])
]
LATER = GOLDEN / "later"


def machine(folder: Path) -> Machine:
    loaded = load_story(folder)
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return Machine(loaded.story)


def had(run: Run) -> dict[str, object]:
    """What a player has, as `then.json` has it."""
    story = run.machine.story
    return {
        "scene": run.state.scene,
        "turn": run.turn,
        "future": len(run.future),
        "player": run.player,
        "values": {v.name: v.values[i] for v, i in zip(story.variables, run.state.values, strict=True) if i != v.start},
    }


def loaded(save: Path, folder: Path, tmp_path: Path) -> tuple[Run, tuple[str, ...]]:
    there = machine(folder)
    saves = Saves(tmp_path, there.story)
    if save.is_dir():
        shutil.copytree(save, tmp_path / "golden" / "slot")
    restored = saves.read("slot" if save.is_dir() else saves.bring_in(save, there), there)
    return restored.run, restored.notes


@pytest.mark.parametrize(("release", "save"), SAVES, ids=lambda path: path.name)
def test_a_released_save_loads_in_its_story(release, save, tmp_path):
    run, notes = loaded(save, release / "story", tmp_path)

    assert had(run) == json.loads((release / "then.json").read_text("utf-8"))[save.name]
    assert notes == ()


@pytest.mark.parametrize(("release", "save"), SAVES, ids=lambda path: path.name)
def test_a_released_save_keeps_its_moment_in_a_later_version(release, save, tmp_path):
    """The later version calls nearly everything otherwise, and has other effects and weights."""
    run, notes = loaded(save, LATER, tmp_path)

    assert had(run) == json.loads((release / "later.json").read_text("utf-8"))[save.name]
    assert notes[0].startswith("The story has changed since this save; ")
    # It can be taken back, and played on to an ending.
    assert run.turn == 0 or run.undo().turn == run.turn - 1
    ways = {"meeting": "bow", "lobby": "go_steps_down", "steps_down": "leave"}
    while not run.over:
        run = run.choose(ways[run.state.scene])


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_endings_of_a_release_are_remembered(release, tmp_path):
    there = machine(LATER)
    saves = Saves(tmp_path, there.story)
    assert saves.bring_in_endings(release / "kept") == 1
    (reached,) = saves.endings().endings
    assert (reached.ending, reached.lost, reached.player) == ("outside", ("cheong_san",), "Mi-jin")


def test_the_present_way_of_saving_has_a_golden_save():
    files = [file for _, save in SAVES for file in (save.glob("g*.json") if save.is_dir() else [save])]
    schemas = {json.loads(file.read_bytes().splitlines()[0])["schema"] for file in files}
    assert SCHEMA in schemas
    assert __version__ in {release.name for release in RELEASES} or max(schemas) == SCHEMA
