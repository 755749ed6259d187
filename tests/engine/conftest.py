"""Every example of the engine is played twice: straight, and with every state put away and taken out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from game.story import Story
from tests.engine.playing import Play


@pytest.fixture(params=[False, True], ids=["straight", "through-saves"])
def play(request: pytest.FixtureRequest) -> Callable[..., Play]:
    """Begins to play a story: `play(story, seed=…, loaded=…, gentle=…)`."""

    def begin(story: Story, **kwargs: Any) -> Play:
        return Play(story, request.param, **kwargs)

    return begin
