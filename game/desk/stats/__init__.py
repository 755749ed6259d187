"""A story in numbers: how much there is to read, who speaks, how many choices there are, how long a run is."""

from game.desk.stats.command import main

__all__ = ["main"]
