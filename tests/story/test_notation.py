"""Conditions in a writer's words, as the desk's commands show them."""

from __future__ import annotations

import json

from game.story import Story
from game.story.notation import Asking
from tests.stories.building import story

ASKED = [
    "taped",
    "not taped",
    "club == track",
    "club != track",
    "club in (track, archery)",
    "noise >= 2",
    "noise <= 1",
    "noise == 2",
    "noise >= 1 and noise <= 3",
    "has.rope",
    "not has.water",
    "count.water >= 2",
    "alive.jo",
    "not alive.jo",
    "fate.jo == bitten",
    "with.jo",
    "bond.jo >= 3",
    "promise.walk == kept",
    "seen.other",
    "chosen.first.c0",
    "time >= D1 12:00",
    "living.all >= 1",
    "taped and (noise >= 2 or not has.rope)",
]
DECLARED = """
flags: {club: {one of: [none, archery, track]}}
meters: {noise: {range: 0..4}}
fates: {alive: {becomes: [bitten, dead]}, bitten: {becomes: [dead]}, dead: {is: gone}}
groups: {all: [jo, ra]}
"""


def asking(conditions: list[str]) -> Story:
    """A story whose first scene has a choice for each condition, after one that is always there."""
    asked = [f"      c{i}: {{text: Go., when: {json.dumps(c)}, goto: other}}" for i, c in enumerate(conditions)]
    lines = [
        "flags: {taped: false}",
        "scenes:",
        "  other: {text: There., choices: {on: {text: On., goto: end}}}",
        "  first:",
        "    text: Here.",
        "    choices:",
        "      on: {text: On., goto: other}",
        *asked,
    ]
    people = "jo: {name: Jo, bond: 0..5, promises: {walk: Walk.}}\nra: {name: Ra}"
    items = "rope: {name: a rope}\nwater: {name: water, max: 6}"
    return story("\n".join(lines), declare=DECLARED, people=people, items=items)


def test_conditions_read_back_to_what_they_were():
    told = asking(ASKED)
    words = [Asking(told)(c.when, "day") for c in told.scenes["first"].choices[1:]]

    again = asking(words)

    assert [c.when for c in again.scenes["first"].choices] == [c.when for c in told.scenes["first"].choices]
    assert words[:4] == ["taped", "not taped", "club == track", "club != track"]
