"""What is probably not meant in a story that can be played: each finding, and what looks like it and is right."""

from __future__ import annotations

import pytest

from game.desk.check import check
from tests.desk.diagnostic_pages import HOUSE, SMALL

HEAD = "chapter: {id: house, title: The House, from: D1 21:00, until: D1 23:00, start: kitchen}\n"


def found(*parts: str, house: dict[str, str] = HOUSE, **others: str) -> list[str]:
    """The codes found in the house with more of its chapter; what is given by keyword is put at the ends of files."""
    parts = tuple(part.replace("WAY", "out: {text: Out., goto: morning}") for part in parts)
    sources = dict(house)
    for name, text in others.items():
        file = name.replace("_yaml", ".yaml")
        sources[file] = sources.get(file, "") + text
    sources |= {f"0{n + 2}-part.yaml": f"chapter: house\n{part}" for n, part in enumerate(parts)}
    to = "hall" if any("\n  hall:" in part for part in parts) else "morning"
    return [d.code for d in check({name: sources[name].replace("NEXT", to) for name in sorted(sources)})]


def hall(choices: str, more: str = "", text: str = "Dark.") -> str:
    up = "up: {text: Up., then: Up., goto: morning}"
    return f"scenes:\n  hall: {{{more}text: {text}, choices: {{{choices}, {up}}}}}\n"


ATTIC = "  attic: {text: A bed., choices: {sleep: {text: Sleep., goto: morning}}}\n"
NO_END = "  attic: {text: A bed., choices: {sleep: {text: Sleep., goto: attic}}}\n"
OPEN = "flags: {open: false}\n"
UP = "go: {text: Go., goto: attic}"


def test_the_house_itself_has_none():
    assert found() == []
    assert found(hall("x: {text: X., goto: kitchen}")) == []
    assert found(house=SMALL) == []


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("H100", hall("x: {text: X., goto: kitchen}") + ATTIC),
        ("H100", "endings: {lost: {title: Lost, text: Lost.}}\n"),
        ("H100", "rooms: {r_hall: {place: hall, text: A hall., choices: {x: {text: X., goto: morning}}}}\n"),
        ("H101", hall(UP) + NO_END),
        ("H102", "flags: {open: false}\n"),
        ("H102", "flags: {open: false}\n" + hall("x: {text: X., do: [{set: {open: true}}], goto: kitchen}")),
        ("H103", "flags: {open: false}\n" + hall("x: {text: X., goto: kitchen}", text="'{{ open }}'")),
        ("H105", hall("x: {text: X., goto: kitchen}, y: {text: Y., goto: kitchen}")),
        ("H105", hall("x: {text: X., goto: kitchen}, y: {text: Y., when: has.torch, goto: kitchen}")),
        ("H107", hall("x: {text: X., goto: kitchen}", text="'@mara: Who?'")),
        ("H107", hall("x: {text: X., then: '@mara: Who?', goto: hall}")),
        ("H108", hall("x: {text: X., goto: kitchen}", text='"{% if with.mara %}\\nShe.\\n{% endif %}\\nDark."')),
        ("H108", hall("x: {text: X., goto: kitchen}", text='"{% if true %}\\na\\n{% else %}\\nb\\n{% endif %}"')),
        ("H109", hall("x: {text: One two three four five six seven eight nine ten., goto: kitchen}")),
        ("H110", hall("x: {text: X., do: [{fate: {mara: dead}}], goto: kitchen}")),
        ("H110", hall("x: {text: X., goto: kitchen}", more="do: [{fate: {mara: dead}}], ")),
        ("H111", hall("x: {text: X., when: fate.mara == dead, goto: kitchen}")),
        ("H111", hall("x: {text: X., when: noise >= 3 and noise < 2, goto: kitchen}")),
        ("H111", hall("x: {text: X., when: false, goto: kitchen}")),
        ("H112", hall("x: {text: X., goto: kitchen}") + "# hyosan: ignore H109 once\n"),
    ],
)
def test_a_finding_is_told_once(code, part):
    assert found(part) == [code]


def test_a_scene_behind_a_choice_that_is_never_open_is_told_too():
    assert found(hall("x: {text: X., when: lamp_lit and not lamp_lit, goto: attic}") + ATTIC) == ["H111", "H100"]


def test_dead_ends_are_told_where_one_gets_among_them():
    part = hall(UP) + NO_END.replace("goto: attic", "goto: roof") + NO_END.replace("attic:", "roof:")
    assert found(part) == ["H101"]
    alone = HEAD + "scenes: {kitchen: {text: K., choices: {x: {text: X., goto: b}}}, b: {text: B., choices: {y: "
    alone += "{text: Y., goto: kitchen}}}}\n"
    assert [d.where.line for d in check({"story.yaml": SMALL["story.yaml"], "01.yaml": alone})] == [2]


@pytest.mark.parametrize(
    ("item", "part", "codes"),
    [
        ("rope: {name: a rope}\n", hall("x: {text: X., goto: kitchen}"), ["H104"]),
        ("rope: {name: a rope}\n", hall("x: {text: X., do: [{take: rope}], goto: kitchen}"), ["H104"]),
        ("rope: {name: a rope, about: Old.}\n", hall("x: {text: X., do: [{take: rope}], goto: kitchen}"), []),
        (
            "rope: {name: a rope}\n",
            hall("x: {text: X., do: [{take: rope}], goto: kitchen}", text="'{{ count.rope }}'"),
            [],
        ),
        ("rope: {name: a rope}\n", hall("x: {text: X., do: [{take: rope}, {drop: rope}], goto: kitchen}"), []),
        (
            "rope: {name: a rope}\n",
            hall("x: {text: X., do: [{take: rope}], goto: [{when: has.rope, to: kitchen}, {to: morning}]}"),
            [],
        ),
    ],
)
def test_items_are_used_by_being_asked_for_shown_given_away_or_read(item, part, codes):
    assert found(part, items_yaml=item) == codes


@pytest.mark.parametrize(
    "part",
    [
        # Only a bell leads there, or an exit, or an offer.
        hall("x: {text: X., do: [{pass: 10 min}], goto: kitchen}")
        + f"{ATTIC}bells: {{b: {{at: D1 22:00, goto: attic}}}}\n",
        hall("x: {text: X., goto: here}", more="place: hall, ")
        + "rooms:\n  r_hall: {place: hall, text: Hall.}\n  r_kitchen: {place: kitchen, text: K., choices: {WAY}}\n",
        hall("x: {text: X., goto: here}", more="place: hall, ")
        + "  attic: {place: hall, offer: {text: Up.}, text: A., choices: {b: {text: B., goto: here}}}\n"
        + "rooms:\n  r_hall: {place: hall, text: Hall., choices: {WAY}}\n",
        # Asked by a bell, a rule-like `if`, a promise, a locked reason, a choice's text, an offer.
        "flags: {open: false}\n"
        + hall("x: {text: X., do: [{set: {open: true}}], goto: kitchen}")
        + "bells: {b: {at: D1 22:00, when: open, then: Ding.}}\n",
        OPEN + hall("x: {text: X., do: [{if: not open, do: [{set: {open: true}}]}], goto: kitchen}"),
        OPEN + hall("x: {text: X., do: [{set: {open: true}}], goto: kitchen}", more="never: open, "),
        "flags: {open: false}\n"
        + hall("x: {text: X., do: [{set: {open: true}}], when: lamp_lit, locked: 'No. {{ open }}', goto: kitchen}"),
        "flags: {open: false}\n" + hall("x: {text: 'X {{ open }}', do: [{set: {open: true}}], goto: kitchen}"),
        "flags: {a: false, b: false}\n"
        + hall("x: {text: X., do: [{set: {a: true}}, {set: {b: a}}], when: not b, goto: kitchen}"),
        # The same effect, but never both, or different words, or asked for, or gone once taken.
        hall("x: {text: X., when: lamp_lit, goto: kitchen}, y: {text: Y., when: not lamp_lit, goto: kitchen}"),
        hall("x: {text: X., when: lamp_lit, goto: kitchen}, y: {text: Y., when: has.torch, goto: kitchen}"),
        hall("x: {text: X., then: A., goto: kitchen}, y: {text: Y., then: B., goto: kitchen}"),
        hall("x: {text: X., once: true, goto: kitchen}, y: {text: Y., once: true, goto: kitchen}"),
        hall("x: {text: X., goto: hall}, y: {text: Y., when: not chosen.hall.x, goto: hall}"),
        # Who speaks is cast in the scene, or in the next one, or comes along, or is asked for.
        hall("x: {text: X., then: '@mara: Who?', goto: kitchen}"),
        hall("x: {text: X., do: [{join: mara}], then: '@mara: Yes.', goto: kitchen}", text="'@mara: Who?'"),
        "passages: {call: '@mara: Who?'}\n"
        + hall("x: {text: X., goto: kitchen}", more="cast: [mara], ", text='"{% include call %}"'),
        # A passage hides in one scene what it shows in another.
        "passages: {who: \"{% if with.mara %}\\nShe.\\n{% else %}\\nNobody.\\n{% endif %}\"}\n"
        + hall("x: {text: X., goto: attic}", more="cast: [mara], ", text='"{% include who %}"')
        + "  attic: {text: \"{% include who %}\", choices: {sleep: {text: Sleep., goto: morning}}}\n",
        # Nine words; a condition that a roll, a bell or a step of time makes true.
        hall("x: {text: One two three four five six seven eight nine., goto: kitchen}"),
        "flags: {hit: false}\n"
        + hall("x: {text: X., roll: {a: {do: [{set: {hit: true}}], goto: kitchen}, b: {goto: kitchen}}}, "
               "y: {text: Y., when: hit, then: Y., goto: kitchen}"),
        "flags: {rung: false}\nbells: {b: {at: D1 22:00, do: [{set: {rung: true}}]}}\n"
        + hall("x: {text: X., do: [{pass: 1 h}], goto: kitchen}, y: {text: Y., when: rung, then: Y., goto: kitchen}"),
        hall("x: {text: X., do: [{pass: 1 h}], goto: kitchen}, y: {text: Y., when: time >= D1 22:30, goto: kitchen}"),
        hall("x: {text: X., when: has.torch and not has.torch, bug: true, goto: kitchen}"),
        # The note stands at the scene itself or at the next one; only being away is no loss.
        hall("x: {text: X., do: [{fate: {mara: dead}}], goto: kitchen}", more="notes: [grief], "),
        hall("x: {text: X., do: [{fate: {mara: dead}}], goto: attic}")
        + ATTIC.replace("text: A bed.", "notes: [grief], text: A bed."),
    ],
)  # fmt: skip
def test_what_looks_like_a_finding_and_is_none(part):
    assert found(part) == []


def test_scenes_reached_by_rules_by_the_start_of_a_chapter_or_on_arrival():
    rules = "rules: {loud: {when: noise >= 5, goto: caught}}\n"
    endings = "endings: {caught: {title: Caught, text: Caught.}}\n"
    noisy = hall("x: {text: X., do: [{add: {noise: 1}}], goto: hall}")
    assert found(noisy, story_yaml=rules, endings_yaml=endings) == []
    late = "scenes:\n  hall: {time: D1 22:00, text: Late., choices: {x: {text: X., goto: morning}}}\n" + ATTIC
    assert found(late + "bells: {b: {at: D1 21:30, goto: attic}}\n") == []


def test_a_door_that_stays_shut_and_says_so_is_scenery():
    places = "cellar: {name: C, floor: 0, at: [0, 1], exits: {hall: {locked: Walled up.}}}\n"
    rooms = "rooms:\n  r_cellar: {place: cellar, text: C., choices: {up: {text: Up., goto: morning}}}\n"
    rooms += "  r_hall: {place: hall, text: H., choices: {WAY}}\n"
    part = hall("x: {text: X., goto: r_cellar}, y: {text: Y., goto: here}", more="place: hall, ") + rooms
    sources = HOUSE["places.yaml"].replace("exits: {kitchen: {}}", "exits: {kitchen: {}, cellar: {}}") + places
    assert found(part, house=HOUSE | {"places.yaml": sources}) == []


def test_a_story_without_notes_owes_none():
    dead = "fates: {alive: {becomes: [dead]}, dead: {is: gone}}\n"
    part = hall("x: {text: X., do: [{fate: {tom: dead}}], goto: kitchen}")
    assert found(part, house=SMALL, story_yaml=dead, people_yaml="tom: {name: Tom}\n") == []


GARDEN = """\
chapter: {id: garden, title: The Garden, from: D1 23:00, until: D2 01:00, start: tree}
scenes:
  tree: {text: Leaves., choices: {go: {text: Go., WHEN goto: dawn}, stay: {text: Stay., then: Cold., goto: dawn}}}
"""
DAWN = "endings: {dawn: {title: Dawn, text: 'Light. SAYS'}}\n"
SETS = """\
scenes:
  hall:
    text: H.
    choices:
      x: {text: X., do: [{set: {open: true}}], goto: tree}
      home: {text: H., goto: morning}
READS"""


@pytest.mark.parametrize(
    ("reads", "when", "says", "passage", "codes"),
    [
        ("      y: {text: Y., when: open, then: Y., goto: tree}\n", "", "", "", ["H106"]),
        ("", "when: open,", "", "", []),
        ("", "", "{{ open }}", "", []),
        ("", "", "", "{% if open %}a{% endif %}b", []),
        ("", "", "", "", ["H102"]),
    ],
)
def test_a_flag_of_one_chapter(reads, when, says, passage, codes):
    shared = f'passages: {{shared: "{passage or "x"}"}}\n'
    sets = SETS.replace("READS", reads).replace("text: H.", 'text: "{% include shared %}"')
    others = {
        "garden_yaml": GARDEN.replace("WHEN", when),
        "dawn_yaml": DAWN.replace("SAYS", says),
        "shared_yaml": shared,
    }
    assert found(sets, house=SMALL, story_yaml="flags: {open: false}\n", **others) == codes
