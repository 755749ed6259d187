"""A proof in a process of its own: whoever asks for it goes on meanwhile, and can give it up at any time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from game.desk.prove.engine import INSTALL, installed
from game.desk.prove.wording import many, statement
from game.prove.report import Answer, Question, Verdict
from game.story.diagnostics import Where, printable

if TYPE_CHECKING:
    from game.tui.tools import Proven

HINT = f"What can go wrong can be proved here as well: {INSTALL}."

SECONDS = 20
"""How long a proof beside the editor may take."""


UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


class Beside:
    """Proves the story in a folder. Its files are read by the process, as they are then."""

    def __init__(self, folder: Path) -> None:
        self._stopped = False
        self._said = b""
        self._process: subprocess.Popen[bytes] | None = None
        if not installed():
            return
        house = str(Path(__file__).parents[3])
        path = os.pathsep.join(filter(None, (house, os.environ.get("PYTHONPATH", ""))))
        command = ["prove", str(folder.absolute()), "--quick", "--budget", str(SECONDS), "--format", "json", "--slim"]
        self._process = subprocess.Popen(
            # -P: a folder called game where the writer works is not ours.
            [sys.executable, "-P", "-m", "game", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def so_far(self) -> Proven | None:
        """What is known before the rest is, and when called again what is known then; None if nothing more is."""
        if self._process is None:
            return None
        assert self._process.stdout is not None
        self._said = self._process.stdout.readline()
        try:
            data = json.loads(self._said)
            if data["ended"] or self._stopped:
                return None
            self._said = b""
            return proven(data)
        except UNREADABLE:
            return None

    def result(self) -> Proven | str | None:
        """What it came to; text where nothing can be proved; None when it was given up, or read half-written files."""
        if self._process is None:
            return HINT
        assert self._process.stdout is not None
        said = (self._said + self._process.stdout.read()).splitlines()
        self._process.wait()
        if self._stopped or not said:
            return None
        try:
            data = json.loads(said[-1])
            return proven(data) if data["ended"] else None
        except UNREADABLE:
            return None

    def stop(self) -> None:
        """Give it up."""
        self._stopped = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()


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
