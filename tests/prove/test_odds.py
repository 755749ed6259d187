"""How likely things are: against every state counted out by the engine, by hand, and from plays."""

from __future__ import annotations

from functools import cache
from itertools import islice
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import assume, given

from game.engine import Dice, Machine, Run
from game.prove.limits import Limits
from game.prove.model import Model
from game.prove.odds import CLEARLY, Odds, odds, wilson
from game.prove.odds_plays import PLAYERS, plays
from game.prove.report import Chance, Goal
from game.story import Story, load_sources
from game.story.diagnostics import Problems
from game.story.load import read_files
from tests.engine.worlds import Model as World
from tests.engine.worlds import models
from tests.laws import examples, laws
from tests.prove.enumerate import Truth, enumerate_story
from tests.stories import building

STORIES = Path(__file__).parents[1] / "stories"
EXAMPLES = examples(6)


def goals(story: Story) -> list[Goal]:
    endings = [Goal("ending", scene.id, scene.title) for scene in story.scenes.values() if scene.is_ending]
    return [*endings, *(Goal("life", person.id, person.name) for person in story.people.values())]


def told(story: Story, **how) -> Odds:
    found = Model(Machine(story))
    return odds(found, goals(story), Limits(30.0), **{"players": ["random"], "runs": 10, **how})


def likely(truth: Truth, goal: Goal) -> list[float]:
    """How likely a goal is from each state for somebody who takes any open choice alike: by going over all of them."""
    story = truth.story
    here = {i for i, fate in enumerate(story.fates.values()) if fate.presence == "here"}

    def won(i: int) -> bool:
        state = truth.states[i]
        if goal.kind == "ending":
            return state.scene == goal.id
        return story.scenes[state.scene].is_ending and state.values[story.people[goal.id].fate] in here

    values = [float(won(i)) for i in range(len(truth.states))]
    steps: list[list[tuple[float, int]]] = []
    for each in truth.moves:
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
    return values


# --- counted out --------------------------------------------------------------------------------------


@laws(EXAMPLES)
@given(models())
def test_what_is_counted_out_is_what_every_state_comes_to(world: World):
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 600)
    assume(truth is not None)
    assert truth is not None
    found = told(machine.story)

    assert found.states is not None
    assert found.states <= len(truth.states)
    assert not found.limits
    for goal, by_player in found.chances.items():
        chance = by_player["random"]
        assert chance.exact
        assert chance.low == chance.value == chance.high
        known = truth.chances[goal.id] if goal.kind == "ending" else likely(truth, goal)[0]
        assert chance.value == pytest.approx(known, abs=1e-9)
    assert found.unended["random"].value == pytest.approx(1 - sum(truth.chances.values()), abs=1e-9)


LOOP = """\
scenes:
  first:
    text: A lock.
    choices:
      wait: {text: Wait., goto: first}
      pick:
        text: Pick it.
        roll:
          gives: {weight: 1, goto: end}
          sticks: {weight: 3, goto: first}
      go: {text: Go., goto: away}
endings:
  away: {title: Away, text: Away.}
"""


def test_loops_and_dice_by_hand():
    # Whoever waits stands there again: so one in two picks, of whom one in four comes in.
    found = told(building.story(LOOP))

    assert value(found, "end") == pytest.approx(1 / 8, abs=1e-12)
    assert value(found, "away") == pytest.approx(7 / 8, abs=1e-12)
    assert found.states == 4


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
ana: {name: Ana, about: An aunt., bond: 0..5}
ben: {name: Ben, about: A boy.}
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


@laws(EXAMPLES)
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


@laws(EXAMPLES)
@given(models())
def test_what_is_sampled_is_near_what_is_counted_out(world: World):
    story = building.load(world.sources())
    exact = told(story, most=2_000, players=["random", "careful", "kind"])
    assume(exact.states is not None and not exact.unended["random"].value)
    sampled = told(story, most=0, runs=200, players=["random", "careful", "kind"])

    assert sampled.limits == ("0 states",)
    assert sampled.states is None
    for goal, by_player in sampled.chances.items():
        for player, chance in by_player.items():
            assert not chance.exact
            assert chance.runs == (600 if player == "random" else 200)
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
    ticking = iter(range(0, 1_000_000, 4))
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


def roll(held: int, lost: int, first: str = "") -> str:
    """Ben lives in `held` cases and dies in `lost`, after what happens `first`."""
    do = f"do: [{first}], " if first else ""
    return f"{{a: {{weight: {held}, {do}goto: end}}, b: {{weight: {lost}, do: [{{fate: {{ben: dead}}}}], goto: end}}}}"


@cache
def forks(**cases: str) -> Odds:
    return told(fork(cases["rope"], cases["run"]), **({"most": 0, "runs": 2_000} if cases.get("sampled") else {}))


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
    # Ben lives more often, and there is a way to the other ending; but one in five misses the first.
    assert quick(sampled, "{a: {weight: 4, goto: end}, b: {weight: 1, goto: end_two}}", roll(1, 4)).better == ()


@pytest.mark.parametrize("sampled", [False, True])
def test_a_choice_that_is_as_good_is_not_better(sampled):
    assert quick(sampled, roll(2, 3), roll(4, 6)).better == ()


def test_a_choice_that_is_better_in_some_states_only_is_not_better():
    # On the whole the rope is better: 2/5 against 1/5. But who looked first had better run.
    found = quick(False, roll(4, 1, COLD), roll(1, 4))

    assert [(b.scene, b.better) for b in found.better] == [("first", "go")]


def beaten(truth: Truth) -> dict[tuple[str, str, str], float]:
    """Every (scene, choice, other) where the choice is never worse, and by how much it is better at least at its best.

    It is looked at in each state by itself, and only choices of which none can be made after the other.
    """
    later: list[set[tuple[str, str]]] = [set() for _ in truth.states]
    changed = True
    while changed:
        changed = False
        for i, moves in enumerate(truth.moves):
            now = {(truth.states[i].scene, id) for id, _ in moves}
            now |= {name for _, outcomes in moves for _, _, to in outcomes for name in later[to]}
            changed |= now != later[i]
            later[i] = now
    out: dict[tuple[str, str, str], list[float]] = {}
    bad = set()
    of = [likely(truth, goal) for goal in goals(truth.story)]
    for state, moves in zip(truth.states, truth.moves, strict=True):
        for one, ways in moves:
            for other, others in moves:
                if one == other:
                    continue
                key = (state.scene, one, other)
                if any((state.scene, other) in later[to] for _, _, to in ways):
                    bad |= {key, (state.scene, other, one)}
                with_it, with_other = (
                    [sum(w * v[to] for _, w, to in o) / sum(w for _, w, _ in o) for v in of] for o in (ways, others)
                )
                gains = [a - b for a, b in zip(with_it, with_other, strict=True)]
                if min(gains) < -1e-9:
                    bad.add(key)
                known = out.setdefault(key, gains)
                out[key] = [min(a, b) for a, b in zip(known, gains, strict=True)]
    return {key: max(gains) for key, gains in out.items() if key not in bad}


def agrees(truth: Truth) -> int:
    """What is found to be better is so, and what is clearly better in every state is found. How many were found."""
    found = {(b.scene, b.better, b.worse): b for b in told(truth.story).better}
    known = beaten(truth)
    assert set(found) <= set(known)
    assert {key for key, gain in known.items() if gain > CLEARLY + 1e-6} <= set(found)
    assert all(b.exact and b.gains for b in found.values())
    return len(found)


@laws(EXAMPLES)
@given(models())
def test_what_is_better_is_never_worse_in_any_state(world: World):
    truth = enumerate_story(Machine(building.load(world.sources())), 300)
    assume(truth is not None)
    assert truth is not None
    agrees(truth)


@pytest.mark.parametrize("folder", ["defects", "no-defects"])
def test_small_stories_come_to_what_every_state_of_them_comes_to(folder):
    found = 0
    for path in sorted((STORIES / folder).iterdir()):
        story = load_sources(read_files(path, Problems())).story
        assert story is not None
        truth = enumerate_story(Machine(story))
        assert truth is not None
        chances = told(story).chances
        known = [likely(truth, goal)[0] for goal in goals(story)]
        assert [by["random"].value for by in chances.values()] == pytest.approx(known, abs=1e-9)
        found += agrees(truth)
    assert found > 0


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
    how = {"most": 0, "runs": 2_000} if sampled else {}
    found = told(building.story(HUB, declare=DECLARE, people=PEOPLE), **how)

    pairs = {(b.better, b.worse) for b in found.better}
    assert ("leave", "jump") in pairs
    assert pairs <= {("leave", "jump"), ("save", "jump")} - ({("save", "jump")} if sampled else set())
