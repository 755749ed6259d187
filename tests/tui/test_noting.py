"""Content notes before scenes, the pace of the text, motion, and the order in which things are come to."""

from __future__ import annotations

import pytest

from game.engine import Machine, Run
from game.saves import Saves
from game.tui.app import HyosanApp
from game.tui.noting import BeforeScreen
from game.tui.screens.base import Leaf
from game.tui.screens.play import PlayScreen
from game.tui.settings import SETTINGS, Settings
from tests.stories.building import story
from tests.tui.conftest import press, screen_text

CHAPTER = """
scenes:
  first:
    text: |
      One begins.

      Two goes on.

      Three ends.
    choices:
      go: {text: Go., goto: second}
      stay: {text: Stay., goto: second}
  second:
    title: The second room
    notes: [dark]
    text: Black as a boot.
    summary: It is a room.
    choices:
      go: {text: Go., goto: third}
  third:
    title: The third room
    notes: [dark]
    text: Blacker yet.
    choices:
      go: {text: Go., goto: end}
"""


@pytest.fixture
def begin(tmp_path):
    """Makes an app in a run of the story, with these settings."""
    told = Machine(story(CHAPTER, declare="notes: {dark: Darkness}"))

    def _begin(**settings: str) -> HyosanApp:
        kept = Settings(folder=tmp_path)
        for name, value in settings.items():
            setattr(kept, name, value)
        return HyosanApp(told, Saves(tmp_path / "saves", told.story), start=Run.new(told, 1), settings=kept)

    return _begin


@pytest.mark.parametrize(("key", "read"), [("1", True), ("2", False), ("escape", False)])
async def test_a_scene_with_notes_is_asked_about_and_can_be_skipped(begin, key, read):
    app = begin(notes="ask")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1")
        assert isinstance(app.screen, BeforeScreen)
        assert "This scene contains: Darkness." in screen_text(app)
        assert "Black as a boot" not in screen_text(app)
        await press(pilot, key)
        assert ("Black as a boot" in screen_text(app)) == read
        assert ("It is a room." in screen_text(app)) == (not read)
        await press(pilot, "u", "1")
        assert isinstance(app.screen, PlayScreen), "asked once"


async def test_a_skipped_scene_without_a_summary_shows_its_title_and_its_choices(begin):
    app = begin(notes="skip")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "1")
        assert "(Passed over: The third room)" in screen_text(app)
        assert "Blacker yet" not in screen_text(app)
        assert "Go." in screen_text(app)
        await press(pilot, "1")
        assert "The End" in screen_text(app)


async def test_notes_are_not_asked_about_unless_that_is_set(begin):
    app = begin()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1")
        assert "Black as a boot" in screen_text(app)


async def test_a_passage_comes_paragraph_by_paragraph_and_nothing_waits_for_it(begin):
    app = begin(speed="key")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "One begins" in screen_text(app)
        assert "Two goes on" not in screen_text(app)
        assert "Space Read on" in screen_text(app)
        await press(pilot, "space")
        assert "Two goes on" in screen_text(app)
        assert "Three ends" not in screen_text(app)
        await press(pilot, "1")
        assert "Three ends" in screen_text(app), "what was left belongs to the page all the same"
        assert "Black as a boot" in screen_text(app)


async def test_a_passage_comes_at_a_pace(begin, monkeypatch):
    monkeypatch.setattr("game.tui.reveal.PACE", 0.02)
    app = begin(speed="pace")
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "Three ends" in screen_text(app):
                break
        assert "Three ends" in screen_text(app)
        assert isinstance(app.screen, PlayScreen)
        assert app.screen.reveal.waiting == []


@pytest.mark.parametrize(
    ("motion", "asked", "level"), [("system", None, "none"), ("off", "full", "none"), ("on", None, "full")]
)
def test_nothing_moves_unless_it_is_let(begin, monkeypatch, motion, asked, level):
    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
    if asked:
        monkeypatch.setenv("TEXTUAL_ANIMATIONS", asked)
    assert begin(motion=motion).animation_level == level


async def test_every_setting_can_be_changed_and_is_kept(begin, tmp_path):
    app = begin()
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "escape", "e", "down")  # below the theme and the language
        for setting in SETTINGS:
            await press(pilot, "down", "enter")
            assert f"{setting.label}: {setting.words[1]}" in screen_text(app)
    kept = Settings.load(tmp_path)
    assert [kept.value(setting) for setting in SETTINGS] == [setting.values[1] for setting in SETTINGS]


@pytest.mark.parametrize("keys", [(), ("escape",), ("escape", "e"), ("l",)])
async def test_tab_and_arrows_visit_everything_from_top_to_bottom(begin, keys):
    app = begin()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        screen = app.screen
        assert isinstance(screen, Leaf)
        menu = screen.menu
        assert menu is not None
        rows = {item: menu.row_of(next(i for i, b in enumerate(menu.blocks) if b.item == item)) for item in menu.items}
        assert list(rows.values()) == sorted(rows.values())
        for forth, back in (("down", "up"), ("tab", "shift+tab")):
            menu.point(menu.items[0])
            visited = [menu.cursor]
            for _ in menu.items[1:]:
                await press(pilot, forth)
                visited.append(menu.cursor)
            assert visited == menu.items
            for item in reversed(menu.items[:-1]):
                await press(pilot, back)
                assert menu.cursor == item


async def test_nothing_is_told_by_colour_alone(begin, monkeypatch):
    """The same words and signs stand on every screen when there are no colours."""

    async def walk(app: HyosanApp) -> list[str]:
        seen = []
        async with app.run_test(size=(80, 24)) as pilot:
            for key in ("1", "down", "p", "escape", "j", "escape", "escape", "e", "down", "escape", "question_mark"):
                await press(pilot, key)
                seen.append(screen_text(app))
        return seen

    coloured = await walk(begin(theme="hyosan-dark"))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = begin(theme="hyosan-dark")
    plain.session.slot = ""
    assert await walk(plain) == coloured
    assert any("> " in text for text in coloured)
