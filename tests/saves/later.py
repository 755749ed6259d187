"""Later versions of the small story: everything called otherwise, and something gone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from game.story.load import load_sources
from game.story.model import Story
from tests.saves.conftest import SMALL

RENAMED = {
    "stairs": "steps_down",
    "hall": "lobby",
    "talk": "meeting",
    "nod": "bow",
    "jump": "leap",
    "badly": "ill",
    "rope": "cord",
    "jo": "on_jo",
    "open": "unlatched",
    "mood": "heart",
    "knocked": "tapped",
    "afraid": "scared",
    "missing": "astray",
    "first": "day",
    "noise": "din",
    "home": "way_home",
}
"""What the small story called otherwise in its next version: as words of its files."""

MIGRATIONS = """
migrations:
  scenes: {hall: lobby, stairs: steps_down, talk: meeting}
  choices:
    talk.nod: meeting.bow
    stairs.jump: steps_down.leap
    hall.go_stairs: lobby.go_steps_down
    stairs.go_hall: steps_down.go_lobby
  outcomes: {steps_down.leap.badly: ill}
  chapters: {first: day}
  people: {jo: on_jo}
  items: {rope: cord}
  places: {hall: lobby, stairs: steps_down}
  flags: {open: unlatched, mood: heart, first/knocked: day/tapped, noise: din}
  promises: {home: way_home}
  values: {heart: {afraid: scared}, fate: {missing: astray}}
"""


def renamed(migrations: str = MIGRATIONS, *edits: tuple[str, str]) -> Story:
    """The small story with everything in it called otherwise, and then edited."""
    words = re.compile(rf"\b({'|'.join(RENAMED)})\b")
    # Only ids: a word that a capital or a full stop shows to be text stays.
    sources = {f: words.sub(lambda m: RENAMED[m[1]], text) for f, text in SMALL.items()}
    sources = {f: text.replace("go_stairs", "go_steps_down") for f, text in sources.items()}
    return built(sources, migrations, *edits)


def edited(migrations: str, *edits: tuple[str, str]) -> Story:
    """The small story, edited, with `migrations:`."""
    return built(SMALL, migrations, *edits)


def built(sources: Mapping[str, str], migrations: str, *edits: tuple[str, str]) -> Story:
    sources = dict(sources)
    for old, new in edits:
        assert any(old in text for text in sources.values()), old
        sources = {file: text.replace(old, new) for file, text in sources.items()}
    loaded = load_sources({**sources, "story.yaml": sources["story.yaml"] + migrations})
    assert loaded.story is not None, "\n".join(d.render() for d in loaded.diagnostics)
    return loaded.story
