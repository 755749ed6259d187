"""Mistakes a writer can make: each a small story with the fault between « and », and what the loader says of it.

Nothing else may be said. A case is (what is wrong, code, files, a piece of the message or hint).
"""

from tests.story.mistakes.chapters import CHAPTERS
from tests.story.mistakes.choices import CHOICES
from tests.story.mistakes.conditions import CONDITIONS
from tests.story.mistakes.declarations import DECLARATIONS
from tests.story.mistakes.effects import EFFECTS
from tests.story.mistakes.text import TEXT
from tests.story.mistakes.world import BARE, WORLD, Files
from tests.story.mistakes.yaml_files import YAML

MISTAKES = [*YAML, *DECLARATIONS, *CHAPTERS, *CHOICES, *EFFECTS, *CONDITIONS, *TEXT]

__all__ = ["BARE", "MISTAKES", "WORLD", "Files"]
