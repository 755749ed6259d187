"""Conditions: what each asks, and how they are joined, compared, expanded and turned round."""

from __future__ import annotations

from itertools import product

import pytest

from game.engine.checks import compile_condition
from game.story.conditions import All, Any
from game.story.conditions import Test as Asked
from tests.engine.playing import Play
from tests.engine.test_effects import DECLARE, ITEMS, PEOPLE, PLACES
from tests.stories.building import story

MORE = """
groups: {trio: [on_jo, i_sak, su_hyeok], pair: [on_jo, i_sak]}
"""


def asked(play, condition: str, *effects: str) -> set[str]:
    """What of a condition and its contrary holds after these effects: "asked", "turned" or both."""
    chapter = f"""
flags: {{open: true, steps: {{range: 0..3}}}}
scenes:
  first:
    place: hall
    text: A.
    choices:
      go: {{text: Go., do: [{", ".join(effects)}], goto: second}}
  second:
    place: hall
    cast: [i_sak]
    text: B.
    choices:
      asked: {{text: Asked., when: "{condition}", goto: end}}
      turned: {{text: Turned., when: "not ({condition})", goto: end}}
      on: {{text: On., goto: end}}
"""
    told = story(chapter, declare=DECLARE + MORE, people=PEOPLE, items=ITEMS, places=PLACES)
    run: Play = play(told).choose("go")
    return {"asked", "turned"} & set(run.open)


HOLD = [
    ("open", [], True),
    ("copied", [], False),
    ("copied", ["{set: {copied: true}}"], True),
    ("copied == true", [], False),
    ("copied == false", [], True),
    ("copied != true", [], True),
    ("warnings == 2", [], True),
    ("warnings != 2", [], False),
    ("warnings >= 2", [], True),
    ("warnings > 2", [], False),
    ("warnings <= 2", [], True),
    ("warnings < 2", [], False),
    ("2 <= warnings", [], True),
    ("2 > warnings", [], False),
    ("warnings in (0, 2)", [], True),
    ("warnings in (1, 3)", [], False),
    ("club == none", [], True),
    ("club == 'none'", [], True),
    ("none == club", [], True),
    ("club != track", [], True),
    ("club in (track, none)", [], True),
    ("club in (track, archery)", [], False),
    ("noise >= 4", [], True),
    ("noise >= 5", [], False),
    ("cold < 0", ["{add: {cold: -1}}"], True),
    ("cold == -1", ["{add: {cold: -1}}"], True),
    ("has.rope", [], False),
    ("has.rope", ["{take: rope}"], True),
    ("count.water >= 2", ["{take: {water: 1}}"], False),
    ("count.water >= 2", ["{take: {water: 2}}"], True),
    ("alive.on_jo", [], True),
    ("alive.on_jo", ["{fate: {on_jo: bitten}}"], True),
    ("alive.on_jo", ["{fate: {on_jo: missing}}"], False),
    ("alive.on_jo", ["{fate: {on_jo: dead}}"], False),
    ("fate.on_jo == alive", [], True),
    ("fate.on_jo in (bitten, dead)", ["{fate: {on_jo: bitten}}"], True),
    ("fate.su_hyeok == missing", [], True),
    ("with.on_jo", [], False),
    ("with.on_jo", ["{join: on_jo}"], True),
    ("with.on_jo", ["{join: on_jo}", "{fate: {on_jo: bitten}}"], True),
    ("with.on_jo", ["{join: on_jo}", "{fate: {on_jo: dead}}"], False),
    ("with.i_sak", [], True),
    ("with.i_sak", ["{fate: {i_sak: missing}}"], False),
    ("bond.on_jo >= 3", ["{bond: {on_jo: 2}}"], False),
    ("bond.on_jo >= 3", ["{bond: {on_jo: 3}}"], True),
    ("promise.walk_home == none", [], True),
    ("promise.walk_home == made", ["{promise: walk_home}"], True),
    ("promise.walk_home in (made, kept)", ["{promise: walk_home}", "{keep: walk_home}"], True),
    ("memory.umbrella", [], False),
    ("memory.umbrella", ["{remember: umbrella}"], True),
    ("seen.first", [], True),
    ("seen.second", [], False),
    ("chosen.first.go", [], True),
    ("chosen.second.asked", [], False),
    ("unlocked.hall.roof", [], False),
    ("unlocked.roof.hall", ["{unlock: hall.roof}"], True),
    ("exposed.site == none", [], True),
    ("exposed.site == limb", ["{expose: {site: limb, source: immortal}}"], True),
    ("exposed.source == immortal", ["{expose: {site: limb, source: immortal}}"], True),
    ("time >= D1 10:00", [], True),
    ("time >= D1 10:10", [], False),
    ("time == D1 10:20", ["{pass: 20 min}"], True),
    ("time < D1 10:25", ["{pass: 20 min}"], True),
    ("time >= D1 10:15", ["{pass: 20 min}"], True),
    ("D1 10:20 <= time", ["{pass: 20 min}"], True),
    ("arrived == on_time", [], True),
    ("arrived in (early, late)", [], False),
    ("living.trio >= 2", [], True),
    ("living.trio >= 3", [], False),
    ("living.trio == 2", [], True),
    ("living.trio == 1", ["{fate: {on_jo: dead}}"], True),
    ("living.trio == 3", ["{fate: {su_hyeok: alive}}"], True),
    ("living.pair != 2", [], False),
    ("living.pair in (0, 1)", ["{fate: {on_jo: missing}}"], True),
    ("2 <= living.trio", [], True),
    ("not living.pair >= 1", ["{fate: {on_jo: dead}}", "{fate: {i_sak: dead}}"], True),
    ("club == other", [], False),
    ("club == other", ["{set: {club: track}}"], True),
    ("club == other", ["{set: {other: none}}"], True),
    ("club != other", ["{set: {other: none}}"], False),
    ("warnings == steps", [], False),
    ("warnings == steps", ["{add: {steps: 2}}"], True),
    ("warnings > steps", ["{add: {steps: 1}}"], True),
    ("warnings <= steps", ["{add: {steps: 1}}"], False),
    ("noise > warnings", [], True),
    ("copied == open", [], False),
    ("copied == open", ["{set: {copied: true}}"], True),
    ("copied != open", [], True),
    ("few <= warnings", [], True),
    ("open and copied", [], False),
    ("open or copied", [], True),
    ("not copied", [], True),
    ("not not copied", [], False),
    ("not open or copied", [], False),
    ("not (open and copied)", [], True),
    ("copied and open or open", [], True),
    ("copied and (open or open)", [], False),
    ("open or open and copied", [], True),
    ("(((open)))", [], True),
    ("true", [], True),
    ("false or open", [], True),
    ("not false", [], True),
]


@pytest.mark.parametrize(("condition", "effects", "expected"), HOLD, ids=[f"{c[0]} {' '.join(c[1])}" for c in HOLD])
def test_a_condition_asks_what_it_says_and_not_turns_it_round(play, condition, effects, expected):
    assert asked(play, condition, *effects) == {"asked" if expected else "turned"}


def test_a_clock_that_has_stopped_is_not_late(play):
    """What lies beyond a chapter's end on a longer chapter's clock is no time of this one."""
    night = """
    chapter: {id: night, title: Night, from: D1 20:00, until: D3 10:00, start: dusk}
    scenes: {dusk: {text: Dusk., choices: {go: {text: Go., goto: end}}}}
    """
    day = """
    scenes:
      first:
        text: A.
        choices:
          wait: {text: Wait., do: [{pass: 4 h}], goto: first}
          late: {text: Late., when: time == D1 16:00, goto: dusk}
    """

    run = play(story(day, night=night)).choose("wait", "wait")

    assert (run.time, run.open) == ("D1 16:00", ["wait", "late"])


@pytest.mark.parametrize("kind", [All, Any])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_parts_of_any_number_hold_as_python_has_it(kind, count):
    check = compile_condition(kind(tuple(Asked(var, 2) for var in range(count))), [2] * count)
    meant = all if kind is All else any
    for values in product((0, 1), repeat=count):
        assert check(bytes(values)) == meant(values)


@pytest.mark.parametrize("kind", [All, Any])
def test_very_many_parts_are_not_too_deep(kind):
    count = 20_000
    check = compile_condition(kind(tuple(Asked(var, 2) for var in range(count))), [2] * count)
    assert check(bytes([kind is All]) * count) == (kind is All)
