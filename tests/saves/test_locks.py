"""Two hyosans, one slot: one of them has it, and no crash keeps it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import game
from game.saves import SaveError, SaveLocked, Saves

ROOT = Path(game.__file__).parents[1]

# Takes the slot when told to, says how that went, and keeps it until its input ends.
PLAYER = """
import json, sys
from pathlib import Path
from game.engine import Machine, Run
from game.saves import SaveLocked, Saves
from game.story.load import load_sources

story = load_sources(json.loads(Path(sys.argv[2]).read_text())).story
saves = Saves(Path(sys.argv[1]), story)
print("ready", flush=True)
sys.stdin.readline()
try:
    saves.hold("run-1")
    saves.write("run-1", Run.new(Machine(story), 1).choose("wait"))
    print("have it", flush=True)
except SaveLocked as error:
    print(error, flush=True)
sys.stdin.readline()
"""


class Player:
    """Another process that plays in the slot run-1."""

    def __init__(self, folder: Path, sources: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(folder), str(sources)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self, how: int = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


@pytest.fixture
def players(kit, tmp_path):
    """Makes processes that are ready to go; they are gone when the test is over."""
    (tmp_path / "story.json").write_text(json.dumps(kit.sources))
    started: list[Player] = []

    def players(count: int) -> list[Player]:
        new = [Player(tmp_path / "saves", tmp_path / "story.json") for _ in range(count)]
        started.extend(new)
        assert [player.hear() for player in new] == ["ready"] * count
        return new

    yield players
    for player in started:
        if player.process.poll() is None:
            player.end()


def test_of_many_exactly_one_has_the_slot(players):
    racing = players(4)
    for player in racing:
        player.go()
    said = [player.hear() for player in racing]

    assert said.count("have it") == 1
    winner = racing[said.index("have it")].process.pid
    for line in said:
        if line != "have it":
            assert line.startswith("The save 'run-1' is open in another hyosan")
            assert line.endswith("; close that one, or go on under another name.")
    # Whoever comes later is told by whom, and where.
    (late,) = players(1)
    late.go()
    assert f"(process {winner} on {os.uname().nodename})" in late.hear()


def test_a_killed_process_leaves_its_slot_to_the_next(players, kit, tmp_path):
    (player,) = players(1)
    player.go()
    assert player.hear() == "have it"
    saves = Saves(tmp_path / "saves", kit.story)
    acts: list[Callable[[], object]] = [
        lambda: saves.hold("run-1"),
        lambda: saves.write("run-1", kit.run(2)),
        lambda: saves.delete("run-1"),
        lambda: saves.rename("run-1", "Mine"),
    ]
    for act in acts:
        with pytest.raises(SaveLocked, match=f"process {player.process.pid} on "):
            act()
    assert saves.read("run-1", kit.machine).run.turn == 1

    player.end(signal.SIGKILL)
    began = time.monotonic()
    saves.hold("run-1")

    assert time.monotonic() - began < 1
    saves.write("run-1", kit.run(2))
    assert saves.read("run-1", kit.machine).run.turn == 2


def test_a_lock_is_kept_until_it_is_released(saves, kit, tmp_path):
    other = Saves(tmp_path, kit.story)
    saves.hold("a")
    saves.hold("a")
    saves.write("a", kit.run(1))

    with pytest.raises(SaveLocked):
        other.hold("a")
    other.write("b", kit.run(1))
    saves.release()
    other.hold("a")
    with pytest.raises(SaveLocked):
        saves.write("a", kit.run(2))


def test_saving_without_holding_leaves_no_lock(saves, kit, tmp_path):
    saves.write("a", kit.run(1), title="A")

    Saves(tmp_path, kit.story).hold("a")


def test_a_lost_lock_file_does_not_lose_a_turn(saves, kit, tmp_path):
    """Where locks do not hold, the numbers do."""
    saves.hold("a")
    saves.write("a", kit.run(1))
    (tmp_path / "small" / "a" / "lock").unlink()
    other = Saves(tmp_path, kit.story)
    other.hold("a")
    other.write("a", kit.run(2))

    with pytest.raises(SaveError, match="Another hyosan has saved in 'a'"):
        saves.write("a", kit.run(3))
    assert saves.read("a", kit.machine).run.turn == 2


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_disk_without_locks_is_played_on_and_the_numbers_hold(saves, kit, tmp_path, monkeypatch, code):
    def none(fd: int, how: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", none)
    saves.hold("a")
    saves.write("a", kit.run(1))
    saves.release()
    other = Saves(tmp_path, kit.story)
    other.hold("a")
    other.write("a", kit.run(2))
    other.release()

    with pytest.raises(SaveError, match="Another hyosan has saved in 'a'"):
        saves.write("a", kit.run(3))
    assert other.read("a", kit.machine).run.turn == 2


def test_who_has_a_slot_is_shown_harmlessly(saves, kit, tmp_path):
    saves.hold("a")
    (tmp_path / "small" / "a" / "owner").write_bytes(b"\x1b]0;owned\x07 \xff" * 50)

    with pytest.raises(SaveLocked) as error:
        Saves(tmp_path, kit.story).hold("a")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 250


def test_a_slot_can_be_used_from_another_thread(saves, kit, tmp_path):
    import threading

    saves.hold("a")
    turns = [threading.Thread(target=saves.write, args=("a", kit.run(turn))) for turn in range(6)]
    for thread in turns:
        thread.start()
    for thread in turns:
        thread.join()
    assert saves.slots()[0].problem == ""
    release = threading.Thread(target=saves.release)
    release.start()
    release.join()
    Saves(tmp_path, kit.story).hold("a")


def test_a_reader_looks_again_when_a_file_goes_away_under_its_eyes(saves, kit, tmp_path, monkeypatch):
    saves.write("a", kit.run(1))
    stale = [["g000000009.json"], ["g000000008.json"]]
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: stale.pop() if stale else listdir(path))

    restored = saves.read("a", kit.machine)

    assert (restored.run.turn, restored.notes, stale) == (1, (), [])


def test_saves_are_read_while_another_process_saves(players, saves, kit, tmp_path):
    """Old generations are taken away under a reader's eyes; it never sees a slot without a save."""
    import threading

    stop = threading.Event()
    writer = Saves(tmp_path, kit.story)
    writer.write("a", kit.run(0))

    def write() -> None:
        while not stop.is_set():
            writer.write("a", kit.run(3))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(150):
            assert saves.read("a", kit.machine).notes == ()
            assert saves.slots()[0].problem == ""
    finally:
        stop.set()
        thread.join()
