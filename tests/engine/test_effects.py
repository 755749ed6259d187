"""Effects: each changes what it says and nothing else."""

from __future__ import annotations

import pytest

from tests.engine.playing import Play
from tests.stories.building import story

DECLARE = """
meters: {noise: {range: 0..10, start: 4}, infection: {range: 0..4}, cold: {range: -3..3, start: 0}}
flags: {copied: false, club: {one of: [none, archery, track]}, other: {one of: [track, none], start: track},
  warnings: {range: 0..3, start: 2}, few: {range: 1..2}}
fates:
  alive: {becomes: [bitten, missing, dead]}
  bitten: {becomes: [immune, dead]}
  immune: {}
  missing: {becomes: [alive, dead], is: away}
  dead: {is: gone}
exposure: {meter: infection, sites: [scratch, limb], sources: [zombie, immortal]}
"""
PEOPLE = """
on_jo: {name: Nam On-jo, bond: 0..5, promises: {walk_home: Walk home.}}
i_sak: {name: Park I-sak, bond: -2..2, memories: {umbrella: An umbrella.}}
su_hyeok: {name: Lee Su-hyeok, fate: missing, bond: 2..4}
"""
ITEMS = "rope: {name: a rope}\nwater: {name: water, max: 6}\n"
PLACES = """
hall: {name: Hall, floor: 1, at: [0, 0], exits: {roof: {locked: Shut.}}}
roof: {name: Roof, floor: 5, at: [0, 0]}
"""


def after(play, *effects: str, times: int = 1) -> Play:
    """The run after these effects, all of one choice."""
    written = "".join(f"          - {effect}\n" for effect in effects)
    chapter = f"""
flags: {{open: true, steps: {{range: 0..3}}}}
scenes:
  first:
    text: A.
    choices:
      go:
        text: Go.
        do:
{written}
        goto: first
"""
    told = story(chapter, declare=DECLARE, people=PEOPLE, items=ITEMS, places=PLACES)
    run: Play = play(told)
    return run.choose(*["go"] * times)


def test_nothing_changes_but_what_an_effect_names(play):
    before = after(play, "take: rope", times=0)
    run = after(play, "take: rope")

    changed = {v.name for v in run.story.variables if run[v.name] != before[v.name]}
    assert changed == {"count.rope"}


@pytest.mark.parametrize(
    ("effects", "name", "value"),
    [
        (["take: rope"], "count.rope", 1),
        (["take: rope", "take: rope"], "count.rope", 1),
        (["take: [rope, water]"], "count.water", 1),
        (["take: {water: 2}"], "count.water", 2),
        (["take: {water: 4}", "take: {water: 4}"], "count.water", 6),
        (["take: {water: 4}", "drop: water"], "count.water", 3),
        (["take: {water: 4}", "drop: {water: 3}"], "count.water", 1),
        (["take: {water: 4}", "drop: {water: all}"], "count.water", 0),
        (["drop: rope"], "count.rope", 0),
        (["set: {copied: true}"], "copied", True),
        (["set: {copied: true}", "set: {copied: false}"], "copied", False),
        (["set: {club: track, copied: true}"], "club", "track"),
        (["set: {warnings: 0}"], "warnings", 0),
        (["set: {open: false}"], "day/open", False),
        (["set: {noise: 9}"], "noise", 9),
        (["set: {cold: -2}"], "cold", -2),
        (["add: {noise: 3}"], "noise", 7),
        (["add: {noise: +3}"], "noise", 7),
        (["add: {noise: 99}"], "noise", 10),
        (["add: {noise: -99}"], "noise", 0),
        (["add: {cold: -2}", "add: {cold: -2}", "add: {cold: 1}"], "cold", -2),
        (["add: {warnings: 1, steps: 2}"], "day/steps", 2),
        (["bond: {on_jo: +1}"], "bond.on_jo", 1),
        (["bond: {on_jo: 9}"], "bond.on_jo", 5),
        (["bond: {i_sak: -1}"], "bond.i_sak", -1),
        (["join: on_jo"], "with.on_jo", True),
        (["join: [on_jo, i_sak]"], "with.i_sak", True),
        (["join: on_jo", "leave: on_jo"], "with.on_jo", False),
        (["leave: on_jo"], "with.on_jo", False),
        (["promise: walk_home"], "promise.walk_home", "made"),
        (["promise: walk_home", "keep: walk_home"], "promise.walk_home", "kept"),
        (["promise: walk_home", "break: walk_home"], "promise.walk_home", "broken"),
        (["keep: walk_home"], "promise.walk_home", "none"),
        (["promise: walk_home", "keep: walk_home", "break: walk_home"], "promise.walk_home", "kept"),
        (["promise: walk_home", "break: walk_home", "promise: walk_home"], "promise.walk_home", "broken"),
        (["remember: umbrella"], "memory.umbrella", True),
        (["unlock: hall.roof"], "unlocked.hall.roof", True),
        (["unlock: roof.hall"], "unlocked.hall.roof", True),
        (["expose: {site: limb, source: zombie}"], "exposed.site", "limb"),
        (["expose: {site: limb, source: zombie}"], "exposed.source", "zombie"),
        (["expose: {site: limb, source: zombie}"], "infection", 1),
        (["set: {infection: 3}", "expose: {site: limb, source: zombie}"], "infection", 3),
        (["{if: open, do: [{take: rope}]}"], "count.rope", 1),
        (["{if: not open, do: [{take: rope}]}"], "count.rope", 0),
        (["{if: not open, do: [{take: rope}], else: [{take: water}]}"], "count.water", 1),
        (["{if: open, do: [{if: copied, do: [], else: [{take: rope}]}]}"], "count.rope", 1),
        (["set: {open: false}", "{if: open, do: [{take: rope}]}"], "count.rope", 0),
        (["{take: rope, drop: water}"], "count.rope", 1),
        (["set: {club: other}"], "other", "track"),
        (["set: {club: other}"], "club", "track"),
        (["set: {warnings: few}"], "warnings", 1),
        (["set: {steps: warnings}"], "day/steps", 2),
        (["set: {copied: open}"], "copied", True),
        (["set: {copied: open}", "set: {open: false}", "set: {open: copied}"], "day/open", True),
    ],
)
def test_an_effect_does_what_it_says(play, effects, name, value):
    assert after(play, *effects)[name] == value


def test_effects_happen_in_order(play):
    assert after(play, "set: {noise: 2}", "{if: noise == 2, do: [{add: {noise: 3}}]}", "add: {noise: 1}")["noise"] == 6


class TestFates:
    @pytest.mark.parametrize(
        ("fates", "fate"),
        [
            (["bitten"], "bitten"),
            (["bitten", "immune"], "immune"),
            (["immune"], "alive"),
            (["bitten", "missing"], "bitten"),
            (["missing", "alive"], "alive"),
            (["dead", "alive"], "dead"),
            (["bitten", "immune", "dead"], "immune"),
        ],
    )
    def test_somebody_becomes_only_what_follows_from_what_they_are(self, play, fates, fate):
        assert after(play, *(f"fate: {{on_jo: {to}}}" for to in fates))["fate.on_jo"] == fate

    @pytest.mark.parametrize(
        ("to", "company", "bond"), [("bitten", True, 3), ("missing", False, 0), ("dead", False, 0)]
    )
    def test_who_is_away_or_gone_leaves_and_the_bond_begins_anew(self, play, to, company, bond):
        run = after(play, "join: on_jo", "bond: {on_jo: 3}", f"fate: {{on_jo: {to}}}")

        assert (run["with.on_jo"], run["bond.on_jo"]) == (company, bond)

    def test_a_fate_that_cannot_follow_changes_nothing_else(self, play):
        run = after(play, "join: on_jo", "bond: {on_jo: 3}", "fate: {on_jo: bitten}", "fate: {on_jo: missing}")

        assert (run["with.on_jo"], run["bond.on_jo"], run["fate.on_jo"]) == (True, 3, "bitten")

    def test_only_who_is_here_can_join(self, play):
        assert after(play, "fate: {on_jo: dead}", "join: on_jo")["with.on_jo"] is False
        assert after(play, "join: su_hyeok")["with.su_hyeok"] is False
        assert after(play, "fate: {su_hyeok: alive}", "join: su_hyeok")["with.su_hyeok"] is True
        assert after(play, "fate: {on_jo: bitten}", "join: on_jo")["with.on_jo"] is True

    def test_who_comes_back_does_not_join_by_themselves(self, play):
        run = after(play, "join: on_jo", "fate: {on_jo: missing}", "fate: {on_jo: alive}")

        assert (run["fate.on_jo"], run["with.on_jo"]) == ("alive", False)

    def test_a_bond_begins_at_nothing_or_as_near_as_its_range_allows(self, play):
        run = after(play, "take: rope", times=0)

        assert (run["bond.on_jo"], run["bond.i_sak"], run["bond.su_hyeok"]) == (0, 0, 2)

    def test_a_person_may_begin_with_another_fate(self, play):
        assert after(play, "take: rope", times=0)["fate.su_hyeok"] == "missing"


def test_without_fates_people_are_alive_or_dead(play):
    chapter = "scenes: {first: {text: A., choices: {go: {text: Go., do: [{fate: {on_jo: dead}}], goto: end}}}}\n"

    run = play(story(chapter, people="on_jo: {name: Nam On-jo}\n"))

    assert run["fate.on_jo"] == "alive"
    assert run.choose("go")["fate.on_jo"] == "dead"
