"""Answers one large story in a process of its own, and prints what that took: seconds and megabytes, as JSON.

    python -m tests.hostile.answered NAME FOLDER

The story is put into FOLDER first; the seconds are the processor's, for reading, checking and a few turns of play.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from pathlib import Path

from game.desk.check import check
from game.engine import Machine, Run
from game.present.view import view
from game.story import load_story
from game.story.diagnostics import Problems
from game.story.load import read_files
from tests.hostile.conftest import RUBBISH
from tests.hostile.large import LARGE

TURNS = 3


def answer(home: Path) -> dict[str, object]:
    """What became of the story in a folder: the slowest of reading, checking and playing it, and the codes told."""
    took: dict[str, float] = {}
    codes: set[str] = set()

    def timed(what: str, began: float) -> None:
        took[what] = round(time.process_time() - began, 3)

    began = time.process_time()
    loaded = load_story(home)
    timed("read", began)
    began = time.process_time()
    problems = Problems()
    found = check(read_files(home, problems), problems)
    timed("check", began)
    codes.update(d.code for d in found if d.severity == "error")
    assert all(d.where.file for d in found)
    assert bool(codes) == (loaded.story is None)
    began = time.process_time()
    if loaded.story is not None:
        run = Run.new(Machine(loaded.story), 1)
        for _ in range(TURNS):
            view(run)
            if run.over:
                break
            run = run.choose(next(o for o in run.options() if o.open).choice.id)
    timed("play", began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1_000_000 if sys.platform == "darwin" else 1_000)
    return {"took": took, "megabytes": round(megabytes), "codes": sorted(codes)}


def put(name: str, home: Path) -> None:
    for file, text in LARGE[name]().items():
        (home / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    gc.set_threshold(*RUBBISH)
    print(json.dumps(answer(Path(sys.argv[2]))))
