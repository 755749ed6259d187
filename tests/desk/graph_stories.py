"""Stories to draw, one with every kind of way in it and made-up ones of any size, and how to read their pictures."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET

from game.desk.graph.command import render
from game.desk.graph.nodes import build
from game.story import Story
from tests.stories.building import story

SVG = "{http://www.w3.org/2000/svg}"
METERS = "meters: {noise: {range: 0..4}}"

EVERYTHING = """
flags: {taped: false}
bells:
  siren: {at: D1 12:00, goto: caught}
  dusk: {at: D1 13:00, then: It gets dark.}
rooms:
  hall:
    place: hall
    text: The hall.
    choices: {wait: {text: Wait., do: [{pass: 10 min}]}, out: {text: Out., goto: end}}
  yard: {place: yard, text: The yard., choices: {wait: {text: Wait., do: [{pass: 10 min}]}}}
scenes:
  first:
    title: At the Gate
    text: You are early. Nobody else is.
    choices:
      enter: {text: Go in., goto: hall}
      tape: {text: Tape the window., when: taped, locked: You have no tape., goto: caught}
      hide: {text: Hide., when: not taped and not seen.caught, goto: caught}
      once: {text: Look once., once: true, goto: yard}
      roll: {text: Run for it., roll: {made: {weight: 2, goto: hall}, fell: {goto: caught}}}
  caught: {place: yard, text: Caught., choices: {on: {text: On., goto: end}}}
  bench: {place: yard, offer: {text: Sit down.}, text: You sit., choices: {up: {text: Up., goto: here}}}
  attic: {text: Nobody comes here., choices: {down: {text: Down., goto: end}}}
"""
PLACES = """
hall: {name: The hall, floor: 0, at: [0, 0], exits: {yard: {}}}
yard: {name: The yard, floor: 0, at: [1, 0], exits: {hall: {}}}
"""
RULES = """
meters: {noise: {range: 0..4}}
rules: {loud: {when: noise >= 3, goto: end}}
"""


def everything() -> Story:
    return story(EVERYTHING, declare=RULES, places=PLACES)


def made_up(scenes: int, seed: int = 1, rooms: int = 0, ahead: int = 4) -> Story:
    """A story of one chapter: every scene leads to some that come at most `ahead` later, and a few lead back."""
    chance = random.Random(seed)
    ids = ["first", *(f"s{i}" for i in range(1, scenes))]
    out = ["scenes:"]
    for i, id in enumerate(ids):
        out.append(f"  {id}:\n    text: {'Some words of the story. ' * chance.randint(1, 9)}\n    choices:")
        for k in range(chance.randint(1, 4)):
            on = ids[min(i + chance.randint(1, ahead), scenes - 1)]
            to = on if chance.random() < 0.9 else chance.choice([*ids, "end"])
            more = ", when: noise >= 2" if k and chance.random() < 0.3 else ""
            words = "Take another way round. " * chance.randint(1, 3)
            out.append(f"      c{k}: {{text: {words}, goto: {'end' if to == id else to}{more}}}")
    if not rooms:
        return story("\n".join(out), declare=METERS)
    out.append("rooms:")
    places = ""
    for i in range(rooms):
        on = chance.choice(ids)
        out.append(f"  r{i}: {{place: p{i}, text: Room., choices: {{on: {{text: On., goto: {on}}}}}}}")
        places += f"p{i}: {{name: Place {i}, floor: 0, at: [{i}, 0], exits: {{p{(i + 1) % rooms}: {{}}}}}}\n"
    return story("\n".join(out), declare=METERS, places=places)


# --- reading pictures -----------------------------------------------------------------------------


def picture(told: Story, plays: int = 0, only: str = "") -> ET.Element:
    """The SVG of a story, parsed."""
    return ET.fromstring(render(build(told, plays, only), "svg"))


def classes(element: ET.Element) -> set[str]:
    return set(element.get("class", "").split())


def cards(root: ET.Element) -> dict[str, ET.Element]:
    """The cards of a picture, by their scenes' ids."""
    return {e.get("data-id", ""): e for e in root.iter(f"{SVG}g") if "card" in classes(e) and e.get("data-id")}


def words(element: ET.Element) -> list[str]:
    """What is written in an element, line by line."""
    return [e.text or "" for e in element.iter(f"{SVG}text")]
