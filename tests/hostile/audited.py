"""Plays stories with every door watched: what may be opened, and that nothing else is ever tried.

    python -m tests.hostile.audited WORK TURNS

WORK holds the stories: `hostile/*` (folders and packs) to be read, `played/*` to be played for TURNS turns in all, line
by line and on the screens. Prints, as JSON, how many were read, how many turns were played, and what was not allowed.
Python tells of it (PEP 578) whoever does it, in whatever way, so that no code of ours can be forgotten here.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import socket
import sys
import sysconfig
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from game.cli import run
from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.saves import Saves
from game.story import load_story
from game.tui.app import HyosanApp

GAME = Path(__file__).parents[2]
NEVER = (
    *(
        "subprocess.",
        "os.system",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "pty.",
        "ctypes.",
    ),
    *("urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "nntplib.", "telnetlib.", "webbrowser."),
    *("socket.", "pickle.", "builtins.input", "sys.settrace", "winreg."),
)
CHANGES = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.truncate",
    "shutil.",
)
CODE = ("compile", "exec")
IMPORTING = ("marshal.", "code.__new__")


class Watch:
    """Collects what is not allowed. `writable` are folders in which files may be made and changed."""

    def __init__(self, readable: list[Path], writable: list[Path]) -> None:
        own = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")} | {
            str(GAME / "game")
        }
        own |= {os.path.dirname(p) for p in sys.path if p.endswith(".zip")} | {sys.prefix, sys.base_prefix}
        self.python = tuple(os.path.realpath(p) + os.sep for p in own)
        self.writable = tuple(os.path.realpath(p) for p in writable)
        self.readable = (*self.writable, *(os.path.realpath(p) for p in readable))
        self.wrong: list[str] = []
        self.on = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        self.on = False  # looking at it is no event of the game's
        try:
            if not self.allowed(event, args):
                self.wrong.append(f"{event} {args!r}"[:300])
        finally:
            self.on = True

    def allowed(self, event: str, args: tuple[Any, ...]) -> bool:
        if event == "socket.gethostname":
            return True  # a lock says on which machine it is held
        if event == "socket.__new__":
            # The event loop of the screens wakes itself through a pair of these; nobody else is at the other end.
            return bool(args[1] == getattr(socket, "AF_UNIX", None))
        if event.startswith(NEVER):
            return False
        if event in CODE:
            # Python's own modules are code, and are imported when they are first needed. No text of a story ever is.
            where = args[1] if event == "compile" else args[0].co_filename
            return self.of_python(where) or self.made_by_python(where)
        if event.startswith(IMPORTING):
            return self.of_python(self.caller())
        if event == "open":
            return self.may_open(*args)
        if event.startswith(CHANGES):
            return all(self.below(p, self.writable) for p in args[:2] if isinstance(p, str | os.PathLike))
        return True

    def may_open(self, path: Any, mode: Any, flags: int) -> bool:
        if isinstance(path, int):
            return True
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            return self.below(path, self.writable) or os.fspath(path) == os.devnull
        return self.below(path, self.readable) or self.of_python(path) or str(path).startswith(("/proc/self", "/sys/"))

    def of_python(self, path: Any) -> bool:
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        return name.startswith("<frozen ") or os.path.realpath(name).startswith(self.python)

    def made_by_python(self, where: Any) -> bool:
        """Whether code without a file is made by a module of Python's own, such as a dataclass's methods."""
        return where in ("<string>", "<unknown>", "") and self.of_python(self.caller())

    @staticmethod
    def caller() -> str:
        """The file of the code that does what is looked at."""
        frame: Any = sys._getframe()
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        return frame.f_code.co_filename if frame is not None else ""

    @staticmethod
    def below(path: Any, folders: tuple[str, ...]) -> bool:
        name = os.path.realpath(os.fsdecode(path))
        return any(name == folder or name.startswith(folder + os.sep) for folder in folders)


class Counted(PlainGame):
    """Plain mode that knows how many choices were made in it."""

    turns = 0

    def choose(self, choice: str) -> None:
        self.turns += 1
        super().choose(choice)


def play(place: Path, saves: Path, turns: int) -> int:
    """Play line by line, undo, save and load; the number of turns that were played."""
    story = load_story(place).story
    assert story is not None, place
    chance, machine = random.Random(1), Machine(story)
    done = 0
    while done < turns:
        out = io.StringIO()
        kept = Saves(saves / str(done), story)
        words = [chance.choice(["1", "1", "1", "2", "3", "undo", "journal", "people", "look"]) for _ in range(250)]
        words += ["save a", "load a", "1", "saves", f"export a {saves / 'exported'}"]
        game = Counted(machine, kept, Console(io.StringIO("\n".join(words)), out))
        game.play(Run.new(game.machine, chance.randrange(1000)))
        kept.release()
        done += max(1, game.turns)
    return done


async def show(place: Path, saves: Path, presses: int) -> int:
    """Play on the screens; the number of turns."""
    story = load_story(place).story
    assert story is not None
    app = HyosanApp(Machine(story), Saves(saves, story), seed=1, start=Run.new(Machine(story), 1))
    async with app.run_test(size=(80, 24)) as pilot:
        for number in range(presses):
            await pilot.press("12j"[number % 3])
            if number % 3 == 2:
                await pilot.press("escape")
    app.saves.release()
    assert app.session is not None
    return len(app.session.run.steps)


def main(work: Path, turns: int) -> dict[str, Any]:
    saves, others = work / "saves", sorted((work / "hostile").iterdir())
    watch = Watch([work], [saves, work / "config", work / "cache"])
    sys.addaudithook(watch)
    os.fsync = lambda fd: None  # that a turn is on the disk for good is another test's business, and takes its time
    played = sorted((work / "played").iterdir())
    watch.on = True
    for place in others:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            if run(["check", str(place)]) == 0:
                run(["play", str(place), "--plain", "--seed", "1", "--saves", str(saves)])
    done = sum(play(place, saves / place.name, turns // len(played)) for place in played)
    shown = sum(asyncio.run(show(place, saves, 12)) for place in played)
    watch.on = False
    return {"read": len(others), "turns": done, "shown": shown, "wrong": watch.wrong}


if __name__ == "__main__":
    tempfile.tempdir = str(Path(sys.argv[1]) / "saves")
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
