"""`hyosan translate`: a story, or the game's own words, in another language."""

from game.desk.translate.command import main

__all__ = ["main"]
