"""Styled text on a terminal, and the same as plain text where there is none."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

WIDE = 100
"""Columns that are written on, at most; exactly so many where there is no terminal."""


def show(written: Callable[[int], Text]) -> None:
    """Print what `written` makes for a number of columns."""
    if not sys.stdout.isatty():
        print(written(WIDE).plain)
        return
    from rich.console import Console

    text = written(min(shutil.get_terminal_size().columns, WIDE))
    Console(highlight=False, markup=False, emoji=False).print(text, soft_wrap=True)
