"""What a choice does to each variable by itself, against going through it item by item."""

from __future__ import annotations

from pathlib import Path

import pytest

from game.engine import Machine
from game.prove import transfers
from game.prove.aim import towards
from game.prove.cells import Partitions
from game.prove.limits import Limits
from game.prove.model import CHAPTER, Assign, Model, decided_by, deciding, numbers
from game.prove.play import Eyes, Player, states
from game.prove.questions import OnTheWay, ask, watched
from game.prove.values import Values, live
from game.story import load_story

FOLDER = Path(__file__).parents[1] / "stories"
STORIES = sorted(p for p in (FOLDER / "no-defects").iterdir() if p.is_dir())[:6]


def model_of(folder: Path) -> Model:
    story = load_story(folder).story
    assert story is not None
    return Model(Machine(story))


@pytest.mark.parametrize("folder", STORIES, ids=lambda p: p.name)
def test_what_decides_over_a_variable_is_what_decides_over_each_item_that_changes_it(folder):
    model = model_of(folder)
    for edge in (edge for edges in model.edges.values() for edge in edges):
        expected: dict[int, set[int]] = {}
        for i, item in enumerate(edge.items):
            if isinstance(item, Assign) and len(item.tables) <= CHAPTER:
                for var in item.tables:
                    expected.setdefault(var, set()).update(decided_by(edge, i))
        assert {var: set(numbers(read)) for var, read in deciding(edge).items()} == expected


def test_where_there_are_too_many_ways_to_change_a_variable_all_its_values_are_told_apart(monkeypatch):
    exact = [cells_of(model_of(folder)) for folder in STORIES]
    monkeypatch.setattr(transfers, "MANY", 0)
    finer = 0
    for folder, known in zip(STORIES, exact, strict=True):
        loose = cells_of(model_of(folder))
        for scene, found in known.at.items():
            for var, cells in found.items():
                other = loose.at[scene][var]
                assert len(set(zip(cells, other, strict=True))) == len(set(other)), "one cell that should be two"
            finer += loose.at[scene] != found
    assert finer, "nothing was changed too often"


@pytest.mark.parametrize("folder", STORIES, ids=lambda p: p.name)
def test_what_playing_towards_a_question_shows_can_be_played(folder):
    model = model_of(folder)
    asked = ask(model)
    eyes = Eyes(model, asked)
    towards(model, Player(model), eyes, asked, Limits(10))
    assert eyes.seen
    for one, way in eyes.seen.items():
        went = states(model.machine, way)
        assert went is not None
        assert {site.scene for site in one.sites} & {state.scene for state in went[-2:]}


def cells_of(model: Model) -> Partitions:
    asked = ask(model)
    way = OnTheWay(asked)
    return Partitions(model, Values(model, live(model, watched(asked), way)), watched(asked), way)
