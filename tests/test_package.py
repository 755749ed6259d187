"""The built wheel, not the source tree: it carries the story and plays from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder with the wheel installed in it, without its dependencies."""
    work = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)]
    subprocess.run(build, cwd=ROOT, check=True, timeout=120, capture_output=True)
    site: Path = work / "site"
    with ZipFile(next(work.glob("hyosan-*.whl"))) as wheel:
        # What installing a wheel comes to, for one of nothing but Python.
        assert not [name for name in wheel.namelist() if ".data/" in name]
        wheel.extractall(site)
    assert "Root-Is-Purelib: true" in next(site.glob("hyosan-*.dist-info/WHEEL")).read_text()
    return site


def test_an_installed_game_plays_from_an_empty_folder(site, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "game", "--plain", "--seed", "1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "HYOSAN_SAVES": str(tmp_path / "saves")},
        input="1\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "1. " in done.stdout


def test_the_wheel_carries_the_story_and_the_styles(site):
    assert (site / "game" / "scenes" / "story.yaml").is_file()
    assert list((site / "game" / "tui").rglob("*.tcss"))
    assert {file.suffix for file in (site / "game" / "web" / "pages").iterdir()} == {".html", ".css", ".js"}
    found = subprocess.run(
        [sys.executable, "-m", "game", "where"], cwd=site.parent, env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert f"story: {site / 'game' / 'scenes'}" in found.stdout


def test_an_installed_hyosan_explains_what_it_says(site, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "game", "explain", "12"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("H012: "), done.stderr


def test_the_readme_and_ci_run_the_same_command():
    command = 'python3 -m venv .venv && .venv/bin/pip install -q -e ".[test]" && .venv/bin/python -m tests'
    assert command in (ROOT / ".ci" / "run").read_text()
    assert command in (ROOT / "README.md").read_text()
