"""The title page of a story that is kept: it is there first, it is the same page, and what needs the story waits."""

from __future__ import annotations

import argparse
import gc
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from game import cli
from game.engine import Machine, Run
from game.saves import Saves
from game.saves.slots import Unread
from game.story.front import Front, front_of, parsed
from game.story.kept import Files
from game.story.shipped import shipped
from game.tui.app import HyosanApp
from game.tui.coming import Coming
from game.tui.leaving import CRASHED
from game.tui.screens.begin import NameScreen
from game.tui.screens.play import PlayScreen
from game.tui.screens.title import TitleScreen
from game.tui.settings import Settings
from tests import floors
from tests.tui.conftest import STORY, machine, press, screen_text

SIZE = (80, 24)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder in which the small story is kept."""
    assert Files(STORY, tmp_path / "kept").load().story is not None
    return tmp_path / "kept"


def cached(kept: Path) -> Path:
    (file,) = kept.glob("*.json")
    return file


def front(kept: Path) -> Front:
    found = Files(STORY, kept).front()
    assert found is not None
    return found


def app_of(what: Machine | Coming, saves: Saves, noted: bool = True) -> HyosanApp:
    settings = Settings.load()
    settings.noted = [machine().story.id] if noted else []
    return HyosanApp(what, saves, seed=1, settings=settings)


# --- the same page ---


def test_what_is_kept_for_the_title_page_is_what_the_story_says(tmp_path):
    files = Files(STORY, tmp_path)
    assert files.front() is None
    story = files.load().story
    assert story is not None
    assert Files(STORY, tmp_path).front() == front_of(story)
    assert front_of(floors.machine().story) == Files(shipped()).front()
    assert front_of(floors.korean().story) == Files(shipped()).told("en", "ko").front()


@pytest.mark.parametrize("begun", [False, True], ids=["new", "begun"])
async def test_the_title_page_is_the_same_before_the_story_is_there(kept, saves, begun):
    if begun:
        saves.write(saves.new_slot(), Run.new(machine(), 1))
    ready = threading.Event()

    def late() -> Machine:
        ready.wait(20)
        return machine()

    told: list[list[str]] = []
    for what in (machine(), Coming(front(kept), late)):
        app = app_of(what, saves)
        told.append([])
        async with app.run_test(size=SIZE) as pilot:
            for keys in ("", "o", "d"):
                await press(pilot, *keys)
                told[-1].append(screen_text(app))
                await press(pilot, *["escape" for key in keys])
        ready.set()
    assert told[0] == told[1]
    assert len({*told[0]}) == 3
    assert ("Continue" in told[0][0]) == begun


# --- what waits ---


@pytest.mark.parametrize("key", ["c", "n"])
async def test_what_needs_the_story_waits_for_it(kept, saves, key):
    begun = Run.new(machine(), 1)
    saves.write(saves.new_slot(), begun.choose(begun.options()[0].choice.id))
    ready = threading.Event()
    waits: list[bool] = []

    def late() -> Machine:
        waits.append(not ready.wait(0.3))
        return machine()

    coming = Coming(front(kept), late)
    app = app_of(coming, Saves(saves._folder.parent, Unread(coming.front.id, lambda: coming.machine().story)))
    async with app.run_test(size=SIZE) as pilot:
        assert isinstance(app.screen, TitleScreen)
        await press(pilot, key)
        if key == "n":
            # A name can be given before there is anything to play.
            assert isinstance(app.screen, NameScreen)
            await press(pilot, "enter")
        assert isinstance(app.screen, PlayScreen)
        assert app.session is not None
        assert app.session.run.turn == (1 if key == "c" else 0)
    assert waits == [True]


@pytest.mark.parametrize("late", [False, True])
async def test_garbage_is_looked_for_as_soon_as_the_story_is_there(kept, saves, late):
    """Until then nobody does, see `app.main`: a story is many objects that stay."""
    app = app_of(Coming(front(kept), machine) if late else machine(), saves)
    gc.disable()
    try:
        async with app.run_test(size=SIZE) as pilot:
            for _ in range(100):
                if gc.isenabled():
                    break
                await pilot.pause(0.02)
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


async def test_leaving_does_not_wait_for_the_story(kept, saves):
    ready = threading.Event()

    def never() -> Machine:
        ready.wait(20)
        return machine()

    app = app_of(Coming(front(kept), never), saves)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
    assert app.return_value == 0
    assert not ready.is_set()
    ready.set()


async def test_a_story_that_does_not_come_ends_the_app_in_good_order(kept, saves):
    def fails() -> Machine:
        raise RuntimeError("nothing came")

    app = app_of(Coming(front(kept), fails), saves)
    with pytest.raises(RuntimeError, match="nothing came"):
        async with app.run_test(size=SIZE) as pilot:
            await press(pilot, "n", "enter")
    assert app.return_code == CRASHED
    assert str(app.crash) == "nothing came"


def test_saves_are_listed_before_the_story_is_there(saves):
    run = Run.new(machine(), 1)
    saves.write(saves.new_slot(), run)

    def unasked():
        raise AssertionError("the story was asked for")

    listed = Saves(saves._folder.parent, Unread(machine().story.id, unasked)).slots()
    assert listed == saves.slots()
    assert len(listed) == 1


# --- what is not believed ---


@pytest.mark.parametrize("data", [[], ["a"] * 8, ["a"] * 7, [*["a"] * 7, [1]], [*["a"] * 6, 1, []], {}, None])
def test_what_is_no_front_is_refused(data):
    with pytest.raises(ValueError, match="no front"):
        parsed(data)


@pytest.mark.parametrize("line", [0, 1])
def test_a_title_page_that_rots_is_not_shown(kept, line):
    lines = cached(kept).read_bytes().split(b"\n")
    for at in range(0, len(lines[line]), 7):
        rotten = bytearray(lines[line])
        rotten[at] ^= 1
        cached(kept).write_bytes(b"\n".join([*lines[:line], rotten, *lines[line + 1 :]]))
        found = Files(STORY, kept).front()
        # The sum of the rest is asked for when the rest is read.
        assert found is None or found == front_of(machine().story)
        assert line == 0 or found is None


def test_where_only_the_rest_is_damaged_the_story_is_read_from_its_files(kept, monkeypatch):
    data = bytearray(cached(kept).read_bytes())
    data[-9] ^= 1
    cached(kept).write_bytes(data)
    files = Files(STORY, kept)
    assert files.front() == front_of(machine().story)
    loaded = files.load()
    assert loaded.diagnostics == ()
    assert loaded.story is not None
    assert {*loaded.story.scenes} == {*machine().story.scenes}
    assert cached(kept).read_bytes() != bytes(data)


def test_a_story_that_changed_since_has_no_title_page_yet(kept, tmp_path):
    place = Path(shutil.copytree(STORY, tmp_path / "story"))
    assert Files(place, kept).front() is not None
    with open(place / "story.yaml", "a") as file:
        file.write("\n# changed\n")
    assert Files(place, kept).front() is None
    (place / "story.yaml").unlink()
    assert Files(place, kept).front() is None


# --- when it is the way to begin ---


@pytest.mark.parametrize(
    ("asked", "language", "shown"),
    [
        ({}, "en", True),
        ({"seed": 1}, "en", False),
        ({"name": "Jo"}, "en", False),
        ({"load": "run-1"}, "en", False),
        ({"replay": Path("test.yaml")}, "en", False),
        ({"at": "gate"}, "en", False),
        ({"inspect": True}, "en", False),
        ({"plain": True}, "en", False),
        ({}, "ko", True),
        ({}, "fr", True),
    ],
)
def test_only_a_title_page_comes_before_the_story(asked, language, shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert floors.korean().story is not None  # both are kept by now
    found = cli._coming(argparse.Namespace(**asked), Files(shipped()), language)
    assert (found is not None) == shown


def test_the_title_page_is_painted_before_what_plays_is_imported(kept, saves):
    """In a process of its own: what is imported when the title page has been filled, with a run to go on with."""
    saves.write(saves.new_slot(), Run.new(machine(), 1))
    asked = f"""
import asyncio, sys
from pathlib import Path
from game.story.kept import Files
from game.tui.app import HyosanApp
from game.tui.coming import Coming
from game.saves.slots import Saves, Unread
front = Files({str(STORY)!r}, Path({str(kept)!r})).front()
app = HyosanApp(Coming(front, None), Saves(Path({str(saves._folder.parent)!r}), Unread(front.id, None)))
app.come = lambda: None
async def main():
    async with app.run_test(size=(80, 24)):
        assert app.screen.last is not None
        print(*(m for m in sys.modules if m.startswith("game.")))
asyncio.run(main())
"""
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "game.tui.screens.title" in found
    later = ("game.story.model", "game.story.cache", "game.engine.machine", "game.engine.run", "game.present.view")
    assert [m for m in (*later, "game.saves.restore", "game.tui.screens.play", "game.tui.blocks") if m in found] == []
