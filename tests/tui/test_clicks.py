"""What a text says is to be done when it is clicked is never done; nothing but the listed actions can be asked for."""

from __future__ import annotations

import inspect

import pytest
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Static

from game.desk.watch import tools, watching
from game.engine import Run
from game.tui.actions import ALLOWED, CHOOSING, EDITING, MOVES, SYSTEM, WRITERS
from game.tui.app import HyosanApp
from game.tui.inspecting import InspectApp
from game.tui.screens.begin import NameScreen
from game.tui.screens.journal import JournalScreen
from game.tui.screens.play import PlayScreen
from game.tui.screens.problems import ProblemsScreen
from game.tui.screens.slots import AskScreen, SavesScreen
from game.tui.screens.title import TitleScreen
from game.tui.watch import WatchApp, WatchScreen
from game.tui.widgets.page import Menu
from tests.tui.conftest import press, screen_lines, screen_text
from tests.tui.hostile import FILES, MARK, app_with, walk

PAYLOADS = [
    "[@click=app.quit]Open[/]",
    "[@click=app.screenshot('pwn.svg','.')]Open[/]",
    "[@click=app.simulate_key('ctrl+q')]Open[/]",
    "[@click=app.toggle('_exit')]Open[/]",
    "[@click=app.push_screen('nope')]Open[/]",
    "[@click=app.nope.nope('x')]Open[/]",
    "[@click=screen.dismiss]Open[/] [/b] [/]",
    "[@click=copy_text][@enter=app.bell][b]Open[/i][b='x]",
    "[link='file:///etc/passwd']Open[/link] $primary [50%]",
]


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """The actions that were carried out."""
    done: list[str] = []
    dispatch = App._dispatch_action

    async def record(self, namespace, name, params):
        done.append(name)
        return await dispatch(self, namespace, name, params)

    monkeypatch.setattr(App, "_dispatch_action", record)
    return done


def metas(app: HyosanApp) -> list[object]:
    """All that the cells of the screen say is to be done with them, and all they link to."""
    found: list[object] = []
    for strip in app.screen._compositor.render_strips(app.size):
        for segment in strip:
            if segment.style is not None:
                found.extend(key for key in segment.style.meta if key.startswith("@"))
                found.extend([segment.style.link] if segment.style.link else [])
    return found


async def click_all(app: HyosanApp, pilot, word: str) -> int:
    """Click the word in two places where it stands, but in no menu: its entries are there to be clicked.

    Returns how often.
    """
    clicked = 0
    for y, line in enumerate(screen_lines(app)):
        x = line.find(word)
        if x >= 0 and clicked < 2:
            widget, _ = app.screen.get_widget_at(x, y)
            if not isinstance(widget, Menu) or widget._item_at(y - widget.region.y) is None:
                await pilot.click(offset=(x, y))
                clicked += 1
    return clicked


def with_tools(machine, saves, **options) -> InspectApp:
    return InspectApp(machine, saves, tools(), **options)


TEXTS = [" ".join(PAYLOADS), *(pytest.param(payload, marks=pytest.mark.slow) for payload in PAYLOADS)]
"""All at once, and one by one."""


@pytest.mark.parametrize("payload", TEXTS)
async def test_no_text_does_anything_when_it_is_clicked(payload, tmp_path, ran):
    app = app_with(payload, tmp_path, with_tools)
    seen, clicked = set(), 0
    async with app.run_test(size=(120, 45)) as pilot:
        async for where in walk(app, pilot, payload):
            # The inspector speaks of what a story calls things, which no text can be.
            assert "Open" in screen_text(app) or "inspector" in where, where
            assert metas(app) == [], where
            before = list(ran)
            clicked += await click_all(app, pilot, "Open")
            assert ran == before, where
            assert app._exit is False, where
            seen.add(where)
    assert len(seen) >= 17
    assert clicked >= 20


@pytest.mark.parametrize("payload", TEXTS)
async def test_neither_does_a_mistake_in_a_story_nor_what_is_said_of_it(payload, tmp_path, ran):
    folder = tmp_path / "story"
    folder.mkdir()
    plain = payload.replace("'", "").replace('"', "")
    # Every text is one that can be clicked, and the mistake is a name that can be.
    said = "goto: second\n      shut"
    assert said in FILES["day.yaml"]
    broken = {**FILES, "day.yaml": FILES["day.yaml"].replace(said, f"goto: '{plain}'\n      shut")}
    for name, text in broken.items():
        (folder / name).write_text(text.replace(MARK, "Open"))
    app = watching(folder, lambda machine: Run.new(machine, 1))
    assert not isinstance(app, str)
    async with app.run_test(size=(120, 45)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ProblemsScreen)
        assert "Open" in screen_text(app)
        assert metas(app) == []
        before = list(ran)
        assert await click_all(app, pilot, "Open")
        assert ran == before
        assert app._exit is False


async def test_not_even_a_text_of_textuals_own_does_anything(make, ran):
    """The second wall: were a text ever read as markup, nothing of it would be carried out."""
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        for payload in ("[@click=app.quit]Open[/]", "[@click=app.people]Open[/]", "[@click=app.nope.nope]Open[/]"):
            leak = Static(payload)
            await app.screen.mount(leak, before=0)
            await pilot.pause()
            assert metas(app), "this test asks nothing"
            await pilot.click(Static)
            await leak.remove()
        assert ran == []
        assert isinstance(app.screen, PlayScreen)


def actions_of(kind: type) -> set[str]:
    """Every action a class has, its own and those it inherits."""
    names = (name for owner in inspect.getmro(kind) for name in vars(owner))
    return {name.partition("action_")[2] for name in names if name.startswith(("action_", "_action_"))}


async def test_only_the_listed_actions_of_the_app_its_screens_and_its_widgets_can_be_asked_for(make, ran):
    app = make(play=False)
    refused = set()
    async with app.run_test(size=(80, 24)) as pilot:
        for keys, kind in (("", TitleScreen), ("n", NameScreen), ("escape c ctrl+p", CommandPalette)):
            if kind is CommandPalette:
                app.begin("Mi-jin")
                await pilot.pause()
                keys = "ctrl+p"
            await press(pilot, *keys.split())
            assert isinstance(app.screen, kind)
            del ran[:]
            for widget in [app, app.screen, *app.screen.query("*")]:
                own = EDITING | CHOOSING if not isinstance(widget, HyosanApp | TitleScreen) else frozenset()
                listed = ALLOWED | own
                for name in actions_of(type(widget)) - listed:
                    for action in (name, f"{name}('a')", f"{name}('a', 'b')"):
                        assert await app.run_action(action, widget) is False, (widget, name)
                    refused.add(name)
                for where in ("app", "screen"):
                    for name in actions_of(type(getattr(app, where, app))) - ALLOWED:
                        assert await app.run_action(f"{where}.{name}('a')", widget) is False
        for nonsense in ("app.nope.nope('x')", "focused.delete_left", "quit(", "", "app.__init__", "app._exit"):
            assert await app.run_action(nonsense, app) is False
    assert ran == []
    named = {
        "screenshot",
        "simulate_key",
        "toggle",
        "add_class",
        "remove_class",
        "push_screen",
        "switch_screen",
        "notify",
    }
    assert named | {"copy_text", "change_theme", "toggle_dark", "show_help_panel"} <= refused
    print(f"{len(refused)} actions refused")


async def test_the_palette_carries_out_what_is_in_the_registry_and_nothing_else(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        for word in ("screenshot", "suspend", "maximize", "keys"):
            app.screen.query_one("CommandInput").value = word
            await pilot.pause(0.1)
            assert word.title() not in screen_text(app).replace(word, "")


def test_every_listed_action_exists():
    """The list has nothing on it that nobody needs."""

    kinds = (WatchApp, WatchScreen, TitleScreen, JournalScreen, SavesScreen, AskScreen)
    there: set[str] = set().union(*map(actions_of, kinds))
    assert {*MOVES, *SYSTEM, *WRITERS} <= there
