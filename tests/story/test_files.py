"""A story's folder: whatever lies in it, reading it ends, and what cannot be read is told once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from game.story import Loaded, load_story
from game.story.source import MAX_FILE
from tests.story.mistakes import WORLD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A story without a fault, on disk."""
    home = tmp_path / "story"
    home.mkdir()
    for name, text in WORLD.items():
        (home / name).write_text(text, "utf-8")
    return home


def told(found: Loaded) -> list[tuple[str, str]]:
    """(code, file:line:column) of all there is to say."""
    return [(d.code, str(d.where)) for d in found.diagnostics]


def test_a_story_is_read_from_its_folder(folder):
    found = load_story(folder)

    assert found.story is not None
    assert found.diagnostics == ()
    assert list(found.story.scenes) == ["first", "end"]


def test_files_are_read_in_the_order_of_their_names(folder):
    (folder / "zz").mkdir()
    (folder / "zz" / "a.yaml").write_text("endings: {z: {title: Z, text: Z.}}\n")
    (folder / "aa.yaml").write_text("endings: {a: {title: A, text: A.}}\n")
    (folder / "b.yml").write_text("endings: {b: {title: B, text: B.}}\n")

    found = load_story(folder)

    assert found.story is not None
    assert list(found.story.scenes) == ["a", "b", "first", "end", "z"]


def test_tests_translations_and_hidden_files_are_no_part_of_the_story(folder):
    for name in ("tests/t.yaml", "locales/ko.yaml", ".git/x.yaml", ".hidden.yaml", "notes.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("[")

    assert told(load_story(folder)) == []


@pytest.mark.parametrize(
    ("name", "bytes_"),
    [
        ("bom.yaml", "\ufeffendings: {x: {title: X, text: X.}}\n".encode()),
        ("crlf.yaml", b"endings:\r\n  x:\r\n    title: X\r\n    text: |\r\n      One.\r\n\r\n      Two.\r\n"),
    ],
)
def test_what_other_systems_put_into_files_does_no_harm(folder, name, bytes_):
    (folder / name).write_bytes(bytes_)

    assert told(load_story(folder)) == []


def test_a_folder_that_is_not_there(tmp_path):
    assert told(load_story(tmp_path / "none")) == [("H001", str(tmp_path / "none"))]


def test_a_folder_of_which_the_system_will_not_even_say_whether_it_is_there(tmp_path):
    found = load_story(tmp_path / ("a" * 5000))

    assert [d.code for d in found.diagnostics] == ["H001"]
    assert "cannot be read" in found.diagnostics[0].message


def test_a_folder_that_is_a_file(folder):
    found = load_story(folder / "story.yaml")

    assert [d.code for d in found.diagnostics] == ["H001"]
    assert "is not a folder" in found.diagnostics[0].message


def test_a_folder_without_a_story(tmp_path):
    found = load_story(tmp_path)

    assert [d.code for d in found.diagnostics] == ["H001"]
    assert "there is no story.yaml" in found.diagnostics[0].message


def test_a_story_file_with_another_ending(folder):
    (folder / "story.yaml").rename(folder / "story.yml")

    found = load_story(folder)

    assert [(d.code, d.hint) for d in found.diagnostics] == [("H001", "rename story.yml to story.yaml")]


@pytest.mark.parametrize("name", ["people.yaml", "story.yaml", "day.yaml"])
def test_a_file_that_is_not_utf8_is_told_once_and_what_it_may_hold_is_not_missed(folder, name):
    (folder / name).write_bytes(b"# caf\xc3\xa9\n# caf\xe9\n" + (folder / name).read_bytes())

    assert told(load_story(folder)) == [("H001", f"{name}:2:6")]


def test_a_file_that_is_empty_may_hold_the_people_but_not_the_story(folder):
    for name in ("people.yaml", "items.yaml", "places.yaml", "story.yaml"):
        (folder / name).write_text("")

    assert told(load_story(folder)) == [("H003", "story.yaml:1:1")]


def test_links_are_not_followed(folder, tmp_path):
    (tmp_path / "secret").write_text("endings: {x: {title: X, text: X.}}\n")
    (folder / "link.yaml").symlink_to(tmp_path / "secret")
    (folder / "broken.yaml").symlink_to(tmp_path / "nowhere")
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)

    assert told(load_story(folder)) == [("H001", "broken.yaml"), ("H001", "link.yaml")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.yaml")

    assert told(load_story(folder)) == [("H001", "pipe.yaml")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden here")
def test_what_may_not_be_read_is_told(folder):
    (folder / "day.yaml").chmod(0)

    assert told(load_story(folder)) == [("H001", "day.yaml")]


def test_a_folder_that_may_not_be_read_is_told(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)

    assert told(load_story(folder)) == [("H001", str(folder))]


def test_a_file_too_large_is_not_read(folder):
    (folder / "large.yaml").write_text("#" * (MAX_FILE + 1))

    assert told(load_story(folder)) == [("H002", "large.yaml")]


def test_a_story_too_large_is_not_read(folder, monkeypatch):
    monkeypatch.setattr("game.story.files.MAX_STORY", 1000)

    assert told(load_story(folder)) == [("H002", str(folder))]


def test_too_many_files_are_not_read(folder, monkeypatch):
    monkeypatch.setattr("game.story.files.MAX_FILES", 3)

    assert told(load_story(folder)) == [("H002", str(folder))]


def test_too_many_values_in_a_file(folder):
    (folder / "many.yaml").write_text(f"x: [{'a,' * 200_000}]\n")

    assert told(load_story(folder)) == [("H002", "many.yaml:1:1")]


def test_a_name_a_terminal_would_act_on_is_not_shown_as_it_is(folder):
    (folder / "\x1b[31mred.yaml").write_text("[")
    (folder / os.fsdecode(b"caf\xe9.yaml")).write_text("[")

    found = load_story(folder)

    assert len(found.diagnostics) == 2
    assert all(line.isprintable() for d in found.diagnostics for line in d.render().split("\n"))
    "\n".join(d.render() for d in found.diagnostics).encode("utf-8")


def test_the_same_files_have_the_same_digest_and_others_another(folder):
    first, again = load_story(folder).story, load_story(folder).story
    (folder / "day.yaml").write_text(WORLD["day.yaml"].replace("Here.", "There."))
    other = load_story(folder).story

    assert first is not None
    assert again is not None
    assert other is not None
    assert first.digest == again.digest != other.digest
