"""One module makes what is shown: nothing else in the app reads text as markup, or lets Textual do so."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.saves import Saves
from game.story import load_sources
from game.tui.app import HyosanApp
from game.tui.widgets.field import Field
from tests.hostile.conftest import only_text
from tests.hostile.small import HOST
from tests.hostile.test_doors import markup
from tests.hostile.texts import CONTROLS
from tests.tui.conftest import screen_text

TUI = Path(__file__).parents[2] / "game" / "tui"
RENDER = "render.py"
NEVER = {
    "from_markup",
    "from_text",
    "from_rich_text",
    "escape",
    "render_markup",
    "visualize",
    "Markdown",
    "RichLog",
    "Log",
}
MAKES_TEXT = {"Content", "Text"}
"""What is made of text in `render` alone."""
STRIPS = "widgets/drawn.py"
WIDGETS = {
    "Static",
    "Label",
    "Button",
    "Option",
    "OptionList",
    "DataTable",
    "Tabs",
    "Tab",
    "Collapsible",
    "Tree",
    "ListItem",
}
SHOWN = {"border_title", "border_subtitle", "tooltip"}


def faults(name: str, tree: ast.AST) -> list[str]:
    """What in a module could read a stranger's text as markup: `line: what`."""
    out: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            word = node.attr if isinstance(node, ast.Attribute) else node.id
            if word in NEVER and name != RENDER:
                out.append(f"{node.lineno}: {word}")
        if isinstance(node, ast.ImportFrom):
            out.extend(f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in NEVER)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            out.extend(f"{t.lineno}: {t.attr}" for t in targets if isinstance(t, ast.Attribute) and t.attr in SHOWN)
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = {k.arg: k.value for k in node.keywords}
        plain = isinstance(given.get("markup"), ast.Constant) and given["markup"].value is False  # type: ignore[attr-defined]
        if called in MAKES_TEXT and name != RENDER:
            out.append(f"{node.lineno}: {called}(…)")
        if called == "Segment" and name != STRIPS:
            out.append(f"{node.lineno}: Segment(…)")
        if called in (*WIDGETS, "notify", "with_tooltip", "update") and not plain:
            words = [a for a in (*node.args, *given.values()) if isinstance(a, ast.Constant | ast.JoinedStr | ast.Name)]
            if called != "update" and any(not isinstance(a, ast.Constant) for a in words):
                out.append(f"{node.lineno}: {called} without markup=False")
        if isinstance(given.get("markup"), ast.Constant) and given["markup"].value:  # type: ignore[attr-defined]
            out.append(f"{node.lineno}: markup=True")
        if set(given) & SHOWN:
            out.append(f"{node.lineno}: {set(given) & SHOWN}")
    return out


def test_no_module_but_one_makes_text_of_what_is_shown():
    found = {
        path.relative_to(TUI).as_posix(): faults(
            path.relative_to(TUI).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        )
        for path in sorted(TUI.rglob("*.py"))
    }

    assert {name: told for name, told in found.items() if told} == {}
    assert len(found) > 20


@pytest.mark.parametrize(
    "line",
    [
        "Static(text)",
        "Label(f'{name} is here')",
        "self.notify(message)",
        "self.app.notify(str(error), title=title)",
        "Content.from_markup(text)",
        "Content.from_text(text)",
        "rich.text.Text.from_markup(text)",
        "Static(escape(text))",
        "Content(text)",
        "self.border_title = text",
        "Widget(tooltip=text)",
        "self.tooltip: str = text",
        "Static('x', markup=True)",
        "Segment(text)",
        "from textual.markup import escape",
        "Option(prompt)",
    ],
)
def test_what_the_test_is_there_for_is_seen(line):
    assert faults("screens/play.py", ast.parse(line))


@pytest.mark.parametrize(
    "line", ["Static(text, markup=False)", "say((text, 'em'))", "self.update()", "Horizontal(page, bar)"]
)
def test_what_does_no_harm_is_let_be(line):
    assert faults("screens/play.py", ast.parse(line)) == []


async def test_a_field_takes_only_text(make):
    async with make().run_test(size=(80, 24)):
        for payload in CONTROLS.values():
            only_text(Field(payload).value)
            only_text(Field(placeholder=payload).placeholder)


async def test_markup_of_a_story_is_read_and_clicked_as_text(tmp_path):
    """Every screen of a story whose every text is markup; every line of it is clicked."""
    story = load_sources({**HOST, "day.yaml": markup()}).story
    assert story is not None
    app = HyosanApp(Machine(story), Saves(tmp_path, story), seed=1, start=Run.new(Machine(story), 1))
    async with app.run_test(size=(80, 24)) as pilot:
        seen = ""
        for _ in range(len(story.scenes) - 1):
            for y in range(2, 8):
                await pilot.click(offset=(6, y))
            seen += only_text(screen_text(app))
            if len(app.screen_stack) > 2:
                await pilot.press("escape")
            await pilot.press("1")
        for keys in ("j", "p", "question_mark", "s"):
            await pilot.press(keys)
            seen += only_text(screen_text(app))
            await pilot.press("escape")
        assert app.is_running
        assert app.return_code is None
    assert "[@click=app.quit]Open door[/]" in seen
    assert "[TODO]" in seen
    assert "text [/] text" in seen
