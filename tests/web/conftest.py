"""A server as `hyosan serve` begins it, and a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORY = ROOT / "tests" / "tui" / "story"


def games(pid: int, visitors: Path) -> list[int]:
    """The processes of the games that process `pid` has begun, but for the one that waits for somebody to play."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if visitors in Path(os.readlink(f"/proc/{child}/cwd")).parents]


class Served:
    """`hyosan serve` of the tests' story, on a port of its own choice."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.saves = folder / "visitors"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "game", "serve", str(STORY), "--port", "0", "--saves", str(self.saves), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
            env={**os.environ, "HYOSAN_TAP": "1"}, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+/", said)
        assert found, said + self.process.communicate()[0]
        self.address = found[0]

    @property
    def games(self) -> list[int]:
        """The processes of the games."""
        return games(self.process.pid, self.saves)

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it as Ctrl+C does; its exit code and what it said."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=20)
        return self.process.returncode, said


@pytest.fixture
def serving(tmp_path) -> Iterator[Callable[..., Served]]:
    """Begins servers, which do not outlive the test."""
    begun: list[Served] = []

    def begin(*options: str) -> Served:
        begun.append(Served(tmp_path, *options))
        return begun[-1]

    yield begin
    for served in begun:
        if served.process.poll() is None:
            served.process.kill()
            served.process.communicate()


@pytest.fixture(scope="package")
def browser_address(tmp_path_factory) -> Iterator[str]:
    """Where a real browser is spoken to."""
    from tests.web import browser

    if browser.CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with browser.chromium(tmp_path_factory.mktemp("browser")) as address:
        yield address
