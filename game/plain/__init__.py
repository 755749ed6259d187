"""The game line by line: for screen readers, braille, pipes, and anyone who likes it quiet.

No boxes, no cursor tricks, one prompt a turn. Everything the screens can do can be done here, by the words of the
command registry. `game` has the loop and the turns, each other room the commands of its name.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.plain.console import Console
    from game.plain.game import PlainGame
else:
    from game.later import later

    # Imported when it is asked for: who only prints lines has no use for a game.
    __getattr__ = later(__name__, {"console": ("Console",), "game": ("PlainGame",)})

__all__ = ["Console", "PlainGame"]
