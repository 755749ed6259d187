"""Playthroughs written as story tests, which `hyosan test` runs and `hyosan play --replay` plays.

Each shows what is so now: when a problem is mended, the test of it fails, and its expectation is to be turned round.
A file begins with a line that says what was written, so that one which a person changed is told from one that is ours.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from game.desk.prove.playthrough import Playthroughs, person_of, title_of
from game.desk.prove.wording import at, many, statement
from game.desk.storytest.play import play
from game.desk.storytest.read import read_tests
from game.desk.storytest.record import as_test
from game.engine import Machine, Run
from game.prove.report import Answer, Report, Witness
from game.story.asking import names_of
from game.story.diagnostics import Problems, printable
from game.story.model import Story
from game.story.names import Names

MARK = "# hyosan prove wrote this: "
OURS = re.compile(rf"{MARK}([0-9a-f]{{16}})\n")
PREFIX = "prove-"
LONGEST = 60
"""Characters of a file's name, without its ending."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A test to write. `stem` is its file's name without the ending, `about` comments for whoever opens it.

    `expect` must hold at its end; `state`, the fate of `person` and that the player is `stuck` show the state, as far
    as a story test has words for them. Each is a key of `expect:` and its YAML.
    """

    stem: str
    name: str
    witness: Witness
    about: tuple[str, ...]
    expect: tuple[tuple[str, str], ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    person: str = ""
    stuck: bool = False


def save_tests(report: Report, machine: Machine, folder: Path, cells: bool = False) -> list[str]:
    """Write playthroughs into `folder`: one for each ending, one for each problem, with `cells` one for each fate.

    A file that was changed since is left as it is. Returns what was done, in sentences. Raises OSError when a file
    cannot be written.
    """
    keeper = _Keeper(machine, folder)
    for wanted in _numbered(_wanted(report, machine.story, cells)):
        keeper.keep(wanted)
    return keeper.messages()


# --- what is to be written ----------------------------------------------------------------------------


def _wanted(report: Report, story: Story, cells: bool) -> Iterator[_Wanted]:
    for answer in report.answers:
        if answer.witness is None:
            continue
        if answer.verdict == "refuted":
            yield _problem(answer, answer.witness, story)
        elif answer.verdict == "proved" and answer.question.kind == "ending":
            id = answer.question.subject
            name = f"A way to {title_of(story, id)}"
            about = (f"{name}, found by looking through every state.",)
            yield _Wanted(f"ending-{id}", printable(name), answer.witness, about, (("ending", id),))
    if not cells or report.matrix is None:
        return
    for (ending, person, fate), cell in report.matrix.cells.items():
        if cell.verdict == "proved" and cell.witness is not None:
            name = f"{person_of(story, person)} can be {fate} at {title_of(story, ending)}"
            expect = (("ending", ending), ("that", _quoted(f"fate.{person} == {fate}")))
            stem = f"fate-{ending}-{person}-{fate}"
            yield _Wanted(stem, printable(name), cell.witness, (f"{name}.",), expect)


def _problem(answer: Answer, witness: Witness, story: Story) -> _Wanted:
    """A test that passes while a problem is there."""
    question = answer.question
    state: tuple[tuple[str, str], ...] = ()
    promise = next((p for p in story.properties if p.where == question.where), None)
    if promise is not None and promise.kind in ("always", "never"):
        state = (("that" if promise.kind == "never" else "not", _quoted(promise.source)),)
    about = (
        f"{at(question.where)}: {statement(answer)}",
        "This test passes while that is so. When it is mended, turn round what is expected, or delete this file.",
    )
    person = question.subject.partition("@")[0]
    return _Wanted(
        f"{question.kind}-{question.subject}",
        statement(answer),
        witness,
        about,
        state=state,
        person=person if question.kind in ("speaks", "acts", "fates") and person in story.people else "",
        stuck=question.kind == "stuck",
    )


def _numbered(wanted: Iterator[_Wanted]) -> Iterator[_Wanted]:
    """With names that are file names, each only once."""
    taken: set[str] = set()
    for one in wanted:
        base = PREFIX + (re.sub("[^a-z0-9_]+", "-", one.stem.lower()).strip("-") or "test")
        if len(base) > LONGEST:
            digest = hashlib.sha256(one.stem.encode("utf-8", "replace")).hexdigest()[:8]
            base = f"{base[: LONGEST - 9].rstrip('-')}-{digest}"
        stem, number = base, 2
        while stem in taken:
            stem, number = f"{base}-{number}", number + 1
        taken.add(stem)
        yield replace(one, stem=stem)


# --- writing it ---------------------------------------------------------------------------------------


class _Keeper:
    """Writes tests into one folder, and remembers what became of each."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self.folder = folder
        self.names: Names = names_of(machine.story, Problems())
        self.playthroughs = Playthroughs(machine)
        self.known: set[str] = set()
        self.written = self.same = 0
        self.said: list[str] = []

    def keep(self, wanted: _Wanted) -> None:
        path = self.folder / f"{wanted.stem}.yaml"
        self.known.add(path.name)
        run = self.playthroughs.run(wanted.witness)
        if run is None:
            self.said.append(f"not written: {path.name}, whose playthrough the story does not allow")
            return
        before = _read(path)
        if before is not None and not is_ours(before):
            self.said.append(f"left as it is: {_shown_path(path)}, which was changed by hand")
            return
        text = self.text(wanted, run)
        if text is None:
            self.said.append(f"not written: {path.name}, whose playthrough does not show what it is to show")
            return
        if text == before:
            self.same += 1
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        self.written += 1

    def text(self, wanted: _Wanted, run: Run) -> str | None:
        """The file; None when the run does not show what is wanted. What a test has no words for is left out."""
        if wanted.stuck and any(option.open for option in run.options()):
            return None
        for shown in (_standing(wanted, run), ()):
            text = _whole(wanted, run, (*wanted.expect, *shown))
            if self.holds(text):
                return text
        return None

    def holds(self, text: str) -> bool:
        """Whether a text is one story test that can be read and that passes."""
        with tempfile.TemporaryDirectory(prefix="hyosan-") as scratch:
            path = Path(scratch) / "test.yaml"
            path.write_text(text, encoding="utf-8", newline="\n")
            (file,) = read_tests([(path, path.name)], self.machine.story)
        return len(file.tests) == 1 and play(file.tests[0], self.machine, self.names).passed

    def messages(self) -> list[str]:
        out = list(self.said)
        for path in sorted(self.folder.glob(f"{PREFIX}*.yaml")):
            if path.name not in self.known and is_ours(_read(path) or ""):
                out.append(f"no longer shown: {_shown_path(path)}; it was written for an earlier answer")
        same = f", {self.same:,} already there" if self.same else ""
        out.append(f"{many(self.written, 'story test')} written to {_shown_path(self.folder)}{same}")
        return out


def _standing(wanted: _Wanted, run: Run) -> tuple[tuple[str, str], ...]:
    """What further shows where the run stands, in the words of a story test."""
    machine, out = run.machine, list(wanted.state)
    if wanted.person:
        out.append(("that", _quoted(f"fate.{wanted.person} == {run.value(f'fate.{wanted.person}')}")))
    if wanted.stuck:
        shown = {option.choice.id for option in run.options()}
        every = [choice.id for choice in machine.story.scenes[run.state.scene].choices]
        for kind, ids in (("locked", [i for i in every if i in shown]), ("gone", [i for i in every if i not in shown])):
            if ids:
                out.append((kind, f"[{', '.join(ids)}]"))
    return tuple(out)


def _whole(wanted: _Wanted, run: Run, expect: Iterable[tuple[str, str]]) -> str:
    """The text of a file: a recorded run, with more that it expects, under the line that says whose it is."""
    recorded, _, place = as_test(run, wanted.name).rpartition("expect: ")
    kind, _, scene = place.strip("{}\n").partition(": ")
    asked = {kind: scene, **dict(expect)}
    lines = [f"# {printable(line)}" for line in wanted.about]
    lines += [recorded + "expect:", *(f"  {key}: {value}" for key, value in asked.items())]
    text = "\n".join(lines) + "\n"
    return f"{MARK}{_digest(text)}\n{text}"


def _quoted(condition: str) -> str:
    """A condition as YAML that means nothing but itself."""
    return "'" + " ".join(condition.split()).replace("'", "''") + "'"


def is_ours(text: str) -> bool:
    """Whether a file's text is as `save_tests` wrote it."""
    found = OURS.match(text)
    return found is not None and found[1] == _digest(text[found.end() :])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _shown_path(path: Path) -> str:
    return printable(str(path))


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
