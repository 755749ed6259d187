"""A story with a lock that nobody opens by chance: what is behind it is found by whoever is told the way."""

from __future__ import annotations

from pathlib import Path

from game.engine import Machine
from game.prove.report import Answer, Report
from game.story import load_story

TURNS = "310223013"
"""What opens the lock: one way in 4 ** 9, which nobody plays by chance."""

STORY = "story: {id: lock, title: The Lock, version: 1.0.0, start: hall}\nflags: {wrong: false}\n"

HALL = """\
chapter: {id: lock, title: The Lock, from: D1 15:00, until: D1 19:00, start: hall}
scenes:
  hall:
    text: A hall.
    choices:
      go_to_the_door: {text: Go to the door., goto: d0}
      go_home: {text: Go home., goto: outside}
"""

DOOR = """\
  door:
    text: |
      {% if wrong %}
      It stays shut.
      {% else %}
      It opens.
      {% endif %}
    choices:
      push: {text: Push., roll: {even: {goto: passage}, odd: {goto: outside}}}
  passage:
    text: A passage.
    choices:
      on: {text: Go on., goto: room}
  room:
    text: A room.
    choices:
      on: {text: Go on., goto: inside}
      back: {text: Go back., goto: outside}
endings:
  inside: {title: In, text: In.}
  outside: {title: Out, text: Out.}
"""


def dial(digit: int) -> str:
    after = f"d{digit + 1}" if digit + 1 < len(TURNS) else "door"
    wrong = ", do: [{set: {wrong: true}}]"
    turns = "\n".join(
        f"      turn_{turn}: {{text: Turn it to {turn}.{'' if str(turn) == TURNS[digit] else wrong}, goto: {after}}}"
        for turn in range(4)
    )
    return f"  d{digit}:\n    text: A dial.\n    choices:\n{turns}\n"


CHAPTER = HALL + "".join(dial(digit) for digit in range(len(TURNS))) + DOOR


def lock(folder: Path) -> Path:
    """The story in a new folder, with one for its tests."""
    (folder / "tests").mkdir(parents=True)
    (folder / "story.yaml").write_text(STORY, encoding="utf-8")
    (folder / "01-lock.yaml").write_text(CHAPTER, encoding="utf-8")
    return folder


def machine_of(folder: Path) -> Machine:
    loaded = load_story(folder)
    assert loaded.story is not None, loaded.diagnostics
    return Machine(loaded.story)


def opens(report: Report) -> Answer:
    """Whether it can be read that the lock opens."""
    (found,) = (a for a in report.answers if a.question.kind == "text" and "It opens" in a.question.words)
    return found
