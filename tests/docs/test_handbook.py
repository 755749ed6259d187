"""The writer's handbook: every example is loaded, played, and looked at in every state it can come to."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from functools import cache
from pathlib import Path

import pytest

from game import cli
from game.desk import new
from game.desk.storytest.play import play
from game.desk.storytest.read import read_tests
from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.story import Story, load_sources
from game.story.asking import names_of
from game.story.diagnostics import Problems, report
from game.story.load import read_files
from tests.docs.pages import ELSEWHERE, HERE, WRITING, Example, commands, examples, handbook
from tests.prove.enumerate import enumerate_story

LONGEST = 150
MOST_STATES = 60_000
PAGES = handbook()
_COMMENT = re.compile(r"^<!--.*?-->\n", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@cache
def begun() -> dict[str, str]:
    """What `hyosan new` makes, with a place kept before the first choice of the first scene."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        home = Path(folder) / "my-story"
        assert new.main([str(home)]) == 0
        sources = read_files(home, Problems())
    story = load_sources(sources).story
    assert story is not None
    first = story.scenes[story.start].choices[0].where
    lines = sources[first.file].split("\n")
    lines.insert(first.line - 1, " " * (first.column - 1) + HERE)
    return sources | {first.file: "\n".join(lines)}


FOUND = [example for page in PAGES for example in examples(page, begun())]
each_example = pytest.mark.parametrize("example", FOUND, ids=lambda e: e.id)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(WRITING)))


@cache
def _loaded(id: str) -> tuple[Story | None, str, int]:
    """(the story, what `hyosan check` prints about it, how many findings that is)"""
    example = next(e for e in FOUND if e.id == id)
    loaded = load_sources(dict(sorted(example.sources.items())))
    return loaded.story, report(loaded.diagnostics), len(loaded.diagnostics)


@each_page
def test_a_page_has_examples_and_is_short(page: Path) -> None:
    assert any(example.page == page for example in FOUND)
    assert len(_COMMENT.sub("", page.read_text(encoding="utf-8")).splitlines()) <= LONGEST


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / link).resolve()
        assert target.exists() or target.name in ELSEWHERE, link


def test_the_contents_name_every_page() -> None:
    readme = WRITING / "README.md"
    linked = {(WRITING / link).resolve() for link in _LINK.findall(readme.read_text(encoding="utf-8"))}
    assert {page.resolve() for page in PAGES} - {readme.resolve()} <= linked


@each_page
def test_commands_can_be_typed_as_they_stand(page: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYOSAN_SAVES", str(tmp_path / "saves"))
    for program, *words in commands(page):
        monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody answers: a game begins and is left
        assert program == "hyosan"
        assert cli.run(words) == 0, capsys.readouterr()


@each_example
def test_an_example_loads_or_says_what_the_page_says(example: Example) -> None:
    story, printed, findings = _loaded(example.id)
    if not example.messages:
        assert not findings, f"\n{printed}"
    for line, message, exact in example.messages:
        told = [text if exact else _placeless(text) for text in (printed, message.rstrip("\n"))]
        assert told[0] == told[1], f"line {line}:\n{printed}"
    assert story is not None or example.messages


def _placeless(text: str) -> str:
    """A report without the names of files and the numbers of lines."""
    text = re.sub(r"^[\w-]+\.yaml:\d+:", "FILE:LINE:", text, flags=re.MULTILINE)
    return re.sub(r"^ +\d* \|", "  |", text, flags=re.MULTILINE)


@each_example
def test_an_example_does_what_the_page_says(example: Example, tmp_path: Path) -> None:
    story, _, _ = _loaded(example.id)
    if story is None:
        assert not example.tests, "what cannot be loaded cannot be tested"
        assert not example.shows, "what cannot be loaded shows nothing"
        return
    machine = Machine(story)
    for line, content in example.tests:
        file = tmp_path / f"line-{line}.yaml"
        file.write_text(content + "\n", encoding="utf-8")
        (read,) = read_tests([(file, file.name)], story)
        assert not read.diagnostics, report(read.diagnostics)
        for test in read.tests:
            result = play(test, machine, names_of(story, Problems()))
            said = "\n\n".join(f"{f.problem.render()}\n{' / '.join(f.passage)}" for f in result.failures)
            assert result.passed, f"{example.id}, the test in line {line}:\n{said}"
    for line, choices, shown in example.shows:
        assert _screen(machine, choices) == shown.rstrip("\n"), f"line {line}"


def _screen(machine: Machine, choices: list[str]) -> str:
    """What plain mode shows after the last of `choices`, or at the beginning."""
    run = Run.new(machine, 1)
    for choice in choices:
        run = run.choose(choice)
    out = io.StringIO()
    game = PlainGame(machine, None, Console(io.StringIO(), out))  # type: ignore[arg-type]
    game.run_ = run
    game.show(run.turn)
    return out.getvalue().strip("\n")


@each_example
def test_every_state_of_an_example_is_sound(example: Example) -> None:
    story, _, _ = _loaded(example.id)
    if story is None:
        return
    machine = Machine(story)
    truth = enumerate_story(machine, MOST_STATES)
    if truth is not None and not example.whole:
        # A part may hold scenes to which the page shows no way: they are looked at from their own beginning.
        islands = [machine.arrive(id, machine.start().values) for id in story.scenes if id not in truth.scenes]
        truth = enumerate_story(machine, MOST_STATES, islands)

    assert truth is not None, f"more than {MOST_STATES} states"
    unused = {"scene", "ending", "choice", "outcome", "text"}
    assert {fault for fault in truth.faults if example.whole or fault[0] not in unused} == set()
