"""What a story's own tests play through counts for `hyosan prove`: each of their playthroughs is made again."""

from __future__ import annotations

from pathlib import Path

from game.desk.prove.tested import witnessed
from game.engine import Machine
from game.prove.prove import Plan, prove
from tests.stories.lock import TURNS, lock, machine_of, opens


def story(folder: Path, tests: str) -> Machine:
    (lock(folder) / "tests" / "lock.yaml").write_text(tests, encoding="utf-8")
    return machine_of(folder)


CHOICES = ", ".join(["go_to_the_door", *(f"turn_{turn}" for turn in TURNS)])
TESTS = f"""\
tests:
  - {{test: It opens, choose: [{CHOICES}, push], dice: {{door.push: odd}}, expect: {{ending: outside}}}}
  - {{test: From the middle, from: {{scene: door}}, choose: [push]}}
  - {{test: It once went on, choose: [go_to_the_door, turn_0, d1.turn_0, d5.turn_0, push]}}
"""


def test_tests_that_begin_at_the_beginning_are_playthroughs(tmp_path):
    whole, part = witnessed(tmp_path / "s", story(tmp_path / "s", TESTS))
    assert whole.log == ("hall.go_to_the_door", *(f"d{i}.turn_{turn}" for i, turn in enumerate(TURNS)), "door.push")
    assert whole.dice == {"door.push": "odd"}
    assert part.log == ("hall.go_to_the_door", "d0.turn_0", "d1.turn_0"), "as far as it goes"


def test_what_a_test_shows_need_not_be_looked_for(tmp_path):
    machine = story(tmp_path / "s", TESTS)

    def how(plan: Plan) -> tuple[str, str, tuple[str, ...]]:
        found = opens(prove(machine, plan))
        assert found.witness is not None
        return found.verdict, found.how, tuple(found.witness.log)

    told = witnessed(tmp_path / "s", machine)
    verdict, by, log = how(Plan(seconds=20, matrix=False, goals=False, plays=told))
    assert (verdict, by) == ("proved", "played")
    assert log == tuple(told[0].log[:-1]), "and as far as it shows"
    assert how(Plan(seconds=20, matrix=False, goals=False))[1] != "played"


def test_a_file_of_tests_with_faults_is_no_fault_of_the_proof(tmp_path):
    assert witnessed(tmp_path / "s", story(tmp_path / "s", "tests: [oops")) == ()
