"""Watching with the prover: verdicts come while one plays, problems can be played, and nothing is left running."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.desk.prove.beside import Alone, Asked, Beside, proven
from game.desk.watch import tools
from game.engine import Machine, Run
from game.story.diagnostics import Where
from game.tui.proving import Proofs
from game.tui.reload import read, stamps
from game.tui.screens.problems import ProblemsScreen
from game.tui.tools import Proven, Tools, Wrong
from game.tui.watch import WatchApp, WatchScreen
from tests.tui.conftest import machine, press, screen_lines, screen_text
from tests.tui.test_watch import CHAPTER, STORY, edit, log, until

TRAP = "asked or noise >= 4"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr("game.tui.watch.EVERY", 0.02)
    monkeypatch.setattr("game.tui.watch.SETTLE", 0.01)
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "story"
    made.mkdir()
    (made / "story.yaml").write_text(STORY)
    # Whoever waits first has no lamp, and so no way on from the stairs.
    dark = CHAPTER.replace("do: [{pass: 10 min}], goto: first", "do: [{pass: 10 min}], goto: second")
    (made / "01-day.yaml").write_text(dark)
    return made


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


class Slow:
    """A proof that takes until it is told what to come to."""

    made: list[Slow]

    def __init__(self, folder: Path) -> None:
        self.done = threading.Event()
        self.begun = threading.Event()
        self.soon: Proven | None = None
        self.came: Proven | str | None = None
        self.stopped = False
        self.made.append(self)

    def so_far(self) -> Proven | None:
        assert self.begun.wait(10)
        soon, self.soon = self.soon, None
        return soon

    def result(self) -> Proven | str | None:
        assert self.done.wait(10)
        return self.came

    def stop(self) -> None:
        self.stopped = True
        self.begun.set()
        self.done.set()

    def know(self, soon: Proven) -> None:
        self.soon = soon
        self.begun.set()

    def end(self, came: Proven | str | None) -> None:
        self.came = came
        self.begun.set()
        self.done.set()


@pytest.fixture
def slow(monkeypatch) -> type[Slow]:
    monkeypatch.setattr(Slow, "made", [], raising=False)
    return Slow


def watched(folder: Path, lent: Tools) -> WatchApp:
    reading = read(folder)

    def begin(machine: Machine) -> Run:
        return Run.new(machine, 0)

    start = begin(reading.machine) if reading.machine is not None else None
    return WatchApp(folder, lent, begin, stamps(folder), reading, start)


def lent(prove) -> Tools:
    own = tools()
    return Tools(own.uses, own.words, own.check, prove)


def well(app: WatchApp) -> Proven:
    return Proven(app.machine.story.digest, "proved", "Proved: nobody can be stranded (0.1 s).", ())


def ill(app: WatchApp) -> Proven:
    where = Where("01-day.yaml", 10, 1)
    played = Wrong(where, "one may be held there", ("because",), ("first.light", "second.up"), {})
    return Proven(
        app.machine.story.digest, "2 problems", "Proved: 2 problems.",
        (Wrong(where, "nobody comes there", (), None, {}), played),
    )  # fmt: skip


async def test_what_is_known_soon_is_told_before_the_rest_is(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, "e proving…")
        where = Where("01-day.yaml", 10, 1)
        wrong = (Wrong(where, "nobody comes there", (), None, {}),)
        slow.made[0].know(Proven(app.machine.story.digest, "1 problem", "So far 1 problem: 7 not decided yet.", wrong))
        await until(pilot, "e 1 problem, proving…")
        await until(pilot, "So far 1 problem: 7 not decided yet. e shows them.")
        slow.made[0].end(well(app))
        await until(pilot, "e proved")
        # Of a story that is no more nothing is told.
        edit(folder, "The stairs are steep.", "The stairs are wooden.")
        await until(pilot, "e proving…")
        slow.made[1].know(Proven("another", "9 problems", "So far 9 problems.", wrong))
        slow.made[1].end(well(app))
        await until(pilot, "e proved")
        assert app.proofs.last == well(app)


async def test_what_was_told_soon_is_not_told_again_over_something_else(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, "e proving…")
        wrong = (Wrong(Where("01-day.yaml", 10, 1), "nobody comes there", (), None, {}),)
        slow.made[0].know(Proven(app.machine.story.digest, "1 problem", "So far 1 problem.", wrong))
        await until(pilot, "So far 1 problem. e shows them.")
        assert isinstance(app.screen, WatchScreen)
        app.screen.renew("Something else.")
        slow.made[0].end(Proven(app.machine.story.digest, "1 problem at last", "Proved: 1 problem.", wrong))
        await until(pilot, "e 1 problem at last")
        assert app.screen.banner.note == "Something else."


def test_what_is_known_soon_of_another_story_is_nothing(slow):
    own = machine()
    proofs = Proofs(slow)
    proving = proofs.begin(Path())
    assert proving is not None
    assert not proofs.so_far(proving, Proven("another", "9 problems", "So far 9 problems.", ()), own)
    assert proofs.last is None
    assert not proofs.so_far(slow(Path()), Proven(own.story.digest, "1", "1", ()), own)
    assert proofs.so_far(proving, Proven(own.story.digest, "1 problem", "So far 1 problem.", ()), own)
    assert proofs.last is not None


@pytest.mark.parametrize("staying", [True, False])
def test_a_proof_beside_says_what_is_known_before_it_ends(folder, staying):
    beside = Beside(staying)
    proof = beside(folder)
    assert isinstance(proof, Asked if staying else Alone)
    soon, last = proof.so_far(), proof.result()
    assert soon is not None
    assert isinstance(last, Proven)
    assert soon.said.startswith("So far ")
    assert soon.said.endswith("not decided yet.")
    assert last.said.startswith("Proved: ")
    assert {wrong.said for wrong in soon.wrong} <= {wrong.said for wrong in last.wrong}
    # What is kept is known at once.
    again = beside(folder)
    assert again.so_far() is None
    known = again.result()
    assert isinstance(known, Proven)
    assert known.wrong == last.wrong
    beside.close()


async def test_a_verdict_comes_and_an_edit_asks_anew(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, "e proving…")
        slow.made[0].end(well(app))
        await until(pilot, "e proved")
        await until(pilot, "it shows here. Proved: nobody can be stranded (0.1 s).")
        edit(folder, "The stairs are steep.", "The stairs are wooden.")
        await until(pilot, "e proving…")
        assert len(slow.made) == 2
        edit(folder, "A hall.", "A long hall.")
        await until(pilot, "A long hall.")
        assert slow.made[1].stopped, "the proof of a story that is no more is given up"
        slow.made[2].end(ill(app))
        await until(pilot, "e 2 problems")
        await until(pilot, "01-day.yaml reloaded; 0 choices replayed. Proved: 2 problems. e shows them.")
        await press(pilot, "1")
        assert "Proved" not in screen_text(app), "it was said"
        assert "e 2 problems" in screen_lines(app)[-1]
    assert not any(one.stopped for one in slow.made[::2])


async def test_a_proof_is_given_up_on_the_way_out(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "proving…")
    assert slow.made[0].stopped


async def test_a_proof_of_other_files_than_these_is_not_shown(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, "e proving…")
        slow.made[0].end(Proven("other", "proved", "Proved: nobody can be stranded.", ()))
        await pilot.pause(0.1)
        assert "prov" not in screen_lines(app)[-1]


async def test_why_nothing_is_proved_is_said_once(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(120, 30)) as pilot:
        slow.made[0].end('pip install "hyosan[writer]"')
        await until(pilot, 'pip install "hyosan[writer]"')
        edit(folder, "A hall.", "A long hall.")
        await until(pilot, "A long hall.")
        assert "pip" not in screen_text(app)
        assert len(slow.made) == 1


async def test_a_problem_opens_one_choice_before_it_shows(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(100, 30)) as pilot:
        slow.made[0].end(ill(app))
        await until(pilot, "e 2 problems")
        await press(pilot, "e")
        shown = await until(pilot, "A playthrough of 2 choices shows it.")
        assert "01-day.yaml:10:1  proved" in shown
        assert "No playthrough: it is about what never happens." in shown
        assert "Enter Play the problem" in screen_lines(app)[-1]
        await press(pilot, "down", "o")
        await until(pilot, "The stairs are steep.")
        assert isinstance(app.screen, WatchScreen)
        assert log(app) == ("first.light",)
        await until(pilot, "one may be held there. r makes the choice that shows it.")
        await press(pilot, "r")
        await until(pilot, "An attic.")
        await press(pilot, "u", "u")
        await until(pilot, "A hall.")
        edit(folder, "A hall.", "A long hall.")
        await until(pilot, "A long hall.")
        await press(pilot, "r", "r")
        await until(pilot, "An attic.")


async def test_what_is_broken_comes_before_what_is_proved(folder, slow):
    app = watched(folder, lent(slow))
    async with app.run_test(size=(100, 30)) as pilot:
        slow.made[0].end(ill(app))
        await until(pilot, "e 2 problems")
        edit(folder, "goto: third", "goto: thrid")
        await until(pilot, "there is no scene 'thrid'")
        assert "proved" not in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ProblemsScreen)


# --- with the prover ----------------------------------------------------------------------------------


async def test_a_trap_is_found_played_and_mended(folder, beside):
    app = watched(folder, tools(beside))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, "e shows them", 20)
        await press(pilot, "e")
        shown = await until(pilot, "without a choice")
        assert "01-day.yaml:9:3  proved" in shown
        assert "2 proved" in shown
        await press(pilot, "down", "enter")
        await until(pilot, "r makes the choice that shows it.")
        assert log(app) == ()
        await press(pilot, "r")
        await until(pilot, "no way on from here")
        edit(folder, "when: asked or noise >= 4, locked: Nobody would hear., ", "")
        await until(pilot, "Proved: nobody can be stranded", 20)
        assert "finding, proved" in screen_lines(app)[-1]


def test_a_proof_that_is_given_up_ends_at_once(folder):
    proof = Alone(folder)
    proof.stop()
    assert proof.result() is None
    assert proof._process.returncode is not None
    proof.stop()


@pytest.mark.parametrize("staying", [True, False])
def test_files_that_are_no_story_come_to_nothing(folder, staying):
    (folder / "story.yaml").write_text("[")
    beside = Beside(staying)
    assert beside(folder).result() is None
    beside.close()


def test_without_an_engine_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr("game.desk.prove.engine.find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "Popen", None)
    proofs = Proofs(Beside())
    proving = proofs.begin(folder)
    assert proving is not None
    assert proving.so_far() is None
    said = proving.result()
    assert isinstance(said, str)
    assert 'pip install "hyosan[writer]"' in said
    proofs.stop()


@pytest.mark.parametrize("data", [{}, [], {"answers": [{}]}, {"answers": [], "effort": 1}, None])
def test_what_is_no_proof_is_not_taken_for_one(data):
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        proven(json.loads(json.dumps(data)))
