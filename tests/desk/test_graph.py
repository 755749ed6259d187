"""`hyosan graph`: what is in the picture, how often it is come to, and what the command answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from game.desk.graph import main
from game.desk.graph.command import render
from game.desk.graph.metrics import fit, width
from game.desk.graph.nodes import build
from game.story import load_story
from tests.desk.graph_stories import EVERYTHING, PLACES, RULES, SVG, cards, classes, everything, made_up, picture, words
from tests.stories.building import files, story

STORIES = Path(__file__).parents[1] / "stories"


def folder(tmp_path: Path, sources: dict[str, str]) -> Path:
    for name, text in sources.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def lines(root: ET.Element, kind: str) -> list[ET.Element]:
    return [e for e in root.iter(f"{SVG}path") if {"line", kind} <= classes(e) and e.get("data-to")]


def test_scenes_rooms_and_endings_look_different_and_what_nothing_leads_to_is_marked():
    found = cards(picture(everything()))

    assert list(found) == ["first", "caught", "bench", "attic", "hall", "yard", "end"]
    assert {"scene", "first"} <= classes(found["first"])
    assert "room" in classes(found["hall"])
    assert "ending" in classes(found["end"])
    assert [id for id, card in found.items() if "lost" in classes(card)] == ["attic"]
    assert any("nothing leads here" in w for w in words(found["attic"]))


def test_a_card_says_title_id_place_and_words_and_how_its_text_begins():
    found = cards(picture(everything()))

    assert words(found["first"])[:2] == ["At the Gate", "first"]
    assert "6 words" in words(found["first"])[2]
    assert any("The yard" in w for w in words(found["caught"]))
    assert (found["first"].findtext(f"{SVG}title") or "") == "You are early. Nobody else is."


def test_every_kind_of_way_is_drawn_as_what_it_is():
    root = picture(everything())

    assert {(e.get("data-from"), e.get("data-to")) for e in lines(root, "roll")} == {
        ("first", "hall"),
        ("first", "caught"),
    }
    assert [(e.get("data-from"), e.get("data-to")) for e in lines(root, "bell")] == [("bell:day/siren", "caught")]
    assert [(e.get("data-from"), e.get("data-to")) for e in lines(root, "rule")] == [("rule:loud", "end")]
    assert [(e.get("data-from"), e.get("data-to")) for e in lines(root, "offer")] == [("yard", "bench")]
    (door,) = lines(root, "exit")
    assert "door" in classes(door)
    assert door.get("marker-start")
    assert {e.get("data-choice") for e in lines(root, "choice") if "asks" in classes(e)} == {"tape", "hide"}


def test_a_choices_row_has_a_sign_for_what_is_particular_about_it():
    first = cards(picture(everything()))["first"]
    signs: dict[str | None, list[str]] = {}
    for row in first.iter(f"{SVG}g"):
        if "row" in classes(row):
            signs.setdefault(row.get("data-choice"), []).extend(u.get("href", "") for u in row.iter(f"{SVG}use"))

    assert signs == {"enter": [], "tape": ["#i-lock"], "hide": ["#i-hidden"], "once": ["#i-once"], "roll": ["#i-roll"]}
    assert "2/3" in words(first)
    assert "otherwise: You have no tape." in ET.tostring(first, encoding="unicode")


def test_bells_that_lead_nowhere_stand_below_the_chapters_name():
    chips = [e for e in picture(everything()).iter(f"{SVG}g") if "chip" in classes(e)]
    assert [words(c) for c in chips] == [["D1 13:00 dusk"]]


def test_text_fits_its_card():
    root = picture(made_up(20))
    sizes = {"title": (13.5, "bold"), "id": (10.5, "mono"), "meta": (11, ""), "row": (11.5, ""), "small": (10, "")}
    for card in cards(root).values():
        frame = next(e for e in card.iter(f"{SVG}rect") if "edge" in classes(e))
        right = float(frame.get("x", 0)) + float(frame.get("width", 0))
        for line in card.iter(f"{SVG}text"):
            if line.get("text-anchor") != "end":
                kind = next(k for k in sizes if k in classes(line))
                assert float(line.get("x", 0)) + width(line.text or "", *sizes[kind]) <= right - 8


def test_long_text_is_cut_with_an_ellipsis_and_wide_characters_count_as_wide():
    assert fit("short", 100, 11) == "short"
    assert fit("a long line of many words", 60, 11).endswith("…")
    assert width("남조", 10) == pytest.approx(20)


def test_the_legend_says_what_lines_and_signs_mean():
    said = " ".join(words(picture(everything())))
    for part in ("roll", "offers", "exit", "bell", "rule", "hidden while shut", "nothing leads here"):
        assert part in said


def test_one_chapter_alone_shows_what_comes_in_and_what_leads_out():
    told = load_story(STORIES / "cold-hands").story
    assert told is not None
    second = list(told.chapters)[1]
    root = picture(told, only=second)

    assert set(cards(root)) == {s.id for s in told.scenes.values() if s.chapter == second}
    assert any("from" in classes(e) for e in root.iter(f"{SVG}g"))


# --- heat -----------------------------------------------------------------------------------------


def test_heat_counts_real_plays_and_the_legend_says_how():
    graph = build(everything(), plays=60)

    assert graph.heat.plays == 60
    assert graph.nodes["first"].count == 60
    assert graph.nodes["attic"].count == 0
    rows = {r.choice: r.count for r in graph.nodes["first"].rows if not r.outcome}
    assert rows["tape"] == 0
    assert sum(rows.values()) == 60
    said = " ".join(words(ET.fromstring(render(graph, "svg"))))
    assert "60 random plays (seeds 0 to 59)" in said
    assert "any open choice" in said


def test_outcomes_of_a_roll_are_counted_apart():
    rows = [r for r in build(everything(), plays=60).nodes["first"].rows if r.choice == "roll"]
    whole, made, fell = (r.count for r in rows)
    assert whole == made + fell
    assert min(made, fell) > 0


def test_a_bell_and_a_rule_are_counted_when_they_take_the_player_elsewhere():
    told = story(
        """
        bells: {noon: {at: D1 12:00, goto: late}}
        scenes:
          first:
            text: Here.
            choices:
              sleep: {text: Sleep., do: [{pass: 3 h}], goto: far}
              shout: {text: Shout., do: [{add: {noise: 4}}], goto: far}
          far: {text: Far., choices: {on: {text: On., goto: end}}}
          late: {text: Late., choices: {on: {text: On., goto: end}}}
        """,
        declare=RULES,
    )
    graph = build(told, plays=40)
    counts = {s.id: s.count for s in graph.signals}

    assert counts["noon"] == graph.nodes["late"].count > 0
    assert counts["loud"] == 40 - counts["noon"]
    assert graph.nodes["far"].count == 0


def test_a_play_that_never_ends_is_given_up_and_said():
    told = story("scenes:\n  first: {text: Here., choices: {stay: {text: Stay., goto: first}}}")
    assert build(told, plays=2).heat.ended == 0


# --- the command ----------------------------------------------------------------------------------


def test_the_format_follows_the_files_ending(tmp_path):
    source = str(folder(tmp_path, files(EVERYTHING, declare=RULES, places=PLACES)))
    starts = {"a.svg": "<?xml", "a.html": "<!doctype html>", "a.mmd": "flowchart", "a.dot": "digraph", "a.json": "{"}
    for name, start in starts.items():
        assert main([source, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_json_holds_what_the_picture_shows(tmp_path, capsys):
    source = str(folder(tmp_path, files(EVERYTHING, declare=RULES, places=PLACES)))
    assert main([source, "--format", "json", "--coverage", "5"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["coverage"] == {"plays": 5, "ended": 5, "seed": 0, "how": told["coverage"]["how"]}
    tape = next(link for link in told["links"] if link["choice"] == "tape")
    assert (tape["when"], tape["locked"], tape["to"], tape["count"]) == ("taped", "You have no tape.", "caught", 0)
    assert [s["id"] for s in told["bells_and_rules"]] == ["siren", "dusk", "loud"]
    assert [n["id"] for n in told["nodes"] if not n["reached"]] == ["attic"]


def test_output_is_the_same_whatever_the_order_of_hashes():
    told = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "game", "graph", str(STORIES / "cold-hands"), "--format", "html", "--coverage", "5"],
            cwd=STORIES.parents[1], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--chapter", "dya"], 2, "there is no chapter 'dya'; did you mean 'day'?"),
        (["-o", "no/such/folder/a.svg"], 1, "no/such/folder/a.svg cannot be written: No such file or directory"),
        (["--layout", "dot"], 1, "Graphviz is not installed"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, capsys, monkeypatch, arguments, code, message):
    source = str(folder(tmp_path, files(EVERYTHING, declare=RULES, places=PLACES)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)

    assert main([source, *arguments]) == code

    told = capsys.readouterr().err.strip()
    assert message in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("bad", [["--coverage", "0"], ["--coverage", "x"], ["--format", "png"], ["a", "b"]])
def test_a_command_line_that_makes_no_sense_is_usage(bad, capsys):
    with pytest.raises(SystemExit) as left:
        main(bad)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_story_with_problems_is_not_drawn(tmp_path, capsys):
    source = folder(tmp_path, files("scenes: {first: {text: Here., choices: {go: {text: Go., goto: nowhere}}}}"))
    assert main([str(source)]) == 1
    told = capsys.readouterr()
    assert "there is no scene 'nowhere'" in told.err
    assert told.out == ""
