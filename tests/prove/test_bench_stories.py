"""The stories that the prover is measured on: the same for the same seed, without errors, and over at some time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.stories import write
from game.desk.wander import wander
from game.engine import Machine
from game.story import Story, load_story


def synthetic(folder: Path, seed: int = 1, **how: object) -> Story:
    write(folder, scenes=60, people=6, seed=seed, **how)  # type: ignore[arg-type]
    loaded = load_story(folder)
    assert loaded.diagnostics == ()
    assert loaded.story is not None
    return loaded.story


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_seed_is_a_story(tmp_path):
    first = synthetic(tmp_path / "first")
    again = synthetic(tmp_path / "again")
    other = synthetic(tmp_path / "other", seed=2)

    assert contents(tmp_path / "first") == contents(tmp_path / "again")
    assert first.digest == again.digest != other.digest
    assert len(first.scenes) == len(other.scenes) == 60


@pytest.mark.parametrize("locality", ["scoped", "mixed", "sprawl"])
@pytest.mark.parametrize("clock", ["chapter", "none"])
def test_random_plays_cross_the_chapters_and_end(tmp_path, clock, locality):
    story = synthetic(tmp_path, clock=clock, locality=locality, chapters=4, plant=False)

    plays = list(wander(Machine(story), 100))

    assert all(play.over for play in plays)
    crossed = [len({story.scenes[step.before.scene].chapter for step in play.steps}) for play in plays]
    assert crossed.count(4) > 30


def test_what_is_planted_is_listed_and_is_there(tmp_path):
    planted = write(tmp_path, scenes=60, people=6, seed=1)
    story = load_story(tmp_path).story
    assert story is not None

    assert sorted(p.kind for p in planted) == ["ending", "speaks", "stuck"]
    assert [p["scene"] for p in json.loads((tmp_path / "planted.json").read_text())] == [p.scene for p in planted]
    stuck = next(p.scene for p in planted if p.kind == "stuck")
    ends = {play.steps[-1].after.scene for play in wander(Machine(story), 300) if not play.over}
    assert ends == {stuck}
    assert {"ending": "e_never"}.items() <= {p.kind: p.scene for p in planted}.items()


def test_without_defects_nothing_is_planted(tmp_path):
    assert write(tmp_path, scenes=60, seed=1, plant=False) == []
    assert "e_never" not in (tmp_path / "endings.yaml").read_text()
