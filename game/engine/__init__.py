"""What happens next: pure functions from states to states. No files, no screen, no real clock, no chance of its own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.engine.machine import Dice, Machine, NotOffered
    from game.engine.pages import Paragraph, Piece
    from game.engine.run import Change, Diverged, Page, Run
    from game.engine.state import Option, State, Step, Told
else:
    from game.later import later

    # Imported when it is asked for: the title page, and a list of saves, do without.
    __getattr__ = later(
        __name__,
        {
            "machine": ("Dice", "Machine", "NotOffered"),
            "pages": ("Paragraph", "Piece"),
            "run": ("Change", "Diverged", "Page", "Run"),
            "state": ("Option", "State", "Step", "Told"),
        },
    )

__all__ = [
    "Change",
    "Dice",
    "Diverged",
    "Machine",
    "NotOffered",
    "Option",
    "Page",
    "Paragraph",
    "Piece",
    "Run",
    "State",
    "Step",
    "Told",
]
