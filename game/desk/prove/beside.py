"""Proofs in a process of their own: whoever asks for them goes on meanwhile, and can give them up at any time.

Where processes can be forked one of them stays, and knows of one version of a story what the next has too: see `stay`.
Elsewhere each proof is a process.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from game.desk.prove.engine import INSTALL, installed
from game.desk.prove.wording import many, statement
from game.prove.report import Answer, Question, Verdict
from game.story.diagnostics import Where, printable

if TYPE_CHECKING:
    from game.tui.tools import Proven, Proving

PROVE, GIVE_UP = b"p", b"s"
"""The words for a process that stays."""

FAILED = b"failed"
"""What it says when a proof came to no good end."""

HINT = f"What can go wrong can be proved here as well: {INSTALL}."

SECONDS = 20
"""How long a proof beside the editor may take."""


UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


def can_stay() -> bool:
    """Whether the system knows how to fork, and it is safe to."""
    return hasattr(os, "fork") and sys.platform != "darwin"


class Beside:
    """Proves the story in a folder, each time it is called. Its files are read by the other process, as they are then.

    To be closed when nothing more is asked.
    """

    def __init__(self, staying: bool | None = None) -> None:
        self._staying = can_stay() if staying is None else staying
        self._resident: Resident | None = None

    def __call__(self, folder: Path) -> Proving:
        """Begin a proof."""
        if not installed():
            return Nothing()
        if not self._staying:
            return Alone(folder)
        if self._resident is None or not self._resident.serves(folder):
            self.close()
            self._resident = Resident(folder)
        return self._resident.ask()

    def close(self) -> None:
        """End the process that stays, with all that it began."""
        if self._resident is not None:
            self._resident.close()
            self._resident = None


class Nothing:
    """No proof at all, as there is nothing to prove with."""

    def so_far(self) -> Proven | None:
        """Nothing."""
        return None

    def result(self) -> Proven | str | None:
        """What to install."""
        return HINT

    def stop(self) -> None:
        """Do nothing."""


class _Reading:
    """A proof, as the lines in which another process tells of it: of what it knows so far, and last of all of it."""

    def __init__(self) -> None:
        self._stopped = False
        self._said = b""

    def _line(self) -> bytes:
        """The next line, b"" when there are no more. Waits for it."""
        raise NotImplementedError

    def so_far(self) -> Proven | None:
        """What is known before the rest is, and when called again what is known then; None if nothing more is."""
        self._said = self._line()
        try:
            data = json.loads(self._said)
            if data["ended"] or self._stopped:
                return None
            self._said = b""
            return proven(data)
        except UNREADABLE:
            return None

    def result(self) -> Proven | str | None:
        """What it came to; None when it was given up, or the files were no story or half written."""
        last = self._said
        while line := self._line():
            last = line
        try:
            data = json.loads(last)
            return proven(data) if data["ended"] and not self._stopped else None
        except UNREADABLE:
            return None


class Alone(_Reading):
    """A proof by a process that ends with it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._process = _begun(folder, [], subprocess.DEVNULL)

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
        return line

    def stop(self) -> None:
        """Give it up."""
        self._stopped = True
        if self._process.poll() is None:
            self._process.kill()


class Asked(_Reading):
    """A proof by a process that stays. If that came to an end before it, or to no good one, it is made by one of its
    own."""

    def __init__(self, resident: Resident, number: int) -> None:
        super().__init__()
        self.number = number
        self.lines: SimpleQueue[bytes | None] = SimpleQueue()
        """Lines; b"" at the end, None if there is none to come."""
        self._resident = resident
        self._alone: Alone | None = None
        self._ended = False

    def _line(self) -> bytes:
        if self._alone is not None:
            return self._alone._line()
        line = b"" if self._ended else self.lines.get()
        if line is None and not self._stopped:
            self._alone = Alone(self._resident.folder)
            if self._stopped:
                self._alone.stop()
            return self._alone._line()
        self._ended = self._ended or not line
        return line or b""

    def stop(self) -> None:
        """Give it up."""
        self._stopped = True
        self._resident.give_up(self)
        if self._alone is not None:
            self._alone.stop()


class Resident:
    """A process that stays, and proves the story in a folder whenever it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = _begun(folder, ["--stay"], subprocess.PIPE)
        self._lock = Lock()
        self._asked = 0
        self._waiting: dict[int, Asked] = {}
        self._ended = False
        Thread(target=self._listen, daemon=True).start()

    def serves(self, folder: Path) -> bool:
        """Whether it can be asked about a folder: it has not come to an end."""
        return folder == self.folder and not self._ended

    def ask(self) -> Asked:
        """Have the story proved as it is now; what was asked before is given up."""
        with self._lock:
            self._asked += 1
            one = Asked(self, self._asked)
            if self._ended:
                one.lines.put(None)
            else:
                self._waiting[one.number] = one
                self._say(PROVE)
        return one

    def give_up(self, one: Asked) -> None:
        """Nobody waits for a proof any more."""
        with self._lock:
            if self._waiting.pop(one.number, None) is not None:
                one.lines.put(b"")
                self._say(GIVE_UP)

    def close(self) -> None:
        """End it, with all that it began."""
        with self._lock:
            self._ended = True
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
        self._process.wait()

    def _say(self, word: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(word)
            self._process.stdin.flush()
        except OSError:
            self._end()

    def _end(self) -> None:
        """Nothing more will be said."""
        self._ended = True
        for one in self._waiting.values():
            one.lines.put(None)
        self._waiting.clear()

    def _listen(self) -> None:
        """Hand each line to whoever waits for it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            number, _, said = line.rstrip(b"\n").partition(b" ")
            with self._lock:
                one = self._waiting.get(int(number)) if number.isdigit() else None
                if one is not None:
                    one.lines.put(said if said != FAILED else None)
                    if said in (b"", FAILED):
                        del self._waiting[one.number]
        with self._lock:
            self._end()


def _begun(folder: Path, more: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
    """A process that proves the story in a folder, and says what it knows line by line."""
    house = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (house, os.environ.get("PYTHONPATH", ""))))
    command = ["prove", str(folder.absolute()), "--quick", "--budget", str(SECONDS), "--format", "json", "--slim"]
    return subprocess.Popen(
        # -P: a folder called game where the writer works is not ours.
        [sys.executable, "-P", "-m", "game", *command, *more],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        # So that it can be ended with all that it began.
        start_new_session=stdin == subprocess.PIPE,
    )


def proven(data: Any) -> Proven:
    """The JSON of `hyosan prove` as the screens show it."""
    from game.tui.tools import Proven, Wrong

    answers = [(_answer(one), one["witness"]) for one in data["answers"]]
    wrong = tuple(
        Wrong(
            answer.question.where,
            statement(answer),
            tuple(printable(line) for line in answer.because),
            tuple(witness["log"]) if witness is not None else None,
            dict(witness["dice"]) if witness is not None else {},
        )
        for answer, witness in answers
        if answer.verdict == "refuted"
    )
    took = "" if data["effort"]["reused"] else f" ({data['effort']['seconds']:.1f} s)"
    told, asked = [answer for answer, _ in answers], sum(data["counts"].values())
    brief, said = _told(told, asked, took) if data["ended"] else _told_so_far(told, asked)
    return Proven(data["story"]["digest"], brief, said, wrong)


def _answer(one: Any) -> Answer:
    where = Where(one["file"], one["line"], one["column"], one["width"])
    question = Question(one["kind"], one["subject"], one["words"], where, one["scene"])
    verdict: Verdict = one["verdict"]
    return Answer(question, verdict, one["how"], None, tuple(one["because"]))


def _told_so_far(answers: list[Answer], asked: int) -> tuple[str, str]:
    """The same while the proof goes on: what is not known yet is no news, what is wrong is."""
    wrong, left = (sum(a.verdict == verdict for a in answers) for verdict in ("refuted", "open"))
    found = many(wrong, "problem") if wrong else "no problem"
    return found if wrong else "", f"So far {found}: {left:,} of {many(asked, 'question')} not decided yet."


def _told(answers: list[Answer], asked: int, took: str) -> tuple[str, str]:
    """In a few words, and in a sentence. `answers` are those that are not proved, of all that was `asked`."""
    wrong, left = (sum(a.verdict == verdict for a in answers) for verdict in ("refuted", "open"))
    safe = not any(a.question.kind in ("stuck", "stranded") for a in answers)
    if wrong:
        also = f", and {left:,} {'stays' if left == 1 else 'stay'} open" if left else ""
        return many(wrong, "problem"), f"Proved: {many(wrong, 'problem')}{also}{took}."
    if left:
        nobody = "; but nobody can be stranded" if safe else ""
        return "not all proved", f"Not all is proved: {many(left, 'question')} of {asked:,} open{nobody}{took}."
    return "proved", f"Proved: nobody can be stranded{took}."
