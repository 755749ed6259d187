"""Draws the pictures of the README from the app itself: `python docs/pictures/make.py`.

Textual's SVG measures text by characters, which squeezes wide (Korean) ones, and asks for a web font; both are mended.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from game.engine import Machine, Run
from game.saves import Saves
from game.story import load_story
from game.story.diagnostics import cells
from game.story.shipped import shipped
from game.tui.app import HyosanApp
from game.tui.settings import Settings

FOLDER = Path(__file__).parent
UNIT = 12.2
"""The width of a terminal column in the picture."""

RUN = ("read_the_poster", "track", "promise_ye_rin")


def offline(svg: str) -> str:
    """The picture without its web font, with the width of each text in terminal columns."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")

    def width(match: re.Match[str]) -> str:
        text = re.sub(r"&#?\w+;", "x", match[2])
        return f'textLength="{UNIT * cells(text):.1f}"{match[1]}>{match[2]}</text>'

    return re.sub(r'textLength="[\d.]+"([^>]*)>([^<]*)</text>', width, svg)


async def picture(name: str, size: tuple[int, int], theme: str, *keys: str) -> None:
    """Play a little, press `keys`, and keep what is on the screen."""
    story = load_story(shipped()).story
    assert story is not None
    machine = Machine(story)
    run = Run.new(machine, 7)
    for choice in RUN:
        run = run.choose(choice)
    with tempfile.TemporaryDirectory() as folder:
        app = HyosanApp(machine, Saves(Path(folder), story), start=run, settings=Settings(theme=theme))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            svg = app.export_screenshot(title="Four Floors")
    (FOLDER / f"{name}.svg").write_text(offline(svg), encoding="utf-8")


async def main() -> None:
    await picture("play", (104, 32), "hyosan-dark")
    await picture("people", (104, 32), "hyosan-light", "p")


if __name__ == "__main__":
    asyncio.run(main())
