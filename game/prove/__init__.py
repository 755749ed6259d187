"""States that can really occur: found by running the engine, never put together by hand."""

from game.prove.find import Found, NotFound, find
from game.prove.target import Target, read_target

__all__ = ["Found", "NotFound", "Target", "find", "read_target"]
