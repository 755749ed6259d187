"""`hyosan stats`: numbers one can check by counting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from game.desk.reading import words
from game.desk.stats import main
from game.desk.stats.count import Stats, measure
from game.desk.stats.show import shown
from game.story import Story
from game.story.diagnostics import cells
from tests.stories.building import files, story

PEOPLE = "jo: {name: Nam Jo}\nra: {name: 최라희}\nmute: {name: Mute Person}"
CHAPTER = """
passages: {rows: Rows of desks.}
scenes:
  first:
    cast: [jo, ra]
    text: |
      You are early.

      @jo: So are you.

      {% include rows %}
    gentle: Early.
    choices:
      go: {text: Go in now., then: The door sticks a little., gentle: It opens., goto: second}
      long: {text: Take the long way round past the gym and the shed., goto: second}
  second:
    cast: [ra]
    text: |
      @ra: One two three four five.
      {% if seen.first %}
      Six seven.
      {% else %}
      Eight.
      {% endif %}

      {% include rows %}
    choices:
      on: {text: On., goto: third}
  third:
    text: Nine ten.
    choices:
      out: {text: Out., goto: end}
      risk: {text: Risk it., roll: {a: {then: Eleven., goto: end}, b: {goto: end}}}
"""


def small() -> Story:
    return story(CHAPTER, people=PEOPLE)


def counted(plays: int = 20) -> Stats:
    return measure(small(), plays)


def folder(tmp_path: Path, **more: str) -> str:
    for name, text in files(CHAPTER, people=PEOPLE, **more).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("You are early.", 3),
        ("Well — no.", 2),
        ("12:40 o’clock", 2),
        ("남조, 안녕", 2),
        ("…", 0),
        ("a-b", 1),
    ],
)
def test_a_word_is_what_stands_between_spaces_and_can_be_read(text, count):
    assert words(text) == count


def test_words_are_counted_once_with_every_branch_by_chapter_and_by_speaker():
    stats = counted()

    assert [(p.id, p.words) for p in stats.chapters] == [("day", 3 + 3 + 3 + 5 + 5 + 2 + 1 + 2 + 1), ("", 3)]
    assert stats.words == sum(p.words for p in stats.chapters)
    assert {v.id: v.words for v in stats.voices} == {"": stats.words - 8, "jo": 3, "ra": 5}
    assert stats.gentle_words == 3
    assert [v.id for v in stats.silent] == ["mute"]


def test_scenes_choices_and_endings_are_counted():
    stats = counted()

    assert (stats.scenes, stats.rooms, stats.endings) == (3, 0, 1)
    assert (stats.choices, stats.rolls, stats.choices_per_scene) == (5, 1, 1.67)
    assert stats.choice_words == 3 + 11 + 1 + 1 + 2
    assert stats.minutes == round(stats.words / 200, 1)


def test_choices_over_nine_words_and_the_longest_scenes_are_named():
    stats = counted()

    assert [(c.id, c.words, c.where) for c in stats.long_choices] == [("first.long", 11, "day.yaml:16:7")]
    assert stats.longest_scenes[0] == ("first", 3 + 3 + 3 + 5)


def test_a_run_is_measured_by_real_plays():
    run = counted(40).run

    assert (run.plays, run.ended) == (40, 40)
    # first, second, third: what is shown, with or without the door that sticks and the eleventh word.
    assert (run.choices.least, run.choices.median, run.choices.most) == (3, 3, 3)
    least = 9 + (5 + 2 + 3) + 2 + 3
    assert run.words_between_choices * 3 == pytest.approx(least + 3, abs=3)


def test_the_longest_stretch_without_a_choice_runs_through_scenes_with_one_way_on():
    longest = counted(40).run.longest_stretch

    assert longest.scenes == ("second", "third")
    assert longest.words == 5 + (5 + 2 + 3) + 2


def test_the_same_story_has_the_same_numbers():
    assert counted() == counted()


def test_a_play_that_does_not_end_is_said():
    stuck = story("scenes:\n  first: {text: Here., choices: {stay: {text: Stay., goto: first}}}")
    assert "2 plays came to no ending" in shown(measure(stuck, 2))


def test_columns_stand_below_each_other_whatever_the_script():
    told = shown(counted()).split("\n")
    top = next(i for i, line in enumerate(told) if line.startswith("speakers"))
    rows = told[top : top + 4]

    assert {r.split()[0] for r in rows} == {"speakers", "(narrator)", "최라희", "Nam"}
    assert len({cells(r) for r in rows}) == 1


def test_the_text_says_how_it_knows(tmp_path, capsys):
    assert main([folder(tmp_path), "--plays", "7"]) == 0
    told = capsys.readouterr().out

    for part in ("200 words a minute", "7 random plays", "seeds 0 to 6", "first.long", "never speak", "Mute Person"):
        assert part in told
    assert not any(line != line.rstrip() for line in told.splitlines())


def test_json_holds_the_same(tmp_path, capsys):
    assert main([folder(tmp_path), "--format", "json", "--plays", "5"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["words_a_minute"] == 200
    assert told["run"]["plays"] == 5
    assert told["long_choices"][0]["id"] == "first.long"
    assert [c["title"] for c in told["chapters"]] == ["Day", ""]


def test_a_story_with_problems_is_reported(tmp_path, capsys):
    assert main([folder(tmp_path, items="rope: {nam: x}")]) == 1
    assert "items.yaml:1" in capsys.readouterr().err


@pytest.mark.parametrize("bad", [["--plays", "0"], ["--plays", "many"], ["--format", "xml"]])
def test_a_command_line_that_makes_no_sense_is_usage(bad, capsys):
    with pytest.raises(SystemExit) as left:
        main(bad)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err
