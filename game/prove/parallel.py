"""Several processes for one proof, forked from the one that knows the story: nobody has to be told of it again.

Only plain data crosses between them, as lines of JSON through pipes. None outlives the process that it was forked from:
each holds one end of a pipe that says nothing, and the system ends it as soon as nobody holds the other.

A fork has only the thread that asked for it. So nothing is forked from a process with several, a proof engine's among
them; whoever is to be forked must have made no diagrams before.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NoReturn, TypeAlias

if sys.platform != "win32":
    import fcntl

Said: TypeAlias = Any
"""What is said: lists, objects with names, text, numbers, True, False and None."""

MOST: Final = 8
"""Processes that are used unless somebody says how many."""

NAP = 0.004
"""Seconds between two looks for news."""

READ = 1 << 16

FAILED: Final = "failed"
"""The only thing in an object that a process says of a fault of its own; the text is where it was."""

TASKS = "/proc/self/task"


def cores() -> int:
    """The processors that this process may use, as many as are of use."""
    if sys.platform == "linux":
        return min(MOST, len(os.sched_getaffinity(0)))
    # What macOS itself has running in a process does not always stand a fork, and elsewhere there is none.
    return 1


def can_fork() -> bool:
    """Whether this process may be forked: it has but one thread, and the system knows how."""
    if sys.platform == "win32" or threading.active_count() != 1:
        return False
    # Threads that are not Python's are only to be seen here.
    with suppress(OSError):
        return len(os.listdir(TASKS)) == 1
    return True


class Gone(Exception):
    """The process at the other end of a line is no more."""


class Line:
    """The line of a forked process to the one that it was forked from."""

    def __init__(self, ear: int, mouth: int) -> None:
        self._ear = ear
        self._mouth = mouth
        self._heard = b""

    def say(self, said: Said) -> None:
        """Say something; it may take until the other has listened. Raises `Gone`."""
        left = memoryview(_packed(said))
        try:
            while left:
                left = left[os.write(self._mouth, left) :]
        except BrokenPipeError:
            raise Gone from None

    def hear(self) -> Said:
        """Wait for the next thing that is said. Raises `Gone`."""
        os.set_blocking(self._ear, True)
        while b"\n" not in self._heard:
            self._read()
        return self._next()

    def listen(self) -> Iterator[Said]:
        """What was said meanwhile. Raises `Gone`."""
        os.set_blocking(self._ear, False)
        with suppress(BlockingIOError):
            while True:
                self._read()
        while b"\n" in self._heard:
            yield self._next()

    def _read(self) -> None:
        read = os.read(self._ear, READ)
        if not read:
            raise Gone
        self._heard += read

    def _next(self) -> Said:
        said, _, self._heard = self._heard.partition(b"\n")
        return json.loads(said)


Work: TypeAlias = "Callable[[Line], None]"


class Hand:
    """A forked process, as the one sees it that it was forked from. `ended` says how, in words: "" if as it should."""

    def __init__(self, work: Work) -> None:
        (ear, self._mouth), (self._ear, mouth), (life, self._life) = os.pipe(), os.pipe(), os.pipe()
        self.ended: str | None = None
        self._parts: list[bytes] = []
        self._unsaid = bytearray()
        mine, theirs = (self._mouth, self._ear, self._life), (ear, mouth, life)
        # Nobody may be interrupted while there are two of them and both are here.
        signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            for number in signals:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            _live(work, Line(ear, mouth), life, parent, mine)
        self.pid = pid
        for end in theirs:
            os.close(end)
        os.set_blocking(self._ear, False)
        os.set_blocking(self._mouth, False)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def say(self, said: Said) -> None:
        """Say something, as soon as the other listens."""
        if self.ended is None:
            self._unsaid += _packed(said)
            self._speak()

    def _speak(self) -> None:
        with suppress(BlockingIOError, BrokenPipeError):
            while self._unsaid:
                del self._unsaid[: os.write(self._mouth, self._unsaid)]

    def listen(self) -> Iterator[Said]:
        """What was said meanwhile. Raises `RuntimeError` for a fault of the program in the other process."""
        if self.ended is not None:
            return
        self._speak()
        over = False
        with suppress(BlockingIOError):
            while read := os.read(self._ear, READ):
                self._parts.append(read)
            over = True
        *lines, rest = b"".join(self._parts).split(b"\n")
        self._parts = [rest] if rest else []
        if over:
            self._end()
        for line in lines:
            said = json.loads(line)
            if isinstance(said, dict) and FAILED in said:
                raise RuntimeError(f"in another process of the proof:\n{said[FAILED]}")
            yield said

    def _end(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self._close()
        code = os.waitstatus_to_exitcode(status)
        self.ended = f"signal {-code}" if code < 0 else "memory" if code else ""

    def _close(self) -> None:
        for end in (self._mouth, self._ear, self._life):
            os.close(end)

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self.ended is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._close()
            self.ended = ""


def _live(work: Work, line: Line, life: int, parent: int, others: Iterable[int]) -> NoReturn:
    """All that a forked process ever does."""
    code = 1
    try:
        for end in others:
            os.close(end)
        # When nobody holds the other end any more, the system sends SIGIO, which ends a process at once.
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
        if os.getppid() == parent:
            work(line)
        code = 0
    except (Gone, MemoryError) as error:
        code = int(isinstance(error, MemoryError))
    except BaseException:
        with suppress(Gone):
            line.say({FAILED: traceback.format_exc()})
    finally:
        # Nothing of what the other began is to be ended twice.
        os._exit(code)


def _packed(said: Said) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


class Crew:
    """Forked processes, by number. All are ended where the `with` ends, however that is."""

    def __init__(self, works: Sequence[Work]) -> None:
        self.hands: list[Hand] = []
        try:
            for work in works:
                self.hands.append(Hand(work))
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for hand in self.hands:
            hand.stop()

    @property
    def alive(self) -> bool:
        return any(hand.ended is None for hand in self.hands)

    def listen(self, seconds: float) -> Iterator[tuple[int, Said]]:
        """What any of them says, with its number, until all have ended or the time is up; None when one has ended."""
        until = time.monotonic() + seconds
        while self.alive and time.monotonic() < until:
            quiet = True
            for number, hand in enumerate(self.hands):
                if hand.ended is not None:
                    continue
                for said in hand.listen():
                    quiet = False
                    yield number, said
                if hand.ended is not None:
                    yield number, None
            if quiet:
                time.sleep(NAP)


Job: TypeAlias = "Callable[[], Said]"


@dataclass(slots=True, eq=False)
class Task:
    """A job that is done in a process of its own. `ended` says how it ended, "" if well, and None until it has."""

    job: Job
    hand: Hand | None = None
    said: Said = None
    ended: str | None = None

    def look(self) -> None:
        """Whether it has ended."""
        assert self.hand is not None
        for said in self.hand.listen():
            self.said = said
        self.ended = self.hand.ended


class Tasks:
    """Jobs, each done in a process of its own, `most` at once. All are ended where the `with` ends."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._waiting: list[Task] = []
        self._running: list[Task] = []

    def __enter__(self) -> Tasks:
        return self

    def __exit__(self, *_: object) -> None:
        self.give_up([*self._waiting, *self._running])

    def begin(self, job: Job) -> Task:
        """Have a job done when its turn comes."""
        task = Task(job)
        self._waiting.append(task)
        self._go_on()
        return task

    def _go_on(self) -> None:
        for task in self._running:
            task.look()
        self._running = [task for task in self._running if task.ended is None]
        while self._waiting and len(self._running) < self.most:
            task = self._waiting.pop(0)
            task.hand = Hand(partial(_do, task.job))
            self._running.append(task)

    def ended(self, tasks: Iterable[Task], left: Callable[[], float]) -> Iterator[Task]:
        """Some of the tasks, as they end. What takes longer than there are seconds `left` is given up, for "time"."""
        open = list(tasks)
        while open and left() > 0:
            self._go_on()
            for task in [task for task in open if task.ended is not None]:
                open.remove(task)
                yield task
            time.sleep(NAP)
        self.give_up(open)
        yield from open

    def give_up(self, tasks: Iterable[Task]) -> None:
        """End what has not ended yet, or not even begun."""
        for task in tasks:
            if task.ended is None:
                if task.hand is not None:
                    task.hand.stop()
                task.ended = "time"
        self._waiting = [task for task in self._waiting if task.ended is None]
        self._running = [task for task in self._running if task.ended is None]


def _do(job: Job, line: Line) -> None:
    line.say(job())
