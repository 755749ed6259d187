"""A small story in a folder of its own, and `hyosan test` as somebody calls it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from game.desk.storytest import main
from game.engine import Machine
from game.story import load_story

STORY = Path(__file__).parents[2] / "stories" / "cold-hands"

Hyosan: TypeAlias = "Callable[..., tuple[int, str, str]]"
Put: TypeAlias = "Callable[..., None]"


@pytest.fixture(scope="session")
def machine() -> Machine:
    story = load_story(STORY).story
    assert story is not None
    return Machine(story)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The story, with no tests yet."""
    shutil.copytree(STORY, tmp_path / "s")
    (tmp_path / "s" / "tests").mkdir()
    return tmp_path / "s"


@pytest.fixture
def put(folder: Path) -> Put:
    """Write files of tests, by name and text."""

    def write(**files: str) -> None:
        for name, text in files.items():
            (folder / "tests" / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def hyosan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hyosan:
    """Run `hyosan test`: (exit code, what it printed, what it complained of)."""

    def run(*arguments: object, answers: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(answers))
        code = main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
