"""Random plays: whoever wanders goes where they went least."""

from __future__ import annotations

from collections import Counter

from game.desk.wander import wander
from game.engine import Machine
from tests.stories.building import story

HUB = """
scenes:
  first:
    text: A crossroads.
    choices:
      left: {text: Left., goto: first}
      right: {text: Right., goto: first}
      out: {text: Out., goto: end}
"""


def test_what_was_chosen_often_is_chosen_less():
    """By weights of 1 / (1 + times) squared, so in one play the ways are taken about as often; a coin would not."""
    apart = Counter[int]()
    for play in wander(Machine(story(HUB)), 400):
        times = Counter(step.choice for step in play.steps)
        if sum(times.values()) >= 4:
            apart[abs(times["left"] - times["right"])] += 1
    assert sum(apart.values()) > 50
    assert sum(many for by, many in apart.items() if by > 2) < sum(apart.values()) / 20
