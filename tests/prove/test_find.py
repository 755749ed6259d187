"""Finding a run that stands in a scene: the same for the same seed, and a clear word when there is none."""

from __future__ import annotations

from functools import cache
from itertools import count

import pytest

from game.engine import Machine, Run
from game.prove import Found, NotFound, Target, find, read_target
from game.prove.target import split
from game.prove.ways import distances, followers
from tests.floors import machine as four_floors
from tests.stories import building

HOUSE = """\
flags: {lamp: false, knocks: {range: 0..3}}
scenes:
  first:
    text: A hall.
    choices:
      light: {text: Light the lamp., do: [{set: {lamp: true}}], goto: first}
      knock: {text: Knock., do: [{add: {knocks: 1}}], goto: first}
      on: {text: Go on., goto: stairs}
      toss:
        text: Toss a coin.
        roll:
          heads: {weight: 1, goto: cellar}
          tails: {weight: 9, goto: stairs}
  stairs:
    text: Stairs.
    choices:
      up: {text: Go up., when: lamp, locked: It is dark., goto: attic}
      back: {text: Go back., goto: first}
      out: {text: Leave., goto: end}
  attic: {text: An attic., choices: {out: {text: Leave., goto: end}}}
  cellar: {text: A cellar., choices: {out: {text: Leave., goto: end}}}
  walled_up: {text: Nobody comes here., choices: {out: {text: Leave., goto: end}}}
  reads:
    text: |
      {% if knocks >= 1 %}
      Knocked.
      {% endif %}
    choices: {out: {text: Leave., goto: end}}
"""


@cache
def house() -> Machine:
    return Machine(building.story(HOUSE))


def target(machine: Machine, scene: str, where: str | None = None) -> Target:
    found, faults = read_target(machine.story, scene, where)
    assert found is not None, [d.render() for d in faults]
    return found


def found(machine: Machine, scene: str, where: str | None = None) -> Run:
    """A run that stands there, found within so many plays, however long they take."""
    result = find(machine, target(machine, scene, where), budget=5_000, clock=count().__next__)
    assert isinstance(result, Found), result
    return result.run


def test_the_run_is_an_ordinary_one_that_stands_there():
    run = found(house(), "attic")
    assert run.state.scene == "attic"
    again = Run.new(house(), run.seed).replay(run.log)
    assert again.state == run.state
    assert run.undo().state.scene == "stairs"


def test_it_is_short():
    assert found(house(), "attic").log == ("first.light", "first.on", "stairs.up")
    assert found(house(), "first").log == ()
    assert len(found(house(), "stairs", "knocks >= 3").log) == 4


def test_the_scene_may_be_an_ending():
    assert found(house(), "end").over


@pytest.mark.parametrize(
    "where",
    ["lamp and knocks == 2", "not lamp", "lamp or knocks == 3", "(lamp or knocks == 1) and not (knocks == 0)"],
)
def test_the_condition_holds_there(where):
    run = found(house(), "stairs", where)
    lamp, knocks = run.value("day/lamp"), run.value("day/knocks")
    assert run.state.scene == "stairs"
    assert eval(where, {"lamp": lamp, "knocks": knocks})


def test_what_the_story_never_asks_can_be_asked():
    run = found(house(), "end", "seen.attic and not seen.cellar and chosen.first.knock")
    assert "first.knock" in run.log
    assert "attic.out" in run.log
    assert "seen.attic" not in house().story.by_name


def test_where_one_is_can_be_asked():
    assert found(house(), "stairs", "scene.stairs and lamp").state.scene == "stairs"


def test_other_dice_are_tried_for_what_only_a_rare_roll_leads_to():
    run = found(house(), "cellar")
    assert run.log[-1] == "first.toss"
    assert run.steps[-1].outcome == "heads"


def test_the_same_seed_is_the_same_run():
    wanted = target(four_floors(), "c2_05_broadcast_room", "not hid_bite and alive.nam_ra")
    first, second = (find(four_floors(), wanted, seed=7) for _ in range(2))
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.run.seed, first.run.log, first.runs) == (second.run.seed, second.run.log, second.runs)
    assert first.run.seed >= 7


@pytest.mark.parametrize("scene", ["c1_09_covered_way", "c2_05b_behind_the_glass", "e11_back_gate", "c2_12_ten_oclock"])
def test_the_scenes_of_the_shipped_story_are_found(scene):
    assert found(four_floors(), scene).state.scene == scene


def test_a_condition_that_takes_a_detour_in_the_shipped_story():
    run = found(four_floors(), "r3_broadcast", "infection >= 1 and with.on_jo and seen.r3_booth")
    assert int(str(run.value("infection"))) >= 1


# --- when there is nothing --------------------------------------------------------------------------


def nothing(scene: str, where: str | None = None, plays: int = 100) -> NotFound:
    """What a search says that gives up after so many plays."""
    result = find(house(), target(house(), scene, where), budget=plays, clock=count().__next__)
    assert isinstance(result, NotFound)
    assert "\n" not in result.line
    return result


def test_nothing_leads_there():
    assert nothing("walled_up").line == "nothing leads to walled_up from the beginning of the story"


def test_the_part_that_never_held_is_named():
    result = nothing("attic", "knocks >= 1 and not lamp")
    assert result.entered > 0
    assert result.never == ("not lamp",)
    assert "came to attic, and 'not lamp' never held there" in result.line


def test_parts_that_never_held_together_are_told():
    result = nothing("stairs", "knocks == 1 and knocks == 2")
    assert result.never == ()
    assert "each part of 'knocks == 1 and knocks == 2' held there, but never all at once" in result.line


def test_a_scene_that_was_never_entered_is_told_with_the_nearest():
    machine = Machine(
        building.story(
            """\
            flags: {key: false}
            scenes:
              first:
                text: A door.
                choices: {wait: {text: Wait., goto: first}, open: {text: Open., when: key, goto: room}}
              room: {text: A room., choices: {lock: {text: Lock., do: [{set: {key: true}}], goto: end}}}
            """
        )
    )
    result = find(machine, target(machine, "room"), budget=20, clock=count().__next__)
    assert isinstance(result, NotFound)
    assert result.entered == 0
    assert "none came to room; the nearest, first, is at least 1 choice away" in result.line


# --- what is asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scene", "where", "message", "hint", "column"),
    [
        ("atic", None, "there is no scene 'atic'", "did you mean 'attic'?", 1),
        ("attic", "lapm", "'lapm'", "did you mean 'lamp'?", 1),
        ("attic", "lamp and knocks >= 9", "never holds", "", 17),
        ("attic", "lamp and", "missing at the end", "", 9),
        ("attic", "  ", "an empty condition", "", 1),
        ("attic", "with.nobody", "there is no person 'nobody'", "", 6),
    ],
)
def test_faults_are_diagnostics(scene, where, message, hint, column):
    wanted, faults = read_target(house().story, scene, where)
    assert wanted is None
    assert message in faults[0].message
    assert hint in faults[0].hint
    assert faults[0].where.column == column
    assert "^" in faults[0].render()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a and b", ["a", "b"]),
        ("a and (b and c) and not d", ["a", "(b and c)", "not d"]),
        ("a or b and c", ["a or b and c"]),
        ("candy and sandy", ["candy", "sandy"]),
        (" a ", ["a"]),
    ],
)
def test_a_condition_is_taken_apart_where_and_joins_it(text, parts):
    assert [part for _, part in split(text)] == parts
    assert all(text[at:].startswith(part) for at, part in split(text))


def test_distances_are_never_too_long():
    after = followers(four_floors().story)
    away = distances(after, "c2_11_searchlight")
    for seed in range(20):
        run = Run.new(four_floors(), seed)
        for _ in range(80):
            options = [o.choice.id for o in run.options() if o.open]
            if not options:
                break
            run = run.choose(options[(seed * 7 + run.turn) % len(options)])
            assert run.state.scene in after[run.state_at(run.turn - 1).scene]
        scenes = [run.state_at(t).scene for t in range(run.turn + 1)]
        if "c2_11_searchlight" in scenes:
            at = scenes.index("c2_11_searchlight")
            assert all(away[scene] <= at - i for i, scene in enumerate(scenes[:at]))
