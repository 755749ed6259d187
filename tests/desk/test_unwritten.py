"""What cannot be written is said in a line: by which command, which file, why, and what to do."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from game.desk.unwritten import unwritten
from tests.commands import hyosan

STORY = Path(__file__).parents[1] / "tui" / "story"
NOWHERE = "No such file or directory; make its folder first"
BLOCKED = "Not a directory; what should be its folder is a file; name another place"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pack", "s", "-o", "no/a.zip"], f"hyosan pack: no/a.zip cannot be written: {NOWHERE}"),
        (["prove", "s", "--quick", "--report", "no/a.html"], f"hyosan prove: no/a.html cannot be written: {NOWHERE}"),
        (["graph", "s", "-o", "no/a.svg"], f"hyosan graph: no/a.svg cannot be written: {NOWHERE}"),
        (["test", "s", "--junit", "no/a.xml"], f"hyosan test: no/a.xml cannot be written: {NOWHERE}"),
        (["new", "file/s"], f"hyosan new: file/s cannot be written: {BLOCKED}"),
        (
            ["translate", "s", "extract", "--language", "ko"],
            f"hyosan translate: s/locales/ko/story.po cannot be written: {BLOCKED}",
        ),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else "",
)
def test_a_place_that_cannot_be_written_to(tmp_path, arguments, said):
    shutil.copytree(STORY, tmp_path / "s")
    (tmp_path / "file").touch()
    (tmp_path / "s" / "locales").touch()

    done = hyosan(*arguments, cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == said


def test_whatever_the_system_says_can_be_printed():
    error = OSError(errno.EIO, os.strerror(errno.EIO), "a\x1b[2J\n.html")
    assert unwritten(error).isprintable()
    assert unwritten(OSError("odd")) == "a file cannot be written: odd"
