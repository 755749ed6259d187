"""What two machines remember is put together, whoever brings in whom, and however often."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.present.reading import passage, taken
from game.saves import SaveError, Saves
from game.saves.passages import Passages
from game.saves.strict import sealed
from tests.again import machine, run

STORY = machine().story
FIRST = ("people", "check")


def keep(folder: Path, seed: int, played: int, schema: int) -> None:
    """An ending as a hyosan of that schema kept it."""
    saves = Saves(folder / "fresh", STORY)
    saves.write("run-1", run("go", "out", seed=seed), played=played)
    (file,) = (folder / "fresh" / "again" / ".endings").iterdir()
    data = file.read_bytes()
    if schema == 1:
        header = {k: v for k, v in json.loads(data).items() if k not in FIRST}
        data = sealed({**header, "schema": 1}) + b"\n"
    file.unlink()
    target = folder / "again" / ".endings"
    target.mkdir(parents=True, exist_ok=True)
    (target / file.name).write_bytes(data)
    saves.release()


def held(folder: Path) -> dict[str, bytes]:
    place = folder / "again" / ".endings"
    return {p.name: p.read_bytes() for p in place.iterdir()} if place.is_dir() else {}


def merged(into: Path, *others: Path) -> dict[str, bytes]:
    saves = Saves(into, STORY)
    for other in others:
        saves.bring_in_endings(other)
    return held(into)


ENTRIES = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.sampled_from([1, 2])), max_size=3)


@given(ENTRIES, ENTRIES, ENTRIES)
@settings(max_examples=25, deadline=None)
def test_merging_endings_is_idempotent_commutative_and_associative(one, two, three):
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as root:
        a, b, c = (Path(root) / name for name in "abc")
        for folder, entries in ((a, one), (b, two), (c, three)):
            folder.mkdir()
            for entry in entries:
                keep(folder, *entry)
        wanted = {name for folder in (a, b, c) for name in held(folder)}

        def copy(folder: Path, name: str) -> Path:
            return Path(shutil.copytree(folder, Path(root) / name))

        ab, ba = copy(a, "ab"), copy(b, "ba")
        both = merged(ab, b)
        assert merged(ba, a) == both
        assert merged(ab, b, ba, ab) == both
        bc = copy(b, "bc")
        merged(bc, c)
        assert merged(ab, c) == merged(copy(a, "abc"), bc)
        assert set(held(ab)) == wanted


def test_the_file_that_says_more_is_kept_and_only_a_new_one_counts(tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    keep(mine, 1, 5, 1)
    keep(theirs, 1, 5, 2)
    keep(theirs, 2, 5, 2)
    saves = Saves(mine, STORY)

    assert saves.bring_in_endings(theirs) == 1
    assert all(one.people for one in saves.endings().endings)
    assert Saves(theirs, STORY).bring_in_endings(mine) == 0
    assert held(mine) == held(theirs)


def test_an_ending_of_an_older_hyosan_is_read_and_told_again_when_its_run_is(tmp_path):
    keep(tmp_path, 1, 5, 1)
    saves = Saves(tmp_path, STORY)
    assert [(one.turns, one.people) for one in saves.endings().endings] == [(2, ())]

    saves.write("run-1", run("go", "out", seed=1))

    assert [[p.id for p in one.people] for one in saves.endings().endings] == [["jo", "san"]]


# --- what was read ---

KEYS = st.lists(st.text(max_size=5), max_size=6)


@given(KEYS, KEYS)
@settings(max_examples=25, deadline=None)
def test_merging_what_was_read_is_idempotent_and_commutative(one, two):
    with tempfile.TemporaryDirectory() as root:
        a, b = Path(root) / "a", Path(root) / "b"
        for folder, keys in ((a, one), (b, two)):
            folder.mkdir()
            Passages(folder).add(keys)
        left, right = Passages(a), Passages(b)
        left.bring_in(b)
        size = (a / ".read" / "seen.txt").stat().st_size if one or two else 0
        left.bring_in(b)
        assert size == ((a / ".read" / "seen.txt").stat().st_size if one or two else 0)
        right.bring_in(a)
        for key in (*one, *two):
            assert key in left
            assert key in right
            assert key in Passages(a)
        assert "never" not in left


@pytest.mark.parametrize("damage", [b"", b"\xff\0\n", b"0123456789abcde", b"0" * 40 + b"\n", b"\n" * 50, b"{}"])
def test_a_damaged_file_is_forgotten_and_gone_on_with(tmp_path, damage):
    read = Passages(tmp_path)
    read.add(["before"])
    read.path.write_bytes(damage)
    later = Passages(tmp_path)
    assert "before" not in later
    later.add(["after"])
    assert "after" in Passages(tmp_path)


def test_one_bad_line_costs_no_other(tmp_path):
    Passages(tmp_path).add(["one"])
    path = tmp_path / ".read" / "seen.txt"
    path.write_bytes(path.read_bytes() + b"half a li")
    Passages(tmp_path).add(["two"])
    assert "one" in Passages(tmp_path)
    assert "two" in Passages(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "file in the way", "link", "pipe", "read-only"])
def test_what_cannot_be_written_is_no_error(tmp_path, kind):
    place = tmp_path / ".read"
    if kind == "file in the way":
        place.write_text("in the way")
    else:
        place.mkdir()
        file = place / "seen.txt"
        if kind == "folder":
            file.mkdir()
        elif kind == "link":
            (tmp_path / "elsewhere").write_bytes(b"")
            file.symlink_to(tmp_path / "elsewhere")
        elif kind == "pipe":
            os.mkfifo(file)
        else:
            place.chmod(0o500)
    read = Passages(tmp_path)
    read.add(["a"])
    assert "a" in read
    if kind == "link":
        assert (tmp_path / "elsewhere").read_bytes() == b""


def test_it_never_grows_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("game.saves.passages.MOST", 500)
    read = Passages(tmp_path)
    read.add(str(n) for n in range(600))
    assert "0" in Passages(tmp_path)
    assert "550" not in read
    size = read.path.stat().st_size
    read.add(["more"])
    assert read.path.stat().st_size == size


def test_a_turn_that_is_written_says_what_was_read_before_it(tmp_path):
    saves = Saves(tmp_path, STORY)
    made = run("stay")
    saves.write("run-1", made)
    first = made.page(0).text
    assert all(passage(p.text, made.player) in saves.passages for p in first)
    assert taken("hall.stay") in Saves(tmp_path, STORY).passages
    assert taken("hall.go") not in saves.passages

    last = made.choose("go")
    noon = passage("It is noon.", made.player)
    saves.write("run-1", last)
    assert noon not in saves.passages  # that page stands there still
    saves.write("run-1", last.choose("on"))
    assert noon in saves.passages
    saves.delete("run-1")
    assert noon in Saves(tmp_path, STORY).passages


def test_a_transcript_never_overwrites(tmp_path):
    saves = Saves(tmp_path, STORY)
    paths = [saves.documents.keep_transcript("Do-ha / ../x", "txt", f"{n}") for n in range(3)]
    assert [p.read_text() for p in paths] == ["0", "1", "2"]
    assert {p.parent for p in paths} == {tmp_path / "transcripts"}
    assert paths[0].name == "again-do-ha-x.txt"
    assert saves.slots() == ()


def test_a_transcript_that_finds_no_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("game.saves.documents.MOST", 2)
    documents = Saves(tmp_path, STORY).documents
    kept = [documents.keep_transcript("Do-ha", "txt", "") for _ in range(2)]
    with pytest.raises(SaveError, match=r"There are 2 transcripts called again-do-ha in .*; move some away"):
        documents.keep_transcript("Do-ha", "txt", "")
    assert sorted((tmp_path / "transcripts").iterdir()) == sorted(kept)
