"""What a writer wrote: YAML becomes one typed, immutable `Story`, or diagnostics. Knows nothing else of the house."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.story.diagnostics import Diagnostic, Severity, Where
    from game.story.files import Loaded
    from game.story.load import load_sources, load_story
    from game.story.model import Story
else:
    from game.later import later

    # Whoever plays a story that is kept has no use for what reads YAML, and its title page none for the rest of it.
    __getattr__ = later(
        __name__,
        {
            "diagnostics": ("Diagnostic", "Severity", "Where"),
            "files": ("Loaded",),
            "load": ("load_sources", "load_story"),
            "model": ("Story",),
        },
    )

__all__ = ["Diagnostic", "Loaded", "Severity", "Story", "Where", "load_sources", "load_story"]
