"""Everything that has to hold, in one command: lint, format, types, the house's arrows, and the tests.

`python -m tests` runs all of it; further arguments go to pytest (`python -m tests -k saves`).
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[1]

TOOLS = Path(sys.executable).parent

QUICK = (
    ("lint", [str(TOOLS / "ruff"), "check", "."]),
    ("format", [str(TOOLS / "ruff"), "format", "--check", "."]),
)
BESIDE = (
    ("types", [str(TOOLS / "mypy")]),
    ("arrows", [str(TOOLS / "lint-imports")]),
)
"""What takes one core for a while runs beside the tests, and is told after them."""


def cores() -> int:
    """How many this process may use. The tests have one process more: each now and then waits for a terminal."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> int:
    failed = []

    def told(name: str, code: int) -> None:
        if code:
            failed.append(name)

    for name, command in QUICK:
        print(f"== {name}", flush=True)
        told(name, subprocess.run(command, cwd=ROOT).returncode)
    with ExitStack() as files:
        begun = []
        for name, command in BESIDE:
            out = files.enter_context(TemporaryFile())
            begun.append((name, out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)))
        # Where nothing is compiled yet, each process of the tests would compile all of the game for itself.
        compileall.compile_dir(ROOT / "game", quiet=1)
        print("== tests", flush=True)
        several = ["-n", str(cores() + 1), "--dist", "worksteal"]
        tests = [sys.executable, "-m", "pytest", *several, "-m", "not slow", *sys.argv[1:]]
        told("tests", subprocess.run(tests, cwd=ROOT).returncode)
        for name, out, process in begun:
            code = process.wait()
            out.seek(0)
            print(f"== {name}\n{out.read().decode(errors='replace')}", end="", flush=True)
            told(name, code)
    if failed:
        print("failed: " + ", ".join(failed), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
