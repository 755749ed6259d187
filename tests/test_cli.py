"""The commands, as a person runs them; some of them in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from game import __version__
from game.cli import run
from tests.commands import ROOT, hyosan, process


def story(folder: Path, **files: str) -> Path:
    """A small story in a folder; keyword `story` is story.yaml, and so on."""
    texts = {
        "story": "story: {id: small, title: Small, version: 1.0.0, start: a}",
        "one": "chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}\n"
        "scenes:\n  a: {text: Here., choices: {go: {text: Go., goto: e}}}\n"
        "endings:\n  e: {title: End, text: Over.}\n",
        **files,
    }
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_version_and_help():
    assert process("--version").stdout == f"hyosan {__version__}\n"
    helped = hyosan("--help")
    assert helped.returncode == 0
    for word in ("play", "check", "--plain", "--seed", "--saves", "exit codes"):
        assert word in helped.stdout


def test_any_story_folder_plays_and_without_a_terminal_line_by_line(tmp_path):
    folder = story(tmp_path / "s")

    done = process("play", str(folder), "--seed", "3", answers="1\n", HYOSAN_SAVES=str(tmp_path / "saves"))

    assert done.returncode == 0, done.stderr
    assert "Here." in done.stdout
    assert "Over." in done.stdout


def test_the_shipped_story_plays_from_an_empty_folder(tmp_path):
    done = hyosan("--plain", "--seed", "3", cwd=tmp_path, answers="1\n", HYOSAN_SAVES=str(tmp_path / "saves"))

    assert done.returncode == 0, done.stderr
    assert "Baek Do-ha" in done.stdout or "1." in done.stdout


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {
                "one": "chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}\n"
                "scenes:\n  a: {text: Here., choices: {go: {text: Go., goto: nowhere}}}\n"
            },
            "there is no scene 'nowhere'",
        ),
        (
            {
                "one": "chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}\n"
                "passages: {p: '{% include q %}', q: '{% include p %}'}\n"
                "scenes:\n  a: {text: '{% include p %}', choices: {go: {text: Go., goto: a}}}\n"
            },
            "include each other",
        ),
        (
            {
                "one": "chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: a}\n"
                "scenes:\n  a: {text: Here., choices: {go: {text: Go., do: [{tke: x}], goto: a}}}\n"
            },
            "there is no effect 'tke'",
        ),
        ({"story": "["}, "story.yaml:1:"),
    ],
)
def test_a_broken_story_is_told_in_full_and_not_played(tmp_path, files, message):
    folder = story(tmp_path / "s", **files)

    for command in (["play", str(folder), "--plain"], ["check", str(folder)]):
        done = hyosan(*command, HYOSAN_SAVES=str(tmp_path / "saves"))
        assert done.returncode == 1
        assert message in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "saves").exists() or not any((tmp_path / "saves").iterdir())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "does not exist"),
        (lambda p: p.mkdir(), "there is no story.yaml"),
        (lambda p: p.write_text("x"), "is not a folder"),
    ],
)
def test_a_missing_story_is_one_clear_message(tmp_path, make, message):
    make(tmp_path / "s")

    done = hyosan("play", str(tmp_path / "s"))

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_save_that_cannot_be_the_name_of_a_file_is_one_clear_message(tmp_path):
    done = hyosan("play", str(story(tmp_path / "s")), "--load", "a" * 5000, "--saves", str(tmp_path / "saves"))

    assert done.returncode == 1
    assert "There is no save called" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_save_of_another_story_is_refused_and_nothing_is_lost(tmp_path):
    one = story(tmp_path / "one")
    two = story(tmp_path / "two", story="story: {id: other, title: Other, version: 1.0.0, start: a}")
    saves = tmp_path / "saves"
    assert hyosan("play", str(one), "--seed", "1", "--saves", str(saves), answers="save kept\n").returncode == 0
    saved = next((saves / "small" / "kept").glob("g*.json"))
    before = saved.read_bytes()

    done = hyosan("play", str(two), "--load", str(saved), "--saves", str(saves))

    assert done.returncode == 1
    assert "small" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert saved.read_bytes() == before


def test_a_broken_save_is_one_message(tmp_path):
    one = story(tmp_path / "one")
    saves = tmp_path / "saves"
    hyosan("play", str(one), "--seed", "1", "--saves", str(saves), answers="save kept\n")
    for generation in (saves / "small" / "kept").glob("g*.json"):
        generation.write_bytes(generation.read_bytes()[:-20])

    done = hyosan("play", str(one), "--load", "kept", "--saves", str(saves))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "bad",
    [
        ["--seed", "x"], ["--seed", "-1"], ["--seed", "1" * 19], ["nonsense"], ["--nonsense"],
        ["prove", "--budget", "nan"], ["prove", "--budget", "86401"], ["watch", "--at", "a", "--budget", "3601"],
        ["stats", "--plays", "0"], ["compat", "-a", "b"],
    ],
)  # fmt: skip
def test_a_command_line_that_makes_no_sense_is_usage(bad, capsys):
    assert run(bad) == 2
    assert "usage" in capsys.readouterr().err


def test_usage_is_an_exit_code_of_the_process_too():
    done = process("--nonsense")
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_the_same_seed_and_choices_are_the_same_words(tmp_path):
    first = hyosan("--plain", "--seed", "5", answers="1\n1\n1\n", HYOSAN_SAVES=str(tmp_path / "a"))
    second = hyosan("--plain", "--seed", "5", answers="1\n1\n1\n", HYOSAN_SAVES=str(tmp_path / "b"))
    assert first.stdout == second.stdout


def test_output_that_nobody_reads_is_no_error(tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m game --plain --seed 1 --saves {tmp_path} </dev/null | head -c 1 >/dev/null",
        shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


BUDGETS = [
    ("from game.cli import parser, run; run(['--version'])", ("textual", "rich", "yaml", "platformdirs", "asyncio")),
    ("parser()", ("game.story", "game.engine", "game.prove", "game.desk.terminal", "rich")),
    ("every('engine', 'present')", ("textual", "rich", "filelock", "platformdirs")),
    ("run(['check', STORY])", ("textual", "rich", "asyncio", "filelock", "platformdirs")),
    ("every('plain')", ("textual", "rich")),
    ("run(['play', STORY, '--plain', '--seed', '1', '--saves', '/dev/null/x'])", ("oxidd", "pysat")),
    ("run(['play', STORY, '--at', 'road'])", ("oxidd", "pysat")),
    ("import game.tui.app, game.desk.watch, game.desk.prove", ("oxidd", "pysat")),
    ("from game.desk.prove.beside import Beside; game.desk.watch.tools(Beside())", ("oxidd", "game.prove.prove")),
]
"""What a command may not import: lists of modules, not milliseconds. Each may import what those above it do."""

EVERY = """
from importlib import import_module
from pkgutil import iter_modules

def every(*rooms):
    # The packages themselves import next to nothing: see `game.later`.
    for room in rooms:
        found = [f"game.{room}.{m.name}" for m in iter_modules(import_module(f"game.{room}").__path__)]
        assert len(found) > 4, room
        for name in found:
            import_module(name)
"""


def test_what_is_imported_stays_small():
    program = f"import sys\n{EVERY}\nSTORY = {str(ROOT / 'tests' / 'tui' / 'story')!r}\n"
    for statement, forbidden in BUDGETS:
        program += f"{statement}\nfound = [m for m in {forbidden!r} if m in sys.modules]\n"
        program += f"assert not found, ({statement!r}, found)\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}print('all is well')"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == ["all is well"], done.stderr
