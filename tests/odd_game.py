"""The game with something odd about it, for tests in a terminal: `python -m tests.odd_game ODD,ODD... arguments`.

`hasty` turns pages as fast as keys come; `broken` has a fault behind the key p; `foreign` draws a sequence there that
is not the program's own.
"""

from __future__ import annotations

import sys

from game.cli import run
from game.tui import patience
from game.tui.screens.play import PlayScreen


def main(odd: str, *arguments: str) -> int:
    def fault(self: PlayScreen) -> None:
        raise RuntimeError("a fault with \x1b]0;a title\x07 in it")

    def draw(self: PlayScreen) -> None:
        assert self.app._driver is not None
        self.app._driver.write("\x1b]0;a title\x07")

    for name in odd.split(","):
        if name == "hasty":
            patience.QUIET = 0
        elif name == "broken":
            PlayScreen.action_people = fault  # type: ignore[method-assign]
        elif name == "foreign":
            PlayScreen.action_people = draw  # type: ignore[method-assign]
    return run(list(arguments))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
