"""docs/writing/language.md keeps its word: its examples, put together, are a story without a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from game.engine import Machine, Run
from game.story import load_sources
from tests.stories.building import load

PAGE = Path(__file__).parents[2] / "docs" / "writing" / "language.md"

OTHERS = [f"classmate_{n}" for n in range(1, 13)]
# What the examples refer to without showing it.
SCAFFOLDING = {
    "people": """
on_jo: {name: Nam On-jo, bond: 0..5}
cheong_san: {name: Lee Cheong-san}
i_sak: {name: Park I-sak, bond: 0..5}
gyeong_su: {name: Han Gyeong-su}
"""
    + "".join(f"{id}: {{name: {id}}}\n" for id in OTHERS),
    "places": """
class_2_5: {name: Class 2-5, floor: 2, at: [4, 1]}
stair_c2: {name: The stairs, floor: 2, at: [5, 0]}
roof_door: {name: The roof door, floor: 5, at: [5, 0]}
broadcast: {name: The broadcasting room, floor: 2, at: [6, 0]}
""",
    "00-morning.yaml": """
chapter: {id: morning, title: Morning, from: D1 08:00, until: D1 12:00, start: p_01_morning_road}
scenes:
  p_01_morning_road: {text: A road., choices: {go: {text: Go., goto: c1_03_nurses_office}}}
  c1_03_nurses_office:
    text: An office.
    choices:
      hide_bite: {text: Hide it., goto: c2_01_hall_of_doors}
""",
    "02-more-doors.yaml": """
chapter: doors
flags: {told_nobody: false}
passages: {seating_plan: A plan.}
scenes:
  c2_01_hall_of_doors: {text: Doors., choices: {go: {text: Go., goto: c2_03_cold_hands}}}
  c2_03b_the_window: {text: A window., choices: {go: {text: Go., goto: r2_broadcast}}}
  c2_04_hose_and_window: {text: A hose., choices: {go: {text: Go., goto: r2_broadcast}}}
  c2_11_searchlight: {text: A light., choices: {go: {text: Go., goto: e12_bell_schedule}}}
""",
}


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """The page's examples as the files of one story."""
    story, people, items, places, chapter, scenes, rooms, bells, endings, migrations = blocks()
    return {
        "story.yaml": story.replace("[on_jo, cheong_san]", f"[on_jo, cheong_san, {', '.join(OTHERS)}]") + migrations,
        "people.yaml": people + SCAFFOLDING["people"],
        "items.yaml": items,
        "places.yaml": places + SCAFFOLDING["places"],
        "00-morning.yaml": SCAFFOLDING["00-morning.yaml"],
        "01-doors.yaml": chapter,
        "02-more-doors.yaml": SCAFFOLDING["02-more-doors.yaml"],
        "03-scenes.yaml": "chapter: doors\n" + scenes,
        "04-rooms.yaml": "chapter: doors\n" + rooms,
        "05-bells.yaml": "chapter: doors\n" + bells,
        "06-endings.yaml": endings,
    }


def test_the_examples_are_a_story_without_a_fault(sources):
    story = load(sources)

    assert story.title == "Four Floors"
    assert story.player.hangul == "백도하"
    assert story.people["nam_ra"].short == "Nam-ra"
    assert [bell.id for bell in story.chapters["doors"].bells] == ["lights_out", "helicopter"]
    assert [scene.title for scene in story.endings] == ["The Bell Schedule"]
    assert story.migrations is not None
    assert len(story.migrations.variables) == 8


def test_the_examples_can_be_played_to_the_end(sources):
    run = Run.new(Machine(load(sources)), 1)

    for choice in ("go", "hide_bite", "go", "hold_her_hands", "go"):
        run = run.choose(choice)
    while not run.over:
        run = run.choose("wait" if run.state.scene == "r2_broadcast" else "go")

    assert run.state.scene == "e12_bell_schedule"
    assert run.value("arrived") == "on_time"


def table(heading: str) -> list[str]:
    """What stands in backquotes in the first column of the table under a heading."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ")[0] for line in section.split("\n") if line.startswith("| `")]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]


CONDITIONS = [c for c in table("Conditions") if c not in ("none", "made", "kept", "broken")]
PROMISES = [c for c in CONDITIONS if c.startswith(("scene.", "ending."))]


def findings(sources: dict[str, str], scene: str) -> list[str]:
    return [
        d.render() for d in load_sources(sources | {"07-tried.yaml": f"chapter: doors\nscenes:\n{scene}"}).diagnostics
    ]


@pytest.mark.parametrize("condition", [c for c in CONDITIONS if c not in PROMISES])
def test_a_condition_in_the_table_can_be_asked(sources, condition):
    choice = f"{{text: Go., when: '{condition}', goto: c2_01_hall_of_doors}}"
    scene = f"  tried: {{text: Here., choices: {{go: {choice}, on: {{text: On., goto: c2_01_hall_of_doors}}}}}}\n"

    assert findings(sources, scene) == []


@pytest.mark.parametrize("condition", PROMISES)
def test_a_condition_for_promises_only_can_be_promised_and_not_asked(sources, condition):
    promise = (
        f"  tried: {{never: ['{condition}'], text: Here., choices: {{go: {{text: Go., goto: c2_01_hall_of_doors}}}}}}\n"
    )
    choice = (
        f"  tried: {{text: Here., choices: {{go: {{text: Go., when: '{condition}', goto: c2_01_hall_of_doors}}}}}}\n"
    )

    assert findings(sources, promise) == []
    assert len(findings(sources, choice)) == 1


@pytest.mark.parametrize("effect", table("Effects"))
def test_an_effect_in_the_table_can_be_written(sources, effect):
    written = effect if effect.startswith("{") else f"{{{effect}}}"
    written = written.replace("condition", "window_taped").replace("[…]", "[{take: rope}]")
    scene = f"  tried: {{text: Here., choices: {{go: {{text: Go., do: [{written}], goto: c2_01_hall_of_doors}}}}}}\n"

    assert findings(sources, scene) == []


def test_every_effect_of_the_language_is_in_the_table():
    from game.story.effects import _VERBS

    assert {re.split(r"[:{]", e.lstrip("{"))[0] for e in table("Effects")} == {*_VERBS, "if"}


def test_every_key_of_a_choice_is_in_its_table():
    from game.story.shapes import CHOICE

    section = PAGE.read_text("utf-8").split("| a choice has | meaning |")[1].split("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)", section, re.MULTILINE))
    assert named == set(CHOICE.keys)


@pytest.mark.parametrize("text", ["no", "on", "off", "yes", "12:30", "1_000", "0x10", "null", "~", "1e3", "2026-11-22"])
def test_what_other_readers_of_yaml_take_for_something_else_is_text(sources, text):
    scene = f"  tried: {{text: {text}, choices: {{go: {{text: {text}, goto: c2_01_hall_of_doors}}}}}}\n"
    story = load(sources | {"07-tried.yaml": f"chapter: doors\nscenes:\n{scene}"})

    run = Run.new(Machine(story), 1)

    assert run.line(story.scenes["tried"].choices[0].text) == text


@pytest.mark.parametrize("block", blocks())
def test_other_tools_read_the_examples_too(block):
    assert yaml.safe_load(block)
