"""The past of a run, kept from turn to turn, is what walking through all of it comes to."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.present import people
from game.present.chronicle import chronicle
from game.present.view import view
from game.story import load_story
from game.story.shipped import shipped
from tests import floors


def machine(folder: Path) -> Machine:
    loaded = load_story(folder)
    assert loaded.story is not None
    return Machine(loaded.story)


def met(run: Run, turn: int) -> set[str]:
    """Everybody met by `turn`, by walking through the run."""
    story = run.machine.story
    steps = run.steps[:turn]
    found = set(story.scenes[run.first.scene].cast).union(*(story.scenes[s.after.scene].cast for s in steps))
    for id, person in story.people.items():
        vars = [v for v in (person.fate, person.company, person.bond) if v >= 0]
        if any(s.before.values[v] != s.after.values[v] for s in steps for v in vars):
            found.add(id)
        if run.value(f"with.{id}", turn):
            found.add(id)
    return found


def place(run: Run, turn: int) -> str:
    scenes = run.machine.story.scenes
    return next((p for t in range(turn, -1, -1) if (p := scenes[run.state_at(t).scene].place)), "")


def fated(run: Run, id: str, turn: int) -> int:
    fate = run.machine.story.people[id].fate
    changed = (t for t in range(turn, 0, -1) if run.steps[t - 1].before.values[fate] != run.state_at(t).values[fate])
    return next(changed, 0)


@pytest.mark.parametrize("folder", [Path(__file__).parents[1] / "tui" / "story", shipped()], ids=["small", "shipped"])
def test_a_chronicle_says_what_walking_through_the_run_says(folder):
    whole = floors.machine() if folder == shipped() else machine(folder)
    chance = random.Random(7)
    met_anybody = changed_fates = 0
    for seed in range(2 if folder == shipped() else 4):
        run = Run.new(whole, seed)
        for _ in range(60):
            ways = [o.choice.id for o in run.options() if o.open]
            way = chance.random()
            if way < 0.15 or not ways:
                run = run.go_to(chance.randint(0, len(run.steps)))
            else:
                run = run.choose(chance.choice(ways))
            known = chronicle(run)
            for turn in {0, chance.randint(0, len(run.steps)), run.turn, len(run.steps)}:
                assert {id for id in run.machine.story.people if known.met(id, turn)} == met(run, turn)
                assert known.place(turn) == place(run, turn)
                for id in run.machine.story.people:
                    assert known.fated(id, turn) == fated(run, id, turn)
                    changed_fates += bool(fated(run, id, turn))
                met_anybody += bool(met(run, turn))
            assert [p.id for p in people(run)] == [p for p in run.machine.story.people if p in met(run, run.turn)]
    assert met_anybody
    assert changed_fates or folder != shipped()


def test_a_view_of_a_long_run_looks_at_no_turn_twice(monkeypatch):
    """Counted, not timed: how many steps are looked at while a run goes on."""
    from game.present.chronicle import Chronicle

    looked: list[int] = []
    add = Chronicle._add

    def count(self: Chronicle, run: Run, turn: int) -> None:
        looked.append(turn)
        add(self, run, turn)

    monkeypatch.setattr(Chronicle, "_add", count)
    run = Run.new(machine(Path(__file__).parents[1] / "tui" / "story"), 1)
    for choice in ("walk", "wait", "d1", *["listen"] * 500):
        run = run.choose(choice)
        view(run)
    assert looked == list(range(1, 504))
    view(run.undo())
    view(run.undo().redo())
    assert len(looked) == 503
