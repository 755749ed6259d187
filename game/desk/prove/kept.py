"""Proofs that were made before, kept in the user's cache: the same story is not proved twice.

The same files have the same report. Where only words have changed, the answers are the same too, about lines that may
have moved; a report that goes by the words (who is warned before a loss) is then made anew. What was left open is asked
again whenever there is more time for it than there was.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from game.desk.prove.compact import pack_answers, unpack_answers
from game.desk.prove.engine import Progress, Prove
from game.desk.prove.playthrough import Playthroughs
from game.desk.prove.shape import shape
from game.desk.prove.wording import unsettled
from game.engine import Machine
from game.prove.again import Before
from game.prove.packed import pack, unpack
from game.prove.report import Answer, Basis, Question, Report
from game.story.collecting import uncollected
from game.story.kept import cache_folder

if TYPE_CHECKING:
    from game.prove.model import Model
    from game.prove.prove import Plan

FORMAT = 4
MOST = 60
"""Proofs that are kept; the oldest give way."""

ELSE = -1
"""The number of a question about a scene as a whole."""

NEAR = 6
"""Proofs that are looked through for one of an earlier version of a story, the newest first."""

UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a proof that was spoilt may come to."""

LARGEST = 1 << 26
"""Bytes of a proof that is kept."""


def proved(
    machine: Machine, plan: Plan, progress: Progress, prove: Prove, fresh: bool = False, whole: bool = False
) -> Report:
    """The report of a story: a kept one where there is one (unless `fresh`), and else a new one, which is kept.

    A `whole` one, with all its playthroughs, is always new; but what was known of an earlier version is known.
    """
    # What is looked through is all live: there is nothing to collect.
    with uncollected():
        keeper = Keeper(machine, plan)
        found = None if fresh or whole else keeper.find()
        if found is None:
            known = None if fresh else keeper.nearby()
            # What they showed then is among the plays that are known.
            corpus = () if known is not None and keeper.played else plan.corpus
            found = prove(machine, replace(plan, known=known, corpus=corpus), progress)
            keeper.keep(found)
    return found


class _Kept:
    """A proof in a file. Raises what `UNREADABLE` names."""

    def __init__(self, path: Path) -> None:
        self.data = json.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        return unpack_answers(self.data["answers"])

    @cached_property
    def basis(self) -> Basis:
        found: Basis = unpack(Basis, self.data["basis"])
        return found


def _opened(path: Path) -> _Kept | None:
    """The proof in a file; None if that is too large to be one."""
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size) if stat.st_size <= LARGEST else None


@lru_cache(1)
def _read(path: Path, changed: int, size: int) -> _Kept:
    """The same, for who asks again before the file has changed."""
    return _Kept(path)


class Keeper:
    """Finds and keeps the proof of one story by one plan. Failing to read or write is no more than having none."""

    def __init__(self, machine: Machine, plan: Plan, folder: Path | None = None) -> None:
        self.machine = machine
        self.plan = plan
        self.folder = folder or cache_folder("proofs")
        # Only the questions can be answered without the words.
        self.by_shape = not plan.matrix and not plan.goals
        meaning = shape(machine) if self.by_shape else machine.story.digest
        parts = (FORMAT, program(), meaning, plan.seed, plan.matrix, plan.goals)
        self.key = hashlib.sha256(repr(parts).encode()).hexdigest()
        self.corpus = hashlib.sha256(repr(plan.corpus).encode("utf-8", "surrogatepass")).hexdigest()
        self.played = False
        """Whether the playthroughs beside the story were played by the proof that was found, and its own are known."""

    @property
    def path(self) -> Path:
        return self.folder / f"{self.key}.json"

    def find(self) -> Report | None:
        """The report that is kept, if it is one of this story and as good as a new one would be."""
        try:
            kept = _opened(self.path)
            if kept is None:
                return None
            data = kept.data
            if data["key"] != self.key or not self._enough(data):
                return None
            report: Report = unpack(Report, data["report"])
            report = replace(report, answers=kept.answers)
            report = self._about_now(report, unpack(tuple[int, ...], data["numbers"]))
        except UNREADABLE:
            return None
        with suppress(OSError):
            os.utime(self.path)
        return report

    def nearby(self) -> Before | None:
        """The answers about the last version of the story that was proved, and what they rest on."""
        try:
            others = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in others[:NEAR]:
                kept = _opened(path)
                if kept is not None:
                    data = kept.data
                    if data.get("story") == self.machine.story.id and data.get("program") == program():
                        if len(kept.answers) != len(kept.basis.sites):
                            raise ValueError("answers that rest on nothing")
                        self.played = data.get("corpus") == self.corpus and data.get("whole") is True
                        return Before(kept.answers, kept.basis)
        except UNREADABLE:
            pass
        return None

    def keep(self, report: Report) -> None:
        """Write a report down, and drop the oldest where there are too many."""
        if report.unasked or report.basis is None:
            return
        numbers = self._numbers(report)
        if numbers is None:
            return
        light = report.lightened()
        settled = not report.of("open") and not any(unsettled(report))
        data = {
            "key": self.key,
            "story": self.machine.story.id,
            "program": program(),
            "settled": settled,
            "seconds": self.plan.seconds,
            "nodes": self.plan.nodes,
            "cores": self.plan.cores,
            "corpus": self.corpus,
            "whole": all(a is b for a, b in zip(light.answers, report.answers, strict=True)),
            "numbers": numbers,
            "answers": pack_answers(light.answers),
            "basis": pack(report.basis),
            "report": pack(replace(light, answers=(), basis=None)),
        }
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            scratch = self.folder / f".{self.key}.{os.getpid()}"
            scratch.write_text(json.dumps(data, ensure_ascii=True), encoding="utf-8")
            scratch.replace(self.path)
            known = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for path in known[:-MOST]:
                path.unlink()

    def _enough(self, data: Any) -> bool:
        """What is settled is settled; what was left open, only if there was no less for it, and no other plays."""
        if data["settled"] is True:
            return True
        plan = self.plan
        enough = data["seconds"] >= plan.seconds and data["nodes"] >= plan.nodes and data["cores"] >= plan.cores
        return bool(enough) and data.get("corpus") == self.corpus

    # --- the same answers about lines that have moved ---

    def _numbers(self, report: Report) -> list[int] | None:
        """For each answer the number of its question, ELSE for one that goes by its scene; None if that fails."""
        if not self.by_shape:
            return []
        asked = report.asked or questions(self.machine, self.plan.begin)
        number = {(q.kind, q.subject): i for i, q in enumerate(asked)}
        out = [number.get((a.question.kind, a.question.subject), ELSE) for a in report.answers]
        by_scene = [a.question.scene for a, n in zip(report.answers, out, strict=True) if n == ELSE]
        return out if all(scene in self.machine.story.scenes for scene in by_scene) else None

    def _about_now(self, report: Report, numbers: tuple[int, ...]) -> Report:
        """A kept report as one of the story as it is now. Raises `ValueError` where it does not fit."""
        story = self.machine.story
        answers = report.answers
        if self.by_shape:
            asked = questions(self.machine, self.plan.begin)
            answers = tuple(self._about(asked, n, a) for n, a in zip(numbers, answers, strict=True))
            if {n for n in numbers if n != ELSE} != set(range(len(asked))):
                raise ValueError("other questions")
        playthroughs = Playthroughs(self.machine)
        if any(a.witness and playthroughs.run(a.witness) is None for a in answers if a.verdict == "refuted"):
            raise ValueError("a playthrough that is none")
        effort = replace(report.effort, reused=len(answers))
        return replace(
            report, title=story.title, version=story.version, digest=story.digest, answers=answers, effort=effort
        )

    def _about(self, asked: list[Question], number: int, answer: Answer) -> Answer:
        old = answer.question
        now = replace(old, where=self.machine.story.scenes[old.scene].where) if number == ELSE else asked[number]
        if (now.kind, now.scene) != (old.kind, old.scene):
            raise ValueError("another question")
        return Answer(now, answer.verdict, answer.how, answer.witness, answer.because, answer.kept)


def questions(machine: Machine, begin: Model | None = None) -> list[Question]:
    """The questions about a story but those about being stranded, in an order that goes by its shape."""
    from game.prove.declared import questions as about_declarations
    from game.prove.model import Model
    from game.prove.questions import ask

    model = begin or Model(machine)
    return [*(one.question for one in ask(model)), *about_declarations(model)]


@cache
def program() -> str:
    """A digest of what proofs are made by: another prover may know more."""
    house = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for room in ("story", "engine", "prove"):
        for path in sorted((house / room).rglob("*.py")):
            digest.update(f"{path.relative_to(house).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
