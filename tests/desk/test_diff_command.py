"""The two sides of `hyosan diff`: folders and git revisions, and what is answered when one is not there."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from game.desk.diff import main
from tests.desk.diff_stories import BASE, PO, replaced, write


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A repository with a story in `scenes` at v1, and its gate reworded in the work tree."""

    def git(*arguments: str) -> None:
        who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        env = {**os.environ, **who, **quiet}
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True, env=env)

    write(tmp_path / "scenes")
    (tmp_path / "scenes" / "locales").mkdir()
    (tmp_path / "scenes" / "locales" / "ko.po").write_text(PO, encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    git("tag", "v1")
    write(tmp_path / "scenes", replaced(("rung her mother", "called her mother")))
    monkeypatch.chdir(tmp_path)
    return Path(tmp_path)


@pytest.mark.parametrize("old", ["v1", "HEAD", "v1:scenes", "v1:./scenes/"])
def test_a_revision_is_compared_with_the_work_tree(repository, capsys, old):
    assert main([old, "scenes"]) == 0
    out = capsys.readouterr().out
    assert "<del>rung</del> <ins>called</ins>" in out
    assert "`first.text.2` (locales/ko.po:11) changed" in out


def test_two_revisions_are_compared_and_nothing_is_touched(repository, capsys):
    before = {p: p.read_bytes() for p in (repository / "scenes").rglob("*") if p.is_file()}

    assert main(["v1", "HEAD"]) == 0

    assert "No difference" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in (repository / "scenes").rglob("*") if p.is_file()} == before
    status = subprocess.run(["git", "status", "--short"], capture_output=True, text=True, check=True).stdout
    assert status.splitlines() == [" M scenes/day.yaml"]


def test_json_holds_everything(repository, capsys):
    assert main(["v1", "scenes", "--format", "json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["texts"][0]["name"] == "first text"
    assert out["stale_translations"][0]["id"] == "first.text.2"
    assert out["ids"]["scenes"] == {"gained": [], "lost": [], "renamed": []}


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("nowhere", "'nowhere' is neither a story folder nor a git revision"),
        ("v1:no/such", "there is no story in 'no/such' at 'v1'"),
        ("v1:../scenes", "'../scenes' leads out of the repository"),
        ("scenes/day.yaml", "'scenes/day.yaml' is not a folder"),
        ("", "neither a story folder nor a git revision"),
        (":scenes", "neither a story folder nor a git revision"),
        ("v1\nx", "neither a story folder nor a git revision"),
    ],
)
def test_a_side_that_is_not_there_is_one_line(repository, capsys, old, message):
    assert main([old, "scenes"]) == 1
    err = capsys.readouterr().err.strip()
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["--output=x", "scenes"], ["--", "--upload-pack=x", "scenes"], ["--", "a", "-x"], ["-x", "a"], ["a"]]
)
def test_what_looks_like_an_option_is_refused(repository, capsys, arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_outside_of_a_repository_only_folders_are_known(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    here = write(tmp_path / "a")
    assert main(["main", str(here)]) == 1
    assert "this is no git repository" in capsys.readouterr().err
    assert main([str(here), str(here)]) == 0


def test_a_story_with_problems_is_one_line(repository, capsys):
    write(repository / "scenes", BASE.replace("goto: gate", "goto: gat", 1))
    assert main(["v1", "scenes"]) == 1
    err = capsys.readouterr().err.strip()
    assert "the story 'scenes' cannot be read: day.yaml:" in err
    assert "there is no scene 'gat'" in err
    assert len(err.splitlines()) == 1


def test_a_catalogue_that_cannot_be_read_is_noted(repository, capsys):
    (repository / "scenes" / "locales" / "ko.po").write_text("nonsense", encoding="utf-8")
    assert main(["v1", "scenes"]) == 0
    assert "locales/ko.po:1 cannot be read as a catalogue" in capsys.readouterr().out
