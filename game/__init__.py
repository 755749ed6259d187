"""hyosan: a terminal text-adventure survival game, and the story language it plays."""

__version__ = "0.1.0"
