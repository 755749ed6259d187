"""*Four Floors*, read once for all the tests of a process: it takes a second."""

from __future__ import annotations

from functools import cache

from game.engine import Machine
from game.story import load_story
from game.story.shipped import shipped


@cache
def machine() -> Machine:
    story = load_story(shipped()).story
    assert story is not None
    return Machine(story)
