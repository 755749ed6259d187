"""Playing: choices, going back, ends."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.screen import Screen

from game.engine import Run
from game.tui.app import HyosanApp
from game.tui.render import Row
from game.tui.screens.play import PlayScreen
from game.tui.screens.title import TitleScreen
from tests.tui.conftest import press, resize, screen_text


def scene(app: HyosanApp) -> str:
    assert app.session is not None
    return app.session.run.state.scene


async def test_new_run_asks_for_a_name_and_begins(make):
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        assert "What is your name?" in screen_text(app)
        await press(pilot, *"Kim", "enter")
        assert isinstance(app.screen, PlayScreen)
        assert "Kim is written in your gym shoes" in screen_text(app)
        assert app.saves.slots()[0].turn == 0


async def test_enter_alone_takes_the_storys_own_name(make):
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "enter")
        assert app.session.run.player == "Baek Do-ha"


async def test_content_notes_are_shown_once_before_a_first_run(make):
    app = make(play=False, noted=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        assert "Grief and survivor guilt" in screen_text(app)
        await press(pilot, "escape", "n")
        assert "Grief and survivor guilt" in screen_text(app)
        await press(pilot, "enter")
        assert "What is your name?" in screen_text(app)
        await press(pilot, "escape", "n")
        assert "What is your name?" in screen_text(app)


async def test_a_number_takes_a_choice_and_it_is_kept(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1")
        assert scene(app) == "class"
        assert "On-jo trusts you more" in screen_text(app)
        assert app.saves.slots()[0].turn == 1


async def test_arrows_and_enter_take_a_choice(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "down", "enter")
        assert app.session.run.log == ("road.rope",)


async def test_a_click_takes_a_choice(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#choices", offset=(6, 1))
        await pilot.pause()
        assert app.session.run.log == ("road.rope",)


async def test_a_locked_choice_is_shown_with_its_reason_and_cannot_be_taken(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "locked: You have nothing to climb with." in screen_text(app)
        locked = next(i for i, line in enumerate(app.screen.choices._settle()) if "Climb" in line_text(app, line))
        await pilot.click("#choices", offset=(6, locked))
        await press(pilot, "4")
        assert app.session.run.turn == 0
        visited = set()
        for _ in range(6):
            await press(pilot, "down")
            visited.add(app.screen.choices.cursor)
        assert visited == {"walk", "rope", "markup"}


def line_text(app: HyosanApp, row: Row) -> str:
    assert isinstance(app.screen, PlayScreen)
    return app.screen.choices.line_of(row).plain


@pytest.mark.parametrize(("key", "choice"), [("9", "d9"), ("0", "d10")])
async def test_nine_keys_and_zero_reach_ten_choices(make, key, choice):
    app = make(1, 2)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, key)
        assert app.session.run.log[-1] == f"many.{choice}"


async def test_arrows_reach_the_eleventh_choice_on_the_smallest_screen(make):
    app = make(1, 2)
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "up")
        assert "The eleventh door." in screen_text(app)
        await press(pilot, "enter")
        assert app.session.run.log[-1] == "many.d11"


async def test_undo_and_redo_move_and_are_kept(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "u")
        assert (app.session.run.turn, app.saves.slots()[0].turn) == (0, 0)
        assert "The road up to the gate" in screen_text(app)
        await press(pilot, "r")
        assert (app.session.run.turn, app.saves.slots()[0].turn) == (1, 1)
        assert "You walk." in screen_text(app)


async def test_undo_at_the_beginning_does_nothing(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "u", "u", "r")
        assert app.session.run.turn == 0


async def test_the_new_passage_is_read_from_its_beginning_and_the_old_one_is_above(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        text = app.screen.text
        assert text.blocks[text.fresh].text.plain == "Walk up with her."
        assert text._settle()[text.top].block == text.fresh
        await press(pilot, "pageup")
        assert text.top < text._first_row(text.fresh)
        await press(pilot, "end")
        assert text.below == 0
        await press(pilot, "home")
        assert text.top == 0


async def test_the_transcript_keeps_its_place_when_the_width_changes(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await resize(pilot, (60, 20))
        text = app.screen.text
        assert text._settle()[text.top].block == text.fresh


async def test_keys_that_come_before_the_result_is_shown_are_dropped(make):
    app = make(1, 2)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(5):
            app.screen.action_pick(1)
        await pilot.pause()
        await pilot.pause()
        assert app.session.run.turn == 3
        await press(pilot, "1")
        assert app.session.run.turn == 4


async def test_enter_reads_on_before_it_takes_a_single_choice(make):
    app = make(1, 2, 1)
    async with app.run_test(size=(80, 24)) as pilot:
        while "sit down" not in screen_text(app).lower():
            await press(pilot, "1")
        number = next(o.number for o in app.screen.view.options if "Sit" in o.text)
        await press(pilot, str(number))
        await press(pilot, "enter")
        assert app.session.run.over


def to_the_end(app_run: Run) -> Run:
    """Choose until the run is over, towards the offer to sit down."""
    run = app_run
    while not run.over:
        options = [o.choice for o in run.options() if o.open]
        run = run.choose(next((c for c in options if c.kind == "offer"), options[0]).id)
    return run


async def test_an_ending_shows_its_roll_and_what_can_be_done_then(make):
    app = make(1, 1, 1)
    app.session.run = to_the_end(app.session.run)
    async with app.run_test(size=(80, 45)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert "The Bell Schedule" in shown
        assert "Lee Cheong-san  dead" in shown
        assert "after “Close your eyes.”" in shown
        await press(pilot, "3")
        assert isinstance(app.screen, TitleScreen)


async def test_the_journal_is_offered_at_an_ending(make):
    app = make(1, 1, 1)
    app.session.run = to_the_end(app.session.run)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        assert "Journal" in screen_text(app)


async def test_the_mouse_wheel_scrolls_the_text_and_the_footer_can_be_clicked(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        text = app.screen.text
        before = text.top
        text.post_message(events.MouseScrollUp(text, 5, 5, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert text.top == before - 3
        await pilot.click("#keys", offset=(1, 0))
        await pilot.pause()
        assert app.session.run.turn == 0


async def test_the_column_beside_the_text_is_there_from_90_columns(make):
    app = make(2)
    async with app.run_test(size=(89, 30)) as pilot:
        assert "13:00 · Second-floor corridor · restless" in screen_text(app)
        await resize(pilot, (90, 40))
        shown = screen_text(app)
        assert "[restless]" in shown
        assert "2 cups of water" in shown
        assert "= Nam-ra" in shown


async def test_the_column_says_the_same_in_fewer_lines_when_it_is_low(make):
    app = make(2)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert "noise: restless" in shown
        assert "= Nam-ra, = Cheong-san" in shown


async def test_only_new_turns_are_laid_out(make):
    app = make(1, 2, 1, 1, 1, 1)
    async with app.run_test(size=(80, 24)) as pilot:
        text = app.screen.text
        first = text.blocks[0]
        await press(pilot, "1", "u", "1")
        assert text.blocks[0] is first


async def test_a_turn_is_laid_out_and_painted_once(make, monkeypatch):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        laid: list[int] = []
        lay_out = Screen._refresh_layout

        def count(self: Screen[object], *args: Any, **options: Any) -> None:
            laid.append(len(app.session.run.steps))
            lay_out(self, *args, **options)

        monkeypatch.setattr(Screen, "_refresh_layout", count)
        for _ in range(3):
            before = app.screen.text.size, app.screen.choices.size
            await press(pilot, "1")
            await pilot.pause(0.1)
            assert before != (app.screen.text.size, app.screen.choices.size), "heights change, or this asks nothing"
        assert laid == [1, 2, 3]
