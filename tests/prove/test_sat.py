"""Plays found by a SAT solver: there is one exactly where standing everywhere finds one, and it can be played."""

from __future__ import annotations

import builtins
import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any as AnyType

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from game.engine import Machine
from game.engine.checks import compile_condition
from game.engine.flow import Act, walk
from game.prove import sat
from game.prove.clauses import Clauses, Conditions, Number
from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.questions import Asked, OnTheWay, Site, ask, watched
from game.prove.values import Values, live
from game.story import Story, load_story
from game.story.conditions import TRUE, All, Any, Cond, Count, Test
from tests.engine.worlds import Model as World
from tests.engine.worlds import models
from tests.prove.enumerate import Truth, enumerate_story
from tests.prove.test_planted import ALL, story, truth
from tests.stories import building

solvers = pytest.importorskip("pysat.solvers")

FAR = 40
EXAMPLES = int(os.environ.get("HYOSAN_EXAMPLES", "3"))


class Ready:
    """A story that can be asked about."""

    def __init__(self, story: Story) -> None:
        self.model = Model(Machine(story))
        self.asked = ask(self.model)
        way = OnTheWay(self.asked)
        self.values = Values(self.model, live(self.model, watched(self.asked), way))

    def search(self, sites: Sequence[Site], seconds: float = 20, **how: object) -> sat.Found | sat.Unknown | None:
        return sat.search(self.model, self.values, sites, Limits(seconds), **how)  # type: ignore[arg-type]


def distance(one: Asked, found: Truth) -> int | None:
    """How many choices it takes until a question's site shows, for those of which that is known."""
    kind, subject = one.question.kind, one.question.subject
    if kind in ("scene", "ending"):
        return found.scenes.get(subject)
    if kind in ("choice", "outcome") and len(one.sites) == 1:
        made = (found.choices if kind == "choice" else found.outcomes).get(subject)
        return None if made is None else made - 1
    return None


def agrees(ready: Ready, found: Truth, *, twice: bool) -> None:
    """Whether a search finds what there is, and nothing else."""
    lines = [(p.kind, f"{p.where.file}:{p.where.line}") for p in found.story.properties]
    machine = ready.model.machine
    # What is done on coming to the first scene is on no edge, and so there is no site for it.
    begun = {
        ("acts", f"{node.deed.person}@{node.deed.where.file}:{node.deed.where.line}")
        for node in walk(machine.flows.entering(found.story.start, ""))
        if isinstance(node, Act)
    }
    for one in ready.asked:
        key = one.question.kind, one.question.subject
        if key in begun:
            continue
        if lines.count(key) > 1:
            continue  # The truth does not tell two promises on one line apart.
        there = (key in found.faults) != one.wants
        play = ready.search(one.sites, shortest=True, most_steps=FAR)
        assert isinstance(play, sat.Found) == there, key
        if not there:
            assert play is None, key
            continue
        assert isinstance(play, sat.Found)
        assert play.shortest
        assert sat.replay(ready.model, play.edges, one.sites)
        away = distance(one, found)
        assert away is None or len(play.edges) == away, key
        if twice:
            other = ready.search(one.sites)
            assert isinstance(other, sat.Found), key
            assert sat.replay(ready.model, other.edges, one.sites)
            assert len(other.edges) >= len(play.edges)
            assert not other.shortest


# --- where the truth is known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [name if i % 3 == 0 else pytest.param(name, marks=pytest.mark.slow) for i, name in enumerate(ALL)]
)
def test_it_finds_what_there_is_in_small_stories(name):
    agrees(Ready(story(name)), truth(name), twice=name < "defects/n")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(models())
def test_it_finds_what_there_is_in_random_stories(world: World):
    loaded = building.load(world.sources())
    found = enumerate_story(Machine(loaded), most=300)
    assume(found is not None)
    assert found is not None
    assume(max(found.scenes.values()) <= FAR // 2)
    agrees(Ready(loaded), found, twice=True)


# --- larger ones ------------------------------------------------------------------------------------


def test_an_ending_of_a_written_story_is_found():
    loaded = load_story(Path(__file__).parents[1] / "stories" / "look-alikes").story
    assert loaded is not None
    ready = Ready(loaded)
    ending = [Site(next(scene.id for scene in reversed(list(loaded.scenes.values())) if scene.is_ending), TRUE)]
    found = ready.search(ending, seconds=60)
    assert isinstance(found, sat.Found)
    assert sat.replay(ready.model, found.edges, ending)


LOOP = """\
flags: {knocks: {range: 0..60}}
scenes:
  first:
    text: A door.
    choices:
      knock: {text: Knock., do: [{add: {knocks: 1}}], goto: first}
      on: {text: Go on., when: knocks == 50, goto: end}
"""


def test_a_long_stay_in_one_scene_is_found():
    ready = Ready(building.story(LOOP))
    found = ready.search([Site("end", TRUE)])
    assert isinstance(found, sat.Found)
    assert [edge.choice.id for edge in found.edges] == ["knock"] * 50 + ["on"]
    counted = ready.search([Site("end", TRUE)], shortest=True)
    assert isinstance(counted, sat.Found)
    assert counted.shortest
    assert len(counted.edges) == 51
    assert ready.search([Site("end", TRUE)], shortest=True, most_steps=50) is None


# --- limits -----------------------------------------------------------------------------------------


def test_time_is_up():
    ready = Ready(building.story(LOOP))
    began = time.monotonic()
    found = ready.search([Site("end", TRUE)], seconds=0)
    assert isinstance(found, sat.Unknown)
    assert found.limit.endswith(" s")
    assert time.monotonic() - began < 1


def test_a_solver_is_interrupted():
    # Pigeons in too few holes: nobody soon shows with clauses alone that there is no room.
    look = sat._Search(Ready(building.story(LOOP)).model, Limits(0.3), 10**6, sat.SOLVER)
    holes = 12
    with solvers.Solver(name=sat.SOLVER) as solver:
        for pigeon in range(holes + 1):
            solver.add_clause([pigeon * holes + hole + 1 for hole in range(holes)])
        for hole in range(holes):
            for one, other in itertools.combinations(range(holes + 1), 2):
                solver.add_clause([-(one * holes + hole + 1), -(other * holes + hole + 1)])
        began = time.monotonic()
        assert look._solved(solver, 1, look.limits) is None
        assert time.monotonic() - began < 2


def test_a_formula_that_grows_too_large_is_given_up():
    found = Ready(building.story(LOOP)).search([Site("end", TRUE)], most_clauses=100)
    assert found == sat.Unknown("100 clauses", -1)


def test_without_python_sat_it_says_so(monkeypatch):
    real = builtins.__import__

    def missing(name: str, *rest: object) -> object:
        if name.startswith("pysat"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    ready = Ready(building.story(LOOP))
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError):
        ready.search([Site("end", TRUE)])


def test_what_the_engine_does_not_play_is_no_play():
    ready = Ready(building.story(LOOP))
    knock, on = ready.model.edges["first"]
    end = [Site("end", TRUE)]

    def plays(*edges: Edge) -> bool:
        return sat.replay(ready.model, edges, end)

    assert plays(*[knock] * 50, on)
    assert not plays(*[knock] * 49, on)
    assert not plays(*[knock] * 50)
    assert not plays(*[knock] * 50, on, on)


# --- clauses ----------------------------------------------------------------------------------------

SIZES = (2, 3, 5)
TESTS = st.integers(0, 2).flatmap(lambda var: st.integers(0, (1 << SIZES[var]) - 1).map(lambda mask: Test(var, mask)))
CONDS = st.recursive(
    st.one_of(
        TESTS,
        st.tuples(st.lists(TESTS, min_size=1, max_size=4), st.integers(0, 31)).map(
            lambda drawn: Count(tuple(drawn[0]), drawn[1])
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=5,
)
few = settings(max_examples=60, deadline=None, derandomize=True)


def numbered(solver: AnyType, masks: Sequence[int]) -> tuple[Clauses, dict[int, Number]]:
    clauses = Clauses(solver.add_clause, 10**6)
    return clauses, {var: clauses.number(mask) for var, mask in enumerate(masks)}


def is_at(number: Number, value: int) -> list[int]:
    """Literals that say a variable has a value."""
    return [
        literal if known <= value else -literal
        for known, literal in zip([v for v in range(9) if number.mask >> v & 1], number.least, strict=False)
    ]


@few
@given(CONDS)
def test_a_condition_as_clauses_holds_where_it_holds(cond: Cond):
    holds = compile_condition(cond, list(SIZES))
    with solvers.Solver(name=sat.SOLVER) as solver:
        clauses, known = numbered(solver, [(1 << size) - 1 for size in SIZES])
        goal = clauses.new()
        Conditions(clauses, known).require([-goal], cond)
        for values in itertools.product(*map(range, SIZES)):
            at = [literal for var, value in enumerate(values) for literal in is_at(known[var], value)]
            assert solver.solve([goal, *at]) == holds(bytes(values))


@few
@given(st.integers(1, 31), st.integers(1, 31), st.binary(min_size=5, max_size=5))
def test_a_change_as_clauses_makes_what_its_table_makes(source: int, among: int, drawn: bytes):
    table = bytes(value % 5 for value in drawn)
    among &= source
    assume(among)
    target = 0
    for value in range(5):
        target |= (among >> value & 1) << table[value]
    with solvers.Solver(name=sat.SOLVER) as solver:
        clauses, known = numbered(solver, [source, target])
        clauses.transfer([], known[0], among, table, known[1])
        for value in (v for v in range(5) if among >> v & 1):
            for other in (v for v in range(5) if target >> v & 1):
                at = [*is_at(known[0], value), *is_at(known[1], other)]
                assert solver.solve(at) == (table[value] == other)


@pytest.mark.parametrize("count", [2, 5, 6, 11])
def test_at_most_one(count):
    with solvers.Solver(name=sat.SOLVER) as solver:
        clauses = Clauses(solver.add_clause, 10**6)
        literals = [clauses.new() for _ in range(count)]
        clauses.at_most_one(literals)
        assert all(solver.solve([literal]) for literal in literals)
        assert not any(solver.solve([*pair]) for pair in itertools.combinations(literals, 2))
