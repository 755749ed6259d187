"""Whatever stands in a file, the loader answers with diagnostics, soon, and never with an exception."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest

from game.story import load_sources
from game.story.asking import names_of
from game.story.conditions import All, Any, At, Constant, Count, Test
from game.story.diagnostics import Problems, Where
from game.story.expr import parse_condition
from game.story.names import Names, Scope
from tests.stories.building import load
from tests.story import mutations
from tests.story.mistakes import WORLD

CONDITIONS = int(os.environ.get("HYOSAN_CONDITIONS", "4000"))
FILES = int(os.environ.get("HYOSAN_FILES", "400"))
PARTS = 4
SOON = 0.05  # seconds of processor time for one of them

T = TypeVar("T")


def soon(read: Callable[[], T]) -> T:
    """What `read` gives, which it must give soon; a second time if the first was disturbed."""
    for _ in range(3):
        began = time.process_time()
        found = read()
        if time.process_time() - began < SOON:
            return found
    raise AssertionError("this takes too long")


@pytest.fixture(scope="module")
def names() -> Names:
    return names_of(load(WORLD), Problems())


@pytest.fixture(scope="module")
def stories() -> list[dict[str, str]]:
    return mutations.stories()


def read(words: str, scope: Scope) -> tuple[object, list[tuple[int, int]]]:
    """A condition as it is read, and the (offset, width) of everything that was pointed at."""
    spots: list[tuple[int, int]] = []

    def locate(at: int, width: int) -> Where:
        spots.append((at, width))
        return Where("x.yaml", 1, at + 1, width)

    return parse_condition(words, locate, scope), spots


@pytest.mark.parametrize("part", range(PARTS))
def test_any_condition_is_read_or_told_what_is_wrong_with_it(names, part):
    rng = random.Random(part)
    right = 0
    for _ in range(CONDITIONS // PARTS):
        words = mutations.condition(rng)
        problems = Problems()
        chapter = rng.choice(["", "day", "day", "day"])
        scope = Scope(replace(names, problems=problems), chapter, control=rng.random() < 0.2)

        cond, spots = soon(partial(read, words, scope))

        assert isinstance(cond, Test | All | Any | Constant | Count | At), words
        assert all(0 <= at <= len(words) and 1 <= width <= max(1, len(words) - at) for at, width in spots), words
        assert all(line.isprintable() for d in problems for line in d.render().split("\n")), words
        right += not len(problems)
    assert 0.02 < right / (CONDITIONS // PARTS) < 0.9, "some are right and some are wrong"


@pytest.mark.parametrize("part", range(PARTS))
def test_any_files_are_read_or_told_what_is_wrong_with_them(stories, part):
    rng = random.Random(part)
    right = 0
    for _ in range(FILES // PARTS):
        sources, file = mutations.files(rng, stories)
        tried = (file, sources[file])

        found = soon(partial(load_sources, sources))

        told = "\n".join(d.render() for d in found.diagnostics)
        assert all(line.isprintable() for line in told.split("\n")), tried
        assert (found.story is None) == any(d.severity == "error" for d in found.diagnostics), tried
        for d in found.diagnostics:
            assert not d.where.line or d.where.line <= sources[d.where.file].count("\n") + 1, tried
        right += found.story is not None
    assert 0.01 < right / (FILES // PARTS) < 0.9, "some are right and some are wrong"
