"""What a screen, or no screen, shows of a run."""

from __future__ import annotations

import pytest

from game.engine import Machine, Run
from game.present import Ended, ending_roll, people, transcript
from game.present.view import status_line, view
from game.story import Story
from tests.stories.building import HEAD, story

CHAPTER = """
rooms:
  first:
    place: hall
    text: |
      The hall.

      @on_jo: Here we *are*.
    choices:
      take_both: {text: Take two cups., then: They are cold., do: [{take: {water: 2}}, {add: {noise: 3}}]}
      enter: {text: Enter the office., when: has.rope, locked: You would need a rope., goto: end}
      call: {text: Call her., once: true, do: [{join: on_jo}, {bond: {on_jo: 2}}, {promise: walk_home}]}
      lose_her: {text: Let go., do: [{fate: {on_jo: missing}}, {keep: walk_home}]}
      wait: {text: Wait., do: [{pass: 1 h 30 min}]}
      leave: {text: Leave., goto: end}
  second: {place: stairs, text: Stairs.}
scenes:
  aside:
    place: hall
    offer: {text: Sit down.}
    cast: [i_sak]
    text: A bench.
    choices: {up: {text: Get up., goto: nowhere}}
  nowhere: {text: No place., choices: {on: {text: On., goto: first}}}
"""
DECLARE = """
meters:
  noise: {range: 0..9, words: {0: silent, 3: restless}, price: {1: some noise, 3: loud}}
  fear: {range: 0..3, label: your fear}
fates: {alive: {becomes: [missing]}, missing: {becomes: [alive], is: away, word: lost to you}}
"""
PEOPLE = """
i_sak: {name: Park I-sak, about: Sleeves over her hands., hangul: 박이삭, class: 2-5}
on_jo: {name: Nam On-jo, bond: 0..5, promises: {walk_home: Walk home.}, memories: {umbrella: An umbrella.}}
cheong_san: {name: Lee Cheong-san}
"""
PLACES = """
hall: {name: The Hall, floor: 1, at: [0, 0], exits: {stairs: {time: 20 min, noise: 2}}}
stairs: {name: Stairs, short: The back stairs, floor: 1, at: [1, 0], exits: {hall: {text: Back.}}}
"""
ITEMS = """
water: {name: water, one: a cup of water, many: cups of water, max: 6, about: Warm.}
rope: {name: a rope}
"""
PARTS = {"declare": DECLARE, "people": PEOPLE, "places": PLACES, "items": ITEMS}


@pytest.fixture(scope="module")
def told() -> Story:
    return story(CHAPTER, **PARTS)


def after(told: Story, *choices: str) -> Run:
    run = Run.new(Machine(told), 1)
    for choice in choices:
        run = run.choose(choice)
    return run


def test_open_choices_are_numbered_and_locked_ones_give_their_reason(told):
    options = view(after(told)).options

    assert [(o.id, o.number, o.text, o.price, o.reason) for o in options] == [
        ("take_both", 1, "Take two cups.", "loud", ""),
        ("enter", 0, "Enter the office.", "", "You would need a rope."),
        ("call", 2, "Call her.", "", ""),
        ("lose_her", 3, "Let go.", "", ""),
        ("wait", 4, "Wait.", "about 1 h 30 min", ""),
        ("leave", 5, "Leave.", "", ""),
        ("aside", 6, "Sit down.", "", ""),
        ("go_stairs", 7, "Go to the back stairs.", "about 20 min, some noise", ""),
    ]
    assert [o.open for o in options] == [o.number > 0 for o in options]


def test_the_status_tells_chapter_day_time_and_place(told):
    status = view(after(told, "go_stairs")).status

    assert (status.chapter, status.day, status.time, status.place) == ("Day", 1, "10:20", "Stairs")
    assert status_line(after(told, "go_stairs")) == "Day — day 1, 10:20 — Stairs"


def test_a_scene_without_a_place_happens_where_the_last_one_did(told):
    assert view(after(told, "aside", "up")).status.place == "The Hall"


def test_meters_are_shown_as_words(told):
    noise, fear = view(after(told, "take_both")).status.meters

    assert (noise.label, noise.word, noise.value, noise.low, noise.high) == ("noise", "restless", 3, 0, 9)
    assert noise.words == ("silent", "restless")
    assert (fear.label, fear.word, fear.words) == ("your fear", "", ())


def test_hands_hold_what_was_taken(told):
    assert view(after(told)).status.hands == ()
    assert view(after(told, "take_both")).status.hands == (("2 cups of water", "Warm."),)


def test_people_are_known_once_they_were_met(told):
    assert [p.id for p in people(after(told))] == []
    assert [p.id for p in people(after(told, "aside"))] == ["i_sak"]
    assert [p.id for p in people(after(told, "aside", "up", "on", "call"))] == ["i_sak", "on_jo"]
    assert [p.id for p in people(after(told, "call"), 0)] == []


@pytest.mark.parametrize(
    ("choices", "person", "where", "presence"),
    [
        (["aside"], "i_sak", "present", "here"),
        (["aside", "up"], "i_sak", "elsewhere", "here"),
        (["call"], "on_jo", "with", "here"),
        (["call", "lose_her"], "on_jo", "gone", "away"),
    ],
)
def test_where_somebody_is(told, choices, person, where, presence):
    known = {p.id: p for p in people(after(told, *choices))}

    assert (known[person].where, known[person].presence) == (where, presence)


def test_what_is_known_of_somebody(told):
    on_jo = people(after(told, "call"))[0]
    i_sak = people(after(told, "aside"))[0]

    assert (on_jo.name, on_jo.short, on_jo.fate, on_jo.bond) == ("Nam On-jo", "On-jo", "alive", (2, 0, 5))
    assert (on_jo.promises, on_jo.memories) == ((("Walk home.", "made"),), ())
    assert (i_sak.about, i_sak.hangul, i_sak.class_, i_sak.bond) == ("Sleeves over her hands.", "박이삭", "2-5", None)


def test_it_is_told_what_decided_a_fate(told):
    run = after(told, "call", "wait", "lose_her", "leave")

    assert ending_roll(run) == (Ended("Nam On-jo", "lost to you", "D1 11:30, after “Let go.”"),)


def test_an_ending_may_tell_what_became_of_people_also_of_those_one_never_met():
    people = """
ana: {name: Ana, epilogue: {alive: "She kept the hall.", dead: "A coat."}}
ben: {name: Ben, epilogue: {dead: "{% if chosen.first.let_go %}You heard him fall.{% endif %}"}}
cay: {name: Cay}
"""
    chapter = """
scenes:
  first:
    text: A hall.
    choices: {let_go: {text: Let go., do: [{fate: {ben: dead}}], goto: told}, stay: {text: Stay., goto: silent}}
endings:
  told: {title: Told, epilogue: true, text: The end.}
  silent: {title: Silent, text: The end.}
"""
    telling = story(chapter, people=people)

    def roll(*choices: str) -> list[tuple[str, str, list[str]]]:
        return [(p.name, p.fate, [line.text for line in p.words]) for p in ending_roll(after(telling, *choices))]

    assert roll("let_go") == [("Ana", "alive", ["She kept the hall."]), ("Ben", "dead", ["You heard him fall."])]
    assert roll("stay") == []


def lines(run: Run, turn: int | None = None) -> list[tuple[str, str]]:
    return [
        (line.kind, f"{line.speaker}: {line.text}" if line.speaker else line.text) for line in transcript(run, turn)
    ]


def test_the_first_turn_begins_with_where_and_when(told):
    assert lines(after(told)) == [
        ("heading", "Day — day 1, 10:00 — The Hall"),
        ("text", "The hall."),
        ("speech", "On-jo: Here we are."),
    ]


def test_a_turn_tells_the_choice_its_words_what_changed_and_the_scene(told):
    assert lines(after(told, "take_both")) == [
        ("chosen", "Take two cups."),
        ("text", "They are cold."),
        ("changes", "noise: restless · taken: 2 cups of water"),
        ("text", "The hall."),
        ("speech", "On-jo: Here we are."),
    ]


def test_what_happens_on_coming_somewhere_is_told_by_the_text_there_first():
    people = "ana: {name: Ana}\nben: {name: Ben}\n"
    chapter = """
scenes:
  first:
    text: A hall.
    choices:
      on: {text: Go on., do: [{fate: {ben: dead}}], goto: second}
      push: {text: Push her., do: [{fate: {ana: dead}}], goto: second}
  second:
    do: [{fate: {ana: dead}}]
    text: She lets go.
    choices: {on: {text: Go on., goto: over}}
endings:
  over: {title: Over, text: The end.}
"""
    told = story(chapter, people=people)

    assert lines(after(told, "on"))[-3:] == [
        ("changes", "Ben: dead"), ("text", "She lets go."), ("changes", "Ana: dead"),
    ]  # fmt: skip
    # What one does oneself is told at once, whatever comes after it.
    assert lines(after(told, "push"))[-2:] == [("changes", "Ana: dead"), ("text", "She lets go.")]


@pytest.mark.parametrize(
    ("choices", "heading"),
    [
        (["wait"], "day 1, 11:30 — The Hall"),
        (["go_stairs"], "day 1, 10:20 — Stairs"),
        (["take_both"], None),
        (["aside"], None),
    ],
)
def test_a_heading_stands_where_time_or_place_is_new(told, choices, heading):
    found = [text for kind, text in lines(after(told, *choices)) if kind == "heading"]

    assert found == ([heading] if heading else [])


def test_a_chapter_with_a_dash_in_its_title_keeps_it_out_of_later_headings():
    run = after(story(CHAPTER, head=HEAD.replace("Day", "'Day — and night'"), **PARTS), "wait")

    assert ("heading", "day 1, 11:30 — The Hall") in lines(run)


def test_an_ending_is_told_by_its_title(told):
    run = after(told, "leave")
    shown = view(run)

    assert lines(run) == [("chosen", "Leave."), ("ending", "The End"), ("text", "It is over.")]
    assert (shown.over, shown.ending, shown.options, shown.stranded) == (True, "The End", (), False)


def test_an_earlier_turn_is_told_as_it_was(told):
    run = after(told, "take_both", "wait", "leave")

    assert lines(run, 1) == lines(after(told, "take_both"))
    assert lines(run, 0) == lines(after(told))


def test_undo_and_redo_are_offered_while_there_is_something_to_go_to(told):
    run = after(told, "wait", "wait")

    assert (view(run).can_undo, view(run).can_redo) == (True, False)
    assert (view(run.undo()).can_undo, view(run.undo()).can_redo) == (True, True)
    assert (view(run.go_to(0)).can_undo, view(run.go_to(0)).can_redo) == (False, True)


def test_a_scene_that_offers_nothing_is_shown_as_the_storys_mistake():
    stuck = story("flags: {x: false}\nscenes: {first: {text: A., choices: {go: {text: G., when: x, goto: end}}}}\n")

    assert view(Run.new(Machine(stuck), 1)).stranded
