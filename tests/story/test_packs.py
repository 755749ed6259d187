"""A story in one file: read where it lies, the same story as its folder, and made the same every time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from game.cli import run
from game.story import load_story
from game.story.source import MAX_FILE, beside, is_pack
from tests.hostile.packs import zipped
from tests.hostile.small import HOST

TEST = "test: To the end\nchoose: [go]\nexpect: {ending: end}\ntranscript: true\n"


@pytest.fixture
def home(tmp_path) -> Path:
    """A story in a folder, with a story test, a translation and a few things that are none of it."""
    home: Path = tmp_path / "my-story"
    (home / "tests").mkdir(parents=True)
    (home / "locales").mkdir()
    for name, text in HOST.items():
        (home / name).write_text(text, encoding="utf-8")
    (home / "tests" / "end.yaml").write_text(TEST)
    (home / "locales" / "ko.po").write_text('msgctxt "a"\nmsgid "b"\nmsgstr "c"\n')
    (home / "README.md").write_text("# A story\n")
    (home / ".hidden.yaml").write_text("no: no\n")
    (home / "cover.png").write_bytes(b"\x89PNG")
    (home / "link.md").symlink_to("/etc/hosts")
    assert run(["test", str(home), "--update"]) == 0
    return home


@pytest.fixture
def packed(home, tmp_path, capsys) -> Path:
    path: Path = tmp_path / "story.zip"
    assert run(["pack", str(home), "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def test_a_pack_holds_the_texts_of_a_story_and_nothing_else(packed):
    with zipfile.ZipFile(packed) as pack:
        names = pack.namelist()

    assert names == sorted([*HOST, "README.md", "locales/ko.po", "tests/end.yaml", "tests/transcripts/end.txt"])


def test_the_same_story_makes_the_same_pack(home, packed, tmp_path):
    for path in home.rglob("*.yaml"):
        path.touch()
    assert run(["pack", str(home), "-o", str(tmp_path / "again.zip")]) == 0

    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.zip", "my-story", "story.zip"]


def test_a_pack_is_the_same_story_as_its_folder(home, packed):
    folder, pack = load_story(home).story, load_story(packed).story

    assert folder is not None
    assert pack is not None
    assert pack.digest == folder.digest


def test_a_story_with_errors_is_not_packed(home, tmp_path, capsys):
    (home / "more.yaml").write_text("colour: red\n")

    assert run(["pack", str(home), "-o", str(tmp_path / "x.zip")]) == 1
    assert "H010" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("name", ["Erste Szene.yaml", "첫째.yaml", "con.yaml"])
def test_a_name_that_no_pack_can_hold_is_told_before_anybody_gets_it(home, tmp_path, capsys, name):
    (home / name).write_text("endings: {other: {title: T, text: T}}\n", encoding="utf-8")

    assert run(["pack", str(home), "-o", str(tmp_path / "x.zip")]) == 1
    assert "H009" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_a_pack_is_called_by_its_story_and_must_end_in_zip(home, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert run(["pack", "my-story"]) == 0
    assert capsys.readouterr().out.startswith("small-1.0.0.zip: ")
    assert run(["pack", "my-story", "-o", "small.tar"]) == 1
    assert run(["pack", "small-1.0.0.zip"]) == 1
    assert "is not a folder" in capsys.readouterr().err


def test_wherever_a_folder_is_taken_a_pack_is(home, packed, capsys, monkeypatch):
    assert run(["check", str(packed)]) == 0
    assert run(["test", str(packed)]) == 0
    assert run(["test", str(packed), "end.yaml"]) == 0
    assert run(["stats", str(packed), "--plays", "3"]) == 0
    assert run(["graph", str(packed), "-o", "-"]) == 0
    assert run(["diff", str(home), str(packed)]) == 0
    assert "No difference" in capsys.readouterr().out
    assert run(["compat", str(packed), str(home), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_words_a_pack_was_blessed_with_are_compared(home, tmp_path, capsys):
    (home / "tests" / "transcripts" / "end.txt").write_text("Other words.\n")
    (home / "tests" / "transcripts" / "old.txt").write_text("Old.\n")
    run(["pack", str(home), "-o", str(tmp_path / "x.zip")])
    capsys.readouterr()

    assert run(["test", str(tmp_path / "x.zip")]) == 1
    told = capsys.readouterr().out
    assert "tests/end.yaml:4:13" in told
    assert "tests/transcripts/old.txt belongs to no test" in told


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("test PACK --update", 2, "--update needs its folder"),
        ("check PACK --fix --write", 2, "--write needs its folder"),
        ("new scene other --in PACK", 1, "name the story's folder"),
        ("watch PACK", 1, "hyosan play"),
        ("schema PACK --write", 1, "name that one"),
    ],
)
def test_what_would_write_into_a_pack_says_so_and_leaves_it(packed, capsys, command, code, said):
    before = packed.read_bytes()

    assert run([str(packed) if word == "PACK" else word for word in command.split()]) == code
    assert said in capsys.readouterr().err
    assert packed.read_bytes() == before
    assert sorted(p.name for p in packed.parent.iterdir()) == ["my-story", "story.zip"]


def test_a_pack_that_is_not_there_is_told(tmp_path, capsys):
    assert run(["check", str(tmp_path / "none.zip")]) == 1
    assert "does not exist" in capsys.readouterr().out


def test_a_folder_may_be_called_like_a_pack(home, tmp_path):
    home.rename(tmp_path / "x.zip")

    assert not is_pack(tmp_path / "x.zip")
    assert load_story(tmp_path / "x.zip").story is not None


def test_a_file_beside_a_story_is_found_in_its_folder_or_in_its_pack(packed, home):
    assert beside(packed / "tests" / "end.yaml") == (packed, "tests/end.yaml")
    assert beside(home / "tests" / "end.yaml") == (home / "tests", "end.yaml")


def test_all_that_is_read_of_a_pack_is_counted(tmp_path, monkeypatch):
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(*((f"{n}.txt", "a b c d " * 10 + str(n)) for n in range(20))))
    assert load_story(path).diagnostics == ()
    monkeypatch.setattr("game.story.source.MAX_PACK", 1_000)

    assert {d.code for d in load_story(path).diagnostics} == {"H002"}


def test_a_file_of_a_pack_may_be_as_large_as_one_of_a_folder(tmp_path):
    text = "".join(f"# {n * 7919 % 100_003}\n" for n in range(200_000))
    path = tmp_path / "x.zip"
    for size, codes in ((MAX_FILE, set()), (MAX_FILE + 1, {"H002"})):
        path.write_bytes(zipped(("x.yaml", (text + "#" * MAX_FILE)[: size - 13] + "\npassages: {}")))
        assert {d.code for d in load_story(path).diagnostics} == codes


def test_a_folder_with_too_many_files_of_any_kind_is_not_walked(home, monkeypatch):
    monkeypatch.setattr("game.story.source.MAX_LOOKED_AT", 5)

    assert [d.code for d in load_story(home).diagnostics] == ["H002"]
