"""Right things made wrong at random: conditions and files with letters, words and whole parts changed."""

from __future__ import annotations

import copy
import functools
import json
import random
from typing import Any

import yaml

from tests.stories.building import load
from tests.story.mistakes import MISTAKES, WORLD

WORDS = """
open copied club none archery track warnings steps marks marks_here noise infection on_jo i_sak rope water hall roof
first go end has. count. alive. fate. with. bond. promise. memory. seen. chosen. unlocked. exposed. living. scene.
ending. pair walk_home umbrella time arrived early site source limb true false and or not in ( ) , == != < <= > >=
= & | ! + - * / . .. : ; 0 1 3 -1 +2 999 99999999999 1.5 D1 'x' "y" ' " é 한 clock day/open here player
__import__ lambda {{ %} # @ 0x10 1e9 None
"""
PIECES = [*WORDS.split(), "D1 10:00", "D9 99:99", "\n", "\\", "\U0001f9df"]
CONDITIONS = [
    "open and not has.rope or club in (track, archery)",
    "time >= D1 13:00 and arrived == late",
    "living.pair >= 1 and fate.on_jo == bitten and bond.on_jo >= 3",
    "not (not (warnings > steps or club == none) and promise.walk_home in (made, kept))",
    "unlocked.hall.roof and exposed.site != none and chosen.first.go and seen.first",
]
# Pieces of files, between spaces; _ is a space.
YAML_WORDS = """
{ } [ ] : :_ -_ ,_ # | > ' " &a_ *a_ !t_ <<:_ ?_ --- % {%_if_ %} {%_else_%} {%_endif_%} {%_include_plan_%} {{_ _}}
@on_jo:_ * ** \\ @ goto:_ do:_ when:_ text:_ choices:_ scenes:_ bells:_ rooms:_ roll:_ offer:_ then:_ first end on_jo
rope D1_12:00 10_min 0..3 true 0 -1 {take:_rope} {set:_{open:_true}} {pass:_1_h} {if:_open,_do:_[]}
{fate:_{on_jo:_dead}}
"""
YAML_PIECES = [
    *(word.replace("_", " ") for word in YAML_WORDS.split()),
    *("\n", "\n  ", "\t", "9" * 30, "\x00", "\x1b[31m", "\u202e", "\ud800", "\U0001f9df", "[" * 40, "{a: " * 30),
]
ODD: list[Any] = [
    *(
        "",
        "x",
        "end",
        "on_jo",
        "true",
        "0",
        "-1",
        "D1 12:00",
        "10 min",
        "0..3",
        "here",
        "{{ player }}",
        "*",
        "@on_jo: x",
    ),
    *([], {}, ["x"], [[]], [{}], {"x": "y"}, {"x": {}}, {"x": []}, {"": ""}, None, ["on_jo", "on_jo"], "9" * 300),
    *({"if": "open", "do": []}, [{"take": "rope"}], {"one of": ["a", "b"]}, {"range": "0..3"}, {"text": "T."}),
]


def condition(rng: random.Random) -> str:
    """Pieces of the language put together, or a condition that was right with some of it changed."""
    if rng.random() < 0.5:
        glue = rng.choice(["", " ", " "])
        return glue.join(rng.choice(PIECES) for _ in range(rng.choice([1, 2, 3, 5, 8, 20, 80])))
    return changed(rng, rng.choice(CONDITIONS), PIECES)


def changed(rng: random.Random, text: str, pieces: list[str]) -> str:
    """`text` with some letters and words put in, taken out, repeated or moved."""
    for _ in range(rng.choice([0, 1, 1, 2, 3, 4])):
        at, to = sorted(rng.randint(0, len(text)) for _ in range(2))
        match rng.randrange(5):
            case 0:
                text = text[:at] + rng.choice(pieces) + text[at:]
            case 1:
                text = text[:at] + text[min(to, at + 12) :]
            case 2:
                text = text[:at] + text[at : at + 30] * rng.randint(2, 4) + text[at:]
            case 3:
                letter = chr(rng.choice([rng.randrange(32, 127), rng.randrange(0x250), rng.randrange(0x11000)]))
                text = text[:at] + letter + text[at + 1 :]
            case 4:
                text = text[:at] + text[to:] + text[at:to]
    return text


@functools.cache
def tree(text: str) -> Any:
    """What another reader of YAML makes of a file; None where it is not YAML."""
    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, TypeError, ValueError):
        return None


def misplaced(rng: random.Random, text: str) -> str:
    """A file with one of its parts replaced by something of another kind, or by another part of it."""
    root = copy.deepcopy(tree(text))
    spots: list[tuple[Any, Any]] = []
    todo = [root]
    while todo:
        node = todo.pop()
        inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in inside:
            spots.append((node, key))
            todo.append(value)
    if not spots:
        return text
    node, key = rng.choice(spots)
    other, where = rng.choice(spots)
    match rng.randrange(4):
        case 0:
            node[key] = copy.deepcopy(other[where])
        case 1 if isinstance(node, dict):
            node[rng.choice([str(where), "x", "text", "goto"])] = node.pop(key)
        case 2:
            del node[key]
        case _:
            node[key] = rng.choice(ODD)
    return json.dumps(root, ensure_ascii=False, indent=1, default=str)


def files(rng: random.Random, stories: list[dict[str, str]]) -> tuple[dict[str, str], str]:
    """The files of one of the stories with one of them made wrong, and the name of that one."""
    sources = dict(rng.choice(stories))
    file = rng.choice(list(sources))
    if rng.random() < 0.5:
        sources[file] = misplaced(rng, sources[file])
    else:
        sources[file] = changed(rng, sources[file], YAML_PIECES)
    return sources, file


MORE = """\
  second:
    place: hall
    cast: [on_jo]
    time: D1 12:00
    offer: {text: Sit down., when: with.on_jo, locked: No.}
    do: [{add: {noise: 1}}]
    never: [noise >= 9 and scene.second]
    text: |
      One *two* {% if open %}three{% elif steps >= 1 %}four{% else %}five{% endif %} {{ noise.word }}.

      {% if cold: with.on_jo %}
      @on_jo: Hello, {{ player }}. It is {{ time }}.
      {% include plan %}
      {% endif %}
    gentle: Softly.
    choices:
      go:
        text: Go.
        when: time >= D1 11:00 and not seen.first
        locked: Not yet.
        roll:
          well: {weight: 2, do: [{take: {water: 2}}, {pass: 20 min}], then: Well., goto: here}
          badly: {do: [{if: has.rope, do: [{fate: {on_jo: missing}}], else: [{bond: {on_jo: -1}}]}], goto: end}
      back: {text: Back., goto: [{when: open, to: first}, {to: here}]}
rooms:
  hall_room: {place: hall, text: A hall., choices: {wait: {text: Wait., once: true, do: [{pass: 10 min}]}}}
  stair_room: {place: stairs, text: Stairs., choices: {down: {text: Down., goto: hall_room}}}
passages: {plan: 'The plan.'}
bells:
  one: {at: D1 13:00, when: open, do: [{set: {steps: warnings}}], then: One., goto: second}
  two: {at: D1 14:00, then: Two.}
"""


def stories() -> list[dict[str, str]]:
    """Stories to begin with: as often one that is right and has a bit of everything as one with a mistake."""
    rules = "rules: {loud: {when: noise >= 9, once: true, do: [{remember: umbrella}], then: Loud.}}\n"
    full = WORLD | {"day.yaml": WORLD["day.yaml"] + MORE, "story.yaml": WORLD["story.yaml"] + rules}
    assert load(full)
    wrong = [{file: text.replace("«", "").replace("»", "") for file, text in case[2].items()} for case in MISTAKES]
    small = [sources for sources in wrong if sum(map(len, sources.values())) < 5_000]
    return [full] * len(small) + small
