"""What an edit of one scene costs `hyosan watch`: the process that it keeps proves one version after the other.

    python bench/edits.py [--wait 8] [--file 05-roof.yaml]

The shipped story is copied into a folder of its own and proved. Each edit is then made to that
copy, by itself, and proved as `hyosan watch` does it, in one process that stays; before the next one it is undone, and
the writer waits for some seconds after each. A row has after how many wall seconds the first verdicts were there, and
how many questions were open then; and the same for all that was found. `alone` is the same by a process for each edit,
as where nothing can be forked.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from game.desk.prove.beside import Beside  # noqa: E402
from game.tui.tools import Proven, Proving  # noqa: E402

EDITS = {
    "a word": ("there's something heavy against it on the far side", "there's something heavy against it"),
    "a condition in a text": ("{% if seen.c2_07_roof_of_two %}", "{% if not seen.c2_07_roof_of_two %}"),
    "a condition of a choice": ("        when: with.su_hyeok\n", "        when: with.su_hyeok or with.nam_ra\n"),
    "an effect of a choice": ("do: [{add: {noise: 3}}, ", "do: [{add: {noise: 2}}, "),
}
"""What is written, and what is written in its place."""


OPEN = re.compile(r"([\d,]+) of [\d,]+ questions? not decided|([\d,]+) questions? of [\d,]+ open|([\d,]+) stays? open")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure edits of one scene of the shipped story.")
    parser.add_argument("--wait", type=float, default=8.0)
    parser.add_argument("--file", default="05-roof.yaml")
    given = parser.parse_args()
    print(f"{'edit':34} {'first s':>8} {'open then':>9} {'all s':>7} {'open':>6}", flush=True)
    for staying in (True, False):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "scenes"
            shutil.copytree(ROOT / "scenes", folder)
            os.environ["HYOSAN_CACHE"] = str(Path(temporary) / "cache")
            edits(folder, Beside(staying), given, "" if staying else "alone: ")


def edits(folder: Path, beside: Beside, given: argparse.Namespace, called: str) -> None:
    """A row for each edit."""
    row(f"{called}none, nothing is known", beside(folder), given.wait)
    path = folder / given.file
    text = path.read_text(encoding="utf-8")
    for name, (old, new) in EDITS.items():
        if old not in text:
            raise SystemExit(f"{given.file} has no {old!r}")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        row(f"{called}{name}", beside(folder), given.wait)
        path.write_text(text, encoding="utf-8")
        row(f"{called}  and back", beside(folder), given.wait)
    beside.close()


def row(name: str, proof: Proving, wait: float) -> None:
    began = time.perf_counter()
    first: tuple[float, int] | None = None
    while (soon := proof.so_far()) is not None:
        first = first or (time.perf_counter() - began, opens(soon))
    found = proof.result()
    if not isinstance(found, Proven):
        raise SystemExit(f"{name}: {found}")
    took = time.perf_counter() - began
    told = first or (took, opens(found))
    print(f"{name:34} {told[0]:8.2f} {told[1]:9,} {took:7.2f} {opens(found):6,}", flush=True)
    time.sleep(wait)


def opens(found: Proven) -> int:
    """How many questions are open, as it is said."""
    said = OPEN.search(found.said)
    return int(next(filter(None, said.groups())).replace(",", "")) if said else 0


if __name__ == "__main__":
    main()
