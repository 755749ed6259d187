"""No page is skipped unread: which keys turn one, and which come too early."""

from __future__ import annotations

import pytest
from textual import events

from game.tui import patience
from game.tui.patience import QUIET, Patience
from game.tui.screens.begin import NameScreen, NotesScreen
from tests.tui.conftest import press, screen_text

EARLY = Patience.early


def key(at: float, name: str = "1") -> events.Key:
    made = events.Key(name, None)
    made.time = at
    return made


def test_a_key_turns_a_page_that_has_been_there_for_a_moment():
    gate = Patience()
    assert EARLY(gate, key(100.0)), "nothing is drawn yet"
    gate.drawn(100.1)
    assert EARLY(gate, key(100.1 + QUIET / 2))
    assert not EARLY(gate, key(100.1 + 2 * QUIET))
    assert not EARLY(gate, key(100.1 + 2 * QUIET)), "once it could be read, keys may come as they like"
    gate.turned()
    assert EARLY(gate, key(200.0))


def test_mashed_keys_are_early_until_there_is_a_pause():
    gate = Patience()
    gate.drawn(10.0)
    at = 10.0
    for _ in range(1000):
        at += QUIET * 0.9
        assert EARLY(gate, key(at))
    assert not EARLY(gate, key(at + QUIET))


def test_keys_that_turn_nothing_are_never_early():
    gate = Patience()
    for name in ("q", "ctrl+q", "escape", "down", "pagedown", "u", "p"):
        assert not EARLY(gate, key(0.0, name))
    down = events.MouseDown(None, 1, 1, 0, 0, 1, False, False, False)
    down.time = 0.0
    assert EARLY(gate, down), "nor is a click too early to be one"


@pytest.fixture
def real(monkeypatch):
    """The real rule, with a pause that is long enough for a slow machine."""
    monkeypatch.setattr(Patience, "early", EARLY)
    monkeypatch.setattr(patience, "QUIET", 0.4)


async def test_enter_held_down_on_the_title_page_goes_no_further_than_the_notes(make, real):
    app = make(play=False, noted=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["enter"] * 12)
        assert isinstance(app.screen, NotesScreen)
        await pilot.pause(0.5)
        await press(pilot, *["enter"] * 12)
        assert isinstance(app.screen, NameScreen)
        await pilot.pause(0.5)
        await press(pilot, *["enter"] * 12)
        assert app.session.run.turn == 0


async def test_a_double_click_takes_one_choice(make, real):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.5)
        await pilot.click("#choices", offset=(6, 0), times=3)
        await pilot.pause()
        assert app.session.run.turn == 1
        await pilot.pause(0.5)
        await pilot.click("#choices", offset=(6, 0))
        await pilot.pause()
        assert app.session.run.turn == 2


async def test_a_digit_in_a_name_is_no_choice(make, real):
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n", *"R2D2")
        assert "R2D2" in screen_text(app)
