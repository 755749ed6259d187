"""Blessed transcripts: every word of a test's run, kept beside the tests, so that a change of words is seen."""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import replace

from game.desk.storytest.model import Result, StoryTest
from game.desk.storytest.play import failure
from game.engine import Run
from game.present import Line, ending_roll, transcript
from game.present.spoken import remembered, spoken
from game.story.diagnostics import Problems, printable
from game.story.source import Missing, Unreadable, beside, opened

WIDTH = 100
"""Columns: a changed word is then a few changed lines."""


def words(run: Run) -> str:
    """A run in the words of plain mode, from its beginning to where it stands, with a line end at the end."""
    paragraphs = [_said(line) for turn in range(run.turn + 1) for line in transcript(run, turn)]
    if run.over:
        roll = [remembered(person) for person in ending_roll(run)]
        paragraphs.append("\n".join(_filled(first, *more) for first, *more in roll))
    return "\n\n".join(p for p in paragraphs if p) + "\n"


def _filled(first: str, *more: str) -> str:
    """A row of the roll; what became of somebody stands below, indented."""
    rows = [textwrap.fill(m, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False) for m in more]
    return "\n".join([first, *rows])


def _said(line: Line) -> str:
    text = f"> {spoken(line)}" if line.kind == "chosen" else spoken(line)
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def compare(result: Result) -> Result:
    """A result that fails where the run's words are not the blessed ones. Half a run is not compared."""
    test = result.test
    if test.transcript is None or not result.finished:
        return result
    now, before = words(result.run), _read(test)
    if now == before:
        return result
    if before is None:
        expected, got, hint = "a blessed transcript", f"no {test.transcript_name}", "bless one with --update"
    else:
        expected, got = f"the words of {test.transcript_name}", "others"
        hint = "bless the new words with --update, if they are meant"
    found = failure(test, result.run, test.transcript_at, expected, got, hint)
    found = replace(found, passage=(), diff=() if before is None else _diff(test, before, now))
    return replace(result, failures=(*result.failures, found))


def bless(result: Result) -> Result:
    """Keep the run's words as the blessed ones, and say in the result what changed.

    A test that fails is not blessed. Raises OSError when the file cannot be written.
    """
    test = result.test
    if test.transcript is None or result.failures:
        return result
    now, before = words(result.run), _read(test)
    if now == before:
        return result
    test.transcript.parent.mkdir(exist_ok=True)
    test.transcript.write_text(now, encoding="utf-8", newline="\n")
    return replace(result, diff=_diff(test, before or "", now))


def _read(test: StoryTest) -> str | None:
    """The blessed words of a test, or None. What is not text is no words of ours."""
    assert test.transcript is not None
    place, name = beside(test.transcript)
    with opened(place, Problems()) as source:
        try:
            data = source.read(name) if source is not None else None
        except Missing:
            data = None
        except Unreadable as refused:
            raise OSError(None, refused.message, str(test.transcript)) from None
    return None if data is None else data.decode("utf-8", "replace").replace("\r\n", "\n")


def _diff(test: StoryTest, before: str, now: str) -> tuple[str, ...]:
    name = test.transcript_name
    lines = difflib.unified_diff(
        before.splitlines(), now.splitlines(), f"{name} (blessed)", f"{name} (now)", lineterm="", n=2
    )
    return tuple(printable(line) for line in lines)
