"""A story that is laid out by what is known of an earlier version is laid out as it would be by itself."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.desk.prove.shape import shape
from game.engine import Machine
from game.prove.again import basis
from game.prove.model import Model
from game.prove.questions import ask
from game.prove.relaid import relaid
from game.story.carried import carried
from game.story.load import Trees, load_sources
from game.story.model import Story
from game.story.shipped import shipped

FILES = {
    "story.yaml": """\
story: {id: laid, title: Laid, version: 1.0.0, start: hall}
clock: {tick: 10 min}
meters: {noise: {range: 0..5, words: {0: silent, 2: loud}}}
flags: {lamp: false, asked: false}
fates:
  well: {becomes: [missing, dead]}
  missing: {is: away}
  dead: {is: gone}
rules:
  gives: {when: noise >= 5, then: Something gives., goto: over}
""",
    "people.yaml": """\
ji: {name: Ji, about: A girl with a torch.}
""",
    "01-day.yaml": """\
chapter: {id: day, title: Day, from: D1 10:00, until: D1 16:00, start: hall}
bells:
  four:
    at: D1 15:00
    goto: night
    then: |
        The bell rings.
scenes:
  hall:
    text: |
      A hall.
    choices:
      light: {text: Light the lamp., do: [{set: {lamp: true}}, {add: {noise: 2}}], goto: stairs}
      wait: {text: Wait., do: [{pass: 10 min}], goto: hall}
  stairs:
    text: |
      The stairs are steep.
    choices:
      up: {text: Go up., when: lamp, do: [{add: {noise: 2}}], goto: night}
      back: {text: Go back., goto: hall}
""",
    "02-night.yaml": """\
chapter: {id: dark, title: Night, from: D1 18:00, until: D1 23:00, start: night}
scenes:
  night:
    time: D1 19:00
    text: |
      Night.

      ji: It is dark.
    choices:
      leave: {text: Leave her., do: [{fate: {ji: dead}}], goto: attic}
      stay: {text: Stay., roll: {well: {goto: attic}, ill: {do: [{set: {asked: true}}], goto: over}}}
  attic:
    text: |
      An attic.
    choices:
      down: {text: Go down., when: not asked, goto: over}
      look: {text: Look., do: [{set: {asked: true}}], goto: over}
""",
    "endings.yaml": """\
endings:
  over: {title: The End, text: It is over.}
""",
}
FOUND = ("hall", "stairs", "night", "attic", "over")
SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in sorted(shipped().glob("*.yaml"))}


def read(sources: Mapping[str, str], trees: Trees | None = None) -> Story:
    loaded = load_sources(sources, trees=trees)
    assert loaded.story is not None, loaded.diagnostics
    return loaded.story


def alike(one: Any, other: Any, known: dict[tuple[int, int], tuple[Any, Any]]) -> bool:
    """Whether two things are made of the same; `known` are those that are, or are being looked at."""
    if one is other or (id(one), id(other)) in known:
        return True
    known[id(one), id(other)] = one, other
    if type(one) is not type(other):
        return False
    if is_dataclass(one) and not isinstance(one, type):
        return all(alike(getattr(one, each.name), getattr(other, each.name), known) for each in fields(one))
    if isinstance(one, Mapping):
        return alike(list(one.items()), list(other.items()), known)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(alike(a, b, known) for a, b in zip(one, other, strict=True))
    return bool(one == other)


class Edits:
    """Versions of a story, one after the other, each read and laid out by what is known of the last."""

    def __init__(self) -> None:
        self.trees: Trees = {}
        self.model: Model | None = None

    def read(self, sources: Mapping[str, str]) -> tuple[Model, int]:
        """The model of the next version, and how many scenes of it were as they had been."""
        story, same = read(sources, self.trees), frozenset[str]()
        if self.model is not None:
            story, same = carried(story, self.model.story)
        before = self.model
        self.model = model = relaid(Machine(story), before, same)
        shape(model.machine), basis(model)
        for scene in model.edges:
            model.lay_out(scene)
        kept = sum(before is not None and edges is before.edges.get(id) for id, edges in model.edges.items())
        return model, kept


def agree(model: Model, sources: Mapping[str, str]) -> None:
    """What a model knows is what one knows that was made from nothing."""
    fresh = Model(Machine(read(sources)))
    known: dict[tuple[int, int], tuple[Any, Any]] = {}
    assert alike(model.story, fresh.story, known)
    assert alike(model.edges, fresh.edges, known)
    for scene, edges in fresh.edges.items():
        transfers = [fresh.transfer(edge) for edge in edges]
        assert alike([model.transfer(edge) for edge in model.edges[scene]], transfers, known)
    assert basis(model) == basis(fresh)
    assert shape(model.machine) == shape(fresh.machine)
    assert [one.question for one in ask(model)] == [one.question for one in ask(fresh)]
    ours, theirs, state = model.machine, fresh.machine, fresh.start
    for _ in range(30):
        offered = [(option.choice, option.id, option.open) for option in ours.options(state)]
        assert alike(offered, [(option.choice, option.id, option.open) for option in theirs.options(state)], known)
        choice = next((id for _, id, is_open in reversed(offered) if is_open), None)
        if choice is None:
            break
        steps = [step for _, step in ours.outcomes(state, choice)]
        assert alike(steps, [step for _, step in theirs.outcomes(state, choice)], known)
        state = steps[-1].after


EDITS = [
    ("01-day.yaml", "A hall.", "A long hall."),
    ("01-day.yaml", "when: lamp", "when: lamp or asked"),
    ("01-day.yaml", "do: [{add: {noise: 2}}]", "do: [{add: {noise: 1}}, {pass: 10 min}]"),
    ("01-day.yaml", "    goto: night", "    goto: stairs"),
    ("01-day.yaml", "The bell rings.", "The bell rings.\n\n        Twice."),
    ("01-day.yaml", "scenes:\n", "scenes:\n\n\n"),
    ("02-night.yaml", "do: [{fate: {ji: dead}}]", "do: [{fate: {ji: missing}}]"),
    ("02-night.yaml", "time: D1 19:00", "time: D1 20:00"),
    (
        "02-night.yaml",
        "  attic:",
        "  loft:\n    text: Dust.\n    choices:\n      go: {text: Go., goto: night}\n  attic:",
    ),
    ("02-night.yaml", "ji: It is dark.", "ji: It is late."),
    ("02-night.yaml", "  attic:\n", "  attic:\n    do: [{add: {noise: 1}}]\n"),
    ("story.yaml", "lamp: false", "lamp: false, rope: true"),
    ("story.yaml", "then: Something gives.", "then: Something breaks."),
    ("story.yaml", "when: noise >= 5", "when: noise >= 4"),
    ("people.yaml", "name: Ji", "name: Jin"),
]
"""Words, conditions, effects, bells, rules, other lines, new scenes and variables, and what people are called."""


@pytest.mark.parametrize(("file", "old", "new"), EDITS)
def test_after_an_edit_all_is_as_if_it_was_read_for_the_first_time(file, old, new):
    edits = Edits()
    edits.read(FILES)
    assert old in FILES[file]
    edited = {**FILES, file: FILES[file].replace(old, new, 1)}
    for sources in (edited, edited, FILES):
        model, kept = edits.read(sources)
        agree(model, sources)
    assert kept < len(model.edges)


@given(st.lists(st.tuples(st.sampled_from(EDITS), st.booleans()), min_size=1, max_size=4))
@settings(max_examples=int(os.environ.get("HYOSAN_EDITS", "10")), deadline=None)
def test_however_many_edits_there_were(row):
    edits, sources = Edits(), dict(FILES)
    edits.read(sources)
    for (file, old, new), back in row:
        if back:
            sources[file] = FILES[file]
        elif new not in sources[file]:
            sources[file] = sources[file].replace(old, new, 1)
        model, _ = edits.read(sources)
    agree(model, sources)


def test_what_has_not_changed_is_not_laid_out_again():
    edits = Edits()
    edits.read(FILES)
    assert edits.read(FILES)[1] == len(FOUND)
    words = {**FILES, "01-day.yaml": FILES["01-day.yaml"].replace("A hall.", "A room.")}
    _, kept = edits.read(words)
    # The hall, and where one may come to it from.
    assert kept == len(FOUND) - 2


@pytest.mark.slow
@pytest.mark.parametrize("number", range(int(os.environ.get("HYOSAN_EDITS", "2"))))
def test_after_edits_of_the_shipped_story(number):
    """A number, a name or a word of any line is another; most of what comes of it is no story."""
    chance, edits, done = random.Random(number), Edits(), 0
    edits.read(SHIPPED)
    sources = dict(SHIPPED)
    while done < 2:
        file = chance.choice(sorted(sources))
        lines = sources[file].splitlines(keepends=True)
        line, other = chance.randrange(len(lines)), chance.choice(lines)
        words, others = lines[line].split(" "), other.split(" ")
        words[chance.randrange(len(words))] = chance.choice(others)
        lines[line] = " ".join(words)
        changed = {**sources, file: "".join(lines)}
        if load_sources(changed).story is None:
            continue
        sources, done = changed, done + 1
        model, _ = edits.read(sources)
    agree(model, sources)
