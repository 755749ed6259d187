"""Whatever is wrong in a story is told where it stands, with a hint, and nothing else is told."""

from __future__ import annotations

import pytest

from game.story.diagnostics import CODES, Severity
from tests.stories.building import loaded
from tests.story.mistakes import BARE, MISTAKES, WORLD, Files


def unmarked(files: Files) -> tuple[Files, tuple[str, int, int, int]]:
    """The files without « and », and (file, line, column, width) of what stood between them."""
    for file, text in files.items():
        if "«" not in text:
            continue
        before, rest = text.split("«")
        inside, after = rest.split("»")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return files | {file: before + inside + after}, (file, line, column, max(1, len(inside)))
    raise AssertionError("nothing is marked")


@pytest.mark.parametrize(("code", "files", "piece"), [pytest.param(*case[1:], id=case[0]) for case in MISTAKES])
def test_a_mistake_is_told_where_it_stands(code, files, piece):
    sources, expected = unmarked(files)

    found = loaded(sources)

    told = "\n".join(d.render() for d in found.diagnostics)
    assert [d.code for d in found.diagnostics] == [code], told
    where = found.diagnostics[0].where
    assert (where.file, where.line, where.column, where.width) == expected, told
    assert piece in found.diagnostics[0].message + " " + found.diagnostics[0].hint, told
    assert (found.story is None) == (CODES[code][0] is Severity.ERROR)


@pytest.mark.parametrize("files", [WORLD, BARE], ids=["the world", "the bare story"])
def test_the_stories_the_mistakes_are_put_into_have_none(files):
    assert loaded(files).diagnostics == ()
