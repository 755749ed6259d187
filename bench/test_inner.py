"""What the inner parts cost on Four Floors, each by itself:  python -m pytest bench/test_inner.py

Needs pytest-benchmark (`pip install -e ".[test,bench]"`), and is no part of the tests.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from game.desk.check import check
from game.desk.wander import wander
from game.engine import Machine, Run
from game.saves.capture import pack
from game.saves.format import decode, encode
from game.saves.restore import restore
from game.story import Story, load_sources
from game.story.cache import decoded, encoded, load_kept
from game.story.diagnostics import Problems
from game.story.files import read_files
from game.story.nodes import compose
from game.story.shipped import shipped

pytest.importorskip("pytest_benchmark")

CHOICES = 100


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return read_files(shipped(), Problems())


@pytest.fixture(scope="module")
def story(sources: dict[str, str]) -> Story:
    story = load_sources(sources).story
    assert story is not None
    return story


@pytest.fixture(scope="module")
def run(story: Story) -> Run:
    """A run of `CHOICES` choices that has not ended."""
    for seed in range(100):
        chance = random.Random(seed)
        run = Run.new(Machine(story), seed)
        while len(run.steps) < CHOICES and not run.over:
            run = run.choose(chance.choice([o.choice.id for o in run.options() if o.open]))
        if not run.over:
            return run
    raise AssertionError("every run ends early")


def test_compose_the_yaml(benchmark: Any, sources: dict[str, str]) -> None:
    def all_files() -> None:
        problems = Problems()
        for file, text in sources.items():
            assert compose(text, file, problems) is not None

    benchmark(all_files)


def test_read_the_story(benchmark: Any, sources: dict[str, str]) -> None:
    benchmark(load_sources, sources)


def test_find_the_story_in_the_cache(benchmark: Any, tmp_path: Path) -> None:
    load_kept(shipped(), tmp_path)
    assert benchmark(load_kept, shipped(), tmp_path).story is not None


def test_keep_the_story(benchmark: Any, story: Story) -> None:
    benchmark(encoded, story)


def test_make_every_scene_of_a_kept_story(benchmark: Any, story: Story) -> None:
    lines = encoded(story)
    assert len(benchmark(lambda: list(decoded(lines).scenes.values()))) == len(story.scenes)


def test_check_the_story(benchmark: Any, sources: dict[str, str]) -> None:
    assert list(benchmark(check, sources)) == []


def test_ten_random_plays(benchmark: Any, story: Story) -> None:
    machine = Machine(story)
    benchmark(lambda: [len(play.steps) for play in wander(machine, 10)])


def test_the_page_of_a_turn(benchmark: Any, run: Run) -> None:
    assert benchmark(run.page).text


def test_the_choices_of_a_turn(benchmark: Any, run: Run) -> None:
    benchmark(lambda: [run.line(option.choice.text) for option in run.options()])


def test_a_choice(benchmark: Any, run: Run) -> None:
    choice = next(option.choice.id for option in run.options() if option.open)
    benchmark(run.choose, choice)


def saved(run: Run) -> bytes:
    return encode(pack(run, title="", auto=True, played=0, order=1))


def test_save_a_turn(benchmark: Any, run: Run) -> None:
    benchmark(saved, run)


def test_restore_a_run(benchmark: Any, run: Run) -> None:
    data = saved(run)
    assert benchmark(lambda: restore(decode(data), run.machine).run.made().turn) == CHOICES
