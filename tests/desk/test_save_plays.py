"""Playthroughs kept beside a story: what they show need not be looked for, and nothing of them is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from game.cli import DESK
from game.desk.prove.corpus import ABOUT, NAME, kept
from game.prove.corpus import Line, Moves, Replay, folded, parsed, words_of
from game.prove.limits import Limits
from game.prove.model import Model
from game.prove.play import Eyes, Player, states, way_of
from game.prove.prove import Plan, prove
from game.prove.prover import Prover
from game.prove.report import Report
from tests.stories.lock import CHAPTER, STORY, TURNS, lock, machine_of, opens

RIGHT = ["go_to", *(f"turn_{turn}" for turn in TURNS), "push=even", "back"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "cache"))
    return lock(tmp_path / "lock")


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    code: int = import_module(DESK[command][0]).main(rest)
    return code


def proof(folder: Path, text: str) -> Report:
    return prove(machine_of(folder), Plan(seconds=20, matrix=False, goals=False, corpus=parsed(text)))


def verdicts(report: Report) -> list[tuple[str, str, str]]:
    return [(a.question.kind, a.question.subject, a.verdict) for a in report.answers]


def gone(folder: Path, text: str) -> list[list[str]]:
    """The choices of each play of a text."""
    player = Player(Model(machine_of(folder)))
    replay = Replay(Moves(player), Eyes(player.model, ()))
    return [[name for name, _ in way] for way in replay.play(parsed(text), Limits(10))]


# --- what is written ----------------------------------------------------------------------------------


def test_what_was_found_once_is_written_and_played_from_then_on(folder, capsys):
    assert main(["prove", str(folder), "--quick", "--save-plays"]) == 0
    said = capsys.readouterr()
    text = (folder / NAME).read_text(encoding="utf-8")
    assert f"playthroughs written to {folder / NAME}" in said.err
    assert text.startswith("# ")
    assert "--save-plays" in ABOUT
    lines, why = kept(folder)
    assert why == []
    assert lines == parsed(text)
    ways = gone(folder, text)
    assert len({tuple(way) for way in ways}) == len(ways), "each once"
    # Away at once, and both sides of the roll, one of them with the lock open.
    assert 3 <= len(lines) <= 5
    without, told = proof(folder, ""), proof(folder, text)
    assert opens(without).how != "played"
    opened = opens(told)
    assert (opened.verdict, opened.how) == ("proved", "played")
    assert verdicts(told) == verdicts(without)
    shown = [a.witness for a in told.answers if a.witness is not None]
    assert {a.how for a in told.answers if a.witness is not None} == {"played"}
    machine = machine_of(folder)
    assert all(states(machine, way_of(found)) is not None for found in shown), "what it shows can be played"


def test_it_is_written_the_same_twice_and_as_the_story_needs_it(folder, capsys):
    assert main(["prove", str(folder), "--quick", "--save-plays"]) == 0
    first = (folder / NAME).read_bytes()
    for fresh in ([], ["--fresh"], ["--seed", "7"]):
        assert main(["prove", str(folder), "--quick", "--save-plays", *fresh]) == 0
        assert (folder / NAME).read_bytes() == first
    (folder / NAME).write_bytes(first + b"0 go_to turn_0 no_such_choice\n0 go_home\n0 go_home\n")
    assert main(["prove", str(folder), "--quick", "--save-plays"]) == 0
    assert (folder / NAME).read_bytes() == first, "what shows nothing more has no place in it"


def test_the_file_is_none_of_the_story(folder, capsys):
    main(["check", str(folder)])
    before = machine_of(folder).story.digest, capsys.readouterr().out
    (folder / NAME).write_text("0 go_home\n", encoding="utf-8")
    main(["check", str(folder)])
    assert (machine_of(folder).story.digest, capsys.readouterr().out) == before
    assert main(["test", str(folder)]) == 0
    assert "0 story tests" in capsys.readouterr().out
    pack = folder.parent / "lock.zip"
    assert main(["pack", str(folder), "-o", str(pack)]) == 0
    assert kept(pack) == (parsed("0 go_home"), []), "and a pack has it"
    capsys.readouterr()
    main(["prove", str(pack), "--quick", "--save-plays"])
    assert "unpack the story first" in capsys.readouterr().err


def test_the_page_of_the_handbook_says_so(folder, monkeypatch, capsys):
    page = (Path(__file__).parents[2] / "docs" / "writing" / "playthroughs.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^```sh\nhyosan (.*)\n```$", page, re.MULTILINE)
    folder.rename(folder.with_name("my-story"))
    monkeypatch.chdir(folder.parent)
    assert main(command.split()) == 0
    assert f"`my-story/{NAME}`" in page
    assert Path("my-story", NAME).is_file()
    assert max(map(len, page.splitlines())) <= 140


def test_a_file_that_cannot_be_written_is_said_after_the_report(folder, capsys):
    (folder / NAME).mkdir()
    (folder / NAME / "x").write_text("", encoding="utf-8")
    assert main(["prove", str(folder), "--quick", "--save-plays"]) == 1
    assert NAME in capsys.readouterr().err
    assert [path.name for path in (folder / "tests").iterdir()] == ["playthroughs.txt"]


def test_after_an_edit_they_are_played_again_only_if_they_are_others(folder, monkeypatch, capsys):
    played: list[int] = []
    whole = Prover._by_corpus

    def counted(self: Prover, corpus: Collection[Line]) -> None:
        played.append(len(corpus))
        whole(self, corpus)

    monkeypatch.setattr(Prover, "_by_corpus", counted)

    def proved(chapter: str) -> None:
        (folder / "01-lock.yaml").write_text(chapter, encoding="utf-8")
        assert main(["prove", str(folder), "--quick"]) == 0

    (folder / NAME).write_text("0 go_home\n", encoding="utf-8")
    proved(CHAPTER)
    proved(CHAPTER.replace("on: {text: Go on.", "go_on: {text: Go on.", 1))
    (folder / NAME).write_text("0 go_home\n0 go_to turn_0\n", encoding="utf-8")
    proved(CHAPTER)
    assert played == [1, 0], "and of what is the same nothing is asked"
    proved(CHAPTER.replace("on: {text: Go on.", "go_in: {text: Go on.", 1))
    assert played == [1, 0, 2]


# --- what is read -------------------------------------------------------------------------------------


def test_words_are_choices_by_as_much_as_tells_them_from_others(folder):
    d = [f"d{i}.turn_{turn}" for i, turn in enumerate(TURNS)]
    assert gone(folder, " ".join(["0", *RIGHT])) == [
        ["hall.go_to_the_door", *d, "door.push", "passage.on", "room.back"]
    ]
    # Where there is nothing to choose nothing need be said; but what is said is done.
    to = [*RIGHT[:-1]]
    assert [way[-1] for way in gone(folder, " ".join(["0", *to]))] == ["passage.on"]
    assert gone(folder, " ".join(["0", *to, "on", "on"])) == gone(folder, " ".join(["0", *to, "passage", "on", "on"]))
    assert gone(folder, "0 go_to_the_door\n1 turn_1\n") == [
        ["hall.go_to_the_door"],
        ["hall.go_to_the_door", "d0.turn_1"],
    ]
    assert gone(folder, "0 go") == [["hall.go_to_the_door"]], "the first of several that are called so"


def test_the_words_of_a_way_lead_that_way(folder):
    player = Player(Model(machine_of(folder)), seed=3)
    moves, eyes = Moves(player), Eyes(player.model, ())
    played = [player.play(eyes, curious=bool(i % 2)) for i in range(200)]
    ways = sorted({tuple(each[1]) for each in played if each is not None})
    lines = folded(words_of(moves, way) for way in ways)
    assert len(lines) == len(ways) > 50
    assert sorted(tuple(way) for way in Replay(moves, eyes).play(lines, Limits(10))) == ways
    assert sum(not line.shared for line in lines) == 2, "what two have in common is written once"
    way = next(way for way in ways if len(way) > 12)
    assert words_of(moves, way)[0] == "go_to"
    inside = (*way[:10], ("door.push", "even"), ("passage.on", ""), ("room.on", ""))
    assert words_of(moves, inside)[-3:] == ("push=even", "on", "on"), "or the only one would be taken for the other"


def test_a_long_way_without_a_choice_is_said_so_that_it_is_gone(tmp_path, monkeypatch):
    place, long = tmp_path / "long", 12
    place.mkdir()
    (place / "story.yaml").write_text(STORY.replace("start: hall", "start: s0"), encoding="utf-8")
    scenes = "".join(
        f"  s{n}: {{text: A step., choices: {{on{n}: {{text: Go on., goto: s{n + 1}}}}}}}\n" for n in range(long)
    )
    last = f"  s{long}: {{text: A fork., choices: {{left: {{text: L., goto: out}}, right: {{text: R., goto: out}}}}}}\n"
    (place / "01.yaml").write_text(
        "chapter: {id: lock, title: The Lock, from: D1 15:00, until: D1 19:00, start: s0}\n"
        f"scenes:\n{scenes}{last}endings:\n  out: {{title: Out, text: Out.}}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("game.prove.corpus.STRAIGHT", 5)
    player = Player(Model(machine_of(place)))
    way = [*((f"s{n}.on{n}", "") for n in range(long)), (f"s{long}.right", "")]
    words = words_of(Moves(player), way)
    assert words[-1] == "right"
    assert len(words) < 5
    replay = Replay(Moves(player), Eyes(player.model, ()))
    assert [list(each) for each in replay.play(folded([words]), Limits(10))] == [way]


def test_a_play_that_no_longer_fits_counts_as_far_as_it_goes(folder):
    stale = " ".join(["0", "go_to", "knock", *RIGHT[1:5], "sing", *RIGHT[5:]])
    assert gone(folder, stale) == gone(folder, " ".join(["0", *RIGHT]))
    opened = opens(proof(folder, stale))
    assert (opened.verdict, opened.how) == ("proved", "played")
    assert gone(folder, "0 go_to turn_9 turn_0 push=sideways") == [["hall.go_to_the_door", "d0.turn_0"]]
    assert gone(folder, "9 go_to\n7 go_to") == [["hall.go_to_the_door"]] * 2


def test_a_scene_that_leads_to_itself_for_ever_is_left(tmp_path):
    place = tmp_path / "loop"
    place.mkdir()
    (place / "story.yaml").write_text(STORY.replace("start: hall", "start: yard"), encoding="utf-8")
    (place / "01.yaml").write_text(
        """\
chapter: {id: lock, title: The Lock, from: D1 15:00, until: D1 19:00, start: yard}
scenes:
  yard:
    text: A yard.
    choices:
      wait: {text: Wait., goto: yard}
      leave: {text: Leave., when: wrong, goto: out}
endings:
  out: {title: Out, text: Out.}
""",
        encoding="utf-8",
    )
    assert len(gone(place, "0 leave leave leave\n0 leave")) == 2


LARGE = b"0 go_to turn_0\n" * 80_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ""),
        (b"\n\n# nothing\n", ""),
        (bytes(range(256)) * 40, "not UTF-8"),
        (b"0 go_to\0turn_1 \x1b[2J\n1 \x7f\n", ""),
        (b"-1 go_to\n99999999999999999999 go_to\n1e9 go_home\n\xc2\xb2 go_home\n", ""),
        (b"0 " + b"a" * 900_000, ""),
        (b"0 " + b"go_to " * 150_000, ""),
        (LARGE, "more than 1,000,000 bytes"),
    ],
)
def test_no_file_changes_a_verdict(folder, capsys, data, said):
    main(["prove", str(folder), "--quick", "--fresh", "--format", "json"])
    before = json.loads(capsys.readouterr().out)
    (folder / NAME).write_bytes(data)
    main(["prove", str(folder), "--quick", "--fresh", "--format", "json"])
    after = capsys.readouterr()
    assert (f"{NAME} is not read" in after.err) == bool(said)
    assert said in after.err
    assert "Traceback" not in after.err
    assert "\x1b" not in after.err

    def answers(data: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [(a["kind"], a["subject"], a["verdict"]) for a in data["answers"]]

    assert answers(json.loads(after.out)) == answers(before)


def test_a_link_is_not_followed(folder, capsys):
    elsewhere = folder.parent / "elsewhere.txt"
    elsewhere.write_text("0 go_home\n", encoding="utf-8")
    (folder / NAME).symlink_to(elsewhere)
    lines, why = kept(folder)
    assert lines == ()
    assert "not a plain file" in why[0]
    assert main(["prove", str(folder), "--quick", "--save-plays"]) == 0
    assert elsewhere.read_text(encoding="utf-8") == "0 go_home\n"
    assert not (folder / NAME).is_symlink()


def test_time_bounds_what_is_played(folder):
    player = Player(Model(machine_of(folder)))
    lines = [Line(0, ("go_to", "turn_0"))] * 500
    assert len([*Replay(Moves(player), Eyes(player.model, ())).play(lines, Limits(0))]) < 64
