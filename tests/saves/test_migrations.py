"""A save in a later version of its story: what the player had is kept, at every turn, and the player is told how."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.engine import Machine, Run
from game.present.view import chosen_text, transcript
from game.saves import Saves
from game.saves.capture import pack
from game.saves.format import Save, decode, encode
from game.saves.named import in_names
from game.saves.numbers import Names
from game.saves.packed import Packed
from game.saves.restore import Came, restore
from game.story.model import Story
from game.story.variables import Value
from tests.saves.byname import by_name
from tests.saves.later import RENAMED, built, edited, renamed

CARRIED = "The story has changed since this save; you are where you were, with what you had: "


def saved(run: Run) -> Save:
    """A run as a save by name; as a slot has it, with what is beside it, it comes to the same."""
    named = decode(encode(by_name(run)))
    packed = pack(run, title="", auto=True, played=0, order=1)
    beside = {name: make() for name, make in packed.beside().items()}
    again = decode(encode(packed))
    assert isinstance(named, Save)
    assert isinstance(again, Packed)
    assert again == packed._replace(beside=dict)
    table = Names.parsed(beside[f"n-{packed.past.names}.json"])
    told = in_names(again, table, beside.__getitem__)
    assert replace(told, header=told.header._replace(saved=named.header.saved)) == named
    return named


def carried(run: Run, story: Story) -> Came:
    """A run, saved in its story and loaded in another; and saved and loaded there once more, which changes nothing."""
    machine = Machine(story)
    came = restore(saved(run), machine)
    again = restore(saved(came.run), machine)
    assert (again.run, again.rung, again.note) == (came.run, 1, "")
    return came


def had(run: Run, turn: int) -> tuple[str, dict[str, Value]]:
    """Everything a run has at a turn, by name."""
    state = run.state_at(turn)
    return state.scene, {v.name: v.values[state.values[v.index]] for v in run.machine.story.variables}


def in_new_words(scene: str, values: dict[str, Value]) -> tuple[str, dict[str, Value]]:
    """The same in the words of the next version."""
    words = re.compile(rf"(?<![a-z])({'|'.join(RENAMED)})(?![a-z])")
    new = {words.sub(lambda m: RENAMED[m[1]], name): value for name, value in values.items()}
    fates = {"missing": "astray", "afraid": "scared"}
    return RENAMED.get(scene, scene), {n: fates.get(v, v) if isinstance(v, str) else v for n, v in new.items()}


@pytest.fixture(scope="module")
def next_version():
    return renamed()


def test_a_story_in_which_everything_is_called_otherwise(kit, next_version):
    run = kit.run(7)

    came = carried(run, next_version)

    assert (came.rung, came.whole, came.run.turn, len(came.run.steps)) == (2, True, 7, 7)
    assert came.note == "The story has changed since this save; its 7 choices were replayed."
    assert not any(step.kept for step in came.run.steps)
    assert came.run.undo().undo().log == (
        *("lobby.shout", "lobby.go_steps_down", "steps_down.meet", "meeting.bow", "steps_down.leap"),
    )
    for turn in range(8):
        assert had(came.run, turn) == in_new_words(*had(run, turn))


@given(picks=st.lists(st.integers(-2, 5), max_size=25), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_no_run_loses_anything_to_other_names(kit, next_version, picks, seed):
    run = kit.wander(kit.run(0, seed), picks)

    came = carried(run, next_version)

    assert (came.run.turn, len(came.run.steps), came.whole) == (run.turn, len(run.steps), True)
    for turn in range(len(run.steps) + 1):
        assert had(came.run, turn) == in_new_words(*had(run, turn))


@pytest.mark.parametrize("outcome", ["well", "badly"])
def test_dice_that_have_fallen_stay_as_they_fell(kit, outcome):
    run = kit.run(5, **{"stairs.jump": outcome})
    other = edited("migrations: {}\n", ("weight: 2", "weight: 99"), ("well: {weight: 1", "well: {weight: 50"))

    came = carried(run, other)

    assert (came.run.steps[-1].outcome, came.run.turn) == (outcome, 5)
    assert came.run.undo().choose("jump").steps[-1].outcome == outcome


def test_what_the_player_had_is_kept_where_the_choices_lead_elsewhere_now(kit):
    run = kit.run(7)
    other = edited("migrations: {}\n", ("add: {noise: 2}", "add: {noise: 1}"))

    came = carried(run, other)

    assert (came.rung, came.whole, came.run.turn) == (2, True, 7)
    assert came.note == f"{CARRIED}First — day 1, 12:20 — The hall."
    assert [had(came.run, t) for t in range(8)] == [had(run, t) for t in range(8)]
    assert came.run.steps[0].kept
    assert not came.run.steps[-1].kept
    # What is done anew is done as the story now has it.
    assert came.run.go_to(0).choose("shout").value("noise") == 1


def test_without_the_section_the_choices_are_made_again(kit):
    other = edited("", ("add: {noise: 2}", "add: {noise: 1}"))
    came = carried(kit.run(1), other)
    assert (came.rung, came.run.value("noise")) == (3, 1)


def test_a_choice_that_is_gone_is_still_in_the_history(kit):
    run = kit.run(7)
    other = edited("migrations: {choices: {talk.nod: gone}}\n", ("      nod: {text: Nod.", "      bow: {text: Bow."))

    came = carried(run, other)

    assert (came.run.turn, came.whole) == (7, True)
    assert had(came.run, 7) == had(run, 7)
    assert came.run.value("count.rope") == 1
    assert chosen_text(came.run, 4) == "A choice that the story no longer has."
    assert all(transcript(came.run, turn) for turn in range(8))
    before = came.run.go_to(3)
    assert [o.choice.id for o in before.options()] == ["bow", "flee"]
    assert before.redo().state == came.run.state_at(4)
    assert before.choose("bow").turn == 4


def test_a_removed_scene_is_where_the_writer_says(kit):
    run = kit.run(3)
    assert run.state.scene == "talk"
    gone = """  talk:
    place: stairs
    cast: [jo, san]
    text: |
      @jo: Hello.
    choices:
      nod: {text: Nod., do: [{take: rope}, {set: {open: true}}], goto: here}
      flee: {text: Flee., goto: hall}
"""
    other = edited(
        "migrations: {scenes: {talk: stairs}}\n", (gone, ""), ("goto: talk", "goto: here"), ("scenes:\n", "")
    )

    came = carried(run, other)

    assert (came.run.state.scene, came.run.turn) == ("stairs", 3)
    assert came.run.value("bond.jo") == 1
    assert came.note == "The story has changed since this save; its 3 choices were replayed."


def test_what_cannot_be_said_any_more_cuts_the_history(kit):
    """The rope is dropped before the moment that was saved; what came while it was carried cannot be said."""
    run = kit.run(4)
    assert run.value("count.rope") == 1
    without = (", do: [{take: rope}, {set: {open: true}}]", ", do: [{set: {open: true}}]")
    no_rope = ("rope: {name: a rope}\n", "")
    came = carried(run, edited("migrations: {}\n", without, no_rope))
    assert came.rung == 3
    assert came.note.startswith("The story has changed since this save; its 4 choices were replayed")

    came = carried(run.go_to(2), edited("migrations: {}\n", without, no_rope))
    assert (came.rung, came.run.turn, len(came.run.steps), came.whole) == (2, 2, 3, False)
    assert came.note == f"{CARRIED}First — day 1, 12:10 — The stairs. What was taken back cannot all be made again."

    came = carried(run, edited("migrations: {items: {rope: gone}}\n", without, no_rope))
    assert (came.rung, came.run.turn, came.whole) == (2, 4, True)


def test_a_history_that_begins_later_can_be_taken_back_to_there(kit):
    data = encode(by_name(kit.run(4).go_to(3)))
    # As if the rope had been carried at the beginning, too, until the second choice.
    body = json.loads(data.splitlines()[1])
    rope = body["names"].index("count.rope")
    begun = body["trail"][0]
    begun[2 + 2 * begun[2::2].index(rope) + 1] = 1
    body["trail"][2] += [rope, 0]
    save = decode(kit.forge(data, trail=body["trail"]))
    other = edited(
        "migrations: {}\n", ("rope: {name: a rope}", "cord: {name: a rope}"), ("{take: rope}", "{take: cord}")
    )

    machine = Machine(other)

    came = restore(save, machine)

    assert (came.rung, came.run.turn, len(came.run.steps), came.whole) == (2, 1, 1, False)
    assert came.note.endswith("Only the last choice can be taken back. What was taken back cannot all be made again.")
    assert came.run.undo().state.scene == "stairs"
    assert restore(saved(came.run), machine).run == came.run


def test_a_new_flag_is_as_the_choices_make_it_or_as_the_writer_says(kit):
    new = ("flags: {knocked: false}", "flags: {knocked: false, loud: false, level: {range: 0..5}}")
    shout = ("{add: {noise: 2}}", "{add: {noise: 2}}, {set: {loud: true}}")
    came = carried(kit.run(7), edited("migrations: {}\n", new, shout))
    assert (came.run.value("first/loud"), came.run.value("first/level")) == (True, 0)

    came = carried(kit.run(7), edited("migrations: {new: {first/level: 3}}\n", new, shout))
    assert (came.run.value("first/loud"), came.run.value("first/level")) == (True, 3)

    # The choice that sets it is gone: then only the writer can say.
    gone = ("      shout: {text: Shout., do: [{add: {noise: 2}}, {set: {mood: afraid, knocked: true}}]}\n", "")
    migrations = "migrations: {choices: {hall.shout: gone}, new: {first/loud: true}}\n"
    came = carried(kit.run(7), edited(migrations, new, gone))
    assert (came.run.value("first/loud"), came.run.turn) == (True, 7)


def test_what_a_new_condition_asks_about_the_past_is_known(kit):
    asks = ("      leave: {text: Go out., goto: out}", "      leave: {text: Go out., when: chosen.talk.nod, goto: out}")
    gone = ("add: {noise: 2}", "add: {noise: 1}")
    came = carried(kit.run(5), edited("migrations: {}\n", asks, gone))
    assert "leave" in [o.choice.id for o in came.run.options() if o.open]
    came = carried(kit.run(5).go_to(2), edited("migrations: {}\n", asks, gone))
    assert "leave" not in [o.choice.id for o in came.run.options() if o.open]


def test_a_shorter_chapter_is_over_for_who_is_later_than_its_end(kit):
    run = kit.wander(kit.run(), [0] * 30)
    assert run.minutes() == 17 * 60
    came = carried(run, edited("migrations: {}\n", ("until: D1 18:00", "until: D1 16:00")))
    assert came.run.minutes() == 16 * 60


def test_a_save_of_schema_1_keeps_its_moment_too(kit):
    golden = decode((kit.golden / "schema-1.json").read_bytes())
    came = restore(golden, Machine(edited("migrations: {}\n", ("text: The hall.", "text: A hall."))))
    assert (came.rung, came.run.turn, len(came.run.steps)) == (2, 5, 7)
    # What its roll came to is not in it, and the roll has another name now.
    came = restore(golden, Machine(renamed()))
    assert (came.rung, came.run.turn, came.run.state.scene) == (2, 0, "steps_down")
    assert had(came.run, 0) == in_new_words(*had(kit.run(7), 5))

    came = restore(golden, Machine(edited("migrations: {}\n", ("add: {noise: 2}", "add: {noise: 1}"))))
    assert (came.rung, came.run.turn, came.run.value("noise")) == (2, 0, 2)
    assert came.note.endswith("Nothing can be taken back. What was taken back cannot all be made again.")

    again = restore(golden, Machine(renamed("")))
    assert (again.rung, again.run.turn) == (5, 0)


# --- the last rungs ---

NIGHT = {
    "02-night.yaml": """
chapter: {id: night, title: The Night, from: D1 18:00, until: D1 23:00, start: dusk}
scenes:
  dusk: {text: Dusk., choices: {go: {text: Go on., do: [{pass: 10 min}], goto: dark}}}
  dark: {text: Dark., choices: {on: {text: On., goto: morning}}}
endings:
  morning: {title: Morning, text: It is light.}
"""
}


@pytest.fixture
def two_chapters(kit):
    """A story of two chapters, edits of it, and a run that is in the second."""

    def two_chapters(*edits):
        leave = ("leave: {text: Go out., goto: out}", "leave: {text: Go out., goto: dusk}")
        return built({**kit.sources, **NIGHT}, "", leave, *edits)

    return two_chapters


def test_who_is_thrown_back_over_a_chapter_can_go_to_its_beginning(kit, two_chapters):
    begun = type(kit.run()).new(Machine(two_chapters()), 7, "Mi-jin")
    run = begun.replay(["hall.shout", "hall.drink", "hall.go_stairs", "stairs.leave", "dusk.go"])

    came = carried(run, two_chapters(("      shout: {text: Shout.", "      call: {text: Shout.")))

    assert (came.rung, came.run.turn, came.whole) == (4, 0, False)
    assert came.note == (
        "The story has changed since this save; none of its 5 choices could be replayed, so the run is at its "
        "beginning (hall.shout is no longer offered there). "
        "Redo takes you to the beginning of The Night, which you had reached."
    )
    further = came.run.redo()
    assert further.state.scene == "dusk"
    assert (further.value("count.water"), further.value("noise")) == (1, run.go_to(4).value("noise"))
    assert further.minutes() == 18 * 60
    assert further.choose("go").choose("on").over

    came = carried(run, two_chapters(("      shout: {text: Shout.", "      call: {text: Shout."), ("dusk", "evening")))
    assert (came.rung, came.run.redo().state.scene) == (4, "evening")


def test_where_nothing_is_left_the_run_begins_anew(kit, two_chapters):
    came = carried(kit.run(7), two_chapters(("hall", "foyer"), ("stairs", "ladder")))
    assert (came.rung, came.run.turn, came.run.steps) == (5, 0, ())


def test_the_generation_from_before_stays_until_the_run_goes_on(kit, tmp_path, next_version):
    saves = Saves(tmp_path, kit.story)
    saves.write("run-1", kit.run(7))
    theirs = Saves(tmp_path, next_version)
    restored = theirs.read("run-1", Machine(next_version))
    assert restored.whole
    assert Saves(tmp_path, kit.story).read("run-1", kit.machine).run == kit.run(7)
    theirs.write("run-1", restored.run)
    assert theirs.read("run-1", restored.run.machine).notes == ()
    assert len(kit.files(tmp_path, "run-1")) == 2
