"""The hint screen, and what polite mode says on the page."""

from __future__ import annotations

import time

import pytest

from game.saves import Saves
from game.tui.app import HyosanApp
from game.tui.hinting import Hinting
from game.tui.screens.hint import HintScreen
from game.tui.settings import Settings
from tests import again
from tests.tui.conftest import press, screen_lines, screen_text

SIZES = [(60, 20), (80, 24)]


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    # In a small story a few plays are enough; the rest of the time would be spent on a shorter way.
    monkeypatch.setattr("game.prove.hints.FREE", 0.03)


@pytest.fixture
def app(tmp_path):
    """Makes an app in a run of the story of tests/again.py."""
    saves = Saves(tmp_path / "saves", again.machine().story)

    def _app(*choices: str, polite: bool = False) -> HyosanApp:
        settings = Settings(noted=["again"], polite=polite)
        return HyosanApp(again.machine(), saves, start=again.run(*choices), settings=settings)

    return _app


async def until(pilot, words: str) -> str:
    """What is on the screen once `words` are."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        await pilot.pause(0.01)
        text = " ".join(screen_text(pilot.app).split())
        if words in text:
            return text
    raise AssertionError(f"{words!r} is not on the screen:\n{screen_text(pilot.app)}")


@pytest.mark.parametrize("size", SIZES)
async def test_no_more_is_shown_than_was_asked_for(app, size):
    made = app()
    async with made.run_test(size=size) as pilot:
        await press(pilot, "h")
        listed = await until(pilot, "what do you wish for?")
        assert "1 On-jo lives to the end" in listed
        assert "Some doors lead up." in listed
        assert "On the Roof" not in listed
        await press(pilot, "6")
        answered = await until(pilot, "It can still be, from here.")
        assert "The Noon" not in answered
        await press(pilot, "1")
        nudged = await until(pilot, "A choice that must not be missed comes here: The Noon")
        assert "Climb." not in nudged
        await press(pilot, "2")
        await press(pilot, "end")
        assert "2 Climb." in await until(pilot, "2 Climb.")
        assert all(len(line) <= size[0] for line in screen_lines(made))
        await press(pilot, "escape")
        await until(pilot, "what do you wish for?")
        await press(pilot, "escape")
        assert not isinstance(made.screen, HintScreen)


async def test_the_step_is_the_number_of_the_choice(app):
    made = app("go")
    async with made.run_test(size=(80, 24)) as pilot:
        await press(pilot, "h", "6")
        await until(pilot, "It can still be")
        await press(pilot, "2")
        await until(pilot, "Now choose 2: “Climb.”")


async def test_what_cannot_be_has_no_way(app):
    made = app("go", "up")
    async with made.run_test(size=(80, 24)) as pilot:
        await press(pilot, "h", "5")
        said = await until(pilot, "It cannot be any more from here")
        assert "The whole way" not in said
        assert made.screen.entries.items == []


async def test_an_answer_that_is_not_waited_for_changes_nothing(app, monkeypatch):
    made = app()
    async with made.run_test(size=(80, 24)) as pilot:
        await press(pilot, "h", "1", "escape")
        await until(pilot, "what do you wish for?")
        await pilot.pause(0.4)
        assert "It can still be" not in screen_text(made)


@pytest.mark.parametrize("size", SIZES)
async def test_polite_mode_says_what_a_choice_cost_and_undo_takes_it_back(app, size):
    made = app(polite=True)
    async with made.run_test(size=size) as pilot:
        await press(pilot, "2")
        await until(pilot, "Nobody can save Cheong-san from here any more. Go back to turn 0, before “Look away.” (u).")
        await press(pilot, "u")
        assert "Nobody can save" not in screen_text(made)


async def test_nothing_is_looked_for_while_polite_mode_is_off(app, monkeypatch):
    begun = []
    monkeypatch.setattr(Hinting, "_begin", lambda self, look, done: begun.append(look))
    made = app()
    async with made.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        assert begun == []
        made.settings.polite = True
        await press(pilot, "4")
        assert len(begun) == 1


async def test_a_mistake_of_ours_is_told_and_the_game_goes_on(app, monkeypatch):
    def broken(self, *args, **kwargs):
        raise RuntimeError("ours")

    monkeypatch.setattr("game.prove.hints.Hints.ask", broken)
    made = app()
    async with made.run_test(size=(80, 24)) as pilot:
        await press(pilot, "h", "1")
        await until(pilot, "No hints: RuntimeError (a mistake in hyosan)")
        await press(pilot, "escape", "escape", "1")
        assert made.session.run.turn == 1
