"""How long from a key to its page, to a new size, and in a long journal: hyosan beside a bare Textual app.

    python bench/turn.py [--turns 300] [--sizes 40] [--lines 5000] [--profile FILE]

Both run at once in pseudo-terminals of 80x24, and are asked in turn. For each key the wall time is from its being sent
to the last byte drawn for it (what nothing follows for `SILENCE`). The CPU time is the process's own, user and system,
all threads, by the mean over all keys: it holds saving as well. The bare app adds a line to a RichLog and has a footer.

Hyosan plays the shipped story at random, with seeds that begin at 1, in as many runs as it takes. The only thing that
is not as players have it: keys may follow each other at once (`patience`), which they must not, but nothing is drawn
otherwise for that.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from game.engine import Machine, Run  # noqa: E402
from game.saves import Saves  # noqa: E402
from game.story import Story, load_story  # noqa: E402
from game.story.shipped import shipped  # noqa: E402
from game.tui.blocks import turn_blocks  # noqa: E402
from game.tui.render import layout  # noqa: E402

SILENCE = 0.12
"""Seconds without a byte after which a screen is drawn."""

SMALL, LARGE = (80, 24), (120, 40)
JOURNAL = 70
"""Columns of text in the journal at 80 columns."""

ENDLESS = {
    "story.yaml": "story: {id: endless, title: Endless, version: 1.0.0, start: ping}\n",
    "01-day.yaml": """
chapter: {id: day, title: Day, from: D1 10:00, until: D1 16:00, start: ping}
scenes:
  ping:
    text: |
      The corridor goes on, and there is a door on the left, a door on the right, and a light that is not always on.

      Somebody has written a name on the wall, and somebody else has tried to take it off again with a wet sleeve.
    choices:
      on: {text: Go on to the next door., goto: pong}
  pong:
    text: |
      The next one is like the last one. You listen, as you have listened at all of them, and hear what you heard there.
    choices:
      on: {text: Go on along the corridor., goto: ping}
      end: {text: Stop., goto: end}
endings:
  end: {title: Stopped, text: Here it ends.}
""",
}
"""A story that goes on for ever, for the journal."""

BARE = """
from textual.app import App
from textual.widgets import Footer, RichLog
class Bare(App):
    BINDINGS = [("q", "quit", "Quit"), *((str(n), "add", "Add") for n in range(10))]
    def compose(self):
        yield RichLog(wrap=True)
        yield Footer()
    def action_add(self):
        self.query_one(RichLog).write("You go on, and the corridor is as long as it was before.")
app = Bare()
app.animation_level = "none"
app.run()
"""

PLAY = """
import sys
from game.tui import patience
patience.QUIET = 0
from game.cli import run
if profile := {profile!r}:
    import atexit, cProfile
    from game.tui.app import HyosanApp
    ran = cProfile.Profile()
    HyosanApp.on_ready, ready = (lambda app: (ready(app), ran.enable()) and None), HyosanApp.on_ready
    atexit.register(lambda: (ran.disable(), ran.dump_stats(profile)))
sys.exit(run({arguments!r}))
"""


class App:
    """A program in a terminal of its own."""

    def __init__(self, code: str, folder: Path) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            env = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
            env["PYTHONDONTWRITEBYTECODE"] = ""  # as an installed program has it: compiled once
            env |= {"HYOSAN_SAVES": str(folder), "HYOSAN_CONFIG": str(folder), "HYOSAN_LOGS": str(folder)}
            os.execve(sys.executable, [sys.executable, "-c", code], {**os.environ, **env})
        self.resize(*SMALL)
        self.until_silent(first=20, silence=1)

    def resize(self, columns: int, rows: int) -> None:
        ioctl(self.terminal, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until_silent(self, first: float = 5, silence: float = SILENCE) -> tuple[float, int]:
        """When the last byte came, and how many there were. Waits `first` seconds for the first."""
        last, size = 0.0, 0
        while select.select([self.terminal], [], [], silence if size else first)[0]:
            size += len(os.read(self.terminal, 1 << 16))
            last = time.perf_counter()
        return last or time.perf_counter(), size

    def press(self, keys: str) -> float:
        """Seconds from keys to the last byte that was drawn for them."""
        for _ in range(3):
            began = time.perf_counter()
            os.write(self.terminal, keys.encode())
            at, size = self.until_silent(first=2)
            if size:
                return at - began
            # On a busy machine a page can take a pause while it is drawn, and a key that comes then is dropped.
        raise SystemExit(f"nothing was drawn for {keys!r}")

    def another_size(self, columns: int, rows: int) -> float:
        """Seconds from another size to the last byte that was drawn for it."""
        began = time.perf_counter()
        self.resize(columns, rows)
        at, size = self.until_silent(silence=2 * SILENCE)
        if not size:
            raise SystemExit("nothing was drawn for another size")
        return at - began

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far, threads that have ended among them."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, number: int = signal.SIGTERM) -> None:
        os.kill(self.pid, number)
        while select.select([self.terminal], [], [], 5)[0]:
            try:
                os.read(self.terminal, 1 << 16)
            except OSError:
                break
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Times:
    """What keys took: wall seconds of each, CPU seconds of all."""

    def __init__(self) -> None:
        self.walls: list[float] = []
        self.cpu = 0.0

    @contextmanager
    def of(self, app: App) -> Iterator[None]:
        """Count the CPU time that `app` uses meanwhile."""
        began = app.cpu
        yield
        self.cpu += app.cpu - began

    def row(self, name: str) -> str:
        walls = sorted(self.walls)
        middle, slow = statistics.median(walls), walls[int(len(walls) * 0.95)]
        mean = self.cpu / len(walls)
        return f"{name:28} {middle * 1000:7.1f} {slow * 1000:7.1f} {mean * 1000:9.2f}"


HEAD = f"{'milliseconds':28} {'median':>7} {'95 %':>7} {'CPU mean':>9}"


def compare(ours: Times, bare: Times) -> str:
    wall = statistics.median(ours.walls) / statistics.median(bare.walls)
    cpu = (ours.cpu / len(ours.walls)) / (bare.cpu / len(bare.walls))
    return f"hyosan / bare: {wall:.2f} wall, {cpu:.2f} CPU\n"


def walk(story: Story, seed: int) -> list[str]:
    """The keys of a random run to its end, for the numbers of its choices."""
    chance, run = random.Random(seed), Run.new(Machine(story), seed)
    keys: list[str] = []
    while len(keys) < 300:
        offered = [option.choice.id for option in run.options() if option.open][:10]
        if not offered:
            break
        number = chance.randrange(len(offered))
        run = run.choose(offered[number])
        keys.append(str((number + 1) % 10))
    # At an ending the numbers mean something else.
    return keys


def turns(count: int, sizes: int, folder: Path, profile: str) -> None:
    """Turns and sizes, printed."""
    story = load_story(shipped()).story
    assert story is not None
    bare = App(BARE, folder)
    turned, added, sized, bare_sized = Times(), Times(), Times(), Times()
    seed = 0
    while len(turned.walls) < count:
        seed += 1
        keys = walk(story, seed)[: count - len(turned.walls)]
        ours = App(PLAY.format(arguments=["--seed", str(seed)], profile=profile), folder)
        with turned.of(ours), added.of(bare):
            for key in keys:
                turned.walls.append(ours.press(key))
                added.walls.append(bare.press("1"))
        if len(turned.walls) >= count:
            for number in range(sizes):
                for app, times in ((ours, sized), (bare, bare_sized)):
                    with times.of(app):
                        times.walls.append(app.another_size(*(SMALL if number % 2 else LARGE)))
        ours.end()
    bare.end(signal.SIGKILL)
    print(f"{len(turned.walls)} turns in {seed} runs\n{HEAD}")
    print(turned.row("hyosan: key to painted turn"), added.row("bare: key to added line"), sep="\n")
    print(compare(turned, added))
    if sizes:
        print(HEAD, sized.row("hyosan: another size"), bare_sized.row("bare: another size"), sep="\n")
        print(compare(sized, bare_sized))


def journal(lines: int, folder: Path, profile: str) -> None:
    """Opening, scrolling and searching a journal of at least so many lines, printed."""
    place = folder / "endless"
    place.mkdir()
    for name, text in ENDLESS.items():
        (place / name).write_text(text)
    story = load_story(place).story
    assert story is not None
    run, high = Run.new(Machine(story), 1), 0
    while high < lines:
        run = run.choose("on")
        high += sum(len(layout(block, 0, JOURNAL, top=False)) for block in turn_blocks(run, run.turn))
    saves = Saves(folder / "long", story)
    saves.write("long", run)
    saves.release()
    arguments = ["play", str(place), "--saves", str(folder / "long"), "--load", "long"]
    app = App(PLAY.format(arguments=arguments, profile=profile), folder)
    print(f"a journal of {high} lines, {run.turn} turns\n{HEAD}")
    asked = (
        ("open it", ["j"]),
        ("to its beginning", ["\x1b[H"]),
        ("a page on", ["\x1b[6~"] * 20),
        ("to the next choice", ["\x1b[B"] * 20),
        ("find a word", ["/", "door\r"]),
        ("the next place of it", ["n"] * 20),
        ("close it", ["\x1b"]),
    )
    for what, keys in asked:
        times = Times()
        with times.of(app):
            times.walls += [app.press(key) for key in keys]
        print(times.row(f"journal: {what}"))
        if what == "open it":
            resized(app)
    app.end()


def resized(app: App) -> None:
    """Another size while the journal is open, printed."""
    app.until_silent(first=1, silence=1)
    times = Times()
    with times.of(app):
        times.walls += [app.another_size(*(SMALL if number % 2 else LARGE)) for number in range(4)]
    print(times.row("journal: another size"))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--turns", type=int, default=300)
    asked.add_argument("--sizes", type=int, default=40)
    asked.add_argument("--lines", type=int, default=5000, help="of the journal; 0 leaves it out")
    asked.add_argument("--profile", default="", metavar="FILE", help="write a profile of hyosan (pstats)")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.turns:
            turns(options.turns, options.sizes, Path(folder), options.profile)
        if options.lines:
            journal(options.lines, Path(folder), options.profile)


if __name__ == "__main__":
    main()
