"""How likely things are: against every state counted out by the engine, by hand, and from plays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from math import prod, sqrt

import pytest
from hypothesis import HealthCheck, assume, given, settings

from game.engine import Dice, Machine, Run
from game.prove.limits import Limits
from game.prove.model import Model
from game.prove.odds import Odds, odds, wilson
from game.prove.odds_plays import PLAYERS, plays
from game.prove.report import Chance, Goal
from game.story import Story
from tests.engine.worlds import Model as World
from tests.engine.worlds import models
from tests.prove.enumerate import Move, Truth, enumerate_story
from tests.stories import building

EXAMPLES = int(os.environ.get("HYOSAN_EXAMPLES", "25"))
laws = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
MANY = 32
"""Ways in which all rolls of a story can fall together, at most, where each is gone through."""


def goals(story: Story) -> list[Goal]:
    endings = [Goal("ending", scene.id, scene.title) for scene in story.scenes.values() if scene.is_ending]
    return [*endings, *(Goal("life", person.id, person.name) for person in story.people.values())]


def told(story: Story, **how) -> Odds:
    found = Model(Machine(story))
    return odds(found, goals(story), Limits(30.0), **{"players": ["random"], "runs": 10, **how})


def likely(truth: Truth, moves: list[tuple[Move, ...]], goal: Goal) -> float:
    """How likely a goal is for somebody who takes any open choice alike, by going over all states again and again."""
    story = truth.story
    here = {i for i, fate in enumerate(story.fates.values()) if fate.presence == "here"}

    def won(i: int) -> bool:
        state = truth.states[i]
        if goal.kind == "ending":
            return state.scene == goal.id
        return story.scenes[state.scene].is_ending and state.values[story.people[goal.id].fate] in here

    values = [float(won(i)) for i in range(len(moves))]
    steps: list[list[tuple[float, int]]] = []
    for each in moves:
        totals = [sum(weight for _, weight, _ in outcomes) for _, outcomes in each]
        steps.append(
            [
                (weight / total / len(each), to)
                for (_, outcomes), total in zip(each, totals, strict=True)
                for _, weight, to in outcomes
            ]
        )
    change = 1.0
    while change > 1e-13:
        change = 0.0
        for i in range(len(values) - 1, -1, -1):
            if steps[i]:
                new = sum(share * values[to] for share, to in steps[i])
                change = max(change, abs(new - values[i]))
                values[i] = new
    return values[0]


def fallen(truth: Truth) -> Iterator[tuple[float, list[tuple[Move, ...]]]]:
    """The story for each way in which its rolls fall, every roll always alike; and how likely they fall so."""
    rolls: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for state, moves in zip(truth.states, truth.moves, strict=True):
        for id, outcomes in moves:
            if len(outcomes) > 1:
                rolls[state.scene, id] = [(outcome, weight) for outcome, weight, _ in outcomes]
    assume(prod(map(len, rolls.values())) <= MANY)
    for picked in product(*rolls.values()):
        dice = dict(zip(rolls, (outcome for outcome, _ in picked), strict=True))
        share = prod(weight / sum(w for _, w in rolls[roll]) for roll, (_, weight) in zip(rolls, picked, strict=True))
        moves = [
            tuple(
                (id, tuple(o for o in outcomes if dice.get((state.scene, id), o[0]) == o[0])) for id, outcomes in each
            )
            for state, each in zip(truth.states, truth.moves, strict=True)
        ]
        yield share, moves


# --- counted out --------------------------------------------------------------------------------------


@laws
@given(models())
def test_what_is_counted_out_is_what_every_state_comes_to(world: World):
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 600)
    assume(truth is not None)
    assert truth is not None
    found = told(machine.story, afresh=True)

    assert found.states is not None
    assert found.states <= len(truth.states)
    assert not found.limits
    for goal, by_player in found.chances.items():
        chance = by_player["random"]
        assert chance.exact
        assert chance.low == chance.value == chance.high
        known = truth.chances[goal.id] if goal.kind == "ending" else likely(truth, list(truth.moves), goal)
        assert chance.value == pytest.approx(known, abs=1e-9)
    assert found.unended["random"].value == pytest.approx(1 - sum(truth.chances.values()), abs=1e-9)


@laws
@given(models())
def test_a_roll_made_again_comes_to_the_same(world: World):
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 300)
    assume(truth is not None)
    assert truth is not None
    ways = list(fallen(truth))
    found = told(machine.story)

    for goal, by_player in found.chances.items():
        known = sum(share * likely(truth, moves, goal) for share, moves in ways)
        assert by_player["random"].exact
        assert by_player["random"].value == pytest.approx(known, abs=1e-9)


LOCK = """\
scenes:
  first:
    text: A lock.
    choices:
      pick:
        text: Pick it.
        roll:
          gives: {weight: 1, goto: end}
          sticks: {weight: 3, goto: first}
      go: {text: Go., goto: away}
endings:
  away: {title: Away, text: Away.}
"""


def test_trying_again_does_not_help():
    # Anew each time: x = 1/2 (1/4 + 3/4 x). As it fell: one in four picks it, half of the time at first, or never.
    anew, same = told(building.story(LOCK), afresh=True), told(building.story(LOCK))

    assert value(anew, "end") == pytest.approx(1 / 5)
    assert value(same, "end") == pytest.approx(1 / 8)
    assert value(same, "away") == pytest.approx(7 / 8)
    assert (anew.states, same.states) == (3, 4)


def value(found: Odds, goal: str, player: str = "random") -> float:
    return next(by[player].value for of, by in found.chances.items() if of.id == goal)


PIT = """\
scenes:
  first:
    text: A pit.
    choices:
      jump: {text: Jump., goto: pit}
      stay: {text: Stay., goto: end}
  pit:
    text: A pit, from below.
    choices:
      shout: {text: Shout., goto: pit}
"""


def test_what_never_ends_is_told():
    for most in (100, 1):
        found = told(building.story(PIT), most=most, runs=40)

        chance = found.unended["random"]
        assert chance.low <= 1 / 2 <= chance.high
        assert chance.exact == (most == 100)
    assert value(told(building.story(PIT)), "end") == 1 / 2


# --- kinds of players -----------------------------------------------------------------------------------

PEOPLE = """\
ana: {name: Ana, is: an aunt, about: An aunt., bond: 0..5}
ben: {name: Ben, is: a boy, about: A boy.}
"""
METERS = """\
meters:
  noise: {range: 0..9, price: {1: loud}}
fates:
  alive: {becomes: [dead]}
  dead: {is: gone}
"""
KINDS = """\
scenes:
  first:
    text: Three doors.
    choices:
      kick: {text: Kick., do: [{add: {noise: 2}}], goto: kicked}
      knock: {text: Knock., do: [{bond: {ana: +1}}, {add: {noise: 1}}], goto: knocked}
      wait: {text: Wait., goto: waited}
  kicked:
    text: It is open.
    choices:
      on: {text: On., goto: end}
  knocked:
    text: She opens.
    choices:
      thank: {text: Thank her., do: [{bond: {ana: +1}}], goto: end_two}
      push: {text: Push past her., do: [{bond: {ana: -1}}], goto: end}
  waited:
    text: Nothing.
    choices:
      again: {text: Wait., goto: waited}
      leave: {text: Leave., goto: end_three}
endings:
  end_two: {title: Two, text: Two.}
  end_three: {title: Three, text: Three.}
"""


def kinds() -> Story:
    return building.story(KINDS, declare=METERS, people=PEOPLE)


def test_players_differ():
    found = told(kinds(), players=list(PLAYERS), runs=2_000)

    assert value(found, "end") == pytest.approx(1 / 3 + 1 / 6)
    assert value(found, "end_three", "careful") == pytest.approx(0.9 + 0.1 / 3)
    assert value(found, "end_two", "kind") == pytest.approx((0.9 + 0.1 / 3) * 0.95)
    assert {name for name in PLAYERS if not any(by[name].exact for by in found.chances.values())} == {"curious"}
    assert found.runs == {"curious": 2_000}


def test_the_curious_do_not_wait_twice_before_they_left_once():
    logs = {tuple(play.log) for play in islice(plays(Model(Machine(kinds())), 1, "curious"), 300)}

    waiting = {log for log in logs if "first.wait" in log}
    assert waiting == {
        ("first.wait", "waited.leave"),
        ("first.wait", "waited.again", "waited.leave"),
    }


# --- plays ----------------------------------------------------------------------------------------------


@laws
@given(models())
def test_a_play_is_a_run(world: World):
    machine = Machine(building.load(world.sources()))
    model = Model(machine)
    for player in PLAYERS:
        for play in islice(plays(model, 3, player, longest=30), 3):
            run = Run.new(machine, 0, "", False)
            state = run.state
            for entry in play.log:
                state = machine.choose(state, entry.rpartition(".")[2], Dice(0, play.dice)).after
            assert state == play.end
            assert play.ended == machine.story.scenes[state.scene].is_ending


@laws
@given(models())
def test_what_is_sampled_is_near_what_is_counted_out(world: World):
    story = building.load(world.sources())
    exact = told(story, most=2_000, players=["random", "careful", "kind"])
    assume(exact.states is not None)
    sampled = told(story, most=0, runs=200, players=["random", "careful", "kind"])

    assert sampled.limits == ("0 states",)
    assert sampled.states is None
    for goal, by_player in sampled.chances.items():
        for player, chance in by_player.items():
            assert (chance.exact, chance.runs) == (False, 200)
            near(chance, exact.chances[goal][player].value)


def near(chance: Chance, known: float) -> None:
    assert abs(chance.value - known) <= 4 * sqrt(known * (1 - known) / chance.runs) + 1e-9
    assert chance.low <= chance.value <= chance.high


def test_the_same_seed_plays_the_same():
    model = Model(Machine(kinds()))
    one, two, other = ([play.log for play in islice(plays(model, seed), 30)] for seed in (1, 1, 2))

    assert one == two
    assert one != other


def test_what_never_came_up_may_still_be():
    assert wilson(0, 100).high >= 3 / 100
    assert wilson(0, 10).high >= 3 / 10
    assert wilson(0, 1) == Chance(0.0, 0.0, 1.0, False, 1)
    assert wilson(100, 100).low <= 1 - 3 / 100
    assert wilson(50, 100).low == pytest.approx(0.4038, abs=1e-4)
    assert wilson(50, 100).high == pytest.approx(0.5962, abs=1e-4)
    assert wilson(0, 0).high == 1.0


def test_nothing_is_exact_when_the_time_is_up():
    ticking = iter(range(1_000_000))
    limits = Limits(10.0, clock=lambda: float(next(ticking)))
    story = kinds()
    found = odds(Model(Machine(story)), goals(story), limits)

    assert found.limits
    assert not any(chance.exact for by in found.chances.values() for chance in by.values())
    assert all(found.runs[player] >= 1 for player in PLAYERS)


# --- better choices -------------------------------------------------------------------------------------

FORK = """\
scenes:
  first:
    text: Ben is on the ice.
    choices:
      look: {text: Look., do: [{set: {cold: true}}], goto: ice}
      go: {text: Go., goto: ice}
  ice:
    text: It creaks.
    choices:
      rope: {text: Throw a rope., roll: ROPE}
      run: {text: Run., roll: RUN}
endings:
  end_two: {title: Two, text: Two.}
"""
DECLARE = METERS + "flags: {cold: false}\n"


def fork(rope: str, run: str) -> Story:
    text = FORK.replace("ROPE", rope).replace("RUN", run)
    return building.story(text, declare=DECLARE, people=PEOPLE)


def roll(held: int, lost: int, other: str = "end", cold: str = "") -> str:
    """Ben lives in `held` of the cases; and there is half of a chance to come to either ending."""
    dead = "do: [{fate: {ben: dead}}], "
    seen = f"do: [{cold}], " if cold else ""
    return (
        f"{{a: {{weight: {held}, {seen}goto: end}}, b: {{weight: {held}, {seen}goto: end_two}}, "
        f"c: {{weight: {lost}, {dead}goto: {other}}}, d: {{weight: {lost}, {dead}goto: end_two}}}}"
    )


@cache
def forks(**cases: str) -> Odds:
    return told(fork(cases["rope"], cases["run"]), **({"most": 0, "runs": 6_000} if cases.get("sampled") else {}))


COLD = "{if: cold, do: [{fate: {ben: dead}}]}"
"""Whoever looked first comes too late."""


def quick(sampled: bool, rope: str, run: str) -> Odds:
    return forks(rope=rope, run=run, sampled="yes" if sampled else "")


@pytest.mark.parametrize("sampled", [False, True])
def test_a_choice_that_is_better_for_everything_is_found(sampled):
    found = quick(sampled, roll(4, 1), roll(1, 4))

    (better,) = found.better
    assert (better.scene, better.better, better.worse, better.exact) == ("ice", "rope", "run", not sampled)
    assert list(better.gains) == ["ben"]
    with_it, with_other = better.gains["ben"]
    assert with_it.low <= 0.8 <= with_it.high
    assert with_other.low <= 0.2 <= with_other.high
    assert better.where.line > 1


@pytest.mark.parametrize("sampled", [False, True])
def test_a_choice_that_costs_an_ending_is_not_better(sampled):
    # Ben lives more often, but the ending "Two" is rarer: its two goals pull apart.
    assert quick(sampled, "{a: {weight: 4, goto: end}, b: {weight: 1, goto: end_two}}", roll(1, 4)).better == ()


@pytest.mark.parametrize("sampled", [False, True])
def test_a_choice_that_is_as_good_is_not_better(sampled):
    assert quick(sampled, roll(2, 3), roll(4, 6)).better == ()


def test_a_choice_that_is_better_in_some_states_only_is_not_better():
    # On the whole the rope is better: 4/10 against 1/5. But who looked first had better run.
    found = quick(False, roll(4, 1, cold=COLD), roll(1, 4))

    assert [(b.scene, b.better) for b in found.better] == [("first", "go")]


HUB = """\
scenes:
  first:
    text: A yard.
    choices:
      save: {text: Save Ben., once: true, do: [{set: {cold: true}}], goto: first}
      sleep: {text: Sleep., once: true, goto: first}
      leave: {text: Leave., goto: gate}
      jump: {text: Over the wall., goto: wall}
  gate:
    text: A gate.
    choices:
      on: {text: On., do: [{if: not cold, do: [{fate: {ben: dead}}]}], goto: end}
  wall:
    text: A wall.
    choices:
      on: {text: On., do: [{fate: {ben: dead}}], goto: end}
"""


@pytest.mark.parametrize("sampled", [False, True])
def test_what_can_still_be_done_later_is_not_compared(sampled):
    # Saving Ben is better than sleeping, but who sleeps can still save him.
    how = {"most": 0, "runs": 4_000} if sampled else {}
    found = told(building.story(HUB, declare=DECLARE, people=PEOPLE), **how)

    pairs = {(b.better, b.worse) for b in found.better}
    assert ("leave", "jump") in pairs
    assert pairs <= {("leave", "jump"), ("save", "jump")} - ({("save", "jump")} if sampled else set())
