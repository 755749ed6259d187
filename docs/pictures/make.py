"""Draws the pictures of the README from the app itself: `python docs/pictures/make.py`.

Textual's SVG measures text by characters, which squeezes wide (Korean) ones, and asks for a web font; both are mended.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

import yaml

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

WHOLE = "run-e01-archery-a.yaml"
"""The story test whose choices lead to the pictures of the map and of an ending."""

SEED = 5969
SEEN = ("end",)
"""Keys that lead to the chart below an ending's words."""


def offline(svg: str) -> str:
    """The picture without its web font, with the width of each text in terminal columns."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")

    def width(match: re.Match[str]) -> str:
        text = re.sub(r"&#?\w+;", "x", match[2])
        return f'textLength="{UNIT * cells(text):.1f}"{match[1]}>{match[2]}</text>'

    return re.sub(r'textLength="[\d.]+"([^>]*)>([^<]*)</text>', width, svg)


def whole() -> tuple[str, ...]:
    """The choices of a whole run."""
    made = yaml.safe_load((shipped() / "tests" / WHOLE).read_text("utf-8"))["choose"]
    return tuple(choice.partition(".")[2] for choice in made)


async def picture(
    name: str, size: tuple[int, int], theme: str, *keys: str, seed: int = 7, choices: tuple[str, ...] = RUN
) -> None:
    """Make `choices`, press `keys`, and keep what is on the screen."""
    story = load_story(shipped()).story
    assert story is not None
    machine = Machine(story)
    run = Run.new(machine, seed)
    for choice in choices:
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
    await picture("people", (104, 20), "hyosan-light", "p", "down", "down", "down", "down")
    await picture("map", (104, 20), "hyosan-dark", "m", seed=SEED, choices=whole()[:40])
    await picture("ending", (104, 32), "hyosan-light", *SEEN, seed=SEED, choices=whole())


if __name__ == "__main__":
    asyncio.run(main())
