"""Faults inside a text are pointed at exactly, whatever way the text is written in YAML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.story.diagnostics import Problems
from game.story.locate import Locator
from game.story.nodes import Node, compose

WORDS = st.lists(st.text("abc'\"\\한é,x", min_size=1, max_size=6), min_size=1, max_size=8)
BREAKS = st.lists(st.booleans(), min_size=8, max_size=8)


def written(style: str, words: list[str], breaks: list[bool]) -> str:
    """A file whose value is these words, each break between them a space or the end of a line."""
    if style == "plain":
        words = [f"w{word.replace(',', '')}" for word in words]
    escaped = {
        "single": [word.replace("'", "''") for word in words],
        "double": [json.dumps(word, ensure_ascii=bool(breaks[0]))[1:-1] for word in words],
    }.get(style, words)
    joined = escaped[0]
    for word, broken in zip(escaped[1:], breaks, strict=False):
        joined += ("\n      " if broken else "  " if style == "block" else " ") + word
    opened, closed = {
        "plain": ("", ""),
        "single": ("'", "'"),
        "double": ('"', '"'),
        "block": ("|\n      ", ""),
        "folded": (">\n      ", ""),
    }[style]
    return f"first: x\nkey: {opened}{joined}{closed}\nlast: y\n"


@pytest.mark.parametrize("style", ["plain", "single", "double", "block", "folded"])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(words=WORDS, breaks=BREAKS)
def test_every_letter_of_a_text_is_found_in_its_file(style, words, breaks):
    source = written(style, words, breaks)
    problems = Problems()
    problems.remember_source("x.yaml", source)
    root = compose(source, "x.yaml", problems)
    assert root is not None, source
    node: Node = root.value["key"][1]
    locate = Locator(node, problems)
    lines = source.split("\n")

    seen = []
    for offset, letter in enumerate(node.value):
        if letter.isspace():
            continue
        where = locate(offset)
        shown = lines[where.line - 1][where.column - 1]
        assert shown == letter or (style == "double" and shown == "\\"), (source, node.value, offset)
        seen.append((where.line, where.column))
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("style", ["plain", "single", "double", "block", "folded"])
def test_the_end_of_a_text_is_right_behind_its_last_letter(style):
    source = written(style, ["one", "two"], [True] * 8)
    problems = Problems()
    problems.remember_source("x.yaml", source)
    root = compose(source, "x.yaml", problems)
    assert root is not None
    node = root.value["key"][1]

    where = Locator(node, problems)(len(node.value.rstrip()))

    line = source.split("\n")[where.line - 1]
    assert line[: where.column - 1].endswith("two")
