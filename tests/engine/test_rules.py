"""Rules: what happens by itself after a choice."""

from __future__ import annotations

from textwrap import dedent

from tests.stories.building import story

METERS = "meters: {noise: {range: 0..9}, fear: {range: 0..9}}\nflags: {warned: false}\n"
CHAPTER = """
scenes:
  first:
    do: [{add: {fear: 1}}]
    text: 'Fear {{ fear }}.'
    choices:
      shout: {text: Shout., do: [{add: {noise: 3}}], then: You shout., goto: first}
      wait: {text: Wait., do: [{pass: 30 min}], goto: first}
      leave: {text: Leave., do: [{add: {noise: 9}}], goto: end}
"""
ENDINGS = """
endings:
  end: {title: The End, text: It is over.}
  caught: {title: Caught, text: They have you.}
  other: {title: Other, text: Other.}
"""


def ruled(rules: str, more: str = ""):
    return story(
        CHAPTER + more,
        declare=METERS + "rules:\n" + "".join(f"  {line}\n" for line in dedent(rules).strip().split("\n")),
        endings=ENDINGS,
    )


def test_a_rule_that_holds_after_a_choice_leads_away_in_place_of_the_choice(play):
    told = ruled("loud: {when: noise >= 6, then: They heard you., goto: caught}")

    run = play(told).choose("shout")

    assert (run.scene, run.told) == ("first", ["You shout."])
    assert (run.choose("shout").scene, run.told) == ("caught", ["You shout.", "They heard you."])


def test_a_rule_with_do_only_changes_things(play):
    told = ruled("echo: {when: noise >= 3, do: [{add: {fear: 2}}], then: An echo.}")

    run = play(told).choose("shout")

    assert (run.scene, run["fear"], run.told) == ("first", 4, ["You shout.", "An echo."])
    assert run.choose("wait")["fear"] == 7


def test_a_rule_with_once_happens_one_time(play):
    told = ruled("echo: {when: noise >= 3, once: true, do: [{add: {fear: 2}}], then: An echo.}")

    run = play(told).choose("shout", "wait")

    assert (run["fear"], run.told) == (5, [])


def test_rules_are_looked_at_in_order_and_see_what_those_before_did(play):
    told = ruled("""
        a: {when: noise >= 3, do: [{set: {warned: true}}], then: A.}
        b: {when: warned, then: B., goto: caught}
        c: {when: noise >= 3, then: C., goto: other}
    """)

    run = play(told).choose("shout")

    assert (run.scene, run.told) == ("caught", ["You shout.", "A.", "B."])


def test_a_rule_is_not_asked_on_the_way_to_an_ending(play):
    told = ruled("loud: {when: noise >= 6, do: [{set: {warned: true}}], goto: caught}")

    run = play(told).choose("leave")

    assert (run.scene, run["warned"]) == ("end", False)


def test_a_rule_is_not_asked_before_the_first_choice(play):
    told = ruled("afraid: {when: fear >= 1, goto: caught}")

    run = play(told)

    assert (run.scene, run.text) == ("first", ["Fear 1."])
    assert run.choose("wait").scene == "caught"


def test_a_rule_sees_what_a_bell_did_and_is_told_after_it(play):
    told = ruled(
        "loud: {when: noise >= 6, then: They heard it., goto: caught}",
        "bells: {siren: {at: D1 10:20, do: [{add: {noise: 6}}], then: A siren.}}\n",
    )

    run = play(told).choose("wait")

    assert (run.scene, run.told) == ("caught", ["A siren.", "They heard it."])


def test_a_rule_wins_over_a_bell_that_leads_to_a_scene_and_not_over_one_that_ends_the_story(play):
    rule = "loud: {when: noise >= 6, goto: caught}"
    bell = "bells: {siren: {at: D1 10:20, do: [{add: {noise: 6}}], goto: WHERE}}\n"

    assert play(ruled(rule, bell.replace("WHERE", "first"))).choose("wait").scene == "caught"
    assert play(ruled(rule, bell.replace("WHERE", "other"))).choose("wait").scene == "other"


def test_a_rule_does_not_see_what_the_arrival_does_before_the_next_choice(play):
    told = ruled("afraid: {when: fear >= 2, goto: caught}")

    run = play(told).choose("wait")

    assert (run.scene, run["fear"]) == ("first", 2)
    assert run.choose("wait").scene == "caught"
