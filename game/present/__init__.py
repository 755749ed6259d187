"""How a run is put into words and rows, once, for every way of showing it. Decides nothing about the story."""

from game.present.commands import COMMANDS, Command
from game.present.view import Ended, Line, OptionView, PersonView, Status, View, ending_roll, people, transcript, view

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
    "view",
]
