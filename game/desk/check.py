"""`hyosan check`: every problem of a story, in one go."""

from __future__ import annotations

import argparse
from pathlib import Path

from game.story import load_story
from game.story.diagnostics import report
from game.story.shipped import shipped


def main(arguments: list[str]) -> int:
    """Print every problem, then how many. 0 when the story can be played, 1 when it cannot."""
    parser = argparse.ArgumentParser(prog="hyosan check", description="List every problem of a story.")
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="a story folder (Four Floors if left out)")
    options = parser.parse_args(arguments)
    loaded = load_story(options.dir or shipped())
    print(report(loaded.diagnostics))
    return 0 if loaded.story is not None else 1
