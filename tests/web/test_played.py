"""The app as it is served: what is left out of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("hyosan serve runs on Linux and macOS", allow_module_level=True)

from game.engine import Machine
from game.present import COMMANDS, Command
from game.saves import Saves
from game.story import load_story
from game.web.driver import ServedDriver
from game.web.played import OFF, ServedApp
from tests.web.conftest import ROOT, STORY


@pytest.fixture
def app(tmp_path, monkeypatch) -> ServedApp:
    monkeypatch.setenv("HYOSAN_CONFIG", str(tmp_path / "settings"))
    story = load_story(STORY).story
    assert story is not None
    return ServedApp(Machine(story), Saves(tmp_path / "saves", story))


@pytest.mark.parametrize("name", sorted(OFF))
async def test_what_writes_files_is_not_to_be_had_and_says_so(app, name):
    assert app.driver_class is ServedDriver
    async with app.run_test(size=(80, 24)) as pilot:
        setattr(type(app.screen), f"action_{name}", lambda self: pytest.fail("it was carried out"))
        try:
            for action in (name, f"screen.{name}", f"screen.{name}('html')", f"app.{name}"):
                assert await app.run_action(action) is False
            command = Command(name, "Name", "Help", ("x",), where="all")
            assert not app._offered(command, app.screen, app.screen)
        finally:
            delattr(type(app.screen), f"action_{name}")
        await pilot.pause()
        assert "no files in the browser" in str(app.screen.banner.note)


async def test_all_else_is_there(app):
    async with app.run_test(size=(80, 24)):
        labels = {command.title for command in app.get_system_commands(app.screen)}
        for command in COMMANDS:
            if command.id not in (*OFF, "palette") and command.keys and hasattr(app, f"action_{command.id}"):
                assert command.label in labels
        assert await app.run_action("app.help") is True


async def test_a_page_that_was_left_for_another_does_not_take_the_line_that_is_typed_in(app):
    from textual import events
    from textual.widgets import Input

    async with app.run_test(size=(80, 24)) as pilot:
        app._ask_name()
        await pilot.pause()
        app.post_message(events.AppBlur())
        await pilot.pause()
        assert isinstance(app.focused, Input)


def test_a_game_that_is_served_has_nothing_in_it_that_serves():
    never = {"aiohttp", "textual_serve", "game.desk", "game.web.server"}
    asked = f"import game.web.played, sys; print(*{never} & {{*sys.modules}})"
    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
