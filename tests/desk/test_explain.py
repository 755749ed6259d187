"""`hyosan explain`: every code has a page, every example of a page is what the page says it is."""

from __future__ import annotations

import os
import re

import pytest

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
