"""What a story's own tests play through counts for `hyosan prove`: each of their playthroughs is made again."""

from __future__ import annotations

from pathlib import Path

from game.desk.prove.tested import witnessed
from game.engine import Machine
from game.prove.prove import Plan, prove
from game.story import load_story

DIGITS = 9
TURNS = [3, 1, 0, 2, 2, 3, 0, 1, 3]
"""What opens the lock: one way in 4 ** 9, which nobody plays by chance."""


def story(folder: Path, tests: str) -> Machine:
    folder.mkdir()
    (folder / "story.yaml").write_text(
        "story: {id: lock, title: The Lock, version: 1.0.0, start: d0}\nflags: {wrong: false}\n", encoding="utf-8"
    )
    scenes = []
    for digit, right in enumerate(TURNS):
        after = f"d{digit + 1}" if digit + 1 < DIGITS else "door"
        turns = "\n".join(
            f"      t{turn}: {{text: Turn it to {turn}., do: [{{set: {{wrong: true}}}}], goto: {after}}}"
            if turn != right
            else f"      t{turn}: {{text: Turn it to {turn}., goto: {after}}}"
            for turn in range(4)
        )
        scenes.append(f"  d{digit}:\n    text: A dial.\n    choices:\n{turns}")
    (folder / "01-lock.yaml").write_text(
        "chapter: {id: lock, title: The Lock, from: D1 15:00, until: D1 17:00, start: d0}\nscenes:\n"
        + "\n".join(scenes)
        + """
  door:
    text: |
      {% if wrong %}
      It stays shut.
      {% else %}
      It opens.
      {% endif %}
    choices:
      push: {text: Push., roll: {even: {goto: inside}, odd: {goto: outside}}}
endings:
  inside: {title: In, text: In.}
  outside: {title: Out, text: Out.}
""",
        encoding="utf-8",
    )
    (folder / "tests").mkdir()
    (folder / "tests" / "lock.yaml").write_text(tests, encoding="utf-8")
    loaded = load_story(folder)
    assert loaded.story is not None, loaded.diagnostics
    return Machine(loaded.story)


CHOICES = ", ".join(f"t{turn}" for turn in TURNS)
TESTS = f"""\
tests:
  - {{test: It opens, choose: [{CHOICES}, push], dice: {{door.push: odd}}, expect: {{ending: outside}}}}
  - {{test: From the middle, from: {{scene: door}}, choose: [push]}}
  - {{test: It once went on, choose: [t0, d1.t0, d5.t0, push]}}
"""


def test_tests_that_begin_at_the_beginning_are_playthroughs(tmp_path):
    whole, part = witnessed(tmp_path / "s", story(tmp_path / "s", TESTS))
    assert whole.log == (*(f"d{i}.t{turn}" for i, turn in enumerate(TURNS)), "door.push")
    assert whole.dice == {"door.push": "odd"}
    assert part.log == ("d0.t0", "d1.t0"), "as far as it goes"


def test_what_a_test_shows_need_not_be_looked_for(tmp_path):
    machine = story(tmp_path / "s", TESTS)

    def how(plan: Plan) -> tuple[str, str, tuple[str, ...]]:
        report = prove(machine, plan)
        (opens,) = (a for a in report.answers if a.question.kind == "text" and "It opens" in a.question.words)
        assert opens.witness is not None
        return opens.verdict, opens.how, tuple(opens.witness.log)

    told = witnessed(tmp_path / "s", machine)
    verdict, by, log = how(Plan(seconds=20, matrix=False, goals=False, plays=told))
    assert (verdict, by) == ("proved", "played")
    assert log == tuple(told[0].log[:-1]), "and as far as it shows"
    assert how(Plan(seconds=20, matrix=False, goals=False))[1] != "played"


def test_a_file_of_tests_with_faults_is_no_fault_of_the_proof(tmp_path):
    assert witnessed(tmp_path / "s", story(tmp_path / "s", "tests: [oops")) == ()
