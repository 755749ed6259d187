"""What a scene offers, where choices lead, rooms and their exits and offers, rolls, prices."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from game.engine import Dice, Machine, NotOffered
from tests.stories.building import story


def scenes(choices: str, more: str = "", **others: str):
    """A first scene with these choices, a second and a third."""
    chapter = f"""
flags: {{open: false, steps: {{range: 0..3}}, mood: {{one of: [calm, afraid, brave]}}}}
scenes:
  second: {{text: B., choices: {{back: {{text: Back., goto: first}}, go: {{text: Go., goto: end}}}}}}
  third: {{text: C., choices: {{go: {{text: Go., goto: end}}}}}}
{indent(dedent(more), "  ")}
  first:
    text: A.
    choices:
{indent(dedent(choices), "      ")}
"""
    return story(chapter, **others)


class TestOffering:
    def test_choices_are_offered_in_the_order_they_are_written(self, play):
        told = scenes("b: {text: B., goto: end}\na: {text: A., goto: end}\nc: {text: C., goto: end}\n")

        assert play(told).open == ["b", "a", "c"]

    def test_a_choice_is_offered_while_its_when_holds_and_hidden_otherwise(self, play):
        told = scenes("""
            unlock: {text: U., do: [{set: {open: true}}], goto: first}
            enter: {text: E., when: open, goto: end}
        """)

        run = play(told)

        assert (run.open, run.locked) == (["unlock"], {})
        assert run.choose("unlock").open == ["unlock", "enter"]

    def test_with_locked_it_is_shown_with_the_reason(self, play):
        told = scenes("""
            wait: {text: W., goto: first}
            enter:
              text: E.
              when: open
              locked: It is {% if open %}open{% else %}shut{% endif %}.
              goto: end
        """)

        run = play(told)

        assert (run.open, run.locked) == (["wait"], {"enter": "It is shut."})

    @pytest.mark.parametrize("choice", ["enter", "nothing", "", "first.wait"])
    def test_what_is_not_offered_cannot_be_chosen(self, play, choice):
        told = scenes("""
            wait: {text: W., goto: first}
            enter: {text: E., when: open, locked: No., goto: end}
        """)

        with pytest.raises(NotOffered):
            play(told).choose(choice)

    def test_once_taken_a_choice_with_once_is_gone_for_good(self, play):
        told = scenes("""
            look: {text: L., once: true, goto: second}
            wait: {text: W., goto: second}
        """)
        run = play(told)

        assert run.open == ["look", "wait"]
        assert run.choose("wait", "back").open == ["look", "wait"]
        assert run.choose("look", "back").open == ["wait"]
        assert run.choose("wait", "back").open == ["wait"]

    def test_once_is_hidden_even_with_a_reason(self, play):
        told = scenes("""
            look: {text: L., once: true, when: not open, locked: Not now., goto: first}
            wait: {text: W., goto: first}
        """)

        assert play(told).choose("look").locked == {}

    def test_an_ending_offers_nothing(self, play):
        run = play(scenes("go: {text: G., goto: end}\n")).choose("go")

        assert (run.open, run.locked, run.run.over) == ([], {}, True)


class TestLeading:
    def test_a_goto_picks_the_first_branch_that_holds(self, play):
        told = scenes("""
            go:
              text: G.
              do: [{if: steps >= 1, do: [{set: {mood: brave}}], else: [{add: {steps: 1}}]}]
              goto: [{when: mood == brave, to: third}, {when: steps >= 1, to: second}, {to: end}]
        """)

        assert play(told).choose("go").scene == "second"
        assert play(told).choose("go", "back", "go").scene == "third"

    def test_a_goto_is_asked_after_the_effects(self, play):
        told = scenes("""
            go: {text: G., do: [{set: {open: true}}], goto: [{when: open, to: second}, {to: third}]}
        """)

        assert play(told).choose("go").scene == "second"

    def test_words_of_a_choice_are_told_before_the_next_scene_and_know_what_it_did(self, play):
        told = scenes("""
            go: {text: G., do: [{set: {open: true}}], then: '{% if open %}Open now.{% endif %} Go on.', goto: second}
        """)

        run = play(told).choose("go")

        assert (run.told, run.text) == (["Open now. Go on."], ["B."])

    def test_seen_and_chosen_hold_once_a_scene_was_left(self, play):
        told = scenes("""
            a: {text: A., goto: second}
            b: {text: B., goto: second}
            seen_it: {text: S., when: seen.first, goto: end}
            chose_a: {text: C., when: chosen.first.a, goto: end}
            not_b: {text: C., when: not chosen.first.b, goto: end}
        """)
        run = play(told)

        assert run.open == ["a", "b", "not_b"]
        assert run.choose("b", "back").open == ["a", "b", "seen_it"]
        assert run.choose("a", "back").open == ["a", "b", "seen_it", "chose_a"]

    def test_to_its_own_effects_a_choice_is_chosen_already_and_its_scene_seen(self, play):
        told = scenes("""
            go:
              text: G.
              do: [{if: seen.first and chosen.first.go, do: [{set: {open: true}}]}]
              goto: second
        """)

        assert play(told).choose("go")["day/open"] is True

    def test_arriving_does_what_the_scene_says_each_time(self, play):
        fourth = """
            fourth:
              do: [{set: {open: true}}, {add: {steps: 2}}]
              text: '{% if open %}Open.{% endif %}'
              choices: {again: {text: A., goto: fourth}, end: {text: E., goto: end}}
        """

        run = play(scenes("go: {text: G., goto: fourth}\n", fourth)).choose("go")

        assert (run["day/open"], run["day/steps"], run.text) == (True, 2, ["Open."])
        assert run.choose("again")["day/steps"] == 3


MAP = """
hall:
  name: The Hall
  floor: 1
  at: [0, 0]
  exits: {stairs: {time: 10 min, noise: 2}, yard: {locked: Shut.}, far: {}}
stairs: {name: Stairs, floor: 1, at: [1, 0], exits: {hall: {text: Back., when: noise >= 2}}}
yard: {name: Yard, floor: 0, at: [0, 1], exits: {hall: {}}}
far: {name: Far away, floor: 9, at: [9, 9]}
"""
ROOMS = """
rooms:
  first:
    place: hall
    text: The hall.
    choices:
      turn_key: {text: Turn the key., once: true, do: [{unlock: hall.yard}]}
      wait: {text: Wait., do: [{pass: 10 min}]}
  second: {place: stairs, text: Stairs.}
  third: {place: yard, text: Yard., choices: {leave: {text: Leave., goto: end}}}
scenes:
  drawer:
    place: hall
    offer: {text: Open the drawer., when: noise == 0, locked: Not now., do: [{pass: 10 min}]}
    text: A drawer.
    choices: {back: {text: Back., goto: here}}
  window:
    place: hall
    offer: {text: Look out., once: false}
    text: A window.
    choices: {back: {text: Back., goto: here}}
"""
NOISE = "meters: {noise: {range: 0..9, price: {1: some noise, 3: loud}}}\n"


class TestRooms:
    def test_a_room_offers_its_choices_the_scenes_there_and_the_ways_to_other_rooms(self, play):
        run = play(story(ROOMS, declare=NOISE, places=MAP))

        assert run.open == ["turn_key", "wait", "drawer", "window", "go_stairs"]
        assert run.locked == {"go_yard": "Shut."}

    def test_a_choice_without_goto_stays_in_the_room(self, play):
        run = play(story(ROOMS, declare=NOISE, places=MAP)).choose("wait")

        assert (run.scene, run.time) == ("first", "D1 10:10")

    def test_a_way_takes_its_time_and_makes_its_noise(self, play):
        run = play(story(ROOMS, declare=NOISE, places=MAP)).choose("go_stairs")

        assert (run.scene, run.time, run["noise"]) == ("second", "D1 10:10", 2)
        assert run.choose("go_hall").scene == "first"

    def test_a_locked_way_is_shut_from_both_sides_until_it_is_unlocked(self, play):
        told = story(
            ROOMS.replace("first:", "start_here:", 1).replace("third:", "first:").replace("start_here:", "third:"),
            declare=NOISE,
            places=MAP,
        )

        from_the_yard = play(told)
        from_the_hall = play(story(ROOMS, declare=NOISE, places=MAP))

        assert from_the_yard.locked == {"go_hall": "Shut."}
        assert from_the_hall.choose("turn_key", "go_yard", "go_hall").scene == "first"
        assert from_the_hall["unlocked.hall.yard"] is True

    def test_a_way_that_is_locked_from_its_other_side_and_has_a_when_needs_both(self, play):
        both = MAP.replace("yard: {locked: Shut.}", "yard: {locked: Shut., when: noise >= 2}")
        both = both.replace("at: [0, 1], exits: {hall: {}}", "at: [0, 1], exits: {hall: {locked: Barred.}}")
        told = story(ROOMS, declare=NOISE, places=both)

        assert play(told).locked == {"go_yard": "Shut."}
        assert play(told).choose("turn_key").locked == {"go_yard": "Shut."}
        assert play(told).choose("go_stairs", "go_hall").locked["go_yard"] == "Shut."
        assert play(told).choose("turn_key", "go_stairs", "go_hall", "go_yard").scene == "third"

    def test_a_scene_is_offered_once_unless_it_says_otherwise(self, play):
        run = play(story(ROOMS, declare=NOISE, places=MAP))

        assert run.choose("drawer").scene == "drawer"
        assert run.time == "D1 10:10"
        assert "drawer" not in run.choose("back").open
        assert "window" in run.choose("window", "back").open

    def test_an_offer_may_be_locked_with_a_reason(self, play):
        run = play(story(ROOMS, declare=NOISE, places=MAP)).choose("go_stairs", "go_hall")

        assert run.locked == {"drawer": "Not now.", "go_yard": "Shut."}

    def test_a_choice_of_the_room_stands_for_the_way_of_its_name(self, play):
        rooms = ROOMS.replace("      wait:", "      go_stairs: {text: Climb., goto: second}\n      wait:")

        run = play(story(rooms, declare=NOISE, places=MAP)).choose("go_stairs")

        assert (run.scene, run["noise"]) == ("second", 0)

    def test_ways_lead_only_to_rooms_of_the_same_chapter(self, play):
        night = """
        chapter: {id: night, title: Night, from: D1 20:00, until: D1 22:00, start: up}
        rooms: {up: {place: far, text: Far., choices: {leave: {text: Leave., goto: end}}}}
        """

        assert "go_far" not in play(story(ROOMS, declare=NOISE, places=MAP, night=night)).open

    def test_here_is_the_room_of_the_scenes_place(self, play):
        rooms = ROOMS.replace("goto: here}}\n  window", "goto: [{when: noise >= 9, to: end}, {to: here}]}}\n  window")

        assert play(story(rooms, declare=NOISE, places=MAP)).choose("drawer", "back").scene == "first"


ROLL = """
try:
  text: Try.
  do: [{add: {steps: 1}}]
  roll:
    well: {weight: 3, do: [{set: {open: true}}], then: Well., goto: second}
    badly: {do: [{set: {mood: afraid}}], then: Badly., goto: third}
wait: {text: W., goto: first}
"""


class TestRolls:
    def test_a_roll_comes_to_one_of_its_outcomes(self, play):
        well = play(scenes(ROLL), loaded={"first.try": "well"}).choose("try")
        badly = play(scenes(ROLL), loaded={"first.try": "badly"}).choose("try")

        assert (well.scene, well.told, well["day/open"], well["day/mood"]) == ("second", ["Well."], True, "calm")
        assert (badly.scene, badly.told, badly["day/open"], badly["day/mood"]) == ("third", ["Badly."], False, "afraid")
        assert well["day/steps"] == badly["day/steps"] == 1

    def test_a_roll_is_fixed_by_the_seed_and_falls_by_its_weights(self, play):
        told = scenes(ROLL)

        falls = [play(told, seed=seed).choose("try").scene for seed in range(200)]

        assert falls == [play(told, seed=seed).choose("try").scene for seed in range(200)]
        assert 120 <= falls.count("second") <= 180

    def test_what_happens_before_does_not_change_a_roll(self, play):
        told = scenes(ROLL)

        for seed in range(20):
            assert (
                play(told, seed=seed).choose("try").scene == play(told, seed=seed).choose("wait", "wait", "try").scene
            )

    def test_two_rolls_of_one_run_fall_apart_from_each_other(self):
        outcomes = Machine(scenes(ROLL)).story.scenes["first"].choices[0].outcomes

        falls = {(Dice(seed).pick("a.b", outcomes).id, Dice(seed).pick("a.c", outcomes).id) for seed in range(50)}

        assert len(falls) == 4

    def test_loaded_dice_that_name_no_outcome_are_not_asked(self):
        outcomes = Machine(scenes(ROLL)).story.scenes["first"].choices[0].outcomes

        assert Dice(5, {"first.try": "sideways"}).pick("first.try", outcomes) == Dice(5).pick("first.try", outcomes)

    def test_undoing_does_not_roll_again(self, play):
        run = play(scenes(ROLL)).run

        first = run.choose("try")

        assert first.undo().choose("wait").choose("try").state.scene == first.state.scene

    def test_a_roll_is_offered_once(self, play):
        run = play(scenes(ROLL), loaded={"first.try": "well"}).choose("try", "back")

        assert run.open == ["wait"]


class TestPrices:
    @pytest.mark.parametrize(
        ("choice", "minutes", "meters"),
        [
            ("{text: G., do: [{pass: 20 min}, {add: {noise: 3}}, {pass: 10 min}], goto: end}", 30, (("noise", 3),)),
            ("{text: G., do: [{add: {noise: 1}}, {add: {noise: 2}}], goto: end}", 0, (("noise", 3),)),
            ("{text: G., do: [{add: {noise: -3, heat: 3}}], goto: end}", 0, ()),
            ("{text: G., do: [{if: open, do: [{pass: 20 min}, {add: {noise: 3}}]}], goto: end}", 0, ()),
            ("{text: G., price: false, do: [{pass: 20 min}, {add: {noise: 3}}], goto: end}", 0, ()),
        ],
        ids=["time and noise", "noise in parts", "less noise, another meter", "only perhaps", "not to be told"],
    )
    def test_a_choice_announces_what_it_costs_for_certain(self, choice, minutes, meters):
        told = scenes(f"go: {choice}\n", declare=NOISE.replace("{noise", "{heat: {range: 0..9}, noise"))

        price = told.scenes["first"].choices[0].price

        assert (price.minutes, price.meters) == (minutes, meters)

    def test_ways_and_offers_announce_theirs(self):
        choices = {c.id: c for c in story(ROOMS, declare=NOISE, places=MAP).scenes["first"].choices}

        assert (choices["go_stairs"].price.minutes, choices["go_stairs"].price.meters) == (10, (("noise", 2),))
        assert choices["drawer"].price.minutes == 10
