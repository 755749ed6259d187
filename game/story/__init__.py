"""What a writer wrote: YAML becomes one typed, immutable `Story`, or diagnostics. Knows nothing else of the house."""

from game.story.diagnostics import Diagnostic, Severity, Where
from game.story.load import Loaded, load_sources, load_story
from game.story.model import Story

__all__ = ["Diagnostic", "Loaded", "Severity", "Story", "Where", "load_sources", "load_story"]
