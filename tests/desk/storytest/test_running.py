"""`hyosan test`: what it says, in text, JSON and JUnit XML, and what it answers."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from game import cli
from game.desk.storytest.coverage import coverage, percent
from game.engine import Run

HOLDS = "test: Cold hands\nchoose: [hold_her_hands]\nexpect: {that: bond.i_sak == 1}\n"
FAILS = "test: Warm hands\nchoose: [hold_her_hands]\nexpect: {that: bond.i_sak == 2}\n"
BROKEN = "test: No hands\nexpect: {scene: nowhere}\n"
GIVEN = "test: On the roof\nfrom: {scene: c3_01_roof}\nchoose: [wait]\nexpect: {ending: e02_roll_call}\n"


@pytest.mark.parametrize(
    ("files", "arguments", "code", "said"),
    [
        ({}, [], 0, ["0 story tests", "there are no tests in"]),
        ({"a": HOLDS}, [], 0, ["ok      tests/a.yaml: Cold hands", "1 story test: 1 passed"]),
        ({"a": HOLDS, "b": FAILS}, [], 1, ["FAILED  tests/b.yaml: Warm hands", "2 story tests: 1 passed, 1 failed"]),
        ({"a": HOLDS, "b": BROKEN}, [], 1, ["no scene 'nowhere'", "1 story test: 1 passed; 1 file has mistakes"]),
        ({"a": GIVEN}, [], 0, ["On the roof (from a given state)", "1 of them begins in a given state"]),
        ({"a": HOLDS, "b": FAILS}, ["-k", "cold"], 0, ["1 story test: 1 passed"]),
        ({"a": HOLDS, "b": FAILS}, ["-k", "B.YAML"], 1, ["1 story test: 1 failed"]),
        ({"a": HOLDS}, ["-k", "roof"], 1, ["0 story tests", "no test has 'roof' in its name"]),
        ({"a": HOLDS, "b": FAILS}, ["a.yaml"], 0, ["1 story test: 1 passed"]),
        ({"a": "tests:\n  - {test: One, choose: []}\n  - {test: Two, choose: []}\n"}, ["-k", "two"], 0, ["1 passed"]),
    ],
)  # fmt: skip
def test_what_is_said_and_answered(folder, hyosan, files, arguments, code, said, put):
    put(**files)

    answer, printed, _ = hyosan(folder, *arguments)

    assert answer == code, printed
    for words_ in said:
        assert words_ in printed


def test_a_failure_is_told_with_what_was_last_read(folder, hyosan, put):
    put(a=FAILS)

    _, printed, _ = hyosan(folder)

    assert "tests/a.yaml:3:16: error H070: expected bond.i_sak == 2; got bond.i_sak is 1" in printed
    assert "  last read, in c2_03b_the_window after 1 choice:\n    | They are as cold as the taps" in printed


def test_a_file_alone_is_a_test_of_the_story_it_lies_in(folder, hyosan, monkeypatch, put):
    put(a=HOLDS, b=FAILS)
    monkeypatch.chdir(folder)

    assert hyosan(folder / "tests" / "a.yaml")[0] == 0
    assert hyosan("tests/b.yaml")[0] == 1


def test_a_file_from_elsewhere_is_called_by_its_path(folder, hyosan, tmp_path):
    (tmp_path / "x.yaml").write_text(FAILS, encoding="utf-8")

    _, printed, _ = hyosan(folder, tmp_path / "x.yaml")

    assert f"{tmp_path / 'x.yaml'}:3:16: error H070" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{folder}/nowhere"], 1, "does not exist"),
        (["{folder}", "{folder}/nowhere.yaml"], 1, "cannot be read"),
        (
            ["{folder}", "--junit", "{folder}/no/such/folder.xml"],
            1,
            "folder.xml cannot be written: No such file",
        ),
    ],
)
def test_what_is_not_there_is_one_message(folder, hyosan, arguments, code, said, put):
    put(a=HOLDS)

    answer, printed, complained = hyosan(*(a.format(folder=folder) for a in arguments))

    assert answer == code
    assert said in printed + complained


@pytest.mark.parametrize("bad", [["--nonsense"], ["--record", "x", "--update"], ["--seed", "-1"], ["--format", "pdf"]])
def test_a_command_line_that_makes_no_sense_is_usage(bad, capsys):
    assert cli.run(["test", *bad]) == 2
    assert "usage: hyosan test" in capsys.readouterr().err


def test_a_story_that_cannot_be_played_is_told_in_full(folder, hyosan):
    (folder / "items.yaml").write_text("rope: {nam: x}\n", encoding="utf-8")

    code, printed, _ = hyosan(folder)
    _, data, _ = hyosan(folder, "--format", "json")

    assert code == 1
    assert "an item has no key 'nam'" in printed
    assert "H010" in [d["code"] for d in json.loads(data)["diagnostics"]]


def test_json_says_what_text_says(folder, hyosan, put):
    put(a=HOLDS, b=FAILS, c=BROKEN, d=GIVEN)

    code, printed, _ = hyosan(folder, "--format", "json", "--coverage")
    data = json.loads(printed)

    assert code == 1
    assert (data["story"], data["passed"], data["diagnostics"][0]["code"]) == ("cold-hands", False, "H020")
    assert [(t["name"], t["passed"], t["given"]) for t in data["tests"]] == [
        ("Cold hands", True, False),
        ("Warm hands", False, False),
        ("On the roof", True, True),
    ]
    (failure,) = data["tests"][1]["failures"]
    assert (failure["file"], failure["line"], failure["column"]) == ("tests/b.yaml", 3, 16)
    assert (failure["expected"], failure["got"]) == ("bond.i_sak == 2", "bond.i_sak is 1")
    assert "They are as cold as the taps in January." in failure["passage"]
    assert data["coverage"]["scenes_missed"] == ["r2_class", "r2_corridor", "r2_store", "e12_bell_schedule"]


def test_junit_is_what_ci_reads(folder, hyosan, tmp_path, put):
    several = "tests:\n  - {test: One & <two>, choose: [hold_her_hands]}\n  - {test: Two, choose: [leave_her]}\n"
    put(a=HOLDS, b=several, c=BROKEN, d=GIVEN)

    hyosan(folder, "--junit", tmp_path / "out.xml")
    root = ET.parse(tmp_path / "out.xml").getroot()

    assert root.tag == "testsuites"
    assert {k: root.get(k) for k in ("tests", "failures", "errors")} == {"tests": "5", "failures": "1", "errors": "1"}
    suites = {s.get("name"): s for s in root}
    assert list(suites) == ["tests/a.yaml", "tests/b.yaml", "tests/c.yaml", "tests/d.yaml"]
    for suite in suites.values():
        assert suite.tag == "testsuite"
        assert int(str(suite.get("tests"))) == len(suite.findall("testcase"))
        assert int(str(suite.get("failures"))) == len(suite.findall("testcase/failure"))
        assert int(str(suite.get("errors"))) == len(suite.findall("testcase/error"))
        assert all(float(str(e.get("time"))) >= 0 for e in suite.iter("testcase"))
    one, two = suites["tests/b.yaml"]
    assert (one.get("name"), one.get("classname"), one.get("line")) == ("One & <two>", "tests/b.yaml", "2")
    failure = two.find("failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("expected leave_her to be offered; got hidden")
    assert "last read, in c2_03_cold_hands" in str(failure.text)
    error = suites["tests/c.yaml"].find("testcase/error")
    assert error is not None
    assert error.get("type") == "H020"


# --- coverage -------------------------------------------------------------------------------------


def test_coverage_names_what_no_test_comes_by(folder, hyosan, put):
    put(a=HOLDS, b=GIVEN)

    code, printed, _ = hyosan(folder, "--coverage")

    assert code == 0
    assert "coverage: 4 of 8 scenes (50.0 %), 2 of 19 choices (10.5 %)" in printed
    assert "never visited:\n  r2_class (5 choices)\n" in printed
    assert "visited, but never chosen:\n  c2_03_cold_hands: say_what_you_saw, leave_her\n" in printed


def test_coverage_counts_what_a_run_comes_by(machine):
    run = Run.new(machine, 0)
    nothing, something = coverage(machine.story, []), coverage(machine.story, [run, run.choose("hold_her_hands")])

    assert (nothing.scene_percent, nothing.choice_percent) == (0.0, 0.0)
    assert set(nothing.scenes_missed) - set(something.scenes_missed) == {"c2_03_cold_hands", "c2_03b_the_window"}
    assert set(nothing.choices_missed) - set(something.choices_missed) == {"c2_03_cold_hands.hold_her_hands"}


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 9, 0.0), (9, 9, 100.0), (9999, 10000, 99.9), (1, 9999, 0.1)])
def test_only_all_of_it_is_all_of_it(part, whole, said):
    assert percent(part, whole) == said
