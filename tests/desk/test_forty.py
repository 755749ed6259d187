"""Stories with a mistake in many lines: every one is found where it is, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from game.desk.check import check
from game.story.diagnostics import Problems, Severity
from game.story.load import read_files

STORIES = Path(__file__).parents[1] / "stories"
_PLANTED = re.compile(r"#\s+((?:H\d{3}\s*)+)\Z")


def sources(name: str) -> dict[str, str]:
    problems = Problems()
    found = read_files(STORIES / name, problems)
    assert not problems
    return found


def planted(files: dict[str, str]) -> Counter[tuple[str, int, str]]:
    """(file, line, code) of every mistake that the comments at the ends of lines tell of."""
    return Counter(
        (file, number, code)
        for file, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _PLANTED.search(line))
        for code in match[1].split()
    )


@pytest.mark.parametrize(("name", "least", "kinds"), [("forty-errors", 40, 28), ("forty-findings", 20, 13)])
def test_every_planted_mistake_is_found_and_none_invented(name, least, kinds):
    files = sources(name)
    wanted = planted(files)

    found = check(files)

    told = "\n\n".join(d.render() for d in found)
    assert Counter((d.where.file, d.where.line, d.code) for d in found) == wanted, told
    assert wanted.total() >= least
    assert len({code for _, _, code in wanted}) >= kinds


def test_a_story_with_errors_is_not_looked_into_further():
    files = sources("forty-errors")

    assert [d for d in check(files) if d.code >= "H100"] == []
    assert all(d.severity is Severity.ERROR for d in check(files, static=False))


def test_what_looks_wrong_and_is_right_is_left_alone():
    assert [d.render() for d in check(sources("look-alikes"))] == []
