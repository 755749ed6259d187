"""What a writer wrote: YAML becomes one typed, immutable `Story`, or diagnostics. Knows nothing else of the house."""

from typing import TYPE_CHECKING

from game.story.diagnostics import Diagnostic, Severity, Where
from game.story.files import Loaded
from game.story.model import Story

if TYPE_CHECKING:
    from game.story.load import load_sources, load_story

__all__ = ["Diagnostic", "Loaded", "Severity", "Story", "Where", "load_sources", "load_story"]


def __getattr__(name: str) -> object:
    # Whoever plays a story that is kept has no use for what reads YAML.
    if name in ("load_sources", "load_story"):
        from game.story import load

        return getattr(load, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
