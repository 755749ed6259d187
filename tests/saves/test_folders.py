"""Where saves are kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import game
from game.saves import default_folder

ROOT = Path(game.__file__).parents[1]


def test_the_player_may_name_a_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HYOSAN_SAVES", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HYOSAN_SAVES", "~/mine")
    assert default_folder() == tmp_path / "mine"


def test_an_installed_game_uses_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("HYOSAN_SAVES", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = default_folder(checkout_ok=False)
    assert folder.parts[-2:] == ("hyosan", "saves")
    if sys.platform == "linux":
        assert folder == tmp_path / "hyosan" / "saves"


@pytest.mark.parametrize(
    ("project", "with_saves", "own"),
    [
        ('[project]\nname = "hyosan"\n', True, True),
        ('[project]\nname = "hyosan"\n', False, False),
        ('[project]\nname = "other"\n', True, False),
        (None, True, False),
    ],
)
def test_a_checkout_keeps_its_own_saves(monkeypatch, tmp_path, project, with_saves, own):
    monkeypatch.delenv("HYOSAN_SAVES", raising=False)
    monkeypatch.setattr("game.saves.places.__file__", str(tmp_path / "game" / "saves" / "places.py"))
    if project is not None:
        (tmp_path / "pyproject.toml").write_text(project)
    if with_saves:
        (tmp_path / "saves").mkdir()

    assert (default_folder() == tmp_path.resolve() / "saves") is own


def test_looking_for_saves_loads_nothing_heavy():
    asked = subprocess.run(
        [sys.executable, "-c", "import game.saves, sys; print(*sys.modules)"],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"filelock", "platformdirs", "textual", "asyncio"} & set(asked.stdout.split())
