"""A story to change, its catalogue, and ways to change it."""

from __future__ import annotations

from pathlib import Path

from game.desk.diff.compare import Difference, difference
from game.desk.diff.markdown import markdown
from game.story import Story
from tests.stories.building import files, story

BASE = """
flags: {taped: false, knocks: {range: 0..3}}
scenes:
  first:
    cast: [jo]
    text: |
      The corridor is quiet, and the windows are shut against the rain.

      @jo: Has anybody rung her mother?
    choices:
      go: {text: Go down to the gate., do: [{set: {taped: true}}], goto: gate}
      wait:
        text: Wait by the door.
        when: not taped
        roll:
          quiet: {weight: 2, then: Nothing comes., goto: gate}
          heard: {weight: 1, goto: gate}
  gate:
    text: At the gate two men in plain jackets wait beside a grey car and say nothing.
    choices:
      on: {text: Walk on past them., then: They let you pass., goto: end}
"""
PEOPLE = "jo: {name: Nam Jo, bond: 0..5}\nra: {name: Choi Ra, about: Class president}"
METERS = "meters: {noise: {range: 0..10}}"


def base() -> Story:
    return story(BASE, declare=METERS, people=PEOPLE)


def changed(*replacements: tuple[str, str], declare: str = METERS, people: str = PEOPLE) -> Difference:
    """What changes when pieces of the base story are replaced."""
    return difference(base(), story(replaced(*replacements), declare=declare, people=people))


def replaced(*replacements: tuple[str, str]) -> str:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def told(*replacements: tuple[str, str]) -> str:
    new = story(replaced(*replacements), declare=METERS, people=PEOPLE)
    return markdown(difference(base(), new), (), (), base(), new)


def write(folder: Path, chapter: str = BASE, **more: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files(chapter, declare=METERS, people=PEOPLE, **more).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


PO = """
msgid ""
msgstr "Language: ko\\n"

#: day.yaml:10
msgctxt "first.text.1"
msgid "The corridor is quiet, "
"and the windows are shut against the rain."
msgstr "복도는 조용하다."

msgctxt "first.text.2"
msgid "Has anybody rung her mother?"
msgstr "누가 전화했어?"

msgctxt "gate.text.1"
msgid "At the gate"
msgstr ""

#~ msgctxt "old.text.1"
#~ msgid "x"
#~ msgstr "y"
"""
