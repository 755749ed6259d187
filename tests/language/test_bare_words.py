"""Every word a player sees goes through the catalogues: looked for in the code, whatever screens are tested."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from game.desk.translate.words import CODE, SPOKEN

WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]{2,}|(?<![A-Za-z_.])[A-Z][a-z]+|[a-z]{2,} |^ [a-z]{2,}")
"""Two words, a word that is no name of the code, or a word with the space to the next."""

THROUGH = {"_", "N_", "n_", "p_"}
UNSEEN = {"Binding", "Command", "compile", "getattr", "TypeVar", "sub", "cast"}
"""Calls whose words are not shown, or are gathered from the register of commands."""

KEYS = {"Enter", "Esc", "Backspace", "PgUp", "PgDn", "PgUp/PgDn", "Home", "End", "Markdown"}
"""Names of keys, as they are written on them, and of a format."""

ENGLISH = {
    *("tui/screens/inspect.py", "tui/inspecting.py", "tui/inspected.py", "tui/typed.py"),
    *("tui/screens/problems.py", "tui/proving.py", "tui/reload.py", "tui/watch.py", "tui/tools.py"),
    *("tui/leaving.py", "tui/terminal.py"),
}
"""The writer's tools, and what is told of a crash: in English (docs/writing/translating.md)."""

MARKUP = {"present/export.py": ("_STYLE", "as_html")}
"""Where HTML and its styles are written."""


class Bare(ast.NodeVisitor):
    """Gathers (line, words) of the string literals that are shown as they are."""

    def __init__(self, skip: tuple[str, ...] = ()) -> None:
        self.skip = skip
        self.found: list[tuple[int, str]] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name == "Hint":
            # The second is gathered with the catalogues.
            self.visit(node.args[0])
        elif name not in THROUGH | UNSEEN:
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What is raised is either never seen or told by the one who catches it."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and ast.unparse(node.annotation) != "TypeAlias":
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if not names & {"__all__", "__getattr__", "DEFAULT_CSS", *self.skip}:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node.name not in self.skip:
            for part in (*node.decorator_list, *node.args.defaults, *node.body):
                self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name that ast looks for

    def visit_Constant(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and WORDS.search(text) and text not in KEYS:
            self.found.append((node.lineno, text))


def bare(code: str, skip: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    seen = Bare(skip)
    seen.visit(ast.parse(code))
    return seen.found


def spoken_files() -> list[str]:
    places = [CODE / part for part in SPOKEN]
    files = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))]
    return [path.relative_to(CODE).as_posix() for path in files]


@pytest.mark.parametrize("file", [name for name in spoken_files() if name not in ENGLISH])
def test_no_word_is_shown_past_the_catalogues(file):
    assert bare((CODE / file).read_text("utf-8"), MARKUP.get(file, ())) == []


def test_the_exceptions_are_files():
    assert {name for name in (*ENGLISH, *MARKUP) if not (Path(CODE) / name).is_file()} == set()


@pytest.mark.parametrize(
    "code",
    [
        'say("No way.")',
        'self.renew(f"Kept as {name}")',
        'Block(say((f"turn {turn}", "dim")))',
        'entry("1", "Read", "read")',
        'Hint("Arrows", "Places")',
        'x = "hers" if a else "Not found"',
        'def f(word="Not yet"): pass',
    ],
)
def test_bare_words_are_found(code):
    assert bare(code)


@pytest.mark.parametrize(
    "code", ['say(_("No way."))', 'Hint("Enter", "Go on")', 'self.query("#page")', 'raise KeyError("Not here")']
)
def test_what_is_translated_or_never_shown_is_not(code):
    assert bare(code) == []
