"""The game in a real terminal: a pty, a real process, and the screen as a terminal would draw it."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")

ROOT = Path(__file__).parents[1]
STORY = ROOT / "tests" / "tui" / "story"
"""A small story: its first scene has three choices, the rooms behind them go on for ever."""

MODES = ("1049", "1000", "1003", "1006", "1015", "1004", "2004")
"""What a full screen switches on, and has to switch off again."""


def heeding() -> None:
    """Heed the signals that end a process, even where the tests run in the background, which ignores some."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A process in a terminal of `columns` x `rows`, and what its screen shows.

    `module` is what Python runs, unless another `program` is given; `ready` is called in the new process before it.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        module: str = "game",
        program: str = "",
        ready: Callable[[], None] | None = None,
        unset: tuple[str, ...] = (),
        **env: str,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        # What the screen shows, once somebody looked: pyte needs as long to say it as is slept between two looks.
        self._shown: str | None = None
        self.raw = b""
        self.folder = folder
        # A size in the environment would win over the terminal's own.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        given = {
            **inherited,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "HYOSAN_SAVES": str(folder / "saves"),
            "HYOSAN_CONFIG": str(folder / "config"),
            "HYOSAN_LOGS": str(folder / "logs"),
            "HYOSAN_TAP": "1",
            **env,
        }
        self.child = pexpect.spawn(
            program or sys.executable,
            list(arguments) if program else ["-m", module, *arguments],
            cwd=str(ROOT),
            dimensions=(rows, columns),
            timeout=20,
            preexec_fn=ready or heeding,
            env={name: value for name, value in given.items() if name not in unset},
        )
        self.child.delaybeforesend = None
        self.child.delayafterclose = self.child.delayafterterminate = 0
        self.child.ptyproc.delayafterclose = self.child.ptyproc.delayafterterminate = 0
        self.before = termios.tcgetattr(self.child.child_fd)

    # --- what it shows ---

    def read(self, wait: float = 0.02) -> str:
        """The screen as it is now; `wait` seconds of silence mean that it is drawn."""
        self.take_in(wait)
        if self._shown is None:
            self._shown = "\n".join(self.screen.display)
        return self._shown

    def take_in(self, wait: float = 0.02) -> None:
        """Draw what was sent without looking at it, until there are `wait` seconds of silence."""
        while sent := self._sent(wait):
            # The screen of full-screen programs begins empty, and goes with them; pyte knows of no such thing.
            for part in re.split(rb"(\x1b\[\?1049[hl])", sent):
                if part.startswith(b"\x1b[?1049"):
                    self.screen.erase_in_display(2)
                self.stream.feed(part)
            self._shown = None

    def skip(self, seconds: float) -> None:
        """Read for so long without looking."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._sent(left)

    def _sent(self, wait: float) -> bytes:
        """What has come within `wait` seconds; nothing also when nothing will ever come again."""
        fileno = self.child.child_fd
        if not select.select([fileno], [], [], wait)[0]:
            return b""
        try:
            sent = os.read(fileno, 65536)
        except OSError:
            time.sleep(min(wait, 0.01))
            return b""
        self.raw += sent
        return sent

    def until(self, text: str, seconds: float = 20) -> str:
        """The screen once it shows `text`."""
        return self._until(lambda shown: text in shown, f"{text!r} did not appear", seconds)

    def until_not(self, text: str, seconds: float = 20) -> str:
        """The screen once it shows `text` no more."""
        return self._until(lambda shown: text not in shown, f"{text!r} stayed", seconds)

    def _until(self, there: Callable[[str], bool], what: str, seconds: float) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.read()
            if there(shown):
                return shown
            if not self.child.isalive():
                break
        raise AssertionError(f"{what}; the screen shows:\n{shown}")

    # --- what is done to it ---

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def turn(self, keys: str) -> None:
        """Press keys that turn a page, once it has been there long enough to be read."""
        self.take_in()
        time.sleep(0.3)
        self.press(keys)

    def send(self, data: bytes) -> None:
        """Send bytes however many, reading what comes meanwhile, as a terminal does."""
        with self._not_waiting():
            at = 0
            while at < len(data):
                try:
                    at += os.write(self.child.child_fd, data[at : at + 4096])
                except BlockingIOError:
                    self.take_in(0.001)
                except OSError:
                    return

    @contextmanager
    def _not_waiting(self) -> Iterator[None]:
        os.set_blocking(self.child.child_fd, False)
        try:
            yield
        finally:
            os.set_blocking(self.child.child_fd, True)

    def resize(self, columns: int, rows: int) -> None:
        self.child.setwinsize(rows, columns)
        if 0 < columns <= 1000 and 0 < rows <= 500:
            self.screen.resize(rows, columns)
            self._shown = None

    def signal(self, name: str) -> None:
        self.child.kill(getattr(signal, name))

    def hang_up(self) -> None:
        """The terminal goes away."""
        self.take_in()
        os.close(self.child.child_fd)
        self.child.child_fd = self.child.ptyproc.fd = -1

    # --- what it is ---

    @property
    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.child.pid}/task"))

    @property
    def files(self) -> int:
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    @property
    def rss(self) -> int:
        """Memory in bytes."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found.group(1)) * 1024

    @property
    def cpu(self) -> float:
        """Seconds of processor time used."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def stopped(self) -> bool:
        return Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def wait_for(self, there: Callable[[], bool], seconds: float = 10) -> None:
        """Wait, reading, until something is so."""
        end = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < end, "it never was so"
            self.take_in()

    def ends(self, seconds: float = 20) -> int | None:
        """Wait for the process to end; its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        there = self.child.child_fd >= 0
        while self.child.isalive():
            assert time.monotonic() < end, "it did not end; the screen shows:\n" + "\n".join(self.screen.display)
            if there:
                self.take_in()
            else:
                time.sleep(0.02)
        if there:
            self.take_in()
        ended: int | None = self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus
        return ended

    def check_restored(self) -> None:
        """The terminal is as it was: its settings, and every mode that was switched on."""
        self.take_in()
        assert termios.tcgetattr(self.child.child_fd) == self.before
        for mode in MODES:
            switched = re.findall(rb"\x1b\[\?%s([hl])" % mode.encode(), self.raw)
            assert switched[-1:] in ([b"l"], []), f"mode {mode} was left on"
        assert re.findall(rb"\x1b\[\?25([hl])", self.raw)[-1:] in ([b"h"], []), "the cursor was left hidden"


@contextmanager
def terminals(folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Makes terminals whose processes do not outlive the context."""
    made: list[Terminal] = []

    def make(*arguments: str, **options) -> Terminal:
        made.append(Terminal(folder, *arguments, **options))
        return made[-1]

    try:
        yield make
    finally:
        for terminal in made:
            if terminal.child.isalive():
                terminal.child.kill(signal.SIGKILL)
                terminal.child.wait()
            if terminal.child.child_fd >= 0:
                terminal.child.close()
