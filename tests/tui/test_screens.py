"""The other screens: people, hands, journal, saves, help, settings, the palette."""

from __future__ import annotations

import json
import os

import pytest

from game.engine import Run
from game.present import COMMANDS
from game.tui.screens.play import PlayScreen
from game.tui.screens.title import TitleScreen
from tests.tui.conftest import machine, press, screen_lines, screen_text


@pytest.mark.parametrize("close", ["escape", "other"])
async def test_a_screen_opens_and_closes(make, close):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("p", "i", "j", "l", "s", "question_mark", "f1", "t"):
            await press(pilot, key)
            assert not isinstance(app.screen, PlayScreen), key
            other = "ctrl+g" if key == "s" else "backspace"
            await press(pilot, "escape" if close == "escape" else other)
            assert isinstance(app.screen, PlayScreen), key


async def test_a_person_has_a_card_with_what_is_known(make):
    app = make(1, 1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "p")
        shown = screen_text(app)
        assert "남온조" in shown
        assert "●●●○○  is beginning to trust you (3 of 5)" in shown
        assert "made      You said you would walk home" in shown
        assert "- She once gave away her umbrella" in shown


async def test_hands_show_what_is_carried_and_where_the_meters_stand(make):
    app = make(2)
    async with app.run_test(size=(80, 45)) as pilot:
        await press(pilot, "i")
        shown = screen_text(app)
        assert "a curtain rope" in shown
        assert "Four curtains and a lot of knots." in shown
        assert "> restless  now" in shown


async def test_the_journal_goes_back_to_a_choice_and_keeps_what_came_after(make):
    app = make(1, 2, 3)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        assert "kept until you choose anew" in screen_text(app)
        await press(pilot, "up", "up", "enter")
        run = app.session.run
        assert (run.turn, len(run.steps)) == (0, 3)
        assert "3 later turns are kept" in screen_text(app)
        assert app.saves.slots()[0].turn == 0


async def test_the_journal_finds_words(make):
    app = make(1, 2, 10)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j", "slash", *"frying", "enter")
        assert "Turn 1." in screen_text(app) or "Turn 0." in screen_text(app)
        await press(pilot, "slash", *"zzz", "enter")
        assert "Not found." in screen_text(app)


async def test_a_moment_is_saved_by_name_loaded_renamed_and_deleted(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "s", *"gate", "enter")
        assert "Saved as gate." in screen_text(app)
        await press(pilot, "2")
        assert app.session.run.turn == 2
        await press(pilot, "l")
        shown = screen_text(app)
        assert "gate" in shown
        assert "autosave" in shown
        app.screen.entries.point("gate")
        await press(pilot, "enter")
        assert app.session.run.turn == 1
        assert app.session.slot not in ("gate", "")
        await press(pilot, "l")
        app.screen.entries.point("gate")
        await press(pilot, "r", *"way", "enter")
        assert "gateway" in screen_text(app)
        app.screen.entries.point("gate")
        await press(pilot, "d")
        assert "Delete gateway?" in screen_text(app)
        await press(pilot, "y")
        assert "gateway" not in screen_text(app)


async def test_deleting_asks_and_no_is_the_answer_enter_gives(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "s", *"gate", "enter", "l")
        app.screen.entries.point("gate")
        await press(pilot, "d", "enter")
        assert "gate" in [slot.title for slot in app.saves.slots()]


async def test_the_slot_that_is_being_played_is_not_deleted(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "l", "d", "y")
        assert "it stays" in screen_text(app)
        assert len(app.saves.slots()) == 1


async def test_a_damaged_save_is_listed_with_its_problem(make, tmp_path):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "s", *"gate", "enter")
        for file in (tmp_path / "saves" / "tui-story" / "gate").glob("g*.json"):
            file.write_text("{")
        await press(pilot, "l")
        assert "problem:" in screen_text(app)
        app.screen.entries.point("gate")
        await press(pilot, "enter")
        assert "This cannot be loaded" in screen_text(app)


async def test_continue_goes_on_with_the_last_run_in_its_slot(make, saves):
    slot = saves.new_slot()
    saves.write(slot, Run.new(machine(), 5, "Mi-jin").choose("walk"), played=61)
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = screen_text(app)
        assert "Continue" in shown
        assert "Doors — day 1, 12:50 — Second-floor corridor" in shown
        assert "alive: On-jo" in shown
        await press(pilot, "enter")
        assert (app.session.slot, app.session.run.turn, app.session.run.player) == (slot, 1, "Mi-jin")
        await press(pilot, "2")
        assert saves.slots()[0].turn == 2
        assert saves.slots()[0].played >= 61


async def test_a_run_that_is_open_elsewhere_goes_on_in_a_slot_of_its_own(make, saves, tmp_path):
    from game.saves import Saves

    other = Saves(tmp_path / "saves", machine().story)
    slot = other.new_slot()
    other.hold(slot)
    other.write(slot, Run.new(machine(), 5))
    app = make(play=False)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "c")
            assert app.session.slot not in ("", slot)
            assert "a slot of its own" in " ".join(screen_text(app).split())
    finally:
        other.release()


async def test_help_names_every_command(make):
    app = make()
    async with app.run_test(size=(140, 60)) as pilot:
        await press(pilot, "question_mark")
        shown = " ".join(screen_text(app).split())
        for command in COMMANDS:
            if command.keys:
                assert f"{command.label}: {command.help}" in shown


async def test_the_palette_offers_our_commands_and_no_others(make):
    app = make(1)
    async with app.run_test(size=(80, 45)) as pilot:
        labels = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Undo", "People", "Journal", "Save", "Load", "Help", "Quit", "Theme: nord"} <= labels
        ours = {command.label for command in COMMANDS}
        assert all(label in ours or label.startswith("Theme: ") for label in labels)
        await press(pilot, "ctrl+p", *"undo")
        await pilot.pause(0.3)
        await press(pilot, "enter")
        assert app.session.run.turn == 0


async def test_a_theme_is_seen_while_choosing_kept_by_enter_and_left_by_escape(make, tmp_path):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "t", "down")
        assert app.theme == "hyosan-light"
        await press(pilot, "escape")
        assert app.theme == "hyosan-dark"
        await press(pilot, "t", "down", "enter")
        assert isinstance(app.screen, PlayScreen)
    kept = json.loads((tmp_path / "config" / "settings.json").read_text())
    assert kept["theme"] == "hyosan-light"
    assert make().theme == "hyosan-light"


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"theme": 3, "noted": {}}', '{"theme": "no such theme"}', "[" * 9999]
)
def test_broken_settings_mean_defaults(make, tmp_path, broken):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.json").write_text(broken)
    assert make().theme == "hyosan-dark"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_settings_that_cannot_be_kept_are_said(make, tmp_path):
    (tmp_path / "config").mkdir(mode=0o500)
    assert "could not be kept" in make().keep_theme("hyosan-light")


def test_no_color_means_the_terminals_own_colours(make, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert make().theme == "ansi-dark"
    monkeypatch.setenv("NO_COLOR", "")
    assert make().theme == "hyosan-dark"


@pytest.mark.parametrize(("theme", "kinds"), [("", {"default"}), ("hyosan-dark", {"grey"})])
async def test_no_color_is_kept_to_by_every_theme(make, monkeypatch, theme, kinds):
    monkeypatch.setenv("NO_COLOR", "1")
    app = make(1)
    app.theme = theme or app.theme
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "You walk." in screen_text(app)
        found = set()
        for strip in app.screen._compositor.render_strips(app.size):
            for segment in strip:
                for color in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    if color is not None and color.triplet:
                        found.add("grey" if len(set(color.triplet)) == 1 else "colour")
                    elif color is not None:
                        found.add(color.name)
        assert found == kinds


async def test_gentle_mode_is_set_and_used_by_the_next_run(make):
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "down", "down", "enter")
        assert "Gentle mode: on" in screen_text(app)
        await press(pilot, "escape", "n", "enter")
        assert app.session.run.gentle


async def test_escape_goes_to_the_title_and_continue_comes_back(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "escape")
        assert isinstance(app.screen, TitleScreen)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlayScreen)
        assert app.session.run.turn == 1
        assert len(app.saves.slots()) == 1


async def test_moving_between_screens_leaves_none_behind(make):
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await press(pilot, "p", "escape", "escape", "l", "enter")
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
@pytest.mark.parametrize("name", ["NameScreen", "SaveScreen", "RenameScreen"])
async def test_a_prompt_shows_one_way_back(make, size, name):
    from game.tui.screens.begin import NameScreen
    from game.tui.screens.slots import RenameScreen, SaveScreen

    app = make(1)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "s")
        saving = app.screen
        assert isinstance(saving, SaveScreen)
        if name != "SaveScreen":
            screen = NameScreen("Sol") if name == "NameScreen" else RenameScreen(app.session.saves.slots()[0])
            app.push_screen(screen)
            await pilot.pause()
        foot = screen_lines(app)[-1]
        assert foot.count("Back") == 1
        assert "Esc Back" in foot
        await press(pilot, "ctrl+g")
        assert isinstance(app.screen, PlayScreen if name == "SaveScreen" else SaveScreen)
