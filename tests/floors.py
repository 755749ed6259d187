"""*Four Floors*, read once for all tests of a run (it takes a second), and then taken from the cache."""

from __future__ import annotations

from functools import cache

from game.engine import Machine
from game.story.cache import load_kept
from game.story.kept import Files
from game.story.shipped import shipped


@cache
def machine() -> Machine:
    story = load_kept(shipped()).story
    assert story is not None
    return Machine(story)


@cache
def korean() -> Machine:
    """The same in Korean."""
    story = Files(shipped()).told("en", "ko").load().story
    assert story is not None
    return Machine(story)
