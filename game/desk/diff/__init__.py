"""What became of a story between two versions of it: for whoever reviews a change."""

from game.desk.diff.command import main

__all__ = ["main"]
