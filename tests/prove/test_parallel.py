"""Several processes for one proof: the same verdicts, and nobody left behind whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from game.engine import Machine
from game.prove.parallel import can_fork
from game.prove.prove import Plan, prove
from game.story import load_story

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "stories"
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")


def on_cores(*arguments: str, timeout: float = 60) -> dict[str, list[Any]]:
    command = [sys.executable, "-m", "tests.prove.cores", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def test_the_verdicts_are_the_same_on_one_core_and_on_three():
    names = ("defects/the-boat-takes-one", "defects/nobody-at-the-crossing", "no-defects/the-key-or-the-window")
    found = on_cores("3", *(str(STORIES / name) for name in names))

    assert len(found) == 3
    assert all(outcome == [3, 1, {}, []] for outcome in found.values())


def test_with_playthroughs_that_are_known_the_verdicts_are_the_same_too():
    """What must not be is asked of others while they are gone; what they leave open is asked after that."""
    names = ("defects/the-boat-takes-one", "no-defects/the-key-or-the-window")
    found = on_cores("--corpus", "3", *(str(STORIES / name) for name in names))

    assert {name: outcome[2:] for name, outcome in found.items()} == {
        name.partition("/")[2]: [{}, []] for name in names
    }
    assert all(outcome[0] == 3 for outcome in found.values())


@pytest.mark.slow
def test_the_verdicts_of_all_planted_stories_are_the_same_on_one_core_and_on_three():
    found = on_cores("3", *(str(p) for p in sorted(STORIES.glob("*defects/*"))), timeout=900)

    assert len(found) > 80
    assert {name for name, outcome in found.items() if outcome != [3, 1, {}, []]} == set()


def test_a_process_that_is_killed_costs_no_more_than_its_open_questions():
    name = "the-boat-takes-one"
    used, _, differ, limits = on_cores("--killed", "3", str(STORIES / "defects" / name))[name]

    assert used == 3
    assert limits == ["a process of the proof was ended (signal 9)"]
    assert differ
    assert all(here == "open" for here, _ in differ.values())


def test_nothing_is_forked_from_what_has_several_threads():
    loaded = load_story(STORIES / "defects" / "nobody-at-the-crossing")
    assert loaded.story is not None
    quit = threading.Event()
    other = threading.Thread(target=quit.wait)
    other.start()
    try:
        assert not can_fork()
        with mock.patch("game.prove.parallel.Hand", side_effect=AssertionError("forked")):
            report = prove(Machine(loaded.story), Plan(20, cores=3))
    finally:
        quit.set()
        other.join()
    assert report.effort.cores == 1
    assert report.of("refuted")
    assert not report.of("open")


# --- nobody is left behind --------------------------------------------------------------------------------

BUSY = """
import sys, time
from game.prove.parallel import Crew, Tasks

def work(line):
    line.say("here")
    while True:
        time.sleep(60) if len(sys.argv) < 3 else sum(range(10**6))

if sys.argv[1] == "crew":
    with Crew([work] * 3) as crew:
        here = 0
        for number, said in crew.listen(60):
            here += 1
            if here == 3:
                print("begun", flush=True)
else:
    with Tasks(2) as tasks:
        begun = [tasks.begin(lambda: time.sleep(60)) for _ in range(3)]
        print("begun", flush=True)
        list(tasks.ended(begun, lambda: 60))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("what", [["crew"], ["crew", "busy"], ["tasks"]])
def test_who_is_interrupted_or_killed_leaves_nobody_behind(what, number):
    begun = subprocess.Popen(
        [sys.executable, "-c", BUSY, *what], cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert begun.stdout is not None
    assert begun.stdout.readline() == b"begun\n"

    begun.send_signal(number)

    # The pipe is at its end as soon as nobody holds the other end of it.
    out, _ = begun.communicate(timeout=5)
    assert out == b""
    assert begun.returncode != 0


WRONG = """
from game.prove.parallel import Tasks

def memory():
    raise MemoryError

with Tasks(2) as tasks:
    one, other = tasks.begin(memory), tasks.begin(lambda: "said")
    list(tasks.ended([one, other], lambda: 5))
    print([one.ended, other.ended, one.said, other.said], flush=True)
    list(tasks.ended([tasks.begin(lambda: 1 / 0)], lambda: 5))
"""


def test_a_fault_in_another_process_is_told_where_it_was_and_want_of_memory_is_none():
    done = subprocess.run([sys.executable, "-c", WRONG], cwd=ROOT, env=ENV, capture_output=True, text=True, timeout=20)

    assert done.stdout == "['memory', '', None, 'said']\n"
    assert "RuntimeError" in done.stderr
    assert "ZeroDivisionError" in done.stderr
