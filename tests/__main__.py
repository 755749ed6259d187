"""Everything that has to hold, in one command: lint, format, types, the house's arrows, and the tests.

`python -m tests` runs all of it; further arguments go to pytest (`python -m tests -k saves`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

CHECKS = (
    ("lint", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("arrows", ["lint-imports"]),
)


def main() -> int:
    failed = []
    tools = Path(sys.executable).parent
    for name, (tool, *rest) in CHECKS:
        print(f"== {name}", flush=True)
        if subprocess.run([str(tools / tool), *rest], cwd=ROOT).returncode:
            failed.append(name)
    print("== tests", flush=True)
    tests = subprocess.run([sys.executable, "-m", "pytest", "-n", "auto", "-m", "not slow", *sys.argv[1:]], cwd=ROOT)
    if tests.returncode:
        failed.append("tests")
    if failed:
        print("failed: " + ", ".join(failed), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
