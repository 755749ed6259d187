"""The stories that mistakes are put into, one part of them at a time."""

from __future__ import annotations

from textwrap import indent
from typing import TypeAlias

from tests.stories.building import ENDINGS, HEAD, STORY

Files: TypeAlias = "dict[str, str]"
Case: TypeAlias = "tuple[str, str, Files, str]"

GO = "choices: {go: {text: Go., goto: end}}"

WORLD = {
    "story.yaml": STORY
    + """\
meters:
  noise: {range: 0..10, words: {0: silent, 3: restless}, price: {1: some noise}, decays: 1 per 10 min}
  infection: {range: 0..4}
flags: {copied: false, club: {one of: [none, archery, track]}, warnings: {range: 0..3}, marks: {range: 0..200}}
fates:
  alive: {becomes: [bitten, missing, dead]}
  bitten: {becomes: [dead]}
  missing: {becomes: [alive], is: away}
  dead: {is: gone}
  lost: {is: gone}
groups: {pair: [on_jo, i_sak]}
exposure: {meter: infection, sites: [scratch, limb], sources: [zombie, immortal]}
notes: {grief: Grief}
""",
    "people.yaml": """\
on_jo: {name: Nam On-jo, bond: 0..5, promises: {walk_home: Walk home.}}
i_sak: {name: Park I-sak, memories: {umbrella: An umbrella.}}
""",
    "items.yaml": "rope: {name: a rope}\nwater: {name: water, max: 6}\n",
    "places.yaml": """\
hall: {name: Hall, floor: 1, at: [0, 0], exits: {stairs: {}, roof: {locked: Shut.}}}
stairs: {name: Stairs, floor: 1, at: [1, 0]}
roof: {name: Roof, floor: 5, at: [0, 0]}
""",
    "day.yaml": HEAD
    + """\
flags: {open: false, steps: {range: 0..3}, marks_here: {range: 0..200}}
scenes:
  first: {place: hall, text: Here., choices: {go: {text: Go., goto: end}}}
""",
    "endings.yaml": ENDINGS,
}
BARE = {"story.yaml": STORY, "day.yaml": WORLD["day.yaml"].replace("place: hall, ", ""), "endings.yaml": ENDINGS}


def world(**others: str) -> Files:
    """The world with some files written anew, `story_yaml=…`."""
    return WORLD | {name.replace("_yaml", ".yaml"): text for name, text in others.items()}


def bare(**others: str) -> Files:
    """A story without declarations, with some files written anew."""
    return BARE | {name.replace("_yaml", ".yaml"): text for name, text in others.items()}


def declare(text: str) -> Files:
    """A story with nothing but this declared in story.yaml."""
    return bare(story_yaml=STORY + text)


def chapter(text: str) -> Files:
    """The world, with all that stands below the head of its chapter."""
    return world(day_yaml=HEAD + text)


def head(text: str) -> Files:
    """The world, with another head of its chapter."""
    scenes = "scenes: {first: {text: Here., choices: {go: {text: Go., goto: end}}}}\n"
    return world(day_yaml=f"chapter: {text}\n{scenes}")


def scene(text: str) -> Files:
    """The chapter's first scene."""
    return chapter(f"flags: {{open: false, steps: {{range: 0..3}}}}\nscenes:\n  first: {text}\n")


def beside(text: str) -> Files:
    """More parts of the chapter, beside a scene that works."""
    return chapter(
        f"scenes: {{first: {{place: hall, text: Here., choices: {{go: {{text: Go., goto: end}}}}}}}}\n{text}"
    )


def choice(text: str) -> Files:
    """The only choice of a scene."""
    return scene(f"{{place: hall, text: Here., choices: {{go: {text}}}}}")


def effect(text: str) -> Files:
    """The effects of a choice."""
    return choice(f"{{text: Go., do: [{text}], goto: end}}")


def condition(text: str) -> Files:
    """The condition of a choice."""
    return chapter(
        "flags: {open: false, steps: {range: 0..3}, marks_here: {range: 0..200}}\n"
        "scenes:\n  first:\n    cast: [i_sak]\n    text: Here.\n    choices:\n      go:\n"
        f"        text: Go.\n        goto: end\n        when: {text}\n"
    )


def prose(text: str) -> Files:
    """The text of a scene."""
    choices = "    choices: {go: {text: Go., goto: end}}\n"
    return chapter(f"scenes:\n  first:\n    text: |\n{indent(text, ' ' * 6)}\n{choices}")


def person(text: str, key: str = "nam_ra") -> Files:
    return world(people_yaml=f"{WORLD['people.yaml']}{key}: {text}\n")


def item(text: str) -> Files:
    return world(items_yaml=f"{WORLD['items.yaml']}tape: {text}\n")


def place(text: str, key: str = "yard") -> Files:
    return world(places_yaml=f"{WORLD['places.yaml']}{key}: {text}\n")


def rooms(way: str, room: str = "{place: hall, text: A hall.}") -> Files:
    """Two rooms with one way between them."""
    return world(
        places_yaml=f"""\
hall: {{name: Hall, floor: 1, at: [0, 0], exits: {{stairs: {way}}}}}
stairs: {{name: Stairs, floor: 1, at: [1, 0], exits: {{hall: {{}}}}}}
roof: {{name: Roof, floor: 5, at: [0, 0]}}
""",
        day_yaml=HEAD + f"rooms:\n  first: {room}\n  second: {{place: stairs, text: Stairs.}}\n",
    )


def offered(text: str) -> str:
    """A scene in a second file of the chapter, but for its end."""
    return f"chapter: day\nscenes:\n  {text}, text: X., choices: {{b: {{text: B., goto: here}}}}}}\n"


SECOND = """\
chapter: {id: night, title: Night, from: D1 20:00, until: D1 22:00, start: dusk}
scenes:
  dusk: {text: Dusk., choices: {on: {text: On., goto: BACK}}}
  late: {text: Late., choices: {on: {text: On., goto: end}}}
"""


def night(there: str, back: str = "end") -> Files:
    """A second chapter: where the first leads, and where the second does."""
    return choice(f"{{text: Go., goto: {there}}}") | {"night.yaml": SECOND.replace("BACK", back)}
