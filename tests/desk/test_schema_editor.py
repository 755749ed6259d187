"""The schemas in a real editor's language server: yaml-language-server, from npm, over stdio."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from game.desk.schema import main
from game.story.shapes import CHOICE
from tests.desk.language_server import LanguageServer

VERSION = "1.25.0"
"""Of yaml-language-server. 2.0.0 answers the same, but wants a newer node than many machines have."""

ROOT = Path(__file__).parents[2]
# Git ignores build/. Kept between runs, so that only the first needs a network and the time to install.
CACHE = ROOT / "build" / f"yaml-language-server-{VERSION}"
SCRIPT = CACHE / "node_modules/yaml-language-server/bin/yaml-language-server"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A server in a story's folder, with its schemas written and its files' modelines in place."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm are not on this machine")
    install(npm)
    folder = tmp_path_factory.mktemp("editor") / "story"
    shutil.copytree(ROOT / "tests/stories/every-word", folder)
    assert main([str(folder), "--modelines"]) == 0
    with LanguageServer(node, SCRIPT, folder) as running:
        yield running


def install(npm: str) -> None:
    """Put the language server into the cache, whole or not at all. Skips when npm cannot reach its registry."""
    CACHE.parent.mkdir(exist_ok=True)
    with FileLock(f"{CACHE}.lock"):
        if SCRIPT.is_file():
            return
        half = CACHE.with_suffix(".half")
        command = [npm, "install", "--prefix", str(half), "--ignore-scripts", "--no-audit", "--no-fund"]
        command += ["--fetch-retries=0", f"yaml-language-server@{VERSION}"]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not install yaml-language-server within two minutes")
        if ran.returncode:
            told = [line for line in ran.stderr.splitlines() if line.startswith("npm error")]
            pytest.skip(f"npm cannot install yaml-language-server here: {'; '.join(told[:3])}")
        half.rename(CACHE)


@pytest.fixture(scope="module")
def gate(server: LanguageServer) -> str:
    """A chapter file, with its modeline."""
    text = (server.folder / "01-gate.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=.hyosan/schema/chapter.schema.json\n")
    return text


def position(text: str, written: str, offset: int = 0) -> tuple[int, int]:
    """The line and column, from 0, of the first `written` in a text, and `offset` characters on."""
    start = text.index(written) + offset
    return text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1


def offered(server: LanguageServer, text: str, old: str, new: str) -> dict[str, str]:
    """What is offered at the | in `new`, written for the first `old` in a text: labels, and what is told about them."""
    line, column = position(text, old, new.index("|"))
    items = server.completion(text.replace(old, new.replace("|", ""), 1), line, column)
    return {label: str(item.get("documentation", "")) for label, item in items.items()}


def test_every_file_of_a_right_story_is_without_diagnostics(server):
    for path in sorted(server.folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert server.diagnostics(text, path.parent) == [], path.name


def test_goto_offers_the_scenes_one_can_go_to_and_how_they_begin(server, gate):
    found = offered(server, gate, "goto: a_bench", "goto: |")

    assert found["a_bench"] == "scene at hall: You sit."
    assert {"here", "a_gate", "r_yard", "e_cold", "e_gate"} <= set(found)
    assert found["b_roof"] == "Roof: scene at roof: Wind."
    assert "b_inner" not in found  # inside another chapter


def test_take_offers_items(server, gate):
    found = offered(server, gate, "take: rope", "take: |")

    assert found == {"rope": "a rope: A lot of knots.", "water": "water"}


@pytest.mark.parametrize(
    ("old", "new", "wanted", "unwanted"),
    [
        ("{take: rope}", "{t|}", {"take", "drop", "if"}, {"tkae"}),
        ("cast: jo", "cast: |", {"jo", "ra", "mr_bae"}, {"rope"}),
        ("cast: [jo, ra]", "cast: [jo, |]", {"ra", "mr_bae"}, {"rope"}),
        ("place: hall", "place: |", {"yard", "hall", "roof"}, {"jo"}),
        ("notes: grief", "notes: |", {"grief", "trapped"}, {"jo"}),
        ("{set: {strain: -12", "{set: {k|: 1", {"knocks", "door"}, {"rusty"}),
        ("{set: {taped: true}}", "{set: {door: |}}", {"shut", "ajar", "open"}, {"archery"}),
        ("{set: {taped: true}}", "{set: {taped: |}}", {"true", "false"}, {"copied"}),
        ("{fate: {jo: bitten,", "{fate: {jo: |,", {"bitten", "missing", "dead"}, {"lost"}),
        ("{promise: walk}", "{promise: |}", {"walk"}, {"umbrella"}),
        ("{remember: umbrella}", "{remember: |}", {"umbrella"}, {"walk"}),
        ("{unlock: roof.hall}", "{unlock: |}", {"roof.hall", "hall.roof"}, {"yard.hall"}),
        ("{site: limb,", "{site: |,", {"limb", "neck"}, {"zombie"}),
        ("    title: The Gate", "    t|", {"title", "offer"}, {"goto", "place"}),
    ],
)
def test_each_place_offers_what_fits_there(server, gate, old, new, wanted, unwanted):
    found = set(offered(server, gate, old, new))

    assert wanted <= found
    assert not unwanted & found


def test_hovering_a_key_shows_its_doc_and_hovering_an_id_its_name(server, gate):
    assert CHOICE.keys["goto"].doc in server.hover(gate, *position(gate, "goto: a_bench", 1))
    assert CHOICE.keys["roll"].doc in server.hover(gate, *position(gate, "roll:", 1))
    assert "into your hands" in server.hover(gate, *position(gate, "take: rope", 1))
    assert "`jo`: Nam Jo (2-5): Knows where every door is." in server.hover(gate, *position(gate, "cast: [jo", 8))


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("goto: a_bench", "goto: a_bnech", "a_bnech", "a_bench"),
        ("{take: rope}", "{tkae: rope}", "tkae", "Property tkae is not allowed"),
        ("{take: rope}", "{take: robe}", "robe", "rope"),
        ("{pass: 1 h 20 min}", "{pass: 80}", "80", "a length of time, such as 20 min"),
        ("time: D1 07:40", "time: 07:40", "07:40", "a day and an hour, such as D1 12:40"),
        ("steps: 2", "steps: 9", "9", "Valid values"),
    ],
)
def test_a_mistake_is_underlined_where_it_stands(server, gate, old, new, at, told):
    text = gate.replace(old, new, 1)
    line, column = position(text, new, new.index(at))

    found = server.diagnostics(text)

    assert [(d["range"]["start"]["line"], d["range"]["start"]["character"]) for d in found] == [(line, column)]
    assert told in found[0]["message"]


def test_a_story_test_offers_choices_and_underlines_one_that_is_not_there(server):
    text = (server.folder / "tests/one.yaml").read_text(encoding="utf-8")
    folder = server.folder / "tests"
    line, column = position(text, "- wait", 2)

    assert {"wait", "a_gate.risk", "listen"} <= set(
        server.completion(text.replace("- wait", "- w"), line, column + 1, folder)
    )
    wrong = server.diagnostics(text.replace("- wait", "- wiat"), folder)
    assert [d["range"]["start"]["line"] for d in wrong] == [line]
