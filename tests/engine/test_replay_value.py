"""Another club and another place on the first evening: how much of Four Floors is new the second time."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from statistics import mean

import yaml

from game.engine import Run
from game.story.shipped import shipped
from tests.floors import machine

LANES = {
    "c2_02_ladder_to_2_5": "the broadcasting room",
    "c2_06_girls_toilet": "the toilet",
    "c2_07_roof_of_two": "the roof",
    "c2_08_caretakers_keys": "the caretaker's room",
}
LONG = 60
"""A run of so many different scenes has gone past the third day."""


@cache
def whole_runs() -> list[Run]:
    """The story tests that play from the first page to an ending of the later chapters."""
    runs = []
    for file in sorted((shipped() / "tests").glob("run-*.yaml")):
        test = yaml.safe_load(file.read_text(encoding="utf-8"))
        runs.append(Run.new(machine(), test["seed"]).replay(test["choose"]))
    return runs


def scenes(run: Run) -> set[str]:
    return {run.state_at(turn).scene for turn in range(run.turn + 1)}


def lane(run: Run) -> str:
    (one,) = [name for scene, name in LANES.items() if scene in scenes(run)]
    return one


def club(run: Run) -> str:
    return str(run.value("club"))


def shares() -> dict[tuple[str, str], list[float]]:
    """For two lanes: what part of the shorter run's scenes is in the longer too, for each pair with different clubs."""
    out: dict[tuple[str, str], list[float]] = {}
    for a, b in combinations([run for run in whole_runs() if len(scenes(run)) >= LONG], 2):
        if club(a) != club(b) and lane(a) != lane(b):
            shared = len(scenes(a) & scenes(b)) / min(len(scenes(a)), len(scenes(b)))
            out.setdefault((min(lane(a), lane(b)), max(lane(a), lane(b))), []).append(shared)
    return out


def test_every_run_ends_and_every_lane_and_club_is_played():
    assert all(run.over for run in whole_runs())
    assert {lane(run) for run in whole_runs()} == set(LANES.values())
    assert {club(run) for run in whole_runs()} == {"none", "archery", "broadcasting", "science", "track"}


def test_with_another_club_and_lane_half_of_a_run_is_new():
    every = [share for found in shares().values() for share in found]
    assert len(every) > 20
    assert mean(every) <= 0.4, shares()
    # Also where two evenings lead into the same second night.
    assert max(every) <= 0.5, shares()
