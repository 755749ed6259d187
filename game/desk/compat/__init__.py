"""What happens to players' saves when a story changes: for whoever is about to release a new version."""

from game.desk.compat.command import main

__all__ = ["main"]
