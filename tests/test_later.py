"""Packages that import their names when they are asked for."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

PACKAGES = ("game.story", "game.engine", "game.present", "game.saves", "game.plain")


@pytest.mark.parametrize("name", PACKAGES)
def test_every_name_of_a_package_is_found_where_it_is_said_to_be(name):
    package = import_module(name)
    found = {part: getattr(package, part) for part in package.__all__}
    assert len(found) > 1
    assert found.items() <= vars(package).items(), "what was found is not asked for again"
    assert all(getattr(value, "__module__", name).startswith("game.") for value in found.values())
    modules = {path.stem for folder in package.__path__ for path in Path(folder).glob("*.py")}
    assert modules & {*found} == set()
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_itself_imports_nothing_of_the_game(name):
    asked = f"import {name}, sys; print(*sorted(m for m in sys.modules if m.startswith('game')))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert {*found.stdout.split()} == {"game", "game.later", name}
