"""The main screens as they were looked at last: their words, and which of them look alike, in two themes.

    HYOSAN_BLESS=1 python -m pytest tests/tui/test_snapshots.py && git diff tests/tui/snapshots

A snapshot is the screen line by line, and for each theme a letter for every stretch that is drawn alike (`a14b3`: 14
columns of a, three of b) with what the letters stand for below.
"""

from __future__ import annotations

import difflib
import os
from itertools import groupby
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment

from game.tui.app import HyosanApp
from game.tui.screens.play import PlayScreen
from tests.tui.conftest import SIZES, press, screen_lines
from tests.tui.test_korean import ENDING

FOLDER = Path(__file__).parent / "snapshots"
THEMES = ("hyosan-dark", "hyosan-light")
WALK = (
    *(("play", ""), ("map", "m"), ("people", "p"), ("hands", "i"), ("journal", "j"), ("chapters", "c")),
    *(("save", "s"), ("load", "l"), ("help", "question_mark"), ("endings", "g"), ("transcript", "x")),
)


def look(segment: Segment) -> str:
    """How a stretch of a line is drawn, in words."""
    style = segment.style
    if style is None:
        return "plain"
    marks = [name for name in ("bold", "italic", "dim", "underline", "reverse") if getattr(style, name)]
    colours = [colour.name if colour else "-" for colour in (style.color, style.bgcolor)]
    return " ".join((f"{colours[0]} on {colours[1]}", *marks))


def looks(app: HyosanApp) -> list[str]:
    """The screen as stretches that are drawn alike."""
    letters: dict[str, str] = {}
    rows = []
    for strip in app.screen._compositor.render_strips(app.size):
        row = ""
        for how, segments in groupby(strip, look):
            letter = letters.setdefault(how, chr(ord("a") + len(letters)))
            row += f"{letter}{sum(cell_len(segment.text) for segment in segments)}"
        rows.append(row)
    # Rows that are drawn like the one above are many.
    told = [f"{len(list(same))} x {row}" for row, same in groupby(rows)]
    return [*told, *(f"{letter}: {how}" for how, letter in letters.items())]


async def snapshot(app: HyosanApp, pilot) -> str:
    lines: list[str] = []
    looked = {}
    # First the theme that is on: another one takes as long as all else on a screen.
    for theme in sorted(THEMES, key=lambda theme: theme != app.theme):
        if theme != app.theme:
            app.theme = theme
            await pilot.pause()
        if theme == THEMES[0]:
            lines = [line.rstrip() for line in screen_lines(app)]
        looked[theme] = [f"--- {theme}", *looks(app)]
    return "\n".join((*lines, *(row for theme in THEMES for row in looked[theme]))) + "\n"


def compare(name: str, size: tuple[int, int], now: str) -> str:
    """What is otherwise than it was looked at, as a diff; with HYOSAN_BLESS, it is as it should be from now on."""
    path = FOLDER / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("HYOSAN_BLESS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    was = path.read_text(encoding="utf-8") if path.exists() else ""
    return "\n".join(difflib.unified_diff(was.splitlines(), now.splitlines(), path.name, "now", lineterm=""))


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screens_are_as_they_were_looked_at(make, tmp_path, monkeypatch, size):
    monkeypatch.chdir(tmp_path)
    app = make(1)
    app.theme = THEMES[0]
    app.settings.folder = Path("settings")  # its name is on the screen
    found: list[str] = []
    async with app.run_test(size=size) as pilot:
        for name, key in WALK:
            if key:
                await press(pilot, key)
            found.append(compare(name, size, await snapshot(app, pilot)))
            if key:
                await press(pilot, "escape")
        await press(pilot, "escape")
        found.append(compare("title", size, await snapshot(app, pilot)))
        await press(pilot, "e")
        found.append(compare("settings", size, await snapshot(app, pilot)))
        await press(pilot, "escape", "n", "enter")
        for choice in ENDING:
            assert isinstance(app.screen, PlayScreen)
            while app.screen._resolving:
                await pilot.pause(0.01)
            app.screen.take(choice)
            await pilot.pause()
        while app.screen._resolving:
            await pilot.pause(0.01)
        found.append(compare("ending", size, await snapshot(app, pilot)))
    assert "\n".join(diff for diff in found if diff) == ""


def test_no_snapshot_is_left_over():
    names = {name for name, _ in WALK} | {"title", "settings", "ending"}
    sizes = {f"{wide}x{high}" for wide, high in SIZES[:3]}
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}-{size}.txt" for name in names for size in sizes}
