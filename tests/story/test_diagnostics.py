"""Diagnostics as values and as text: every code is used, all problems come in one go, and none is made up."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from game.story import load_sources
from game.story.diagnostics import CODES, Diagnostic, Problems, Where, cells, did_you_mean
from tests.stories.building import ENDINGS, HEAD, STORY
from tests.story.mistakes import MISTAKES, WORLD
from tests.story.mistakes.world import GO

FOLDERS = {"H001", "H008", "H009"}  # what only a folder or a pack can be guilty of: see test_files, test_packs


def codes(sources: dict[str, str]) -> list[str]:
    return [d.code for d in load_sources(sources).diagnostics]


def test_every_code_of_the_loader_has_a_mistake_that_shows_it():
    of_the_loader = {code for code in CODES if code < "H100" and code != "H070"}

    assert {case[1] for case in MISTAKES} | FOLDERS == of_the_loader


def test_each_mistake_has_a_name_of_its_own():
    names = [case[0] for case in MISTAKES]

    assert sorted(set(names)) == sorted(names)
    assert len(names) >= 70


MANY = {
    "story.yaml": """\
story: {id: small, title: A Small Story, version: 1.0.0, start: «H020»frist}
meters: {noise: {range: 0..10, «H010»wrods: {0: silent}}}
flags: {open: «H012»no, level: {range: «H012»0-3}}
groups: {pair: [on_jo, «H022»cheong_san]}
rules: {loud: {when: noise >= «H024»lots, goto: end}}
""",
    "people.yaml": "on_jo: {name: Nam On-jo, bond: «H012»5}\n",
    "items.yaml": "rope: {name: a rope, max: «H014»0}\n",
    "places.yaml": "hall: {name: Hall, floor: 1, at: [0, 0], exits: {«H023»roof: {}}}\n",
    "day.yaml": """\
chapter: {id: day, title: Day, from: D1 10:00, until: «H012»late, start: first}
scenes:
  first:
    place: «H023»hal
    cast: [«H022»on_joo]
    text: |
      {% if «H024»opne %}
      @«H022»onjo: Hello, {{ «H024»plyer }}.
    choices:
      go:
        text: Go.
        when: level >= 2 and bond.on_jo >= 7 and time >= D7 10:00
        do: [{«H040»tke: rope}, {take: {rope: 9}}, {set: {level: 9}}, {bond: {on_jo: «H041»lots}}, {pass: «H041»x}]
        «H010»gote: end
        goto: [{when: has.«H021»rop, to: end}, {to: «H020»nowhere}]
      «H060»stay: {text: Stay.}
bells:
  «H011»b: {at: D9 11:00}
""",
    "endings.yaml": ENDINGS,
}


def test_all_mistakes_of_a_story_are_told_in_one_go_and_none_is_made_up():
    expected = []
    for file, text in MANY.items():
        for number, line in enumerate(text.split("\n"), 1):
            seen = 0
            for match in re.finditer(r"«(H\d+)»", line):
                expected.append((file, number, match.start() + 1 - seen, match[1]))
                seen += len(match[0])
    # The {% if %} is not closed either: two faults in one tag.
    expected.append(("day.yaml", 7, 7, "H050"))

    found = load_sources({file: re.sub(r"«H\d+»", "", text) for file, text in MANY.items()})

    told = [(d.where.file, d.where.line, d.where.column, d.code) for d in found.diagnostics]
    assert told == sorted(expected), "\n".join(d.render() for d in found.diagnostics)


@pytest.mark.parametrize("file", sorted(set(WORLD) - {"story.yaml"}))
@pytest.mark.parametrize(("fault", "code"), [("[", "H003"), ("\x00", "H006"), ("- a list\n", "H012")])
def test_names_in_a_file_that_cannot_be_read_are_not_missed_elsewhere(file, fault, code):
    uses = """
    scenes:
      second:
        place: hall
        cast: [on_jo]
        text: |
          @on_jo: Hello.
          {% include p %}
        choices:
          go:
            text: Go.
            when: has.rope and alive.on_jo and seen.first and open and unlocked.hall.roof and promise.walk_home == kept
            do: [{take: rope}, {join: i_sak}, {unlock: hall.roof}, {set: {steps: 2}}, {remember: umbrella}]
            goto: end
          back: {text: Back., goto: here}
    """
    sources = WORLD | {"more.yaml": "chapter: day\n" + dedent(uses)}
    room = "{place: hall, text: A., choices: {wait: {text: Wait.}}}"
    sources["day.yaml"] += f"rooms: {{hall_room: {room}}}\npassages: {{p: P.}}\n"
    sources["day.yaml"] = sources["day.yaml"].replace("first: {place: hall, ", "first: {place: roof, ")
    assert codes(sources) == []

    found = load_sources(sources | {file: fault})

    assert {(d.where.file, d.code) for d in found.diagnostics} == {(file, code)}


@pytest.mark.parametrize(
    ("what", "sources"),
    [
        ("a misspelt part", {"story.yaml": WORLD["story.yaml"].replace("flags:", "flag:")}),
        ("a range that is none", {"story.yaml": WORLD["story.yaml"].replace("0..10", "0-10")}),
        ("words that are none", {"story.yaml": WORLD["story.yaml"].replace("[none, archery, track]", "none")}),
        ("an id in capitals", {"people.yaml": WORLD["people.yaml"].replace("on_jo", "On_Jo")}),
        ("a chapter without an end", {"day.yaml": WORLD["day.yaml"].replace(" until: D1 16:00,", "")}),
        ("a chapter without an id", {"day.yaml": WORLD["day.yaml"].replace("{id: day, ", "{")}),
        ("scenes without a chapter", {"day.yaml": WORLD["day.yaml"].replace(HEAD, "")}),
    ],
)
def test_one_mistake_in_a_declaration_does_not_make_its_uses_wrong(what, sources):
    uses = """
    scenes:
      second:
        time: D1 13:00
        text: It is {{ noise.word }}, {{ club }}.
        choices:
          go:
            text: Go.
            when: noise >= 7 and club == track and time >= D1 12:00 and warnings >= 2 and not copied
            do: [{set: {club: track, noise: 9}}, {add: {noise: 2}}]
            goto: first
          on: {text: On., goto: end}
    bells: {b: {at: D1 15:00, goto: first}, c: {at: D1 15:00, then: C.}}
    """
    whole = WORLD | {"more.yaml": "chapter: day\n" + dedent(uses)}
    assert codes(whole) == []
    if what == "an id in capitals":
        sources = sources | {"story.yaml": WORLD["story.yaml"].replace("on_jo", "On_Jo")}

    found = load_sources(whole | sources)

    assert 1 <= len(found.diagnostics) <= 2, "\n".join(d.render() for d in found.diagnostics)
    assert {d.where.file for d in found.diagnostics} <= set(sources)


def render(line: str, column: int, width: int = 1, hint: str = "") -> list[str]:
    return Diagnostic("H020", "no such scene", Where("a.yaml", 7, column, width), hint, line).render().split("\n")


def test_a_diagnostic_shows_its_line_a_caret_and_a_hint():
    assert render("goto: nowhere", 7, 7, "did you mean 'there'?") == [
        "a.yaml:7:7: error H020: no such scene",
        "  7 | goto: nowhere",
        "    |       ^^^^^^^",
        "  hint: did you mean 'there'?",
    ]


@pytest.mark.parametrize(
    ("line", "column", "width", "caret"),
    [
        ("최남라: x", 6, 1, "        ^"),
        ("최남라: x", 1, 3, "^^^^^^"),
        ("a한b", 3, 1, "   ^"),
        ("e\u0301a", 3, 1, " ^"),
        ("ab", 3, 1, "  ^"),
        ("ab", 99, 5, "  ^"),
    ],
    ids=[
        "after wide letters",
        "under wide letters",
        "between",
        "after a combining mark",
        "at the end",
        "beyond the end",
    ],
)
def test_the_caret_stands_under_the_fault_whatever_the_width_of_the_letters(line, column, width, caret):
    assert render(line, column, width)[2] == "    | " + caret


@pytest.mark.parametrize("letters", ["x", "한"])
def test_a_long_line_is_shown_around_the_fault_only(letters):
    line = letters * 500 + "!" + letters * 500

    _, shown, caret = render(line, 501)

    assert len(shown) < 140
    before = shown.removeprefix("  7 | ").partition("!")[0]
    assert caret == "    | " + " " * cells(before) + "^"


def test_the_caret_is_never_longer_than_what_is_shown():
    _, shown, caret = render("a" * 500, 1, 500)

    assert cells(caret) <= cells(shown)


@pytest.mark.parametrize("place", ["message", "hint", "line", "file"])
@pytest.mark.parametrize("bad", ["\x1b[31m", "\n", "\r", "\x00", "\x9b", "\u202e", "\u200b", "\u2028", "\ud800", "\t"])
def test_no_character_a_terminal_acts_on_is_ever_rendered(place, bad):
    problems = Problems()
    file = f"a{bad}.yaml" if place == "file" else "a.yaml"
    problems.remember_source(file, f"x{bad}y" if place == "line" and bad != "\n" else "xyz")

    message = f"about {bad}" if place == "message" else "about"
    problems.add("H020", Where(file, 1, 2), message, f"mind {bad}" if place == "hint" else "")

    lines = next(iter(problems)).render().split("\n")
    assert len(lines) == 3 + (place == "hint")
    assert all(line.isprintable() for line in lines)


def test_a_message_never_quotes_more_than_one_can_read():
    sources = WORLD | {"day.yaml": WORLD["day.yaml"].replace("goto: end", f"goto: {'x' * 5000}")}

    found = load_sources(sources).diagnostics

    assert [d.code for d in found] == ["H020"]
    assert all(len(line) < 500 for line in found[0].render().split("\n"))


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("tke", ["take", "drop"], "did you mean 'take'?"),
        ("xyz", ["take", "drop"], "known here: drop, take"),
        ("xyz", [f"a{i}" for i in range(50)], ""),
        ("scene_77x", [f"scene_{i}" for i in range(3000)], "did you mean 'scene_77'?"),
        ("xyz", [], ""),
    ],
)
def test_a_hint_names_the_closest_or_what_there_is_when_that_is_little(word, known, said):
    assert did_you_mean(word, known) == said


def test_a_story_without_story_yaml_says_so():
    assert codes({"day.yaml": WORLD["day.yaml"]}) == ["H001"]


def test_the_same_problem_is_told_once_however_often_it_is_met():
    sources = WORLD | {
        "day.yaml": HEAD
        + "passages: {p: 'One {{ plyer }}.'}\n"
        + f"scenes:\n  first: {{text: '{{% include p %}}', gentle: '{{% include p %}}', {GO}}}\n"
    }

    assert codes(sources) == ["H024"]


def test_a_warning_does_not_keep_a_story_from_being_played():
    sources = {"story.yaml": STORY, "day.yaml": HEAD.replace("16:00", "16:05") + WORLD["day.yaml"].split("\n", 1)[1]}
    sources = sources | {"day.yaml": sources["day.yaml"].replace("place: hall, ", ""), "endings.yaml": ENDINGS}

    found = load_sources(sources)

    assert [d.code for d in found.diagnostics] == ["H065"]
    assert found.story is not None
