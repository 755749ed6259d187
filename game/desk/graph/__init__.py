"""The story as a picture: scenes as cards, choices as lines, chapters as boxes, how often each is come to as heat."""

from game.desk.graph.command import main

__all__ = ["main"]
