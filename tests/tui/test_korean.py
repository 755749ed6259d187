"""The screens in Korean: everything in it, nothing out of line."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from game import language
from game.engine import Machine
from game.saves import Saves
from game.story import Story
from game.story.model import Words
from game.story.translated import reworded
from game.tui.app import HyosanApp
from game.tui.screens.language import LanguageScreen
from game.tui.screens.play import PlayScreen
from game.tui.settings import Settings
from tests import floors
from tests.tui.conftest import SIZES, machine, press, screen_lines, screen_text

LATIN = re.compile(r"[A-Za-z]{2,}")
KEYS = {
    "Tab",
    "Enter",
    "Esc",
    "PgDn",
    "PgUp",
    "Home",
    "End",
    "Backspace",
    "Textual",
    "English",
    "hyosan",
    "TEXTUAL",
    "ANIMATIONS",
    "Markdown",
    "txt",
    "md",
    "html",
}
"""Names of keys and programs, which stay as they are written on them."""

ENDING = ("walk", "wait", "d1", "after", "end")
"""Choices of `tests/tui/story` from its first page to its ending."""


class Hangul:
    """Every text of a story as hangul of about its width."""

    def text(self, unit):
        return "가나다라 " * (len(unit.source) // 9) + "힣"

    def spans(self, id, spans, at, about, where):
        return tuple(
            Words("마바사 " * (len(s.text) // 7) + "아", s.style) if isinstance(s, Words) else s for s in spans
        )


def speak(code: str) -> Story:
    return reworded(machine().story, Hangul()) if code == "ko" else machine().story


@pytest.fixture(autouse=True)
def korean(monkeypatch):
    language.use("ko")
    yield
    language.use("en")


def app(tmp_path, code: str = "ko") -> HyosanApp:
    found = Machine(speak(code))
    settings = Settings(noted=[found.story.id], folder=tmp_path / "config", language=code)
    return HyosanApp(found, Saves(tmp_path / "saves", found.story), seed=1, settings=settings, speak=speak)


def latin(text: str) -> list[str]:
    return [word for word in LATIN.findall(text) if word not in KEYS]


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_all_screens_fit_and_hold_no_english(tmp_path, size):
    game = app(tmp_path)
    wrong: dict[str, list[str]] = {}
    seen = []
    async with game.run_test(size=size) as pilot:
        for keys in ("o", "escape", "d", "escape", "e", "escape", "n", "enter", "p", "escape", "i", "escape"):
            await press(pilot, keys)
            seen.append((keys, screen_lines(game)))
        for keys in ("1", "j", "escape", "s", "escape", "l", "escape", "question_mark", "escape", "L", "escape"):
            await press(pilot, keys)
            seen.append((keys, screen_lines(game)))
        for keys in ("m", "enter", "escape", "escape", "c", "escape", "x", "escape", "f", "g", "w", "escape"):
            await press(pilot, keys)
            seen.append((keys, screen_lines(game)))
        assert len(seen) == 35
    for key, lines in seen:
        assert {cell_len(line) for line in lines} == {size[0]}, key
        # The settings' folder is a path of this computer, and an id of a place is a writer's.
        found = latin("\n".join(line for line in lines if "/" not in line))
        if found:
            wrong[key] = found
    assert wrong == {}


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_an_ending_and_what_is_kept_of_it_hold_no_english(tmp_path, size):
    game = app(tmp_path)
    seen = []
    async with game.run_test(size=size) as pilot:
        await press(pilot, "n", "enter")
        for choice in ENDING:
            assert isinstance(game.screen, PlayScreen)
            while game.screen._resolving:
                await pilot.pause(0.01)  # what was chosen last is not on the page yet
            game.screen.take(choice)
            # What is taken before the last choice is on the screen would be dropped.
            for _ in range(200):
                await pilot.pause()
                if not game.screen._resolving:
                    break
        assert game.session is not None
        assert game.session.run.over
        for keys in ("home", *["pagedown"] * 14, "g", "pagedown", "w", "pagedown", "escape", "v"):
            await press(pilot, keys)
            seen.append((keys, screen_lines(game)))
    text = "\n".join(line for _, lines in seen for line in lines)
    for told in ("지나온 길", "본 것", "장면", "찾음", "끝난 이야기 1번"):
        assert told in text
    assert {cell_len(line) for _, lines in seen for line in lines} == {size[0]}
    # Where the picture was kept is a path of this computer.
    assert {key: found for key, lines in seen if (found := latin("\n".join(li for li in lines if "/" not in li)))} == {}


async def test_the_column_of_people_is_in_line(tmp_path):
    game = app(tmp_path)
    async with game.run_test(size=(140, 45)) as pilot:
        await press(pilot, "n", "enter", "p")
        rows = [line for line in screen_lines(game) if re.match(r" *[=+-] ", line)]
        fates = {cell_len(line[: line.index("살아")]) for line in rows if "살아" in line}
    assert len(fates) <= 1


async def test_a_language_is_chosen_in_the_settings_and_kept(tmp_path):
    language.use("en")
    game = app(tmp_path, "en")
    async with game.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "down", "enter")
        assert "한국어" in screen_text(game)
        assert isinstance(game.screen, LanguageScreen)
        game.screen.entries.cursor = "ko"
        await press(pilot, "enter")
        assert language.current() == "ko"
        assert "새로 시작" in screen_text(game)
        assert "언어: 한국어" in screen_text(game)
    assert Settings.load(tmp_path / "config").language == "ko"


async def test_the_run_being_played_goes_on_in_the_other_language(tmp_path):
    game = app(tmp_path, "en")
    language.use("en")
    async with game.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n", "enter", "1")
        assert game.session is not None
        before = game.session.run
        await press(pilot, "L")
        assert isinstance(game.screen, LanguageScreen)
        game.screen.entries.cursor = "ko"
        await press(pilot, "enter")
        after = game.session.run
        assert (after.log, after.state, after.turn) == (before.log, before.state, 1)
        text = screen_text(game)
        assert "마바사" in text
        assert latin(text) == []
        await press(pilot, "u")
        assert game.session.run.turn == 0


async def test_the_prologue_of_four_floors_in_the_app_holds_no_english(tmp_path):
    story = floors.korean().story
    settings = Settings(noted=[story.id], folder=tmp_path / "config", language="ko")
    game = HyosanApp(floors.korean(), Saves(tmp_path / "saves", story), seed=1, settings=settings)
    pages: list[str] = []
    async with game.run_test(size=(80, 45)) as pilot:
        pages.append(screen_text(game))
        await press(pilot, "n", "enter")
        while True:
            assert game.session is not None
            run = game.session.run
            if story.scenes[run.state.scene].chapter != "morning":
                break
            for key in ("p", "m", "i", "j"):
                await press(pilot, key)
                pages.append(screen_text(game))
                await press(pilot, "escape")
            pages.append(screen_text(game))
            assert isinstance(game.screen, PlayScreen)
            game.screen.take(next(option.choice.id for option in run.options() if option.open))
            while game.session.run.turn == run.turn or game.screen._resolving:
                await pilot.pause(0.01)
    assert len(pages) > 16
    assert [line for page in pages for line in page.split("  ") if latin(line)] == []
