"""`hyosan compat` as a writer meets it: what it prints, what it returns, and when nothing can be said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from game import cli
from game.desk.compat import main
from game.desk.storytest.command import main as run_tests
from game.prove import compat
from tests.desk.diff_stories import BASE, replaced, write


@pytest.fixture
def old(tmp_path) -> Path:
    return Path(write(tmp_path / "old"))


@pytest.fixture
def said(tmp_path, old, capsys):
    """What is printed about BASE after edits, and the exit code."""

    def said(*edits: tuple[str, str], arguments: tuple[str, ...] = ()):
        new = write(tmp_path / "new", replaced(*edits) if edits else BASE)
        code = main([str(old), str(new), "--budget", "3", *arguments])
        return code, capsys.readouterr().out

    return said


def test_nothing_changed(said):
    code, out = said()
    assert code == 0
    assert out.splitlines()[:2] == [
        "A Small Story: saves of 1.0.0",
        "Proved: every save loads in the new version where it was, and can still come to an ending.",
    ]
    assert out.count("  proved") == 4


def test_words_are_free(said):
    assert said(("Walk on past them.", "Go by."))[0] == 0


def test_a_renamed_choice_is_refuted_with_a_save(said):
    code, out = said(("      on: {", "      past: {"))
    assert code == 1
    assert "Some saves lose something." in out
    assert "gate.on: 'Walk on past them.' in gate is not offered any more where it was" in out
    assert "a save goes back by up to 1 choice; the earliest replays 1" in out
    assert "    2 choices: first.go > gate.on" in out
    assert "choice gate.on: saves have to do with it" in out


def test_a_renamed_flag_is_told_and_harmless(said):
    code, out = said(("taped", "stuck"))
    assert code == 0
    assert "flag day/taped: now called day/stuck, and nothing else" in out


def test_json_has_everything(said):
    code, out = said(("      on: {", "      past: {"), arguments=("--format", "json"))
    data = json.loads(out)
    assert (code, data["verdict"]) == (1, "refuted")
    assert [fact["kind"] for fact in data["facts"]] == ["replays", "same", "ends", "keeps"]
    (lost,) = data["lost"]
    assert (lost["choice"], lost["at"], lost["back"], lost["exact"]) == ("gate.on", 1, 1, True)
    assert lost["save"] == {"log": ["first.go", "gate.on"], "dice": {}, "seed": 0}


def test_the_saves_are_kept_as_story_tests(said, old, tmp_path, capsys):
    tests = tmp_path / "kept"
    said(("      on: {", "      past: {"), arguments=("--save-tests", str(tests)))
    (file,) = tests.iterdir()
    assert file.name == "compat-lost-gate-on.yaml"
    assert run_tests([str(old), str(file)]) == 0
    capsys.readouterr()
    file.write_text("mine")
    said(("      on: {", "      past: {"), arguments=("--save-tests", str(tests)))
    assert file.read_text() == "mine"


def test_without_the_proof_engine_what_it_would_prove_is_open(said, monkeypatch, capsys):
    for name in ("oxidd", "oxidd.util"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "game.prove.prover", raising=False)
    monkeypatch.setattr(compat, "SMALL", 1)

    code, out = said()

    assert code == 3
    assert "open     every save can still come to an ending (the extra 'writer' is not installed)" in out


def test_a_story_with_errors_is_told(said):
    code, out = said(("goto: gate", "goto: gat"))
    assert code == 1
    assert "there is no scene 'gat'" in out


@pytest.mark.parametrize(
    "arguments", [["a"], ["a", "b", "--budget", "0"], ["--", "-a", "b"], ["a", "b", "--format", "x"]]
)
def test_a_command_line_that_is_not_understood(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_a_folder_that_is_not_there(old, capsys):
    assert main([str(old / "nowhere"), str(old)]) == 1
    assert capsys.readouterr().err.startswith("hyosan compat: ")


def test_it_is_a_command(old, capsys):
    assert cli.run(["compat", str(old), str(old), "--budget", "3"]) == 0
