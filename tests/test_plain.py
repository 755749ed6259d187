"""Plain mode: the whole game, line by line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.saves import SaveError, Saves
from game.saves.format import decode, encode
from game.saves.packed import Packed
from game.saves.settings import Settings
from game.story import load_sources

STORY = {
    "story.yaml": """
story: {id: small, title: Small, version: 1.0.0, start: hall, about: A small story., notice: Unofficial.}
player: {name: Do-ha}
meters: {noise: {range: 0..5, words: {0: silent, 2: loud}, price: {1: some noise}}}
notes: {dark: Darkness}
""",
    "people.yaml": "ann: {name: Kim Ann, class: 2-3, about: Your neighbour., bond: 0..3, promises: {wait: Wait.}}",
    "items.yaml": "key: {name: a key, about: Small and cold.}",
    "places.yaml": "hall: {name: The hall, floor: 1, at: [0, 0]}",
    "01.yaml": """
chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: hall}
scenes:
  hall:
    place: hall
    cast: [ann]
    text: |
      The hall. {{ player }} waits.
      @ann: Well?
    choices:
      key:
        text: Take the key.
        do: [{take: key}, {add: {noise: 2}}, {bond: {ann: +1}}, {promise: wait}, {pass: 10 min}]
        then: It is cold.
        goto: door
      fly: {text: Fly., when: has.key, locked: You cannot., goto: door}
  door:
    text: The door.
    choices:
      out: {text: Open it., when: has.key, goto: end}
      back: {text: Turn back., goto: hall}
endings:
  end: {title: Outside, text: Air.}
""",
}


@pytest.fixture
def machine() -> Machine:
    loaded = load_sources(STORY)
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return Machine(loaded.story)


def play(
    machine: Machine, folder: Path, *answers: str, run: Run | None = None, settings: Settings | None = None
) -> str:
    """What a player reads who gives these answers."""
    out = io.StringIO()
    saves = Saves(folder, machine.story)
    game = PlainGame(machine, saves, Console(io.StringIO("".join(a + "\n" for a in answers)), out), settings=settings)
    assert game.play(run) == 0
    saves.release()
    return out.getvalue()


def fresh(machine: Machine) -> Run:
    return Run.new(machine, 7)


def test_a_run_from_the_title_to_an_ending(machine, tmp_path):
    said = play(machine, tmp_path, "Min", "1", "1")

    assert "Unofficial." in said
    assert "This story contains: Darkness." in said
    assert "The hall. Min waits." in said
    assert "Ann: Well?" in said
    assert "1. Take the key. (about 10 min, some noise)" in said
    assert "Locked: Fly. You cannot." in said
    assert "It is cold." in said
    assert "taken: a key" in said
    assert "noise: loud" in said
    assert "Ann trusts you more" in said
    assert "promised: Wait." in said
    assert "Outside\n\nAir." in said
    assert "Kim Ann: alive." in said


def test_an_empty_name_is_the_storys_own(machine, tmp_path):
    assert "Do-ha waits." in play(machine, tmp_path, "")


def test_a_name_cannot_act_on_the_terminal(machine, tmp_path):
    said = play(machine, tmp_path, "\x1b]0;title\x07Min\u202e")

    assert "\x1b" not in said
    assert "]0;titleMin waits." in said


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["who"], "Kim Ann, 2-3, alive, here. Your neighbour. Bond 0 of 3: has yet to trust you."),
        (["who ann"], "Kim Ann, 2-3, alive, here."),
        (["who bob"], "You have met nobody called bob."),
        (["1", "who"], "Promise, made: Wait."),
        (["hands"], "You carry nothing."),
        (["1", "hands"], "a key. Small and cold."),
        (["1", "hands"], "Noise: loud."),
        (["1", "journal"], "1. 10:10 Take the key."),
        (["1", "undo", "journal"], "1. 10:10 Take the key. (taken back)"),
        (["1", "undo"], "Turn 0 of 1."),
        (["1", "undo", "redo"], "Turn 1 of 1."),
        (["undo"], "There is nothing to take back."),
        (["1", "u"], "Turn 0 of 1."),
        (["p"], "Kim Ann, 2-3, alive, here."),
        (["look"], "This story contains: Darkness."),
        (["redo"], "Nothing was taken back."),
        (["1", "2", "1", "goto 1"], "Turn 1 of 3."),
        (["goto 9"], "Say goto and a turn from 0 to 0"),
        (["9"], "There are choices 1 to 1."),
        (["unod"], "Did you mean undo?"),
        (["look"], "One — day 1, 10:00 — The hall"),
        (["help"], "save NAME: Keep this moment under a name."),
        (["save"], "Say save and a name"),
        (["save before it", "saves"], "before it. One — day 1, 10:00 — The hall."),
        (["1", "1", "1"], "There is no choice to make here"),
        (["load nowhere"], "nowhere"),
    ],
)
def test_answers(machine, tmp_path, answers, expected):
    assert expected in play(machine, tmp_path, *answers, run=fresh(machine))


def test_what_was_saved_can_be_loaded_later(machine, tmp_path):
    play(machine, tmp_path, "1", "save at the door", "2", run=fresh(machine))

    said = play(machine, tmp_path, "2", "", "load at the door", "hands")

    assert "a key." in said


def test_a_save_can_be_taken_along_in_a_file(machine, tmp_path):
    file = tmp_path / "door.json"

    said = play(machine, tmp_path / "here", "1", "save the door", f"export the door {file}", run=fresh(machine))

    assert "Written to" in said
    elsewhere = Saves(tmp_path / "there", machine.story)
    assert elsewhere.read(elsewhere.bring_in(file, machine), machine).run.state.scene == "door"
    assert "is there already" in play(machine, tmp_path / "here", "2", "", f"export the door {file}")


def test_an_id_is_meant_before_a_title(machine, tmp_path):
    play(machine, tmp_path, "save door", "1", "save other", run=fresh(machine))
    saves = Saves(tmp_path, machine.story)
    saves.rename("other", "door")

    assert saves.find("door") == "door"


def test_the_last_run_goes_on_where_it_was(machine, tmp_path):
    play(machine, tmp_path, "1", run=fresh(machine))

    said = play(machine, tmp_path, "1", "1")

    assert "1. Continue: One — day 1, 10:10 — The hall" in said
    assert "Outside" in said


def test_a_disk_that_refuses_is_said_and_the_game_goes_on(machine, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")

    said = play(machine, blocked, "1", "1", run=fresh(machine))

    assert said.count("NOT SAVED") >= 2
    assert "Outside" in said


def test_a_story_that_strands_says_so(tmp_path):
    loaded = load_sources(
        {
            "story.yaml": "story: {id: trap, title: Trap, version: 1.0.0, start: a}\nflags: {never_set: false}",
            "01.yaml": """
chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}
scenes:
  a: {text: Walls., choices: {out: {text: Leave., when: never_set, goto: a}}}
""",
        }
    )
    assert loaded.story is not None

    said = play(Machine(loaded.story), tmp_path, run=Run.new(Machine(loaded.story), 1))

    assert "a mistake in the story" in said


def test_an_autosave_of_a_changed_story_stays_as_it_was(machine, tmp_path):
    play(machine, tmp_path, "1", "2", "1", run=fresh(machine))
    kept = {path: path.read_bytes() for path in tmp_path.rglob("g*.json")}
    changed = load_sources({**STORY, "01.yaml": STORY["01.yaml"].replace("back: {", "home: {")}).story
    assert changed is not None

    said = play(Machine(changed), tmp_path, "1", "1", "undo", "1")

    assert "The story has changed" in said
    assert all(path.read_bytes() == old for path, old in kept.items())


def test_a_damaged_save_is_said_where_the_one_before_it_is_offered(machine, tmp_path):
    play(machine, tmp_path, "1", "1", run=fresh(machine))
    newest = sorted(tmp_path.rglob("g*.json"))[-1]
    newest.write_bytes(newest.read_bytes()[:-30])

    said = play(machine, tmp_path, "saves", "1")

    wrong = f"The last save ({newest.name}) is damaged: it is cut off, or too long. This is the one before it."
    assert said.count(wrong) == 2
    assert "The last save was damaged; restored turn 1." in said


def full(*args: object, **options: object) -> None:
    raise SaveError("the disk is full.")


def test_leaving_with_turns_that_are_not_saved_is_asked_once(machine, tmp_path, monkeypatch):
    monkeypatch.setattr(Saves, "write", full)
    said = play(machine, tmp_path, "1", "quit", "look", "quit", "quit", "2", run=fresh(machine))
    assert said.count("The last turns would be lost. Say quit again to do it all the same.") == 2
    assert "> 2" not in said


@pytest.mark.parametrize(("word", "after"), [("new", "Your name ["), ("title", "New run")])
def test_what_leaves_a_run_is_said_twice_where_turns_are_not_saved(machine, tmp_path, monkeypatch, word, after):
    play(machine, tmp_path, "1", run=fresh(machine))
    monkeypatch.setattr(Saves, "write", full)
    said = play(machine, tmp_path, "1", word, word, "quit", "quit", run=fresh(machine))
    assert said.count(f"Say {word} again to do it all the same.") == 1
    assert after in said.rpartition(f"> {word}")[2]


def test_a_save_that_turns_out_to_be_damaged_leaves_the_title_page(machine, tmp_path):
    play(machine, tmp_path, "1", run=fresh(machine))
    for path in tmp_path.rglob("g*.json"):
        save = decode(path.read_bytes())
        assert isinstance(save, Packed)
        path.write_bytes(encode(save._replace(at="QQ")))

    said = play(machine, tmp_path, "1", "2", "Min", "1")

    assert "damaged" in said
    assert "Min waits." in said


def test_saves_that_cannot_be_listed_do_not_end_the_run(machine, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")

    said = play(machine, blocked, "saves", "1", "1", run=fresh(machine))

    wrong = f"Cannot read the saves in {blocked / machine.story.id}: not a directory"
    assert f"{wrong}; name another folder with --saves or $HYOSAN_SAVES." in said
    assert "Outside" in said


@pytest.mark.parametrize("answer", ["people {}", "{}", "load {}", "save {}", "goto {}", "undo {}"])
def test_what_is_typed_is_never_said_back_to_act_on_the_terminal(machine, tmp_path, answer):
    said = play(machine, tmp_path, "1", answer.format("x\x1b[2J\x07\u202e"), run=fresh(machine))

    assert not {"\x1b", "\x07", "\u202e"} & set(said)
