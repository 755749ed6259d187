"""What a player sees of saving: a slow disk, a full one, a damaged save, a story that changed."""

from __future__ import annotations

import threading

import pytest

from game.engine import Machine, Run
from game.saves import Saves
from game.story.load import load_sources
from game.tui import session as sessions
from game.tui.screens.play import PlayScreen
from game.tui.screens.slots import AskScreen
from game.tui.screens.title import TitleScreen
from tests.tui.conftest import STORY, Faulty, machine, press, screen_text


class Slow(Saves):
    """Saves on a disk that answers when it is told to."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.answers = threading.Event()
        self.answers.set()
        self.turns: list[int] = []

    def write(self, slot, run, *, title="", played=0) -> None:
        assert self.answers.wait(20)
        self.turns.append(run.turn)
        super().write(slot, run, title=title, played=played)


@pytest.fixture
def saves(tmp_path):
    return Slow(tmp_path / "saves", machine().story)


async def until(pilot, what) -> None:
    for _ in range(200):
        if what():
            return
        await pilot.pause(0.01)
    raise AssertionError("it does not happen")


async def test_a_turn_is_on_disk_before_it_is_shown(make, saves):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        shown: list[tuple[int, int]] = []
        show = app.screen.show_run

        def spy() -> None:
            shown.append((app.session.run.turn, max(saves.turns)))
            show()

        app.screen.show_run = spy
        await press(pilot, "1", "1", "u")
        assert shown == [(1, 1), (2, 2), (1, 2)]
        assert not app.session.saving


async def test_a_slow_disk_is_waited_for_a_moment_and_then_marked(make, saves):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        saves.answers.clear()
        await press(pilot, "1")
        assert "saving…" in screen_text(app)
        assert app.session.run.turn == 1
        # One goes on playing; only the newest turn is written when the disk is back.
        await press(pilot, "1", "u", "1")
        assert app.session.run.turn == 2
        assert saves.turns[1:] == []
        saves.answers.set()
        await until(pilot, lambda: "saving…" not in screen_text(app))
        assert saves.turns[1:] == [1, 2]
        assert saves.read(app.session.slot, app.machine).run == app.session.run


async def test_leaving_waits_for_the_disk_and_then_asks(make, saves, monkeypatch):
    monkeypatch.setattr("game.tui.app.LAST", 0.1)
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        saves.answers.clear()
        await press(pilot, "1", "q")
        assert isinstance(app.screen, AskScreen)
        assert "The last turn is still being saved. Leave all the same?" in screen_text(app)
        await press(pilot, "n")
        assert isinstance(app.screen, PlayScreen)
        saves.answers.set()
        await until(pilot, lambda: not app.session.saving)
        await press(pilot, "q")
    assert app.return_value == 0


def test_of_many_turns_only_the_newest_waits(saves, monkeypatch):
    monkeypatch.setattr(sessions, "PATIENCE", 0.01)
    run = Run.new(machine(), 1)
    session = sessions.Session(saves, run)
    told: list[str] = []
    session.on_saved = lambda: told.append(session.problem)
    saves.answers.clear()
    for _ in range(5):
        session.move(session.run.choose(session.run.options()[0].choice.id))
    assert session.saving
    saves.answers.set()
    assert session.settle(5)
    assert saves.turns == [1, 5]
    assert (session.problem, session.saving) == ("", False)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_no_way_to_another_run_loses_turns_silently(make, tmp_path, size):
    saves = Faulty(tmp_path / "full", machine().story)
    app = make()
    app.saves = saves
    app.session.saves = saves
    app.session.slot = ""
    app.session.keep()
    async with app.run_test(size=size) as pilot:
        saves.full = True
        await press(pilot, "1", "escape")
        app.show_title()
        await pilot.pause()
        assert isinstance(app.screen, TitleScreen)
        assert "NOT SAVED: No space left on the disk." in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, AskScreen)
        await press(pilot, "n")
        assert app.session.run.turn == 1
        saves.full = False
        # It is tried again first, and then there is nothing to ask.
        await press(pilot, "enter")
        assert isinstance(app.screen, PlayScreen)
        assert app.session.run.turn == 1
        assert "NOT SAVED" not in screen_text(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_damaged_newest_save_is_named_on_the_title_page(make, saves, tmp_path, size):
    app = make()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "1", "1")
        app.saves.release()
    newest = sorted((tmp_path / "saves").rglob("g*.json"))[-1]
    newest.write_bytes(newest.read_bytes()[:-9])

    app = make(play=False)
    async with app.run_test(size=size) as pilot:
        shown = " ".join(screen_text(app).split())
        wrong = f"The last save ({newest.name}) is damaged: it is cut off, or too long. This is the one before it."
        assert wrong in shown
        await press(pilot, "enter")
        assert "The last save was damaged; restored turn 1." in " ".join(screen_text(app).split())
        assert app.session.run.turn == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_story_that_changed_is_told_where_the_run_goes_on(make, saves, size):
    app = make()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "1", "1")
    saves.release()
    sources = {path.name: path.read_text("utf-8") for path in sorted(STORY.glob("*.yaml"))}
    sources["story.yaml"] += "\nmigrations: {}\n"
    story = load_sources(sources).story
    assert story is not None
    later = make(play=False)
    later.machine = Machine(story)
    later.saves = Saves(saves._folder.parent, story)
    async with later.run_test(size=size) as pilot:
        await press(pilot, "enter")
        shown = " ".join(screen_text(later).split())
        assert "The story has changed since this save; its 2 choices were replayed." in shown
        assert later.session.run.turn == 2
