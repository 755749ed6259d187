"""Conditions read after the story: they mean what they mean in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from game.story import Where, load_story
from game.story.asking import names_of
from game.story.diagnostics import Problems
from game.story.expr import parse_condition
from game.story.names import Scope
from game.story.shipped import shipped
from tests import floors

STORIES = [Path(__file__).parents[1] / "stories" / "cold-hands", shipped()]


@pytest.mark.parametrize("folder", STORIES, ids=lambda f: f.name)
def test_every_promise_of_a_story_reads_again_as_it_was_read(folder):
    story = floors.machine().story if folder == shipped() else load_story(folder).story
    assert story is not None
    names = names_of(story, Problems())
    assert [(v.name, v.values) for v in names.table.all] == [(v.name, v.values) for v in story.variables]

    for promise in story.properties:
        problems = Problems()
        scene = story.scenes.get(promise.scene)
        chapter, place, cast = (scene.chapter, scene.place, scene.cast) if scene else ("", "", ())
        scope = Scope(replace(names, problems=problems), chapter, promise.scene, place, frozenset(cast), control=True)
        read = parse_condition(promise.source, lambda at, width: Where("", 1, at + 1, width), scope)
        assert [d.message for d in problems] == []
        assert read == promise.cond
    assert story.properties
