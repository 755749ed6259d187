"""`hyosan prove`, as a writer runs it."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from game.cli import run as hyosan
from game.desk.prove import command, kept
from game.desk.prove.command import before, code_of, main, plan_of
from game.desk.prove.compact import pack_answers, unpack_answers
from game.desk.prove.engine import MODULES
from game.desk.prove.kept import Keeper, proved
from game.desk.prove.progress import ProgressLine
from game.desk.prove.shape import shape
from game.desk.storytest import main as run_tests
from game.engine import Machine
from game.prove.corpus import Line
from game.prove.limits import Limits
from game.prove.packed import pack, unpack
from game.prove.prove import Plan, prove
from game.prove.report import Answer, Effort, Question, Report, Verdict, Witness
from game.story import Where, load_sources, load_story
from game.story.kept import cache_folder

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "stories"
SMALL = str(STORIES / "defects" / "always-the-rope")

STORY = """\
story: {id: well, title: The Well, version: 1.0.0, start: yard}
flags: {lent: false}
"""
CHAPTER = """\
chapter: {id: yard, title: The Yard, from: D1 15:00, until: D1 17:00, start: yard}
scenes:
  yard:
    text: |
      The boards are off the well.
    choices:
      lend: {text: Lend him the rope., do: [{set: {lent: true}}], goto: well}
      walk: {text: Walk on., goto: well}
  well:
    text: |
      It is deep.
    choices:
      down: {text: Go down., when: not lent, goto: bucket}
endings:
  bucket: {title: The Bucket, text: There was a bucket.}
"""
SOUND = CHAPTER.replace("when: not lent, ", "")
IMPOSSIBLE = SOUND.replace("goto: bucket}", "goto: bucket}\n      up: {text: Up., when: lent and not lent, goto: yard}")


@pytest.fixture(autouse=True)
def _own_places(tmp_path, monkeypatch):
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HYOSAN_SAVES", str(tmp_path / "saves"))


def story(folder: Path, chapter: str = CHAPTER, declared: str = STORY) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "story.yaml").write_text(declared, encoding="utf-8")
    (folder / "01-yard.yaml").write_text(chapter, encoding="utf-8")
    return str(folder)


def machine_of(chapter: str, declared: str = STORY) -> Machine:
    found = load_sources({"story.yaml": declared, "01-yard.yaml": chapter}).story
    assert found is not None
    return Machine(found)


# --- what it says -------------------------------------------------------------------------------------


def test_a_story_without_problems_is_proved(tmp_path, capsys):
    assert main([story(tmp_path / "s", SOUND)]) == 0
    told = capsys.readouterr()
    assert "All that was asked is proved" in told.out
    assert "Nobody can be left without a choice or stranded." in told.out
    assert told.err == "", "nothing of how far it is where nobody looks"


def test_a_problem_is_told_with_its_place_its_number_and_its_playthrough(tmp_path, capsys):
    assert main([story(tmp_path / "s")]) == 1
    told = capsys.readouterr().out
    assert re.search(r"^ +1 01-yard\.yaml:9: .*without a choice", told, re.M)
    assert "1 choice: yard.lend" in told


def test_what_is_out_of_budget_stays_open_and_nothing_is_claimed(tmp_path, capsys):
    folder = story(tmp_path / "s", SOUND)
    assert main([folder, "--budget", "0.0001", "--quick"]) == 3
    told = capsys.readouterr().out
    assert "Nothing is proved: the budget ended while the story was laid out." in told
    assert "All that was asked" not in told
    assert main([folder, "--budget", "0.0001", "--quick", "--verbose"]) == 3
    assert "of the rest nothing was even asked" in " ".join(capsys.readouterr().out.split())
    assert main([str(STORIES / "every-word"), "--budget", "0.0001", "--quick", "--format", "json"]) in (1, 3)
    assert json.loads(capsys.readouterr().out)["counts"]["open"] > 0


def test_a_verdict_within_any_budget_is_never_another_one():
    """What a short look says, a long one says too."""
    folder = STORIES / "defects" / "asked-the-porter-too-soon"
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    found = load_sources(sources).story
    assert found is not None
    full = {a.question: a.verdict for a in prove(Machine(found), Plan(5)).answers}
    for seconds in (0.0001, 0.05, 0.2):
        for answer in prove(Machine(found), Plan(seconds)).answers:
            assert answer.verdict in ("open", full[answer.question])


def test_json_is_one_object_and_says_what_was_reused(tmp_path, capsys):
    folder = story(tmp_path / "s")
    assert main([folder, "--format", "json", "--quick"]) == 1
    first = json.loads(capsys.readouterr().out)
    assert (first["hyosan"], first["counts"]["refuted"], first["effort"]["reused"]) == ("prove", 1, 0)
    assert first["matrix"] is None
    assert main([folder, "--format", "json", "--quick"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert again["effort"].pop("reused") == len(again["answers"])
    del first["effort"]["reused"]
    assert first == again


def test_github_gets_a_line_for_each_problem(tmp_path, capsys, monkeypatch):
    story(tmp_path / "s")
    monkeypatch.chdir(tmp_path)
    assert main(["s", "--format", "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=s/01-yard.yaml,line=9,")


def test_a_story_with_errors_is_told_as_check_tells_it(tmp_path, capsys):
    folder = story(tmp_path / "s", CHAPTER.replace("goto: bucket", "goto: buckte"))
    for form in ("text", "json", "github"):
        assert main([folder, "--format", form, "--save-tests", str(tmp_path / "t")]) == 1
        assert "there is no scene 'buckte'" in capsys.readouterr().out
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize("name", ["nowhere", "x\x1b[31m\u202e", "é" * 200, "file"])
def test_folders_that_are_none(tmp_path, capsys, name):
    (tmp_path / "file").write_text("x")
    assert main([str(tmp_path / name)]) == 1
    told = capsys.readouterr()
    assert "error H001" in told.out
    assert "\x1b" not in told.out + told.err
    assert "\u202e" not in told.out + told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--budget", "0"],
        ["--budget", "nan"],
        ["--budget", "soon"],
        ["--memory", "1"],
        ["--memory", "-1"],
        ["--seed", "-1"],
        ["--open", "0"],
        ["--open", "1", "--format", "json"],
        ["--cells"],
        ["--cells", "--save-tests", "x", "--quick"],
        ["--format", "sarif"],
        ["--nonsense"],
    ],
)
def test_what_cannot_be_is_usage(arguments, capsys):
    assert hyosan(["prove", *arguments]) == 2
    assert "hyosan prove: error" in capsys.readouterr().err


@pytest.mark.parametrize("name", MODULES)
def test_without_its_engine_it_says_what_to_install(name):
    asked = f"import sys; sys.modules[{name!r}] = None; import game.cli; sys.exit(game.cli.run(['prove', {SMALL!r}]))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60)
    needed = 'hyosan prove needs its proof engine: pip install "hyosan[writer]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (1, "", needed)


def test_interrupted_it_leaves_at_once(tmp_path, monkeypatch):
    def interrupted(*_: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "engine", lambda: interrupted)
    assert hyosan(["prove", story(tmp_path / "s")]) == 130


def test_an_interrupted_process_leaves_no_traceback():
    process = subprocess.Popen(
        [sys.executable, "-m", "game", "prove", "--fresh"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell that runs the tests in the background has them ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    used = 0.0  # seconds of the processor: by the clock it may not even have begun
    while process.poll() is None and used < 1.2:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        time.sleep(0.02)
    process.send_signal(2)
    out, err = process.communicate(timeout=10)
    if process.returncode != 1:  # it was already done
        assert process.returncode == 130
        assert "Traceback" not in err
        assert not out


def test_the_progress_is_one_line_that_goes_away(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    target = Terminal()
    line = ProgressLine(target)
    line("everything there is, and much more than fits on one line", 12, 3400)
    line.clear()
    shown = target.getvalue().split("\r\x1b[K")
    assert shown[1].startswith("12 of 3,400 questions answered after 0 s: everything")
    assert len(shown[1]) < 60
    assert shown[-1] == ""
    assert "\n" not in target.getvalue()


# --- what it writes -----------------------------------------------------------------------------------


def test_playthroughs_are_story_tests_that_hold_and_play(tmp_path, capsys, monkeypatch):
    folder = story(tmp_path / "s")
    assert main([folder, "--save-tests", str(tmp_path / "s" / "tests")]) == 1
    assert "2 story tests written" in capsys.readouterr().err
    assert run_tests([folder]) == 0
    capsys.readouterr()
    (trap,) = (tmp_path / "s" / "tests").glob("prove-stuck-*.yaml")
    monkeypatch.setattr("sys.stdin", io.StringIO("undo\n"))
    assert hyosan(["play", folder, "--plain", "--replay", str(trap)]) == 0
    told = capsys.readouterr().out
    assert told.index("It is deep.") < told.index("The boards are off the well.")

    (tmp_path / "s" / "01-yard.yaml").write_text(SOUND)
    assert run_tests([folder]) == 1, "the test of a problem fails once it is mended"


def test_the_report_is_a_page(tmp_path, capsys):
    page = tmp_path / "report.html"
    assert main([story(tmp_path / "s"), "--report", str(page)]) == 1
    assert "the report is in" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_cannot_be_written_is_said_after_the_report(tmp_path, capsys):
    folder = story(tmp_path / "s", SOUND)
    (tmp_path / "file").write_text("x")
    for more in (["--report", str(tmp_path)], ["--save-tests", str(tmp_path / "file")]):
        assert main([folder, *more]) == 1
        told = capsys.readouterr()
        assert "All that was asked is proved" in told.out
        assert len(told.err.splitlines()) == 1
        assert "Traceback" not in told.err


# --- playing a problem --------------------------------------------------------------------------------


def test_a_problem_opens_one_choice_before_it_shows(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("redo\nundo\n"))
    assert main([story(tmp_path / "s"), "--open", "1"]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("01-yard.yaml:9: ")
    first, deep, last = (m.start() for m in re.finditer("The boards are off|It is deep", told.out))
    assert told.out[first:].startswith("The boards")
    assert told.out[deep:].startswith("It is deep")
    assert told.out[last:].startswith("The boards")


def test_a_number_that_no_problem_has(tmp_path, capsys):
    assert main([story(tmp_path / "s"), "--open", "2"]) == 1
    assert capsys.readouterr().err == "there is only 1 problem\n"
    assert main([story(tmp_path / "s", SOUND), "--open", "1"]) == 1
    assert capsys.readouterr().err == "no problem was found\n"
    assert main([story(tmp_path / "s", IMPOSSIBLE), "--open", "1"]) == 1
    assert "it has no playthrough" in capsys.readouterr().err


def test_what_is_so_from_the_beginning_opens_there():
    machine = machine_of(CHAPTER)
    question = Question("never", "x", "x", Where("x", 1))
    run = before(Answer(question, "refuted", "played", Witness((), {})), machine)
    assert run is not None
    assert run.turn == 0
    assert before(Answer(question, "refuted", "values"), machine) is None


# --- what was proved before ---------------------------------------------------------------------------

QUICK = Plan(matrix=False, goals=False)


def report_of(machine: Machine, plan: Plan = QUICK, *, may_prove: bool = True) -> Report:
    def engine(machine: Machine, plan: Plan, progress: object) -> Report:
        assert may_prove, "it was to be known"
        return prove(machine, plan)

    return proved(machine, plan, lambda *_: None, engine)


def test_other_words_are_the_same_proof_about_other_lines():
    first = report_of(machine_of(CHAPTER))
    other = CHAPTER.replace("The boards are off the well.", "It is open.\n").replace("Walk on.", "Do not.")
    again = report_of(machine_of(other), may_prove=False)
    (old,), (new,) = first.of("refuted"), again.of("refuted")
    assert new.question.where.line == old.question.where.line + 1
    assert again.effort.reused == len(first.answers)
    assert {(a.question.kind, a.verdict) for a in first.answers} == {
        (a.question.kind, a.verdict) for a in again.answers
    }
    fresh = prove(machine_of(other), QUICK)
    assert {(a.question, a.verdict) for a in again.answers} == {(a.question, a.verdict) for a in fresh.answers}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: not lent", "when: lent"),
        ("goto: well}\n      walk", "goto: yard}\n      walk"),
        ("lent: true", "lent: false"),
        ("It is deep.", "It is deep.\n\n      Very."),
        ("It is deep.", "{% if lent %}It is deep.{% endif %}"),
        ("down:", "climb:"),
        ("until: D1 17:00", "until: D1 18:00"),
    ],
)
def test_whatever_may_matter_is_another_story(old, new):
    assert old in CHAPTER
    assert shape(machine_of(CHAPTER)) != shape(machine_of(CHAPTER.replace(old, new)))


def test_where_nothing_was_asked_nothing_is_kept():
    machine, little = machine_of(CHAPTER), Plan(0.0001, matrix=False, goals=False)
    assert report_of(machine, little).unasked
    assert Keeper(machine, little).find() is None
    assert not report_of(machine).of("open")
    assert not report_of(machine, little, may_prove=False).unasked, "less time does not unsay what is known"


def test_what_was_left_open_is_asked_again_when_there_is_more_time(monkeypatch):
    machine = machine_of(CHAPTER)
    little = Plan(0.0001, matrix=False, goals=False)
    # It is laid out all the same, but there is no time for anything else.
    with monkeypatch.context() as patched:
        patched.setattr(Limits, "check", lambda self: None)
        first = report_of(machine, little)
    assert first.of("open")
    assert not first.unasked
    assert report_of(machine, little, may_prove=False).of("open")
    assert not report_of(machine).of("open")
    assert not report_of(machine, little, may_prove=False).of("open"), "less time does not unsay what is known"


@pytest.mark.parametrize(
    "spoil", [lambda t: "", lambda t: "[" * 5000, lambda t: "{}",
              lambda t: t.replace('"steps": [', '"steps": [["x"], '),
              lambda t: t.replace("yard.lend", "yard.fly"), lambda t: t[:-9], lambda t: "null",
              lambda t: edited_json(t, numbers=lambda numbers: numbers[::-1])],
)  # fmt: skip
def test_a_spoilt_proof_is_none(spoil):
    machine = machine_of(CHAPTER)
    keeper = Keeper(machine, QUICK)
    report = report_of(machine)
    assert keeper.find() is not None
    keeper.path.write_text(spoil(keeper.path.read_text()))
    assert keeper.find() is None
    assert [a.verdict for a in report_of(machine).answers] == [a.verdict for a in report.answers]


def edited_json(text: str, **changes: Any) -> str:
    """A kept proof with other things in it, each made of what it was."""
    data = json.loads(text)
    return json.dumps(data | {key: change(data[key]) for key, change in changes.items()})


def test_answers_that_rest_on_nothing_are_not_taken_for_those_of_an_earlier_version():
    machine = machine_of(CHAPTER)
    keeper = Keeper(machine, QUICK)
    report_of(machine)
    text = keeper.path.read_text()
    assert keeper.nearby() is not None
    assert keeper.played
    fewer = edited_json(text, basis=lambda basis: basis | {"sites": basis["sites"][:-1]})
    for spoilt in (fewer, edited_json(text, program=lambda _: "x"), edited_json(text, story=lambda _: "x")):
        keeper.path.write_text(spoilt)
        assert keeper.nearby() is None
    # Not all of their playthroughs are kept: those beside the story are played again.
    keeper.path.write_text(edited_json(text, whole=lambda _: False))
    assert keeper.nearby() is not None
    assert not keeper.played


@pytest.mark.parametrize("more", [{"seconds": 3.0}, {"nodes": 1 << 25}, {"cores": 2}, {"corpus": (Line(0, ("x",)),)}])
def test_what_was_left_open_is_looked_for_again_by_whoever_has_more_to_go_by(monkeypatch, more):
    machine, plan = machine_of(CHAPTER), Plan(2.0, matrix=False, goals=False)
    report = report_of(machine, plan)
    monkeypatch.setattr(kept, "unsettled", lambda report: ["something"])
    Keeper(machine, plan).keep(report)
    assert Keeper(machine, plan).find() is not None
    assert Keeper(machine, replace(plan, **more)).find() is None
    monkeypatch.undo()
    Keeper(machine, plan).keep(report)
    assert Keeper(machine, replace(plan, **more)).find() is not None, "what is settled is settled"


def test_no_more_than_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    for n in range(5):
        report_of(machine_of(CHAPTER), Plan(seed=n, matrix=False, goals=False))
    assert len(list(cache_folder("proofs").glob("*.json"))) == 3


def test_a_cache_that_cannot_be_written_is_no_cache(monkeypatch):
    monkeypatch.setenv("HYOSAN_CACHE", os.devnull)
    assert report_of(machine_of(CHAPTER)).of("refuted")


def test_a_whole_report_is_packed_and_unpacked():
    from tests.desk.test_prove_shown import whole

    report = whole()
    assert unpack(Report, json.loads(json.dumps(pack(report)))) == report


def test_plans_and_exit_codes():
    options = command._parser().parse_args(["--quick", "--memory", "1000", "--budget", "3"])
    plan = plan_of(options)
    assert (plan.seconds, plan.matrix, plan.goals) == (3.0, False, False)
    assert plan.nodes * 40 < 1_000_000_000
    effort = Effort("everything", (), 1, 1, 1.0, 1, 1, 1)
    question = Question("scene", "a", "a", Where("a", 1))
    several: tuple[tuple[Verdict, ...], ...] = (("proved",), ("proved", "open"), ("open", "refuted"))
    codes = [
        code_of(Report("a", "a", "1", "", tuple(Answer(question, verdict, "") for verdict in verdicts), effort))
        for verdicts in several
    ]
    assert codes == [0, 3, 1]


def test_answers_are_kept_as_they_are():
    rolled = 0
    for folder in sorted((STORIES / "defects").glob("the-*")):
        loaded = load_story(folder)
        assert loaded.story is not None
        answers = prove(Machine(loaded.story), replace(QUICK, seconds=0.05)).answers
        assert unpack_answers(json.loads(json.dumps(pack_answers(answers)))) == answers
        rolled += any(answer.witness and answer.witness.dice for answer in answers)
    assert rolled


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["answers"][0].__setitem__(0, -1),
        lambda data: data["answers"][0].__setitem__(5, "1"),
        lambda data: data["answers"][0].__setitem__(-1, 10**6),
        lambda data: data["ways"].__setitem__(0, [1]),
        lambda data: data["ways"].append([0, -1]),
        lambda data: data["names"].__setitem__(0, 1),
    ],
)
def test_answers_that_are_none_are_not_read(spoil):
    data = pack_answers(prove(machine_of(CHAPTER), QUICK).answers)
    spoil(data)
    with pytest.raises(kept.UNREADABLE):
        unpack_answers(data)
