"""The process that proves beside the editor and stays: as honest as one that begins anew, and gone when nobody asks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from game.desk.prove import beside as beside_module
from game.desk.prove.beside import Alone, Asked, Beside, can_stay
from game.tui.tools import Proven
from tests.prove.test_relaid import EDITS, FILES

pytestmark = pytest.mark.skipif(not can_stay(), reason="nothing is forked here")

LATER = 10.0
"""Seconds after which something should have happened."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "story"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text)
    return made


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside(staying=True)
    yield made
    made.close()


def come(proof: Alone | Asked) -> Proven:
    while proof.so_far() is not None:
        pass
    found = proof.result()
    assert isinstance(found, Proven)
    # How long it took is no matter here.
    return Proven(found.digest, found.brief, re.sub(r" \([\d.]+ s\)", "", found.said), found.wrong)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LATER
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(group: int) -> bool:
    """Whether any process of a group is there, but for those that have ended and were not asked about."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(int(pgid) == group and stat[0] != "Z" for pgid, stat in map(str.split, found.splitlines()))


def test_it_finds_what_a_process_that_begins_anew_finds(folder, beside, monkeypatch, tmp_path):
    group = None
    for number, (file, old, new) in enumerate([(None, "", ""), EDITS[3], EDITS[6], EDITS[10]]):
        if file is not None:
            path = folder / file
            path.write_text(path.read_text().replace(old, new, 1))
        found = come(beside(folder))
        group = group or beside._resident._process.pid
        assert beside._resident._process.pid == group
        with monkeypatch.context() as patch:
            patch.setenv("HYOSAN_CACHE", str(tmp_path / f"another-{number}"))
            assert found == come(Alone(folder))


def test_a_story_that_is_broken_comes_to_nothing_until_it_is_mended(folder, beside):
    path = folder / "01-day.yaml"
    whole = come(beside(folder))
    path.write_text(FILES["01-day.yaml"].replace("goto: stairs", "goto: nowhere"))
    broken = beside(folder)
    assert broken.so_far() is None
    assert broken.result() is None
    path.write_text(FILES["01-day.yaml"])
    assert come(beside(folder)) == whole


def test_what_is_asked_anew_is_answered_and_what_was_asked_before_is_not(folder, beside):
    path = folder / "01-day.yaml"
    given_up = beside(folder)
    given_up.stop()
    path.write_text(FILES["01-day.yaml"].replace("A hall.", "A room."))
    overtaken, last = beside(folder), beside(folder)
    assert given_up.result() is None
    assert come(last).digest
    # Who asks again without having given up gets no more of it.
    overtaken.stop()
    assert overtaken.result() is None


def test_if_it_comes_to_an_end_another_begins_and_nobody_notices(folder, beside):
    whole = come(beside(folder))
    first = beside._resident
    os.killpg(first._process.pid, signal.SIGKILL)
    proof = first.ask()
    assert come(proof) == whole
    until(lambda: not first.serves(folder))
    assert come(beside(folder)) == whole
    assert beside._resident is not first


def test_a_proof_that_goes_wrong_is_made_again_elsewhere(folder, beside, monkeypatch):
    program = f"""\
from pathlib import Path
from game.desk.prove import stay
from game.desk.prove.engine import engine
from game.prove.prove import Plan
stay.Desk.answer = lambda self, number: 1 / 0
stay.stay(Path({str(folder)!r}), Plan(matrix=False, goals=False), engine())
"""

    def begun(folder: Path, more: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
        if not more:
            return own(folder, more, stdin)
        command = [sys.executable, "-c", program]
        return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, start_new_session=True)

    own = beside_module._begun
    monkeypatch.setattr(beside_module, "_begun", begun)
    proof = beside(folder)
    assert come(proof) == come(Alone(folder))
    assert proof._alone is not None
    assert beside._resident.serves(folder)


def test_if_only_it_comes_to_an_end_nobody_waits_for_what_it_began(folder, beside):
    come(beside(folder))
    first = beside._resident
    os.kill(first._process.pid, signal.SIGSTOP)
    first.ask()
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()
    assert come(beside(folder)).digest


def test_it_ends_with_who_asked(folder):
    program = f"""\
import time
from pathlib import Path
from game.desk.prove.beside import Beside
beside = Beside(staying=True)
beside(Path({str(folder)!r}))
print(beside._resident._process.pid, flush=True)
time.sleep(60)
"""
    asking = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None
    group = int(asking.stdout.readline())
    until(lambda: alive(group))
    asking.kill()
    asking.wait()
    asking.stdout.close()
    until(lambda: not alive(group))


def test_when_it_is_closed_nothing_is_left(folder, beside):
    proof = beside(folder)
    group = beside._resident._process.pid
    beside.close()
    until(lambda: not alive(group))
    proof.stop()
    assert proof.result() is None
