"""`python -m tests.saves`: everything that is done to saves, and what it came to, as a table.

`HYOSAN_POINTS=10000 python -m tests.saves -n auto` goes on until so many crashes and faults have been survived.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


class Table:
    """Collects what the tests have noted with `figures`, from all processes."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int, int]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            noted: list[Any] = report.user_properties
            self.rows += [tuple(value) for name, value in noted if name == "figure"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.rows:
            return
        rows = sorted(self.rows)
        rows.append(("all of it", sum(r[1] for r in rows), sum(r[2] for r in rows), sum(r[3] for r in rows)))
        width = max(len(row[0]) for row in rows)
        terminalreporter.write_line(f"\n{'':{width}}    points  turns lost  wrong states accepted")
        for name, points, lost, wrong in rows:
            terminalreporter.write_line(f"{name:{width}}  {points:8,}  {lost:10}  {wrong:21}")


def main(arguments: list[str]) -> int:
    os.environ.setdefault("HYOSAN_POINTS", "2000")
    return pytest.main([str(HERE), "-q", "-m", "slow or not slow", *arguments], plugins=[Table()])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
