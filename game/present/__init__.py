"""How a run is put into words and rows, once, for every way of showing it. Decides nothing about the story."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.present.commands import COMMANDS, Command
    from game.present.view import Ended, Line, OptionView, PersonView, Status, View, ending_roll, people, transcript
else:
    from game.later import later

    # Imported when it is asked for: the commands are wanted before there is a run to be put into words. The function
    # `view` is in the module of that name, so it is imported from there.
    __getattr__ = later(
        __name__,
        {
            "commands": ("COMMANDS", "Command"),
            "view": (
                "Ended",
                "Line",
                "OptionView",
                "PersonView",
                "Status",
                "View",
                "ending_roll",
                "people",
                "transcript",
            ),
        },
    )

__all__ = [
    "COMMANDS",
    "Command",
    "Ended",
    "Line",
    "OptionView",
    "PersonView",
    "Status",
    "View",
    "ending_roll",
    "people",
    "transcript",
]
