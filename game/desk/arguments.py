"""What several command lines take: whole numbers, seeds and seconds within bounds, and a story folder.

`hyosan` itself reads its command line with it, so it imports nothing but the standard library.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

SEED_DIGITS = 18
"""Of a seed, at most, wherever one is written."""

DAY = 24 * 60 * 60
"""Seconds that a proof may take, at most."""


def whole(least: int, most: int, what: str) -> Callable[[str], int]:
    """The type of an option that is a whole number from `least` to `most`; `what` is said of anything else."""

    def read(text: str) -> int:
        # No number that is too long to be one is ever converted.
        if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(what)

    return read


def plays(most: int) -> Callable[[str], int]:
    """The type of an option that is a number of plays."""
    return whole(1, most, f"a number of plays is 1 to {most:,}")


def seconds(most: int) -> Callable[[str], float]:
    """The type of an option that is a number of seconds, more than 0 and at most `most`."""

    def read(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not 0 < found <= most:
            raise argparse.ArgumentTypeError(f"a number of seconds, more than 0 and at most {most}")
        return found

    return read


seed = whole(0, 10**SEED_DIGITS - 1, "a seed is a whole number, 0 or more")
"""The type of an option that is a seed."""


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take the folder or pack of a story, as `dir`: a path, or None for the shipped story."""
    what = "a story folder or pack (Four Floors if left out)"
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help=what)


def add_budget(parser: argparse.ArgumentParser, unless_said: float) -> None:
    """Let `parser` take --budget, the seconds that a proof may take."""
    parser.add_argument(
        "--budget",
        type=seconds(DAY),
        default=unless_said,
        metavar="SECONDS",
        help=f"how long it may take ({unless_said:g})",
    )
