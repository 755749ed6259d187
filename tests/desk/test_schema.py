"""`hyosan schema`: schemas that accept what the loader accepts, and refuse what it refuses."""

from __future__ import annotations

import inspect
import os
import random
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from game.desk.schema.effects import IF, VERBS
from game.desk.schema.files import schemas
from game.desk.schema.ids import Ids
from game.desk.schema.modelines import kind_of
from game.desk.schema.shapes import CLOSER
from game.desk.storytest import given, read
from game.desk.storytest.read import files_in, read_tests
from game.story import Severity, declare, effects, load_story, migrations, things
from game.story import shapes as of_chapters
from game.story.fields import Shape
from game.story.load import load_names
from game.story.shipped import shipped
from tests.desk.core_yaml import load

STORIES = Path(__file__).parents[1] / "stories"
EVERY_WORD = STORIES / "every-word"
CHANGES = int(os.environ.get("HYOSAN_EXAMPLES", "20"))


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A story that uses every key of the language, to be changed."""
    return Path(shutil.copytree(EVERY_WORD, tmp_path / "story"))


def of(folder: Path) -> dict[str, Any]:
    return schemas(Ids(*load_names(folder)))


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml"))


def _one_of(validator: Any, words: list[Any], value: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    # A text is equal to another or it is not: only numbers and lists have to be compared one by one.
    if type(value) is not str:
        yield from jsonschema.Draft7Validator.VALIDATORS["enum"](validator, words, value, schema)
    elif value not in words:
        yield jsonschema.ValidationError(f"{value!r} is not one of {words!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"enum": _one_of})  # type: ignore[no-untyped-call]


def refusal(schema: dict[str, Any], text: str) -> str:
    """What would be underlined first in a file, as `path: message`; nothing, if nothing."""
    best = jsonschema.exceptions.best_match(Validator(schema).iter_errors(load(text)))
    return "" if best is None else f"{'.'.join(map(str, best.absolute_path))}: {best.message}"


def refusals(folder: Path) -> list[str]:
    """What an editor would underline in a story, as `file: path: message`."""
    known = of(folder)
    return told(folder, lambda name, text: refusal(known[kind_of(name)], text))


def told(folder: Path, refused: Callable[[str, str], str]) -> list[str]:
    names = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files(folder)}
    return [f"{name}: {why}" for name, text in names.items() if (why := refused(name, text))]


@cache
def before() -> dict[str, Any]:
    """The schemas of the story of every word as it was: an editor has those that were made before a mistake."""
    return of(EVERY_WORD)


@cache
def refused_before(name: str, text: str) -> str:
    """What they say of a file. It is kept: of all files of the story, a mistake changes one."""
    return refusal(before()[kind_of(name)], text)


def faults(folder: Path) -> list[str]:
    """The errors that the loader finds in a story and its tests."""
    loaded = load_story(folder)
    found = list(loaded.diagnostics)
    if loaded.story is not None:
        for file in read_tests(files_in(folder), loaded.story):
            found.extend(file.diagnostics)
    return [d.render() for d in found if d.severity is Severity.ERROR]


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Write `new` for the first `old` in a file of a story."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- what is right ----------------------------------------------------------------------------------


def test_every_schema_is_one_and_no_list_in_it_is_empty(story):
    for schema in of(story).values():
        jsonschema.Draft7Validator.check_schema(schema)
        assert all(part["enum"] for part in parts(schema) if isinstance(part.get("enum"), list))


LOADING = sorted(p for p in STORIES.iterdir() if (p / "story.yaml").is_file() and load_story(p).story is not None)


@pytest.mark.parametrize("folder", LOADING, ids=lambda path: path.name)
def test_stories_that_load_are_accepted(folder):
    assert faults(folder) == []
    assert refusals(folder) == []


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_the_shipped_story_is_accepted(every):
    """Of its many files every sixth, and all of them where there is time."""
    known, names = of(shipped()), files(shipped())[::every]
    assert {name.name: why for name in names if (why := refused(known, name))} == {}


def refused(known: dict[str, Any], path: Path) -> str:
    return refusal(known[kind_of(path.relative_to(shipped()).as_posix())], path.read_text(encoding="utf-8"))


def test_a_story_that_was_just_begun_is_accepted(tmp_path, capsys):
    from game.desk import new

    assert new.main([str(tmp_path / "the-well")]) == 0
    assert refusals(tmp_path / "the-well") == []


def test_the_story_of_every_word_uses_every_key_of_every_shape_and_every_verb():
    # Otherwise nothing here would notice what the schemas say about a key that is new.
    used: set[str] = set()
    for path in files(EVERY_WORD):
        used |= keys(load(path.read_text(encoding="utf-8")))
    shapes = [
        s
        for module in (declare, things, of_chapters, migrations, read, given)
        for _, s in inspect.getmembers(module)
        if type(s) is Shape
    ]
    known = {key for shape in shapes for key in shape.keys}
    assert len(shapes) >= 25
    assert known | set(VERBS) | set(IF) <= used


def test_the_verbs_are_those_of_the_loader():
    assert set(VERBS) == set(effects._VERBS)


def test_every_key_of_every_shape_is_explained_in_the_loaders_words(story):
    told = {part.get("description") for schema in of(story).values() for part in parts(schema)}
    for module in (declare, things, of_chapters, migrations, read, given):
        for _, shape in inspect.getmembers(module, lambda member: type(member) is Shape):
            assert {key.doc for key in shape.keys.values()} <= told, shape.name


def keys(value: Any) -> set[str]:
    """Every key in a value, however deep."""
    if isinstance(value, dict):
        return set(value).union(*(keys(part) for part in value.values()))
    return set().union(*(keys(part) for part in value)) if isinstance(value, list) else set()


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every map in a schema."""
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts(part)


# --- what is wrong ----------------------------------------------------------------------------------

GATE, ROOF = "01-gate.yaml", "02-roof.yaml"
ONE = "tests/one.yaml"

MISTAKES = [
    ("a key misspelt", GATE, "    title: The Gate", "    tilte: The Gate"),
    ("a section misspelt", GATE, "\nbells:", "\nbell:"),
    ("an effect misspelt", GATE, "{take: rope}", "{tkae: rope}"),
    ("a key missing", GATE, "    text: You sit.", "    title: You sit."),
    ("a scene without choices", ROOF, "choices:\n      end: {text: End., goto: e_cold}", "gentle: Nothing."),
    ("a choice that leads nowhere", ROOF, "{text: End., goto: e_cold}", "{text: End.}"),
    ("a goto beside a roll", GATE, "        text: Risk it.", "        text: Risk it.\n        goto: a_bench"),
    ("a roll of one outcome", GATE, "roll: {low: {then: Low.}, high: {goto: here}}", "roll: {low: {then: Low.}}"),
    ("an unknown scene", GATE, "goto: a_bench", "goto: a_bnech"),
    ("a scene inside another chapter", GATE, "goto: a_bench", "goto: b_inner"),
    ("an earlier chapter", ROOF, "goto: b_inner", "goto: a_gate"),
    ("here, in a chapter without rooms", ROOF, "goto: b_inner", "goto: here"),
    ("a branch to nowhere", GATE, "{when: taped, to: a_bench}", "{when: taped, to: nowhere}"),
    ("a bell that leads to a room's place", GATE, "{at: D1 08:30, goto: a_bench}", "{at: D1 08:30, goto: here}"),
    ("a bell that does nothing", GATE, "{at: D1 08:30, goto: a_bench}", "{at: D1 08:30}"),
    ("a rule that leads into a chapter", "story.yaml", "goto: e_cold", "goto: a_gate"),
    ("a start that is no scene", "story.yaml", "start: a_gate", "start: a_gat"),
    ("a chapter's start in another one", GATE, "start: [a_gate, a_bench]", "start: [a_gate, b_roof]"),
    ("an unknown chapter", "03-more-roof.yaml", "chapter: roof_time", "chapter: roof"),
    ("scenes without a chapter", "03-more-roof.yaml", "chapter: roof_time\n", ""),
    ("an unknown item", GATE, "{take: rope}", "{take: robe}"),
    ("more than one can carry", GATE, "{take: {water: 2}, drop: rope}", "{take: {water: 7}}"),
    ("taking all", GATE, "{take: {water: 2}, drop: rope}", "{take: {water: all}}"),
    ("an unknown person in the cast", GATE, "cast: [jo, ra]", "cast: [jo, ro]"),
    ("an unknown person who joins", GATE, "{join: jo}", "{join: joe}"),
    ("somebody without a bond", GATE, "{jo: +1, ra: -2}", "{jo: +1, mr_bae: 1}"),
    ("an unknown fate", GATE, "{jo: bitten, mr_bae: alive}", "{jo: biten}"),
    ("a fate that nothing becomes", GATE, "{jo: bitten, mr_bae: alive}", "{jo: lost}"),
    ("an unknown place", GATE, "place: hall", "place: hal"),
    ("an unknown note", GATE, "notes: grief", "notes: greif"),
    ("an unknown flag", GATE, "{taped: false, door: ajar,", "{tapped: false, door: ajar,"),
    ("a flag of another chapter", GATE, "{taped: false, door: ajar,", "{rusty: false, door: ajar,"),
    ("a value a flag cannot have", GATE, "door: ajar", "door: half"),
    ("a number that is too large", GATE, "steps: 2", "steps: 4"),
    ("a copy of another kind of flag", GATE, "taped: copied", "taped: knocks"),
    ("adding to a word", GATE, "{noise: 3, steps: -1,", "{door: 3, steps: -1,"),
    ("adding nothing", GATE, "{noise: 3, steps: -1,", "{noise: 0, steps: -1,"),
    ("an unknown promise", GATE, "{promise: walk}", "{promise: wlak}"),
    ("an unknown memory", GATE, "{remember: umbrella}", "{remember: umbrela}"),
    ("an exit that is not locked", GATE, "{unlock: roof.hall}", "{unlock: yard.hall}"),
    ("half an exit", GATE, "{unlock: roof.hall}", "{unlock: roof}"),
    ("an unknown wound", GATE, "{site: limb, source: zombie}", "{site: arm, source: zombie}"),
    ("a wound from nothing", GATE, "{site: limb, source: zombie}", "{site: limb}"),
    ("a length without a unit", GATE, "{pass: 1 h 20 min}", "{pass: 80}"),
    ("time that passes on arrival", GATE, "do: [{set: {taped: true}}", "do: [{pass: 10 min}, {set: {taped: true}}"),
    ("an if that does nothing", GATE, "{if: taped, do: [{take: rope}], else: {drop: rope}}", "{if: taped}"),
    ("an else alone", GATE, "{if: taped, do: [{take: rope}], else: {drop: rope}}", "{else: {drop: rope}}"),
    ("a verb in an if", GATE, "{if: taped, do: [{take: rope}], else:", "{if: taped, take: rope, do:"),
    ("a moment without a day", GATE, "time: D1 07:40", "time: 07:40"),
    ("a moment of the 25th hour", GATE, "time: D1 07:40", "time: D1 25:40"),
    ("yes and no in other words", GATE, "once: true", "once: yes"),
    ("an id with capitals", GATE, "  a_bench:\n", "  A_bench:\n"),
    ("an id that conditions use", GATE, "      wait:\n", "      and:\n"),
    ("a text that is a list", GATE, "text: You sit.", "text: [You sit.]"),
    ("a range the wrong way", "story.yaml", "knocks: {range: 0..3", "knocks: {range: 0-3"),
    ("a flag without values", "story.yaml", "{one of: [none, archery], start: none}", "{start: none}"),
    ("a flag with both", "story.yaml", "{one of: [none, archery], start: none}", "{one of: [a, b], range: 0..2}"),
    ("a flag of one word", "story.yaml", "{one of: [none, archery], start: none}", "{one of: [none]}"),
    ("an unknown meter", "story.yaml", "{meter: chill,", "{meter: chil,"),
    ("a decay in other words", "story.yaml", "decays: 1 per 1 h", "decays: 1 an hour"),
    ("an unknown presence", "story.yaml", "is: away", "is: off"),
    ("a section of migrations misspelt", "story.yaml", "  scenes: {a_door", "  scene: {a_door"),
    ("the values of nothing", "story.yaml", "values: {club:", "values: {clubs:"),
    ("a new value of nothing", "story.yaml", "new: {copied:", "new: {copies:"),
    ("a migration to a list", "story.yaml", "items: {cord: rope}", "items: {cord: [rope]}"),
    ("a group of nobody known", "story.yaml", "everybody: [jo, ra]", "everybody: [jo, row]"),
    ("a person without a name", "people.yaml", "{name: Mr Bae, fate: missing}", "{fate: missing}"),
    ("a key of people in items", "items.yaml", "{name: a rope,", "{name: a rope, bond: 0..5,"),
    ("an exit to nowhere", "places.yaml", "exits: {hall: {}", "exits: {hal: {}"),
    ("a price in a meter without one", "places.yaml", "{time: 10 min, noise: 1,", "{time: 10 min, chill: 1,"),
    ("a position of three numbers", "places.yaml", "at: [1, 1]", "at: [1, 1, 1]"),
    ("a test of an unknown choice", ONE, "  - wait\n", "  - wiat\n"),
    ("a test of another scene's choice", ONE, "a_gate.risk\n", "a_bench.risk\n"),
    ("an outcome a roll does not have", ONE, "a_gate.risk: heads", "a_gate.risk: edge"),
    ("dice for what is no roll", ONE, "a_gate.risk: heads", "a_gate.wait: heads"),
    ("a test of nothing", "tests/many.yaml", "choose: risk, expect: {ending: e_cold}", "seed: 1"),
    ("an ending that is a scene", "tests/many.yaml", "ending: e_cold", "ending: a_gate"),
    ("a state that cannot be", ONE, "door: open", "door: gone"),
    ("a key misspelt in a test", ONE, "expect:\n  scene", "expect:\n  scnee"),
]


@pytest.mark.parametrize(("file", "old", "new"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_mistakes_are_refused_by_the_schema_and_by_the_loader(story, file, old, new):
    change(story, file, old, new)

    assert faults(story)
    assert [line.split(":")[0] for line in told(story, refused_before)] == [file]


SPELLINGS = [
    ("a quoted number", "items.yaml", "max: 6", 'max: "6"'),
    ("a number as a name", "people.yaml", "name: Choi Ra", "name: 7"),
    ("a person called true", "people.yaml", "name: Choi Ra", "name: true"),
    ("empty sections", "03-more-roof.yaml", "passages:\n", "passages:\nflags:\nrooms:\nbells:\n"),
    ("effects without a list", GATE, "do: [{set: {taped: true}}, {add: {noise: +1}}]", "do: {set: {taped: true}}"),
    ("several effects in one", GATE, "{take: rope}", "{take: rope, join: jo, pass: 10 min}"),
    ("a length without spaces", GATE, "{pass: 1 h 20 min}", "{pass: 1h20min}"),
    ("fates as a list", "story.yaml", "bitten: {becomes: dead, word: bitten}", "bitten: [dead]"),
    ("a rule with words alone", "story.yaml", "do: [{add: {noise: -1}}, {set: {copied: true}}]", "then: Loud."),
    ("an expected scene as a list", ONE, "expect:\n  scene: a_bench", "expect:\n  scene: [a_bench]"),
    ("a file of the same chapter", "03-more-roof.yaml", "goto: b_roof", "goto: b_inner"),
]


@pytest.mark.parametrize(("file", "old", "new"), [s[1:] for s in SPELLINGS], ids=[s[0] for s in SPELLINGS])
def test_other_ways_to_write_it_are_accepted_by_both(story, file, old, new):
    change(story, file, old, new)

    assert faults(story) == []
    assert refusals(story) == []


@pytest.mark.parametrize(
    ("shape", "key", "file", "written"),
    [
        ("an item", "max", "items.yaml", "max: 6"),
        ("a place", "floor", "places.yaml", "floor: 5"),
        ("an outcome", "weight", GATE, "weight: 2"),
    ],
)
def test_numbers_end_where_the_loader_says(story, shape, key, file, written):
    low, high = CLOSER[shape, key]["minimum"], CLOSER[shape, key]["maximum"]
    original = (story / file).read_text(encoding="utf-8")
    for value, fits in ((low - 1, False), (low, True), (high, True), (high + 1, False)):
        (story / file).write_text(original.replace(written, f"{key}: {value}"), encoding="utf-8")
        # What the rest of the story takes of an item may then be too much of it: only this file is asked.
        assert (not any(d.startswith(file) for d in faults(story))) is fits
        assert (not any(line.startswith(file) for line in refusals(story))) is fits


def test_what_the_loader_accepts_is_never_refused_whatever_is_changed(tmp_path):
    # The other way round is not asked for: what stands in conditions and texts is for the loader.
    dice = random.Random(5)
    texts = {p.relative_to(EVERY_WORD).as_posix(): p.read_text(encoding="utf-8") for p in files(EVERY_WORD)}
    lines = [line for text in texts.values() for line in text.split("\n") if ":" in line]
    accepted = 0
    for number in range(CHANGES):
        folder = tmp_path / str(number)
        name = dice.choice(sorted(texts))
        shutil.copytree(EVERY_WORD, folder)
        (folder / name).write_text(changed(texts[name], lines, dice), encoding="utf-8")
        if not faults(folder):
            accepted += 1
            assert refusals(folder) == [], (folder / name).read_text(encoding="utf-8")
        shutil.rmtree(folder)
    assert accepted >= CHANGES // 8


def changed(text: str, lines: list[str], dice: random.Random) -> str:
    """A text with one line left out, or with the value of one line put into another."""
    own = text.split("\n")
    at = dice.randrange(len(own))
    if dice.random() < 0.5 or ":" not in own[at]:
        return "\n".join(own[:at] + own[at + 1 :])
    key, _, _ = own[at].partition(":")
    own[at] = f"{key}:{dice.choice(lines).partition(':')[2]}"
    return "\n".join(own)
