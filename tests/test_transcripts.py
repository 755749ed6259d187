"""Golden transcripts: whole runs of Four Floors in plain mode, word for word.

`tests/transcripts/NAME.answers` is what the player types; `NAME.txt` is what they read. If a change of words is meant:

    HYOSAN_BLESS=1 .venv/bin/python -m pytest tests/test_transcripts.py && git diff tests/transcripts
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from game.engine import Run
from game.plain import Console, PlainGame
from game.saves import Saves
from tests import floors

FOLDER = Path(__file__).parent / "transcripts"
RUNS = sorted(path.stem for path in FOLDER.glob("*.answers"))


def transcript(name: str, saves: Path) -> str:
    """What is read in the run `name`. Its first line is the seed, the others are answers."""
    seed, *answers = (FOLDER / f"{name}.answers").read_text(encoding="utf-8").splitlines()
    out = io.StringIO()
    machine = floors.machine()
    game = PlainGame(machine, Saves(saves, machine.story), Console(io.StringIO("\n".join(answers) + "\n"), out))
    game.play(Run.new(machine, int(seed.removeprefix("seed "))))
    game.saves.release()
    return out.getvalue()


def test_there_are_golden_runs():
    assert len(RUNS) >= 3


@pytest.mark.parametrize("name", RUNS)
def test_a_golden_run_reads_as_it_did(name, tmp_path):
    read = transcript(name, tmp_path)
    golden = FOLDER / f"{name}.txt"
    if os.environ.get("HYOSAN_BLESS"):
        golden.write_text(read, encoding="utf-8")

    assert read == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_a_golden_run_ends(name):
    assert "The run is over." in (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
