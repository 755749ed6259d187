"""What of a story decides over its proof: everything but the words.

Stories of the same shape have the same states, the same ways between them, and the same questions in the same order.
Whatever is not known to be words is taken to matter.
"""

from __future__ import annotations

from game.prove.again import Walk
from game.story.model import Story


def shape(story: Story) -> str:
    """Hex SHA-256 of the shape of a story."""
    walk = Walk()
    walk.add(story)
    return walk.digest()
