"""`hyosan explain`: every code has a page, every example of a page is what the page says it is."""

from __future__ import annotations

import os
import re

import pytest

from game.cli import run
from game.desk import explain
from game.story.diagnostics import CODES
from tests.desk.diagnostic_pages import examples, found, path

each_code = pytest.mark.parametrize("code", CODES)


@each_code
def test_the_examples_of_a_page_are_true(code, tmp_path, monkeypatch):
    """HYOSAN_BLESS=1 writes what hyosan says into the page."""
    monkeypatch.chdir(tmp_path)
    both = examples(code)
    assert [example.wrong for example in both] == [True, False]
    for number, example in enumerate(both):
        (tmp_path / str(number)).mkdir()
        monkeypatch.chdir(tmp_path / str(number))
        said = found(example, tmp_path / str(number))
        told = "\n".join(d.render() for d in said)
        assert [d.code for d in said] == ([code] if example.wrong else []), told
        if example.wrong and example.message != f"{told}\n" and os.environ.get("HYOSAN_BLESS") == "1":
            text = path(code).read_text(encoding="utf-8")
            start, end = example.at
            path(code).write_text(f"{text[:start]}{told}\n{text[end:]}", encoding="utf-8")
            continue
        assert example.message == (f"{told}\n" if example.wrong else "")


@each_code
def test_a_page_is_short_and_has_its_parts(code):
    text = explain.page(code)
    title, empty, rest = text.split("\n", 2)
    words, _, examples_ = rest.partition("\n## Wrong\n")
    sentences = re.findall(r"[.?!](?=\s|$)", words)

    assert title == f"# {code}: {CODES[code][1]}"
    assert empty == ""
    assert 2 <= len(sentences) <= 5, sentences
    assert examples_.count("\n## Right\n") == 1
    assert "\n## " not in examples_.replace("\n## Right\n", "")
    assert len(text.splitlines()) <= 70
    assert all(len(line) <= 100 for line in words.splitlines())


def test_every_page_is_of_a_code_and_in_the_list():
    pages = {page.stem for page in explain.folder().glob("*.md")} - {"README"}
    readme = (explain.folder() / "README.md").read_text(encoding="utf-8")

    assert pages == set(CODES)
    assert re.findall(r"^- \[(H\d{3})\]\((H\d{3})\.md\): (.*)$", readme, re.MULTILINE) == [
        (code, code, title) for code, (_, title) in CODES.items()
    ]


def test_every_code_belongs_to_one_area():
    for code in CODES:
        assert sum(code.startswith(start) for start, _ in explain.AREAS) == 1, code


# --- the command --------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["H012", "h012", "h12", "12", "012"])
def test_a_code_is_understood_however_it_is_written(given, capsys):
    assert run(["explain", given]) == 0
    assert capsys.readouterr().out.startswith(f"H012: {CODES['H012'][1]}\n")


@each_code
def test_a_page_is_printed_without_clutter(code, capsys):
    assert run(["explain", code]) == 0
    printed = capsys.readouterr().out
    prose, _, examples_ = printed.partition("\nWrong\n")

    assert "<!--" not in printed
    assert not re.search(r"^#+ |```|\]\(", prose, re.MULTILINE)
    assert "`" not in prose
    assert "```" not in examples_
    # Examples can be copied: their lines are whole, four spaces in.
    for line in explain.page(code).partition("## Wrong")[2].split("\n"):
        if line and not line.startswith(("#", "```")):
            assert f"    {line}".rstrip().replace("\t", "  ") in printed


def test_without_a_code_all_are_listed(capsys):
    assert run(["explain"]) == 0
    printed = capsys.readouterr().out
    for code, (_, title) in CODES.items():
        assert f"  {code}  {title}" in printed
    assert printed.index("Files") < printed.index("H001") < printed.index("Conditions") < printed.index("H030")


@pytest.mark.parametrize(
    ("given", "hint"), [("H113", "did you mean H112?"), ("29", "did you mean H030?"), ("goto", "lists them all")]
)
def test_an_unknown_code_is_said(given, hint, capsys):
    assert run(["explain", given]) == 1
    assert hint in capsys.readouterr().out


def test_what_a_page_says_is_never_markup(monkeypatch, capsys, tmp_path):
    (tmp_path / "H012.md").write_text("# H012: [red]x[/red]\n\n[bold]a[/bold] :smile: [b]\n")
    monkeypatch.setattr(explain, "folder", lambda: tmp_path)
    assert run(["explain", "12"]) == 0
    assert capsys.readouterr().out == "H012: [red]x[/red]\n\n[bold]a[/bold] :smile: [b]\n\n"


def test_it_works_where_the_package_is_installed(tmp_path, monkeypatch):
    """An installed package has the pages inside: see hatch's force-include, and tests/test_package.py."""
    monkeypatch.setattr(explain, "__file__", str(tmp_path / "game" / "desk" / "explain.py"))
    inside = tmp_path / "game" / "docs" / "diagnostics"
    assert explain.folder() == tmp_path / "docs" / "diagnostics"
    inside.mkdir(parents=True)
    assert explain.folder() == inside
