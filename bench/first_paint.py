"""How long until something is on the screen: hyosan beside a bare Textual app, in one run.

    python bench/first_paint.py [ROUNDS]

Each round starts both in a pseudo-terminal of 80x24 and waits for the last words of the first screen. Wall time is from
fork to those words; CPU time is the process's own (user and system) until then. The two take turns; medians are
printed.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

ROOT = Path(__file__).parents[1]

BARE = """
from textual.app import App
from textual.widgets import Footer, Static
class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Static("Hello, last words")
        yield Footer()
Bare().run()
"""


def first_paint(arguments: list[str], words: bytes, env: dict[str, str]) -> tuple[float, float]:
    """(wall seconds, CPU seconds) until `words` are written to the terminal."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, *arguments], {**os.environ, **env})
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], 20)
        if not ready:
            raise SystemExit(f"{arguments}: nothing within 20 s")
        seen += os.read(terminal, 65536)
    wall = time.perf_counter() - began
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return wall, cpu


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    results: dict[str, list[tuple[float, float]]] = {"bare": [], "hyosan": []}
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "TERM": "xterm-256color",
            "PYTHONDONTWRITEBYTECODE": "",  # as an installed program has it: compiled once
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT),
            "HYOSAN_SAVES": folder,
            "HYOSAN_CONFIG": folder,
        }
        commands = {"bare": (["-c", BARE], b"last words"), "hyosan": (["-m", "game"], b"New run")}
        for arguments, words in commands.values():
            first_paint(arguments, words, env)  # once for the caches
        for _ in range(rounds):
            for name, (arguments, words) in commands.items():
                results[name].append(first_paint(arguments, words, env))
    medians = {
        name: (statistics.median(w for w, _ in found), statistics.median(c for _, c in found))
        for name, found in results.items()
    }
    for name, (wall, cpu) in medians.items():
        print(f"{name:7} {wall * 1000:5.0f} ms to first paint, {cpu * 1000:5.0f} ms of CPU")
    (bare_wall, bare_cpu), (wall, cpu) = medians["bare"], medians["hyosan"]
    print(f"hyosan / bare: {wall / bare_wall:.2f} wall, {cpu / bare_cpu:.2f} CPU ({rounds} rounds)")


if __name__ == "__main__":
    main()
