"""How large a story may be. Whatever a stranger sends is answered within two seconds and 200 MB; these keep it so.

What a single file, text or condition may hold is said where it is read.
"""

from __future__ import annotations

import os

LARGE = "HYOSAN_LARGE"
LARGER = f"for a story of your own, {LARGE}=1 allows ten times as much"

MAX_STORY = 4_000_000
"""Bytes of all files a story is read from."""
MAX_VALUES = 300_000
"""YAML values in all of them."""
MAX_INCLUDED = 300_000
"""Characters of all passages that are put into texts."""
MAX_PIECES = 40_000
"""Paragraphs in all texts, and what stands between signs in them."""
MAX_TOKENS = 100_000
"""Words and signs of all conditions, and four more for each."""
MAX_COMPARED = 500_000
"""Pairs of values that comparisons of two flags look at."""
MAX_VARIABLES = 4_000
MAX_SCENES = 6_000
MAX_STORY_STEPS = 500_000
MAX_ASKED = 200_000


def at_most(limit: int) -> int:
    """A limit of a whole story, as it is today: ten times as much where the environment says so."""
    return limit * 10 if os.environ.get(LARGE) == "1" else limit
