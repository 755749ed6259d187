"""What an edit of one scene costs `hyosan watch`: a proof of the story as it was is kept, then one line is changed.

    python bench/edits.py [--budget 60] [--watch 20] [--file 05-roof.yaml]

The shipped story is copied into a folder of its own and proved, for `--budget` seconds. Each edit is then made to that
copy, by itself, and proved by the command line that `hyosan watch` runs, for `--watch` seconds. A row has that
process's wall and CPU seconds; after how many wall seconds the first verdicts were there, and how many questions were
open then; and how many were open in the end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

EDITS = {
    "a word": ("there's something heavy against it on the far side", "there's something heavy against it"),
    "a condition in a text": ("{% if seen.c2_07_roof_of_two %}", "{% if not seen.c2_07_roof_of_two %}"),
    "a condition of a choice": ("        when: with.su_hyeok\n", "        when: with.su_hyeok or with.nam_ra\n"),
    "an effect of a choice": ("do: [{add: {noise: 3}}, ", "do: [{add: {noise: 2}}, "),
}
"""What is written, and what is written in its place."""


def proving(folder: Path, seconds: float, cache: Path) -> tuple[float, float, list[tuple[float, dict[str, Any]]]]:
    """The wall and CPU seconds of a proof as `hyosan watch` makes it, and what it printed after how many seconds."""
    command = [sys.executable, "-m", "game", "prove", str(folder), "--quick", "--budget", str(seconds)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HYOSAN_CACHE": str(cache)}
    began = time.perf_counter()
    child = subprocess.Popen([*command, "--format", "json", "--slim"], cwd=ROOT, stdout=subprocess.PIPE, env=env)
    assert child.stdout is not None
    said = [(time.perf_counter() - began, json.loads(line)) for line in child.stdout]
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, said


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure edits of one scene of the shipped story.")
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--watch", type=float, default=20.0)
    parser.add_argument("--file", default="05-roof.yaml")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary) / "scenes", Path(temporary) / "cache"
        shutil.copytree(ROOT / "scenes", folder)
        print(f"{'edit':28} {'wall s':>7} {'CPU s':>7} {'first s':>8} {'open then':>9} {'in the end':>10}", flush=True)
        row("none, and nothing is known", *proving(folder, given.budget, cache))
        path = folder / given.file
        text = path.read_text(encoding="utf-8")
        for name, (old, new) in EDITS.items():
            if old not in text:
                raise SystemExit(f"{given.file} has no {old!r}")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            # Each is an edit of what was proved at first.
            own = Path(temporary) / name.replace(" ", "-")
            shutil.copytree(cache, own)
            row(name, *proving(folder, given.watch, own))


def row(name: str, wall: float, cpu: float, said: list[tuple[float, dict[str, Any]]]) -> None:
    first, then = said[0]
    opens = then["counts"]["open"], said[-1][1]["counts"]["open"]
    print(f"{name:28} {wall:7.2f} {cpu:7.2f} {first:8.2f} {opens[0]:9} {opens[1]:10}", flush=True)


if __name__ == "__main__":
    main()
