"""Watching: an edit shows, a mistake is told while the old story plays on, and nothing of the way gone is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from game.desk.watch import tools, watching
from game.engine import Machine, Run
from game.story import load_sources
from game.tui.inspecting import InspectApp
from game.tui.reload import Course, differing, stamps
from game.tui.screens.inspect import InspectScreen
from game.tui.screens.problems import ProblemsScreen
from game.tui.watch import WatchApp, WatchScreen
from tests.tui.conftest import machine as shown_machine
from tests.tui.conftest import press, screen_lines, screen_text

STORY = """\
story: {id: watched, title: Watched, version: 1.0.0, start: first}
clock: {tick: 10 min}
meters: {noise: {range: 0..5, words: {0: silent, 2: loud}}}
flags: {lamp: false, asked: false}
"""
CHAPTER = """\
chapter: {id: day, title: Day, from: D1 10:00, until: D1 16:00, start: first}
scenes:
  first:
    text: |
      A hall.
    choices:
      light: {text: Light the lamp., do: [{set: {lamp: true}}, {add: {noise: 2}}], goto: second}
      wait: {text: Wait., do: [{pass: 10 min}], goto: first}
  second:
    text: |
      The stairs are steep.
    choices:
      up: {text: Go up., when: lamp, goto: third}
      ask: {text: Ask., when: asked or noise >= 4, locked: Nobody would hear., goto: first}
  third:
    text: |
      An attic.
    choices:
      down: {text: Go down., goto: second}
      leave: {text: Leave., do: [{set: {asked: true}}], goto: end}
endings:
  end: {title: The End, text: It is over.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "story"
    made.mkdir()
    (made / "story.yaml").write_text(STORY)
    (made / "01-day.yaml").write_text(CHAPTER)
    return made


@pytest.fixture
def watch(folder, monkeypatch) -> Callable[..., WatchApp]:
    """Makes an app that watches `folder`, where some choices have been made."""
    monkeypatch.setattr("game.tui.watch.EVERY", 0.02)
    monkeypatch.setattr("game.tui.watch.SETTLE", 0.01)

    def make(*choices: str) -> WatchApp:
        def begin(machine: Machine) -> Run:
            run = Run.new(machine, 0)
            for choice in choices:
                run = run.choose(choice)
            return run

        app = watching(folder, begin)
        assert isinstance(app, WatchApp)
        return app

    return make


def edit(folder: Path, old: str, new: str, file: str = "01-day.yaml") -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def until(pilot: Pilot[int], text: str, seconds: float = 5) -> str:
    """The screen once it shows `text`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await pilot.pause(0.01)
        if text in " ".join(screen_text(pilot.app).split()):
            return screen_text(pilot.app)
    raise AssertionError(f"{text!r} did not appear:\n{screen_text(pilot.app)}")


def log(app: WatchApp) -> tuple[str, ...]:
    assert app.session is not None
    return app.session.run.log


async def test_an_edit_shows_where_one_is(folder, watch):
    app = watch("light")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "The stairs are steep.")
        edit(folder, "The stairs are steep.", "The stairs are {{ noise.word }}.")
        await until(pilot, "The stairs are loud.")
        await until(pilot, "01-day.yaml reloaded; 1 choice replayed.")
        assert log(app) == ("first.light",)
        await press(pilot, "1")
        await until(pilot, "An attic.")


async def test_what_is_broken_is_told_and_the_old_story_plays_on(folder, watch):
    app = watch("light")
    async with app.run_test(size=(80, 24)) as pilot:
        edit(folder, "goto: third", "goto: thrid")
        shown = await until(pilot, "there is no scene 'thrid'")
        assert "01-day.yaml:13:" in shown
        assert "did you mean 'third'?" in shown
        fault, caret = (next(i for i, x in enumerate(shown.splitlines()) if w in x) for w in ("goto: thrid", "^^^^^"))
        assert caret == fault + 1
        assert shown.splitlines()[caret].index("^") == shown.splitlines()[fault].index("thrid")
        await press(pilot, "escape", "1")
        shown = await until(pilot, "An attic.")
        assert "01-day.yaml:13:" in shown, "what is wrong stays in sight"
        await press(pilot, "e")
        assert isinstance(app.screen, ProblemsScreen)

        edit(folder, "goto: thrid", "goto: third")
        await until(pilot, "2 choices replayed")
        assert isinstance(app.screen, WatchScreen)
        assert log(app) == ("first.light", "second.up")
        assert "thrid" not in screen_text(app)


async def test_a_choice_that_is_gone_is_told_and_comes_back_with_the_edit_undone(folder, watch):
    app = watch("wait", "light", "up", "down", "up")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "An attic.")
        edit(folder, "up: {text: Go up.", "climb: {text: Go up.")
        await until(pilot, "the run diverged at choice 3, second.up: no such choice")
        assert log(app) == ("first.wait", "first.light")
        edit(folder, "The stairs are steep.", "The stairs are wooden.")
        await until(pilot, "The stairs are wooden.")
        edit(folder, "climb: {text: Go up.", "up: {text: Go up.")
        await until(pilot, "5 choices replayed")
        assert log(app) == ("first.wait", "first.light", "second.up", "third.down", "second.up")
        await until(pilot, "An attic.")


async def test_what_is_found_besides_is_a_count_that_opens_the_list(folder, watch):
    app = watch()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "A hall.")
        edit(folder, "  third:\n", "  lost: {text: Lost., choices: {go: {text: Go., goto: third}}}\n  third:\n")
        await until(pilot, "e 1 finding")
        await press(pilot, "e")
        await until(pilot, "'lost'")
        edit(folder, "  lost: {text: Lost., choices: {go: {text: Go., goto: third}}}\n", "")
        await until(pilot, "Nothing is wrong.")
        await press(pilot, "escape")
        await until(pilot, "reloaded")
        assert "finding" not in screen_text(app)


async def test_a_story_that_cannot_be_read_yet_is_waited_for(folder, watch):
    edit(folder, "goto: third", "goto: thrid")
    app = watch("light")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "there is no scene 'thrid'")
        await press(pilot, "escape", "e")
        edit(folder, "The stairs are steep.", "The stairs are wooden.")
        edit(folder, "goto: thrid", "goto: third")
        await until(pilot, "The stairs are wooden.")
        await press(pilot, "1")
        await until(pilot, "An attic.")


async def test_nothing_is_ever_saved(folder, watch, tmp_path):
    app = watch("light")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "s")
        await until(pilot, "Nothing is saved while watching")
        await press(pilot, "l", "escape")
        assert isinstance(app.screen, WatchScreen)
        assert "Save" not in screen_lines(app)[-1]
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


async def test_at_an_ending_one_can_go_back_to_the_first_page(watch):
    app = watch("light", "up", "leave")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "Back to the first page.")
        await press(pilot, "1")
        await until(pilot, "A hall.")
        await press(pilot, "r", "r", "r")
        await until(pilot, "It is over.")


async def test_the_folder_may_go_and_come_back(folder, watch):
    app = watch("light")
    async with app.run_test(size=(80, 24)) as pilot:
        folder.rename(folder.with_name("away"))
        await until(pilot, "does not exist")
        await press(pilot, "escape")
        folder.with_name("away").rename(folder)
        await until(pilot, "1 choice replayed")


async def test_the_journal_of_a_story_that_is_no_more_is_closed(folder, watch):
    app = watch("wait", "light", "up")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        edit(folder, "wait: {text: Wait.", "wate: {text: Wait.")
        await until(pilot, "no such choice")
        assert isinstance(app.screen, WatchScreen)


async def test_a_long_passage_is_turned_to_what_was_written(folder, watch):
    many = "".join(
        f"\n      Step {n} of the stairs is as steep as the one below it, and has a name.\n" for n in range(30)
    )
    edit(folder, "      The stairs are steep.\n", f"      The stairs are steep.\n{many}")
    app = watch("light")
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, "The stairs are steep.")
        edit(folder, "Step 25 of the stairs is as steep", "STEP 25 of the stairs is as steep")
        await until(pilot, "STEP 25")
        edit(folder, "Step 26 of the stairs is as steep", "STEP 26 of the stairs is as steep")
        await until(pilot, "STEP 26")
        assert "STEP 25" in screen_text(app), "what is in sight stays where it is"


# --- the course, without a screen -------------------------------------------------------------------


def made(chapter: str) -> Machine:
    story = load_sources({"story.yaml": STORY, "01-day.yaml": chapter}).story
    assert story is not None
    return Machine(story)


def gone(machine: Machine, *choices: str) -> tuple[Course, Run]:
    run = Run.new(machine, 0)
    for choice in choices:
        run = run.choose(choice)
    course = Course()
    course.follow(run)
    return course, run


def test_what_was_taken_back_is_kept_through_a_reload():
    machine = made(CHAPTER)
    course, run = gone(machine, "light", "up", "down", "up")
    course.follow(run.go_to(1))
    carried = course.again(run.go_to(1), made(CHAPTER.replace("An attic", "A loft")))
    assert (carried.run.turn, len(carried.run.steps), carried.choice) == (1, 4, "")


def test_undoing_after_a_divergence_moves_only_the_place():
    course, run = gone(made(CHAPTER), "wait", "light", "up", "down")
    less = course.again(run, made(CHAPTER.replace("up: {text", "climb: {text"))).run
    assert less.turn == 2
    course.follow(less.undo())
    back = course.again(less.undo(), made(CHAPTER)).run
    assert (back.turn, len(back.steps)) == (1, 4)


def test_choosing_otherwise_after_a_divergence_is_a_new_course():
    course, run = gone(made(CHAPTER), "wait", "light", "up")
    less = course.again(run, made(CHAPTER.replace("up: {text", "climb: {text"))).run
    on = less.choose("climb")
    course.follow(on)
    assert course.again(on, made(CHAPTER)).run.log == ("first.wait", "first.light")
    assert course.log == ("first.wait", "first.light", "second.climb")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("up: {text", "climb: {text", "no such choice"),
        ("when: lamp,", "when: noise >= 5,", "not open there"),
        ("goto: second}\n      wait", "goto: third}\n      wait", "the choice before it leads to third"),
        ("second", "landing", "no such scene"),
    ],
)
def test_why_a_choice_fits_no_more(old, new, why):
    course, run = gone(made(CHAPTER), "light", "up")
    assert course.again(run, made(CHAPTER.replace(old, new))).why == why


def test_which_files_are_looked_at(folder):
    (folder / "tests").mkdir()
    (folder / "tests" / "one.yaml").write_text("x")
    (folder / "notes.txt").write_text("x")
    (folder / ".hidden.yaml").write_text("x")
    (folder / "more").mkdir()
    (folder / "more" / "02.yaml").write_text("x")
    before = stamps(folder)
    assert sorted(before) == ["01-day.yaml", "more/02.yaml", "story.yaml"]
    os.utime(folder / "story.yaml", ns=(1, 1))
    (folder / "more" / "02.yaml").unlink()
    assert differing(before, stamps(folder)) == ["more/02.yaml", "story.yaml"]


# --- the inspector ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)])
async def test_the_inspector_shows_values_uses_and_guards(folder, watch, size):
    app = watch("light")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "v")
        assert isinstance(app.screen, InspectScreen)
        shown = await until(pilot, "* lamp")
        assert "false -> true" in shown
        assert "second" in shown
        await press(pilot, *"noise")
        shown = await until(pilot, "declared story.yaml:3:")
        assert "0 before the last choice" in shown
        for _ in range(4):
            await press(pilot, "pagedown")
        await until(pilot, "second condition")
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, WatchScreen)


async def test_the_inspector_says_which_guards_hold(watch):
    app = watch("light")
    async with app.run_test(size=(140, 45)) as pilot:
        await press(pilot, "v")
        shown = " ".join((await until(pilot, "asked or noise >= 4")).split())
        assert "open up 01-day.yaml:13:7" in shown
        assert "yes lamp" in shown
        assert "locked ask" in shown
        assert "no asked or noise >= 4" in shown


async def test_the_inspector_follows_an_edit(folder, watch):
    app = watch("light")
    async with app.run_test(size=(140, 45)) as pilot:
        await press(pilot, "v")
        edit(folder, "noise >= 4", "noise >= 2")
        await until(pilot, "yes asked or noise >= 2")
        assert isinstance(app.screen, InspectScreen)


async def test_a_game_can_be_inspected_too(saves):
    run = Run.new(shown_machine(), 1).choose("walk")
    app = InspectApp(shown_machine(), saves, tools(), start=run)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "v", *"bond.on")
        await until(pilot, "declared people.yaml:")
        await press(pilot, "escape", "escape", "question_mark")
        await until(pilot, "For writers")
