"""Plain mode alone comes to every ending of the shipped story that the app comes to."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.saves import Saves
from game.story.shipped import shipped
from tests import floors

RUNS = sorted((shipped() / "tests").glob("run-e*.yaml"))
"""Story tests of whole runs: `seed` and `choose` (scene.choice), which are played here by their numbers."""


@pytest.fixture
def machine() -> Machine:
    return floors.machine()


def numbers(run: Run, choices: list[str]) -> Iterator[str]:
    """What to type for each choice, at each of its pages."""
    for made in choices:
        open_now = [o.choice.id for o in run.options() if o.open]
        choice = made.partition(".")[2]
        yield str(open_now.index(choice) + 1)
        run = run.choose(choice)


def ended(machine: Machine, file: Path, saves: Saves) -> tuple[Run, str]:
    """The run of a story test typed into plain mode, and all that was said."""
    told = yaml.safe_load(file.read_text("utf-8"))
    begin = Run.new(machine, told["seed"])
    out = io.StringIO()
    typed = [*numbers(begin, told["choose"]), "quit"]
    game = PlainGame(machine, saves, Console(io.StringIO("\n".join(typed) + "\n"), out))
    game.play(begin)
    saves.release()
    return game.run, out.getvalue()


def test_every_ending_has_a_whole_run(machine):
    assert len(RUNS) >= len(machine.story.endings)


@pytest.mark.slow
def test_plain_mode_comes_to_every_ending(machine, tmp_path):
    saves = Saves(tmp_path, machine.story)
    for file in RUNS:
        run, said = ended(machine, file, saves)
        assert run.over, file.name
        assert machine.story.scenes[run.state.scene].title in said
    wanted = {e.id for e in machine.story.endings}
    assert {one.ending for one in saves.endings().endings} == wanted
    # The words of the last run tell what all of them saw.
    assert "All your runs together saw" in said
