"""Story tests: what each key asks and gives, and what is said about each mistake."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.desk.storytest.model import Result
from game.desk.storytest.play import play
from game.desk.storytest.read import FileOfTests, read_tests
from game.engine import Machine
from game.story import Story, load_story
from game.story.asking import names_of
from game.story.diagnostics import Problems

STORIES = Path(__file__).parents[1] / "stories"
CASES = Path(__file__).parent / "storytest"


@pytest.fixture(scope="module")
def story() -> Story:
    loaded = load_story(STORIES / "cold-hands")
    assert loaded.story is not None
    assert not loaded.diagnostics
    return loaded.story


@pytest.fixture(scope="module")
def machine(story: Story) -> Machine:
    return Machine(story)


def read(story: Story, folder: Path, text: str, name: str = "t.yaml") -> FileOfTests:
    (folder / name).write_text(text, encoding="utf-8")
    return read_tests([(folder / name, f"tests/{name}")], story)[0]


def results(machine: Machine, folder: Path, text: str) -> list[Result]:
    """What comes of the tests in a file without mistakes."""
    file = read(machine.story, folder, text)
    assert not file.diagnostics, "\n".join(d.render() for d in file.diagnostics)
    names = names_of(machine.story, Problems())
    return [play(test, machine, names) for test in file.tests]


def cases(name: str) -> dict[str, tuple[str, str]]:
    """The cases in a file: by name, (all of a story test but its first line, what is said about it)."""
    found = {}
    for case in (CASES / f"{name}.txt").read_text(encoding="utf-8").split("\n\n"):
        first, _, rest = case.strip("\n").partition("\n")
        body, _, said = rest.partition("\n#> ")
        assert first.startswith("# ")
        found[first.removeprefix("# ")] = (body, said)
    return found


HOLDS, FAILS, MISTAKES = cases("holds"), cases("fails"), cases("mistakes")


@pytest.mark.parametrize("body", [body for body, _ in HOLDS.values()], ids=HOLDS)
def test_what_holds(machine, tmp_path, body):
    (result,) = results(machine, tmp_path, f"test: It\n{body}\n")

    assert [f.problem.render() for f in result.failures] == []


@pytest.mark.parametrize(("body", "said"), FAILS.values(), ids=FAILS)
def test_what_does_not_hold_is_told_where_it_is_expected(machine, tmp_path, body, said):
    where, _, message = said.partition(" ")
    (result,) = results(machine, tmp_path, f"test: It\n{body}\n")

    (failure,) = result.failures
    assert str(failure.problem.where) == f"tests/t.yaml:{where}"
    assert message in failure.problem.message
    assert "^" in failure.problem.render()
    assert failure.passage


def test_every_expectation_is_looked_at_and_nothing_after_a_choice_that_cannot_be_made(machine, tmp_path):
    text = """
test: It
choose: [{do: hold_her_hands, expect: {says: July, silent: nam_ra}}, go_up, come_away]
expect: {scene: r2_class}
"""
    (result,) = results(machine, tmp_path, text)

    assert [f.expected for f in result.failures] == [
        "the words “July”",
        "no word from nam_ra",
        "go_up to be offered",
    ]
    assert not result.finished
    assert result.run.log == ("c2_03_cold_hands.hold_her_hands",)


@pytest.mark.parametrize(("body", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_where_it_is_and_the_file_is_not_run(story, tmp_path, body, said):
    code, where, rest = said.split(" ", 2)
    message, _, hint = rest.partition(" | ")
    file = read(story, tmp_path, f"test: It\n{body}\n")

    assert file.tests == ()
    (problem,) = [d for d in file.diagnostics if d.code == code]
    assert str(problem.where) == f"tests/t.yaml:{where}"
    assert message in problem.message
    assert hint in problem.hint
    assert "^" in problem.render()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "H003", "the file is empty"),
        ("expect: {}\n", "H011", "a story test needs 'test'"),
        ("- test: It\n", "H012", "a story test is a map of keys; this is a list"),
        ("tests: {test: It}\n", "H012", "'tests' is a list"),
        ("tests: []\n", "H011", "the list has no tests in it"),
        ("tests:\n  - {test: It, expect: {}}\nseed: 1\n", "H010", "a file of story tests has no key 'seed'"),
        ("tests:\n  - {test: It, expect: {}}\n  - {test: It, choose: []}\n", "H015", "there is a test 'It'"),
        (
            "tests:\n  - {test: It, transcript: true}\n  - {test: 'it!', transcript: true}\n",
            "H015", "the words of this test and of 'It' (tests/t.yaml) would be in one file",
        ),
        ("test: \u202eIt\nexpect: {}\n", "H006", "U+202E"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_tests_as_they_should_be(story, tmp_path, text, code, message):
    file = read(story, tmp_path, text)

    assert file.tests == ()
    assert code in [d.code for d in file.diagnostics]
    assert any(message in d.message for d in file.diagnostics)


def test_all_mistakes_of_a_file_are_told_at_once(story, tmp_path):
    file = read(story, tmp_path, "test: It\nseed: x\nchoose: [nope]\nexpect: {scene: nope, that: nope}\n")

    assert [d.where.line for d in file.diagnostics] == [2, 3, 4, 4]


def test_a_time_between_two_ticks_is_a_warning_and_the_test_runs(story, machine, tmp_path):
    file = read(story, tmp_path, "test: It\nfrom: {scene: r2_class, time: D1 13:35}\nexpect: {}\n")

    assert [d.code for d in file.diagnostics] == ["H065"]
    assert play(file.tests[0], machine, names_of(story, Problems())).passed


def test_asking_leaves_the_story_as_it_was(story, machine, tmp_path):
    before = [(v.name, v.chapter, v.index) for v in story.variables]

    results(machine, tmp_path, "test: It\nchoose: hold_her_hands\nexpect: {that: seen.c2_03_cold_hands}\n")

    assert [(v.name, v.chapter, v.index) for v in story.variables] == before


BODIES = [body for table in (HOLDS, FAILS, MISTAKES) for body, _ in table.values()]
PIECES = ["", "{", "]", ": ", "\n", "- ", "x", ".", "'", "9"]
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 6), st.sampled_from(PIECES)), max_size=4)


@settings(deadline=None)
@given(st.sampled_from(BODIES), EDITS)
def test_whatever_is_written_is_read_or_told_and_never_raises(machine, body, edits):
    text = f"test: It\n{body}\n"
    for at, cut, put in edits:
        at = min(at, len(text))
        text = text[:at] + put + text[at + cut :]

    with tempfile.TemporaryDirectory() as folder:
        file = read(machine.story, Path(folder), text)

    assert file.tests or any(d.severity == "error" for d in file.diagnostics)
    for test in file.tests:
        play(test, machine, names_of(machine.story, Problems()))
    for problem in file.diagnostics:
        assert problem.where.line
        assert problem.render()
