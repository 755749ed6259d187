"""The shipped story: whoever plays it at random comes to an end."""

from __future__ import annotations

import os
import random
from functools import cache

import pytest

from game.engine import Machine, Run
from game.present import transcript
from game.present.view import view
from game.story.shipped import shipped
from tests.floors import machine

RUNS = int(os.environ.get("HYOSAN_RUNS", "24"))
CHOICES = 400

pytestmark = pytest.mark.skipif(not (shipped() / "story.yaml").exists(), reason="there is no shipped story")


@cache
def at_random(seed: int) -> Run:
    """A run that takes any open choice, to an ending or as far as it may go."""
    rng = random.Random(seed)
    run = Run.new(machine(), seed, gentle=seed % 2 == 1)
    while not run.over and run.turn < CHOICES:
        choices = [option.choice.id for option in run.options() if option.open]
        assert choices, f"stranded after {run.log}"
        run = run.choose(rng.choice(choices))
    return run


def test_random_play_never_strands_and_comes_to_an_end():
    assert [run.log for run in map(at_random, range(RUNS)) if not run.over] == []


def test_every_page_of_a_run_has_something_to_read():
    for run in map(at_random, range(4)):
        for turn in range(run.turn + 1):
            assert any(line.kind in ("text", "speech") for line in transcript(run, turn)), run.log[:turn]
            assert all(option.text for option in view(run.go_to(turn)).options)


def test_playing_again_gives_the_same_run():
    fresh = Machine(machine().story)
    for run in map(at_random, range(4)):
        again = Run.new(fresh, run.seed, gentle=run.gentle).replay(run.log)

        assert [s.after for s in again.steps] == [s.after for s in run.steps]
