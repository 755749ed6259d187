"""Wherever text leaves for a terminal, it leaves as text: every payload, every way out."""

from __future__ import annotations

import io
import os

import pytest

from game.engine import Machine
from game.plain import Console, PlainGame
from game.present.wording import player_name
from game.saves import Saves
from game.story import load_sources
from game.story.clean import FORBIDDEN, Cleaned, clean
from game.story.diagnostics import Problems, Where, printable, report
from game.tui.render import line
from game.tui.render import say as shown
from tests.commands import hyosan
from tests.hostile.conftest import only_text
from tests.hostile.small import HOST
from tests.hostile.texts import CONTROLS, MARKUP

payloads = pytest.mark.parametrize("payload", [pytest.param(text, id=name) for name, text in CONTROLS.items()])


def _console(text: str) -> str:
    out = io.StringIO()
    console = Console(io.StringIO(f"{text}\n"), out, width=40)
    console.say(text)
    console.ask(text)
    return out.getvalue()


def _stream(text: str) -> str:
    out = io.StringIO()
    print(text, text.encode("unicode_escape").decode(), file=Cleaned(out))
    # A colour is the one thing that passes: it is ours, and does nothing.
    return out.getvalue().replace("\x1b[31;5m", "").replace("\x1b[0m", "")


def _problem(text: str) -> str:
    problems = Problems()
    problems.remember_source("x.yaml", text)
    problems.add("H006", Where("x.yaml", 1, 1), text, text)
    problems.add("H001", Where(text), text)
    return report(problems)


SINKS = {
    "the screens": lambda text: shown((text, "em"), text).plain,
    "a line of the screens": line,
    "plain mode": _console,
    "a command's output": _stream,
    "a problem": _problem,
    "a file's name": printable,
    "a player's name": lambda text: player_name(text, "x"),
    "text": clean,
}


@payloads
def test_a_payload_leaves_every_sink_as_text(payload):
    left = {sink: leave(payload) for sink, leave in SINKS.items()}
    assert {sink: said for sink, said in left.items() if FORBIDDEN.search(said)} == {}


@payloads
def test_a_player_may_type_anything(payload, tmp_path):
    machine = Machine(load_sources(HOST).story)  # type: ignore[arg-type]
    out = io.StringIO()
    typed = "".join(f"{word} {payload}\n" for word in ("", "save", "load", "goto", "export", "undo", "people", "x"))
    source = io.StringIO(f"{payload}\n{payload}\n{typed}export {payload} {payload}\nsaves\n1\n")
    saves = Saves(tmp_path, machine.story)

    assert PlainGame(machine, saves, Console(source, out)).play() == 0
    saves.release()

    only_text(out.getvalue())


@pytest.mark.skipif(os.name == "nt", reason="this system has no such names")
@pytest.mark.parametrize(
    "command",
    [
        "check",
        "check --format json",
        "check --format github",
        "check --format sarif",
        "check --fix",
        "check --fix --write",
        "test",
        "test --coverage",
        "stats --plays 3",
        "graph -o -",
        "pack",
        "new scene extra --in",
        "schema --write",
        "watch",
        "play --plain --seed 1 --saves saves",
    ],
)
def test_names_of_files_and_folders_are_shown_as_text(command, tmp_path):
    """Each command in a folder whose names would set the title and turn the line around."""
    home = tmp_path / "st\x1b]0;t\x07\u202ery\x9b2J"
    (home / "tests" / "transcripts").mkdir(parents=True)
    for name, text in HOST.items():
        (home / name).write_text(text, encoding="utf-8")
    wrong = ", colour: red" if command.startswith(("check", "play", "new")) else ""
    (home / "n\x1b[31m\u202e.yaml").write_text(f"endings: {{other: {{title: T, text: T{wrong}}}}}\n")
    (home / "tests" / "t\x1b]0;t\x07.yaml").write_text("test: T\nchoose: [nothing]\n")
    (home / "tests" / "transcripts" / "t\x9b2J.txt").write_text("T\n")

    env = {"USER": "\x1b]0;t\x07", "HYOSAN_CACHE": str(tmp_path / "cache")}
    done = hyosan(*command.split(), str(home), cwd=tmp_path, answers="1\n1\n", **env)

    assert done.returncode in (0, 1, 2)
    assert only_text(done.stdout.replace("\r\n", "\n") + done.stderr)


@pytest.mark.parametrize("payload", [pytest.param(text, id=name) for name, text in MARKUP.items()])
def test_markup_is_text_on_the_screens(payload):
    content = shown((payload, "em"))

    assert content.plain == payload
    assert [span.style for span in content.spans] == ["em"]
