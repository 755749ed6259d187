"""Plain mode has everything that the screens have: settings, content notes, every command that needs no screen."""

from __future__ import annotations

import pytest

from game.engine import Machine, Run
from game.present import COMMANDS
from game.saves.settings import BY_ID, Settings
from game.story import load_sources
from tests.commands import hyosan
from tests.test_cli import story
from tests.test_plain import STORY, play

SCREENS = {"theme", "palette", "picture"}
"""What makes no sense without a screen."""

ANSWERS: dict[str, tuple[tuple[str, ...], str]] = {
    "look": (("look",), "Well?"),
    "undo": (("1", "undo"), "Turn 0 of 1."),
    "redo": (("1", "undo", "redo"), "Turn 1 of 1."),
    "people": (("who",), "Your neighbour."),
    "inventory": (("1", "hands"), "Small and cold."),
    "journal": (("1", "journal"), "1. 10:10 Take the key."),
    "save": (("save here",), "Saved as"),
    "load": (("save here", "load here"), "The hall."),
    "saves": (("save here", "saves"), "here. "),
    "export": (("save here", "export here {folder}/kept.json"), "Written to"),
    "goto": (("1", "goto 0"), "Turn 0 of 1."),
    "help": (("help",), "Say the number of a choice."),
    "title": (("title",), "1. Continue:"),
    "continue": (("title", "continue"), "Well?"),
    "new": (("new", "Mina"), "Mina waits."),
    "notes": (("notes",), "This story contains: Darkness."),
    "credits": (("credits",), "Unofficial."),
    "settings": (("settings",), "gentle: off (or on). Gentle mode."),
    "set": (("set gentle on",), "Gentle mode: on."),
    "quit": (("quit",), "> quit"),
}


@pytest.fixture
def machine() -> Machine:
    scenes = STORY["01.yaml"].replace(
        "    text: The door.\n",
        "    title: The door\n    notes: [dark]\n    text: Black as a boot.\n    summary: It is a door.\n",
    )
    loaded = load_sources(STORY | {"01.yaml": scenes})
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return Machine(loaded.story)


def test_every_command_that_needs_no_screen_has_a_word():
    words = {command.id for command in COMMANDS if command.words}
    assert {command.id for command in COMMANDS} - words <= SCREENS


@pytest.mark.parametrize("id", ANSWERS)
def test_every_word_does_what_it_says(machine, tmp_path, id):
    answers, told = ANSWERS[id]
    before = play(machine, tmp_path / "before", *answers[:-1], run=Run.new(machine, 7))
    said = play(machine, tmp_path, *(a.format(folder=tmp_path) for a in answers), run=Run.new(machine, 7))
    assert "is no command" not in said
    assert told in said[len(before.rstrip("> \n")) :]


def test_settings_are_listed_set_and_kept(machine, tmp_path):
    settings = Settings.load(tmp_path / "config")
    said = play(
        machine,
        tmp_path,
        "set notes ask",
        "set notes often",
        "set music on",
        "set",
        run=Run.new(machine, 7),
        settings=settings,
    )
    assert "Content notes before scenes: ask each time." in said
    assert "Content notes before scenes can be one of: never, ask, skip." in said
    assert said.count("The names are " + ", ".join(BY_ID)) == 2
    assert Settings.load(tmp_path / "config").notes == "ask"


def test_gentle_mode_is_for_the_next_run(machine, tmp_path):
    settings = Settings()
    play(machine, tmp_path, "set gentle on", run=Run.new(machine, 7), settings=settings)
    assert settings.gentle is True


def test_a_settings_file_that_makes_no_sense_is_as_if_never_set(tmp_path):
    (tmp_path / "settings.json").write_text('{"notes": "often", "gentle": "yes", "speed": 3, "polite": true}')
    settings = Settings.load(tmp_path)
    assert (settings.notes, settings.gentle, settings.speed, settings.polite) == ("never", False, "instant", True)


@pytest.mark.parametrize("answer", ["read", "skip"])
def test_content_notes_are_asked_about_before_a_scene(machine, tmp_path, answer):
    settings = Settings(notes="ask")
    said = play(machine, tmp_path, "1", "what", answer, "look", "1", run=Run.new(machine, 7), settings=settings)
    before, _, after = said.partition("This scene contains: Darkness. Say read or skip.")
    assert "Black as a boot" not in before
    assert ("Black as a boot" in after) == (answer == "read")
    assert ("(Passed over: The door)" in after) == ("It is a door." in after) == (answer == "skip")
    assert after.count("This scene contains") == 0, "asked once"
    assert "Outside" in after, "one goes on either way"


def test_scenes_with_notes_are_skipped_unasked(machine, tmp_path):
    said = play(machine, tmp_path, "1", "1", run=Run.new(machine, 7), settings=Settings(notes="skip"))
    assert "This scene contains" not in said
    assert "Black as a boot" not in said
    assert "It is a door." in said
    assert "Outside" in said


def test_what_is_set_in_plain_mode_holds_the_next_time(tmp_path):
    folder = story(
        tmp_path / "story",
        one="chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}\n"
        "scenes:\n  a: {text: Harsh., gentle: Soft., choices: {go: {text: Go., goto: e}}}\n"
        "endings:\n  e: {title: End, text: Over.}\n",
    )
    command = ("play", str(folder), "--plain", "--seed", "1", "--saves", str(tmp_path / "saves"))
    first = hyosan(*command, answers="set gentle on\nquit\n", HYOSAN_CONFIG=str(tmp_path / "config"))
    again = hyosan(*command, answers="quit\n", HYOSAN_CONFIG=str(tmp_path / "config"))
    assert "Harsh." in first.stdout
    assert "Soft." in again.stdout
