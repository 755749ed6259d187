"""The disk fails, or the process dies, at every call in turn: no turn that was acknowledged is ever lost."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from game.engine import Machine
from game.saves import SaveError, Saves
from game.saves.numbers import Names
from tests.saves.later import renamed

TURNS = 4  # enough for old generations to be taken away
WHOLE = "HYOSAN_POINTS" in os.environ


def calls(first: int, step: int) -> Iterator[int]:
    """The calls at which something happens: every one in a campaign, else every so many from `first` on."""
    return itertools.count() if WHOLE else itertools.count(first, step)


class Reached:
    """How far a session came: the turn last tried, the turn last acknowledged (-1 for none), and what was said."""

    def __init__(self) -> None:
        self.tried = self.acknowledged = -1
        self.said: list[str] = []


def session(saves: Saves, kit, reached: Reached) -> None:
    """A player's evening: begin, hold the slot, save every turn."""
    slot = "run-1"
    try:
        slot = saves.new_slot()
        saves.hold(slot)
    except SaveError:
        pass
    for turn in range(TURNS + 1):
        reached.tried = turn
        try:
            saves.write(slot, kit.run(turn))
            reached.acknowledged = turn
        except SaveError as error:
            reached.said.append(str(error))


def check(folder: Path, kit, reached: Reached) -> int:
    """Look at what is on disk as the next process does. Returns the turn found there, -1 for none.

    Nothing that was acknowledged is lost, and nothing is there that was not saved.
    """
    fresh = Saves(folder, kit.story)
    found = -1
    for info in fresh.slots():
        restored = fresh.read(info.id, kit.machine)
        assert restored.run == kit.run(restored.run.turn)
        assert (info.turn, info.problem) == (restored.run.turn, "")
        found = max(found, restored.run.turn)
    assert reached.acknowledged <= found <= reached.tried
    assert all(line.isprintable() for line in reached.said)
    if found >= 0:
        fresh.write(info.id, kit.run(7))
        assert fresh.read(info.id, kit.machine).run.turn == 7
        fresh.release()
    return found


CASES = [
    ("crash", 0, 0, 1),
    # The disk is as before the next call; only what a process remembers of it can differ.
    ("crash-after", 0, 0, 4),
    # Every call fails once and from then on, each with one of the codes.
    ("once", errno.ENOSPC, 0, 3),
    ("once", errno.EIO, 1, 3),
    ("once", errno.EDQUOT, 2, 3),
    ("sticky", errno.ENOSPC, 0, 4),
    ("sticky", errno.EACCES, 1, 4),
    ("sticky", errno.EIO, 2, 4),
    ("sticky", errno.EROFS, 3, 4),
]


IDS = [f"{kind}-{errno.errorcode.get(code, '')}" for kind, code, *_ in CASES]


@pytest.mark.parametrize(("kind", "code", "first", "step"), CASES, ids=IDS)
def test_no_acknowledged_turn_is_lost(kit, memory, kind, code, first, step, figures):
    points = 0
    for at in calls(first, step):
        folder = memory / str(at)
        reached = Reached()
        saves = Saves(folder, kit.story)
        with kit.Shim(at, kind, code) as shim:
            try:
                session(saves, kit, reached)
            except kit.Crash:
                assert reached.tried <= reached.acknowledged + 1
        if at >= len(shim.calls):
            break
        if not kind.startswith("crash"):
            saves.release()
        check(folder, kit, reached)
        points += 1
    figures(f"{kind} {errno.errorcode.get(code, '')} at every call of an evening".replace("  ", " "), points=points)
    assert at > 60


@pytest.mark.parametrize(
    ("kind", "first", "step"), [("crash", 0, 1), ("crash-after", 0, 4), ("once", 0, 2), ("sticky", 1, 2)]
)
def test_no_turn_is_lost_on_the_way_to_a_new_version(kit, memory, kind, first, step, figures):
    """The save of an old version is loaded and played on; until that is on disk, the old one stays as it was."""
    later = renamed()
    machine = Machine(later)
    points = lost = wrong = 0
    for at in calls(first, step):
        folder = memory / f"{kind}-{at}"
        Saves(folder, kit.story).write("run-1", kit.run(5))
        went = 0
        saves = Saves(folder, later)
        with kit.Shim(at, kind, errno.EIO) as shim, suppress(kit.Crash, SaveError):
            run = saves.read("run-1", machine).run
            saves.hold("run-1")
            for _ in range(3):
                run = run.undo()
                saves.write("run-1", run)
                went += 1
        if at >= len(shim.calls):
            break
        saves.release()
        found = Saves(folder, later).read("run-1", machine).run
        lost += not 5 - went - 1 <= found.turn <= 5 - went
        wrong += len(found.steps) != 5 or found.steps[-1].after.scene != "steps_down"
        points += 1
    figures(f"{kind} at every call of a new version", points=points, lost=lost, wrong=wrong)
    assert at > 60
    assert (lost, wrong) == (0, 0)


def test_after_a_fault_the_same_process_saves_again(kit, memory):
    for at in range(0, 100, 3):
        folder = memory / str(at)
        saves = Saves(folder, kit.story)
        with kit.Shim(at, "once", errno.EIO):
            session(saves, kit, Reached())

        slot = saves.slots()[0].id
        saves.write(slot, kit.run(6))

        assert saves.read(slot, kit.machine).run == kit.run(6)
        saves.release()


def test_short_writes_make_whole_saves(kit, memory):
    reached = Reached()
    with kit.Shim(kind="short") as shim:
        session(Saves(memory, kit.story), kit, reached)

    assert reached.acknowledged == TURNS
    assert shim.calls.count("write") > 300
    assert check(memory, kit, reached) == TURNS


def everything(saves: Saves, kit, out: Path) -> None:
    """All the rest that can be done to saves."""
    saves.slots()
    saves.read("keep", kit.machine)
    saves.rename("keep", "Kept")
    saves.export("keep", out)
    saves.bring_in(out, kit.machine)
    saves.delete("kept")


@pytest.mark.parametrize(("kind", "first", "step"), [("crash", 0, 1), ("once", 0, 2), ("sticky", 1, 2)])
def test_no_housekeeping_loses_a_save(kit, memory, kind, first, step, figures):
    def prepared(name: str) -> Path:
        folder: Path = memory / name
        for turn in (2, 3):
            saves = Saves(folder, kit.story)
            saves.write("keep", kit.run(turn), title="Keep")
        return folder

    said: list[str] = []
    points = 0
    for at in calls(first, step):
        folder = prepared(str(at))
        with kit.Shim(at, kind, errno.EIO) as shim:
            try:
                everything(Saves(folder, kit.story), kit, memory / f"{at}.json")
            except kit.Crash:
                pass
            except SaveError as error:
                said.append(str(error))
        if at >= len(shim.calls):
            break
        fresh = Saves(folder, kit.story)
        assert fresh.read("keep", kit.machine).run == kit.run(3)
        for info in fresh.slots():
            assert info.problem == ""
            assert fresh.read(info.id, kit.machine).run == kit.run(3)
        exported = memory / f"{at}.json"
        if exported.exists() and kind != "crash":
            assert Saves(memory / "in" / str(at), kit.story).bring_in(exported, kit.machine)
        points += 1
    figures(f"{kind} at every call of the housekeeping", points=points)
    assert at > 60
    assert all(line.isprintable() for line in said)


def test_a_full_disk_is_said_in_one_line(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    saves.write("run-1", kit.run(1))
    with kit.Shim(kind="sticky", code=errno.ENOSPC) as shim:
        shim.failing = "write"
        with pytest.raises(SaveError) as error:
            saves.write("run-1", kit.run(2))
    folder = tmp_path / "small" / "run-1"
    assert str(error.value) == f"Cannot save in {folder}: the disk is full; free some space and try again."
    assert sorted(p.name for p in folder.iterdir()) == [
        "g000000001.json",
        "lock",
        f"n-{Names.of(kit.machine).id}.json",
    ]
    assert Saves(tmp_path, kit.story).read("run-1", kit.machine).run.turn == 1


def test_a_save_that_cannot_be_read_is_not_taken_for_none(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    saves.write("run-1", kit.run(1))
    with kit.Shim(kind="sticky", code=errno.EACCES) as shim:
        shim.failing = "open"
        with pytest.raises(SaveError, match=r"Cannot read .*run-1: permission denied"):
            saves.read("run-1", kit.machine)
        (info,) = saves.slots()
        assert info.problem == "cannot be read: permission denied"
        shim.failing = "listdir"
        with pytest.raises(SaveError, match=r"Cannot read the saves in .*small: permission denied"):
            saves.slots()
        shim.failing = "stat"
        with pytest.raises(SaveError, match=r"Cannot read .*run-1: permission denied"):
            saves.read("run-1", kit.machine)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users and modes")
def test_a_read_only_folder(kit):
    folder = Path(tempfile.mkdtemp())
    saves = Saves(folder, kit.story)
    saves.write("run-1", kit.run(1), title="One")
    saves.export("run-1", folder / "out.json")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    me = os.geteuid()
    if me == 0:  # who may write everywhere
        os.seteuid(65534)
    try:
        fresh = Saves(folder, kit.story)
        for act in (
            fresh.new_slot,
            lambda: fresh.hold("run-1"),
            lambda: fresh.write("run-1", kit.run(2)),
            lambda: saves.write("run-1", kit.run(2)),
            lambda: fresh.rename("run-1", "Two"),
            lambda: fresh.delete("run-1"),
            lambda: fresh.bring_in(folder / "out.json", kit.machine),
        ):
            with pytest.raises(SaveError, match="permission denied; name another folder"):
                act()
        assert fresh.read("run-1", kit.machine).run.turn == 1
        assert [info.title for info in fresh.slots()] == ["One"]
    finally:
        os.seteuid(me)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_where_the_folder_should_be(kit, tmp_path):
    (tmp_path / "saves").write_text("")
    saves = Saves(tmp_path / "saves", kit.story)

    for act in (saves.slots, saves.new_slot, lambda: saves.hold("a"), lambda: saves.write("a", kit.run(1))):
        with pytest.raises(SaveError, match=r"Cannot .*not a directory"):
            act()
