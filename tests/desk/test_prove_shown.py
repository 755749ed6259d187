"""What `hyosan prove` shows: hand-made reports as text, as data, as a page and as story tests."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from game.desk.prove.formats import as_github, as_json
from game.desk.prove.page import page
from game.desk.prove.summary import summary
from game.desk.prove.tests_out import save_tests
from game.desk.prove.wording import cut_short, letters, likely, percent, size, took, verdict
from game.desk.storytest import load_test
from game.desk.storytest import main as run_tests
from game.desk.storytest.read import read_tests
from game.engine import Machine
from game.prove.report import (
    KINDS,
    Alive,
    Answer,
    Better,
    Cell,
    Chance,
    Effort,
    Goal,
    Loss,
    Matrix,
    Memory,
    Prospect,
    Question,
    Report,
    Verdict,
    Witness,
)
from game.story import Story, Where, load_sources
from game.story.diagnostics import cells
from tests.stories.building import files, load

CHAPTER = """
scenes:
  first:
    title: At the Gate
    cast: [jo]
    text: |
      You are early.

      @jo: So are you.
    choices:
      go: {text: "Go in, {{ player }}.", goto: hall}
      run: {text: Run for it., roll: {made: {goto: hall}, fell: {do: [{fate: {jo: dead}}], goto: hall}}}
      smash: {text: Smash <b>it</b>., do: [{add: {noise: 3}}], goto: hall}
  hall:
    text: A hall.
    choices:
      out: {text: Out., when: noise <= 2, goto: end}
      back: {text: Back to the gate., when: noise <= 1, locked: Not now., goto: first}
      other: {text: The other way., goto: other}
"""
DECLARE = """
meters: {noise: {range: 0..4}}
fates: {here: {becomes: [dead], word: living}, dead: {is: gone}}
never: [noise >= 3]
"""
ENDINGS = """
endings:
  end: {title: The End, text: It is over.}
  other: {title: Another, text: It is otherwise.}
"""
PEOPLE = "jo: {name: Nam Jo, short: Jo}\nra: {name: Han Ra, short: Ra}"

HOSTILE = "x</script><script>alert(1)</script>\n::error file=a::b\r[red]%0A\u202e\x1b[31m,:'\"&"

HOW = {"declare": DECLARE, "endings": ENDINGS, "people": PEOPLE}
STORY: Story = load(files(CHAPTER, **HOW))
MACHINE = Machine(STORY)

END = Witness(("first.go", "hall.out"), {}, shortest=True)
LOUD = Witness(("first.smash",), {}, shortest=True)
FALLEN = Witness(("first.run", "hall.out"), {"first.run": "fell"})
LONG = Witness(("first.go", "hall.back", "first.go", "hall.back", "first.go", "hall.back", "first.go", "hall.out"), {})
BROKEN = Witness(("first.go", "first.go"), {})
EXACT, LOOSE = Chance(0.25, 0.25, 0.25, True), Chance(0.31, 0.28, 0.34, False, 1000)

PROMISE = STORY.properties[0]


def question(kind: str, subject: str, words: str, line: int = 3) -> Question:
    return Question(kind, subject, words, Where("day.yaml", line, 5, 4), "first")


def answer(kind: str, verdict: Verdict, witness: Witness | None = None, words: str = "the thing", **more) -> Answer:
    return Answer(question(kind, more.pop("subject", f"{kind}.x"), words), verdict, "search", witness, **more)


PROVED = (
    answer("scene", "proved", LOUD),
    answer("ending", "proved", END, subject="end"),
    answer("choice", "proved", END),
    answer("stuck", "proved"),
    answer("stranded", "proved"),
)
WRONG = (
    Answer(Question("never", "story.yaml:7", "'noise >= 3'", PROMISE.where), "refuted", "search", LOUD, ("made loud",)),
    answer("choice", "refuted", words="the choice 'Back.'", because=("nobody is ever so quiet",)),
    answer("speaks", "refuted", FALLEN, "Jo's line", subject="jo@day.yaml:9"),
    answer("stranded", "refuted", LONG, "the scene 'hall'"),
)
LEFT = (answer("text", "open", words="the text 'A hall.'"), answer("bug", "open", words="the choice 'Out.'"))
EFFORT = Effort("everything", (), 3_215_000_000, 5000, 1.25, 2, 6, 9)

MATRIX = Matrix(
    ("end", "other"),
    ("jo", "ra"),
    ("here", "dead"),
    {
        ("end", "jo", "here"): Cell("proved", END),
        ("end", "jo", "dead"): Cell("proved", FALLEN),
        ("other", "jo", "here"): Cell("open"),
        ("other", "jo", "dead"): Cell("refuted"),
        **{(e, "ra", "here"): Cell("proved", END) for e in ("end", "other")},
        **{(e, "ra", "dead"): Cell("refuted") for e in ("end", "other")},
    },
    {"end": Alive(1, 2, True, FALLEN, END)},
)


def report(*answers: Answer, **more) -> Report:
    return Report("small", "A Small Story", "1.0.0", "abc123", answers, more.pop("effort", EFFORT), **more)


def whole(chance: Chance = EXACT, text: str = "the ending 'The End'") -> Report:
    """A report with something of everything."""
    goal = Goal("ending", "end", text)
    where = Where("day.yaml", 12, 7)
    kinds: list[tuple[str, str]] = [("polite", "You will."), ("cruel", ""), ("tough", "Mind."), ("nasty", "You did.")]
    return report(
        *PROVED,
        *WRONG,
        *LEFT,
        matrix=MATRIX,
        prospects=(Prospect(goal, "sure", END, True, {"random": chance, "curious": EXACT}),),
        losses=tuple(
            Loss((goal,), "first", "go", "", True, t, where if q else None, q, where, LOUD)  # type: ignore[arg-type]
            for t, q in kinds
        ),
        better=(Better("first", "go", "run", chance.exact, {"end": (chance, EXACT)}, where),),
        memory=(Memory("noise", "meter", 12, 5, ("day",)), Memory("fate.jo", "fate", 2, 2, ("day",))),
    )


def told(given: Report, width: int = 80, verbose: bool = False, story: Story = STORY) -> str:
    """The summary as a pipe gets it."""
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.print(summary(given, story, width, verbose), soft_wrap=True)
    return out.getvalue()


class Reader(HTMLParser):
    """What a browser makes of a page: its elements, attributes and words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


# --- the terminal -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("verbose", [False, True])
def test_the_summary_keeps_to_its_width(width, verbose):
    lines = told(whole(LOOSE, "한국어 " * 30 + "x" * 200), width, verbose).splitlines()
    assert max(map(cells, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_what_is_wrong_comes_first_with_its_place_its_reasons_and_its_playthrough():
    lines = told(whole()).splitlines()
    assert lines[0] == "A Small Story 1.0.0: 2 scenes, 6 choices, about 3.2 billion states"
    assert lines[1] == "4 problems in 11 questions, and 2 stay open. Nobody can be left without a"
    assert "  2 day.yaml:3: the choice 'Back.' can never be made" in lines
    assert "    - nobody is ever so quiet" in lines
    assert "    at least 1 choice: first.smash" in lines
    assert "    8 choices: first.go > hall.back > first.go > ... > hall.out" in lines
    assert "    dice: first.run = fell" in lines
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads[3:7] == ["problems", "open", "what can become of whom", "goals"]


def test_the_kinds_of_questions_are_counted_and_nothing_is_told_by_colour():
    rows = [line.split() for line in told(whole()).splitlines()]
    assert [*KINDS["choice"].split(), "1", "1", "·"] in rows
    assert [*KINDS["text"].split(), "·", "·", "1"] in rows
    assert "\x1b" not in told(whole())


def test_the_matrix_has_letters_for_what_is_possible_and_folds_who_cannot_change():
    lines = told(whole()).splitlines()
    assert "  L living, D dead, · impossible, ? open" in lines
    assert "  Jo             LD   ?·" in lines
    assert "  how many live  1–2  ·" in lines
    assert "  always living, at every ending: Ra" in lines
    assert "  2 Another (no way to it is known)" in lines


def test_a_wide_matrix_comes_in_blocks():
    endings = tuple(f"e{i}" for i in range(40))
    fates = ("alive", "bitten", "missing", "away", "turned")
    every = {(e, "jo", f): Cell("proved", END) for e in endings for f in fates}
    matrix = Matrix(endings, ("jo",), fates, every, {})
    lines = told(report(*PROVED, matrix=matrix)).splitlines()
    assert max(map(cells, lines)) <= 80
    assert " ".join(line for line in lines if line.startswith("  Jo")).count("ABMWT") == 40
    assert list(letters(matrix, STORY).values()) == ["A", "B", "M", "W", "T"]


def test_only_verbose_lists_the_rest_and_the_cruel_come_first():
    short, long = told(whole()), told(whole(), 140, verbose=True)
    assert "4 points of no return (1 of them cruel)" in " ".join(short.split())
    assert "not said, neither before nor after" not in short
    found = re.findall(r"day.yaml:12: (\w+): “Go in, \[name\].” in At the Gate loses", long)
    assert found == ["cruel", "nasty", "tough", "polite"]
    assert "said only after it is made: “You did.” (day.yaml:12)" in long
    assert "is never worse than “Run for it.”" in long
    assert long.index("fate.jo") > long.index("noise  ")


def test_many_problems_of_a_kind_are_cut_short():
    given = report(*(answer("text", "refuted", words=f"the text {i}") for i in range(20)))
    assert told(given).count("can never be read") == 8
    assert "and 12 more" in told(given)
    assert told(given, verbose=True).count("can never be read") == 20


# --- honesty ------------------------------------------------------------------------------------------

CLAIMS = re.compile(r"prove[dn]|verified|guarante|for certain|nothing is wrong|no question is open|all that", re.I)


@pytest.mark.parametrize("answers", [(*PROVED, *LEFT), (*PROVED, *WRONG, *LEFT)])
@pytest.mark.parametrize("verbose", [False, True])
def test_nothing_is_claimed_of_the_whole_while_anything_is_open(answers, verbose):
    given = report(*answers)
    lines = [line for line in told(given, verbose=verbose).splitlines() if not re.search("proved +refuted", line)]
    assert not CLAIMS.search("\n".join(lines).replace("hyosan prove", ""))
    shown = Reader(page(given, STORY)).text.replace("Question proved refuted open", "").replace("hyosan prove", "")
    assert not CLAIMS.search(shown)
    assert "2 questions (text: 1, bug: 1)" in shown


def test_what_is_proved_is_said():
    assert verdict(report(*PROVED)) == (
        "All that was asked is proved: 5 questions. Nobody can be left without a choice or stranded."
    )
    assert verdict(report(*PROVED, *WRONG[:2])) == (
        "2 problems in 7 questions; the others are proved. Nobody can be left without a choice or stranded."
    )
    assert verdict(report(*PROVED, LEFT[0])).startswith("No problem was found, but 1 of 6 questions stays open.")
    assert "stranded" not in verdict(report(*PROVED, answer("stranded", "open"))).replace("left without a choice", "")
    assert verdict(report()) == "Nothing was asked."


def test_a_fate_that_is_open_keeps_the_whole_from_being_proved():
    given = report(*PROVED, matrix=MATRIX)
    assert verdict(given).startswith("No problem was found in 5 questions, but 1 fate stays open.")
    assert "✓" not in page(given, STORY)
    assert "✓" in page(report(*PROVED), STORY)


@pytest.mark.parametrize(("chance", "said"), [(EXACT, False), (LOOSE, True)])
def test_sampled_is_said_just_where_a_chance_was_sampled(chance, said):
    given = whole(chance)
    for shown in (told(given), told(given, verbose=True), Reader(page(given, STORY)).text):
        assert ("sampled" in shown.lower()) == said
    assert ("28.0–34.0 %" in told(given)) == said


def test_limits_and_what_was_left_out_are_the_last_line():
    given = report(*PROVED, *LEFT, effort=replace(EFFORT, rung="knocks", limits=("memory (time)",), states=None))
    last = " ".join(told(given).split("\n\n")[-1].split())
    assert last == (
        "Limits: Open: 2 questions (text: 1, bug: 1). Of each state was left out: knocks. Cut short: 1 look by time."
    )
    assert "states" not in told(given).splitlines()[0]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 %"), (1, "100 %"), (1e-9, "<0.01 %"), (1 - 1e-9, ">99.99 %"), (0.004, "0.40 %"), (0.5, "50.0 %")],
)
def test_a_chance_is_never_rounded_to_never_or_always(value, shown):
    assert percent(value) == shown


@pytest.mark.parametrize(
    ("value", "exact", "shown"),
    [
        (1 - 1e-13, True, "100 %"),
        (1 - 1e-9, True, "100 %"),
        (1 - 1e-8, True, ">99.99 %"),
        (1e-13, True, "<0.01 %"),
        (1 - 1e-13, False, ">99.99 % (>99.99–100 %, sampled)"),
        (1, False, "100 % (>99.99–100 %, sampled)"),
    ],
)
def test_what_was_counted_out_to_always_happen_is_certain_and_what_was_sampled_never(value, exact, shown):
    given = Chance(value, value, value, True) if exact else Chance(value, 1 - 1e-7, 1.0, False, 9)
    assert likely(given) == shown
    assert shown.split(" (")[0] in Reader(page(whole(given), STORY)).text


def test_a_goal_of_every_play_is_one_though_its_fractions_do_not_quite_add_up():
    chance = Chance(1 - 1e-13, 1 - 1e-13, 1 - 1e-13, True)
    prospect = Prospect(Goal("ending", "end", "the ending 'The End'"), "sure", END, True, {"random": chance})
    assert "in every play that was made: the ending 'The End'" in told(replace(whole(), prospects=(prospect,)))


@pytest.mark.parametrize(
    ("limits", "shown"),
    [
        (["what is yes or no (time)"], "1 look by time"),
        (["a (time)", "b (memory)", "c (time)"], "3 looks by memory and time"),
        (["a (luck)", "b (time)", "c (memory)"], "3 looks by time and memory"),
        (["a (time)", "points of no return"], "1 look by time, points of no return"),
        (["one", "two", "three", "three"], "two, three"),
    ],
)
def test_what_was_cut_short_is_a_count_and_not_a_list(limits, shown):
    assert cut_short(limits) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "1 state"),
        (9_999, "9,999 states"),
        (123_456, "about 120,000 states"),
        (999_999_999, "about 1 billion states"),
        (3_215_000_000, "about 3.2 billion states"),
        (10**18, "about 10^18 states"),
    ],
)
def test_many_states_are_told_so_that_one_can_read_it(count, shown):
    assert size(count) == shown


# --- hostile words ------------------------------------------------------------------------------------


def hostile() -> tuple[Report, Story]:
    """A report whose every word was chosen to break out of what it stands in, and a story that is no better."""
    text = json.dumps("</script><script>alert(1)</script>[red]::error::")
    chapter = CHAPTER.replace("title: At the Gate", f"title: {text}").replace("Run for it.", text)
    story = load(files(chapter, **HOW))
    goal = Goal("life", HOSTILE, HOSTILE)
    where = Where(HOSTILE, 3, 1)
    bad = Answer(Question("never", HOSTILE, HOSTILE, where), "refuted", "search", END, (HOSTILE,))
    left = Answer(Question("bug", HOSTILE, HOSTILE, where), "open", "search")
    alive = Matrix((HOSTILE,), (HOSTILE,), ("here", HOSTILE), {(HOSTILE, HOSTILE, HOSTILE): Cell("proved", END)}, {})
    given = Report(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        (*PROVED, bad, left),
        replace(EFFORT, rung=HOSTILE, limits=(HOSTILE,)),
        alive,
        (Prospect(goal, "luck", FALLEN, False, {HOSTILE: LOOSE}),),
        (Loss((goal,), HOSTILE, HOSTILE, HOSTILE, False, "nasty", where, HOSTILE, where, FALLEN),),
        (Better(HOSTILE, HOSTILE, "go", False, {HOSTILE: (LOOSE, LOOSE)}, where),),
        (Memory(HOSTILE, HOSTILE, 2, 2, (HOSTILE,)),),
    )
    return given, story


def test_hostile_words_stay_words_in_a_terminal():
    given, story = hostile()
    for width in (60, 140):
        shown = told(given, width, verbose=True, story=story)
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\r" not in shown
        assert "[red]" in "".join(shown.split())
        assert not any(line.startswith("::") for line in shown.splitlines())


def test_hostile_words_stay_words_on_the_page():
    given, story = hostile()
    source = page(given, story)
    read = Reader(source)
    assert [name for name, _ in read.tags].count("script") == 1
    assert "alert(1)" in read.text
    assert not any(key.startswith("on") or key in ("src", "style") for _, given in read.tags for key in given)
    assert {str(a["href"])[0] for _, a in read.tags if "href" in a} == {"#"}
    assert "\x1b" not in source


def test_a_hostile_word_stays_within_its_workflow_command(tmp_path):
    given, story = hostile()
    lines = as_github(given, story, tmp_path).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning"]
    for line in lines:
        head, _, said = line[2:].partition("::")
        assert ":" not in head
        assert {part.split("=")[0] for part in head.split(" ", 1)[1].split(",")} <= {
            "file", "line", "col", "endColumn", "title",
        }  # fmt: skip
        assert "\r" not in said


# --- data ---------------------------------------------------------------------------------------------


def test_json_holds_every_answer_and_all_the_rest():
    given = whole(LOOSE)
    read = json.loads(as_json(given, STORY))
    assert (read["hyosan"], read["format"]) == ("prove", 1)
    assert read["counts"] == {"proved": 5, "refuted": 4, "open": 2}
    assert [(a["kind"], a["subject"], a["verdict"]) for a in read["answers"]] == [
        (a.question.kind, a.question.subject, a.verdict) for a in given.answers
    ]
    loud = read["answers"][5]
    assert loud["witness"] == {"log": ["first.smash"], "dice": {}, "shortest": True}
    assert (loud["file"], loud["because"]) == ("story.yaml", ["made loud"])
    assert read["answers"][6]["witness"] is None
    assert {(c["ending"], c["person"], c["fate"]): c["verdict"] for c in read["matrix"]["cells"]} == {
        key: cell.verdict for key, cell in MATRIX.cells.items()
    }
    assert read["matrix"]["endings"] == [{"id": "end", "title": "The End"}, {"id": "other", "title": "Another"}]
    assert read["prospects"][0]["odds"]["random"] == {
        "value": 0.31, "low": 0.28, "high": 0.34, "exact": False, "runs": 1000,
    }  # fmt: skip
    assert read["losses"][1]["told"] is None
    assert read["effort"]["states"] == 3_215_000_000
    assert len(read["better"]) == 1
    assert len(read["memory"]) == 2


def test_slim_json_is_a_line_without_what_is_proved():
    given = whole(LOOSE)
    line = as_json(given, STORY, slim=True, ended=False)
    assert "\n" not in line
    read, full = json.loads(line), json.loads(as_json(given, STORY))
    assert read["answers"] == [a for a in full["answers"] if a["verdict"] != "proved"]
    assert (read["ended"], full["ended"]) == (False, True)
    assert {key: read[key] for key in read if key not in ("answers", "ended")} == {
        key: full[key] for key in full if key not in ("answers", "ended")
    }


@pytest.mark.parametrize(
    ("effort", "said"),
    [
        (EFFORT, "1.2 s"),
        (replace(EFFORT, cpu=0.84), "1.2 s (0.8 s of processor time)"),
        (replace(EFFORT, cores=4, cpu=3.84), "1.2 s on 4 cores (3.8 s of processor time)"),
    ],
)
def test_it_says_how_long_it_took_and_on_how_many_cores(effort, said):
    assert took(effort) == said


def test_json_of_a_hostile_report_reads_back_as_it_was():
    given, story = hostile()
    assert json.loads(as_json(given, story))["answers"][5]["words"] == HOSTILE


def test_github_marks_the_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = as_github(whole(), STORY, tmp_path / "story").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 4 + ["::warning"] * 2
    assert lines[1] == (
        "::error file=story/day.yaml,line=3,col=5,endColumn=8,title=hyosan prove%3A choice choice.x"
        "::the choice 'Back.' can never be made%0Anobody is ever so quiet"
    )
    assert lines[0].endswith("at least 1 choice: first.smash")
    assert as_github(report(*PROVED), STORY, tmp_path) == ""


# --- the page -----------------------------------------------------------------------------------------


def test_the_page_shows_choices_in_the_player_s_words():
    text = Reader(page(whole(), STORY)).text
    assert "Go in, Do-ha." in text
    assert "Smash <b>it</b>." in text
    assert "the roll comes to fell" in text


def test_every_link_of_the_page_leads_somewhere_on_it():
    tags = Reader(page(whole(LOOSE), STORY)).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for _, a in tags if "href" in a} <= set(ids)


def test_the_page_asks_for_nothing_and_runs_only_its_own_script():
    source = page(whole(), STORY)
    assert "default-src &#39;none&#39;" in source
    assert not re.search(r"https?:|@import|url\(|<link|<img|<iframe", source)


def test_a_playthrough_that_the_story_does_not_allow_is_shown_as_it_is_written():
    text = Reader(page(report(answer("bug", "refuted", BROKEN)), STORY)).text
    assert "Go in, [name]." in text


def test_a_page_of_nothing_is_a_page():
    assert "Nothing was asked." in Reader(page(report(), STORY)).text


# --- story tests --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in files(CHAPTER, **HOW).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_playthroughs_are_story_tests_that_pass(folder, capsys):
    said = save_tests(whole(), MACHINE, folder / "tests", cells=True)
    assert said[-1].startswith("7 story tests written to ")
    assert run_tests([str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "7 story tests: 7 passed" in shown
    assert sorted(p.stem for p in (folder / "tests").iterdir()) == [
        "prove-ending-end",
        "prove-fate-end-jo-dead",
        "prove-fate-end-jo-here",
        "prove-fate-end-ra-here",
        "prove-never-story-yaml-7",
        "prove-speaks-jo-day-yaml-9",
        "prove-stranded-stranded-x",
    ]


def test_a_test_shows_what_is_wrong_and_fails_once_it_is_mended(folder, capsys):
    save_tests(report(*WRONG), MACHINE, folder / "tests")
    loud = (folder / "tests" / "prove-never-story-yaml-7.yaml").read_text(encoding="utf-8")
    assert "  that: 'noise >= 3'\n" in loud
    assert "# story.yaml:7: 'noise >= 3' can happen\n" in loud
    assert "  that: 'fate.jo == dead'\n" in (folder / "tests" / "prove-speaks-jo-day-yaml-9.yaml").read_text()
    mended = (folder / "day.yaml").read_text().replace("add: {noise: 3}", "add: {noise: 1}")
    (folder / "day.yaml").write_text(mended)
    assert run_tests([str(folder), "-k", "never"]) == 1
    assert "expected noise >= 3; got noise is 1" in capsys.readouterr().out


def test_being_stuck_is_shown_by_what_is_not_offered(folder):
    chapter = CHAPTER.replace("      other: {text: The other way., goto: other}\n", "")
    story = load_sources(files(chapter, **HOW)).story
    assert story is not None
    save_tests(report(answer("stuck", "refuted", LOUD, subject="hall")), Machine(story), folder / "tests")
    text = (folder / "tests" / "prove-stuck-hall.yaml").read_text()
    assert text.endswith("expect:\n  scene: hall\n  locked: [back]\n  gone: [out]\n")
    (said, _) = save_tests(report(answer("stuck", "refuted", LOUD, subject="hall")), MACHINE, folder / "other")
    assert said.startswith("not written: "), "in the whole story there is a choice left"


def test_a_test_can_be_played_from_its_end(folder):
    save_tests(report(*PROVED, *WRONG), MACHINE, folder / "elsewhere")
    replayed = load_test(folder / "elsewhere" / "prove-speaks-jo-day-yaml-9.yaml", MACHINE)
    assert replayed.diagnostics == ()
    assert replayed.run is not None
    assert replayed.run.log == FALLEN.log
    assert replayed.run.value("fate.jo") == "dead"


def test_what_a_person_changed_stays_and_what_is_ours_is_kept_up_to_date(folder):
    tests = folder / "tests"
    save_tests(report(*PROVED, *WRONG), MACHINE, tests)
    ours, theirs = tests / "prove-ending-end.yaml", tests / "prove-never-story-yaml-7.yaml"
    theirs.write_text(theirs.read_text().replace("test: ", "test: Mine, "), encoding="utf-8")
    mine = theirs.read_text()
    (tests / "own.yaml").write_text("test: Own\nexpect: {scene: first}\n", encoding="utf-8")

    longer = replace(PROVED[1], witness=LONG)
    said = save_tests(report(longer, *WRONG[:3]), MACHINE, tests)

    assert theirs.read_text() == mine
    assert any("prove-never-story-yaml-7.yaml, which was changed by hand" in line for line in said)
    assert ours.read_text().count("hall.back") == 3
    assert any("no longer shown" in line and "prove-stranded-stranded-x.yaml" in line for line in said)
    assert not any("own.yaml" in line for line in said)
    assert said[-1].startswith("1 story test written to ")
    assert said[-1].endswith(", 1 already there")


def test_a_playthrough_that_shows_nothing_of_the_kind_is_not_written(folder):
    given = report(
        answer("bug", "refuted", BROKEN, subject="first.go"), answer("ending", "proved", FALLEN, subject="other")
    )
    said = save_tests(given, MACHINE, folder / "tests")
    assert said[0] == "not written: prove-bug-first-go.yaml, whose playthrough the story does not allow"
    assert said[1] == "not written: prove-ending-other.yaml, whose playthrough does not show what it is to show"
    assert not (folder / "tests").exists()


def test_hostile_words_stay_words_in_a_story_test(folder):
    given, story = hostile()
    save_tests(given, Machine(story), folder / "out")
    names = [p.name for p in (folder / "out").iterdir()]
    assert all(re.fullmatch(r"prove-[a-z0-9_-]+\.yaml", name) for name in names)
    (file,) = read_tests([(p, p.name) for p in (folder / "out").glob("prove-never*")], story)
    assert file.diagnostics == ()
    assert file.tests[0].name.startswith("x</script>")


def test_long_and_like_names_are_different_files(folder):
    many = [answer("speaks", "refuted", LOUD, subject=f"{'x' * 90}@{n}") for n in range(3)]
    like = [answer("never", "refuted", LOUD, subject=subject) for subject in ("a:1", "a;1", "a 1")]
    save_tests(report(*many, *like), MACHINE, folder / "tests")
    names = sorted(p.name for p in (folder / "tests").iterdir())
    assert len(names) == 6
    assert names[:3] == ["prove-never-a-1-2.yaml", "prove-never-a-1-3.yaml", "prove-never-a-1.yaml"]
    assert max(map(len, names)) <= 65
