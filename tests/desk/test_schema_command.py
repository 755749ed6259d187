"""`hyosan schema` as a command: what it prints, what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from game.desk.schema import main
from game.desk.schema.modelines import modeline, with_modeline
from game.story import load_story
from tests.desk.core_yaml import load

STORIES = Path(__file__).parents[1] / "stories"
KINDS = ["story", "people", "items", "places", "chapter", "test"]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORIES / "every-word", tmp_path / "story"))


def written(folder: Path, kind: str) -> Any:
    return json.loads((folder / f".hyosan/schema/{kind}.schema.json").read_text(encoding="utf-8"))


def accepts(schema: Any, text: str) -> bool:
    return bool(jsonschema.Draft7Validator(schema).is_valid(load(text)))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.yaml"))}


def test_all_schemas_are_printed_as_one_object(story):
    ran = subprocess.run(
        [sys.executable, "-m", "game", "schema", str(story)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=60,
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert list(json.loads(ran.stdout)) == KINDS
    assert not (story / ".hyosan").exists()


def test_written_schemas_are_the_printed_ones_and_no_story_file_is_touched(story, capsys):
    before = contents(story)

    assert main([str(story)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main([str(story), "--write"]) == 0

    assert sorted(p.name for p in (story / ".hyosan/schema").iterdir()) == sorted(f"{k}.schema.json" for k in KINDS)
    assert {kind: written(story, kind) for kind in KINDS} == printed
    assert contents(story) == before


def test_writing_tells_which_files_lack_their_modeline(story, capsys):
    assert main([str(story), "--write"]) == 0

    told = capsys.readouterr().out
    assert "  01-gate.yaml       # yaml-language-server: $schema=.hyosan/schema/chapter.schema.json\n" in told
    assert "  tests/one.yaml     # yaml-language-server: $schema=../.hyosan/schema/test.schema.json\n" in told


def test_modelines_add_one_line_to_every_file_and_change_nothing_else(story, capsys):
    before = contents(story)
    played = load_story(story).story
    assert played is not None

    assert main([str(story), "--modelines"]) == 0

    for name, data in contents(story).items():
        first, rest = data.split(b"\n", 1)
        assert first.decode() == modeline(name)
        assert rest == before[name]
    again = load_story(story).story
    assert again is not None
    assert [v.name for v in again.variables] == [v.name for v in played.variables]
    assert (story / ".hyosan/schema/chapter.schema.json").is_file()

    # Run again, it has nothing to do and nothing to tell.
    after = contents(story)
    capsys.readouterr()
    assert main([str(story), "--modelines"]) == 0
    assert contents(story) == after
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a: 1\n", b"#M\na: 1\n"),
        (b"a: 1", b"#M\na: 1"),
        (b"a: 1\r\nb: 2\r\n", b"#M\r\na: 1\r\nb: 2\r\n"),
        (b"\xef\xbb\xbfa: 1\n", b"\xef\xbb\xbf#M\na: 1\n"),
        (b"# A comment.\n\na: 1\n", b"#M\n# A comment.\n\na: 1\n"),
        (b"a: 1\n# yaml-language-server: $schema=.hyosan/schema/x.json\n", None),
        (b"# yaml-language-server: $schema=../.hyosan/schema/old.schema.json  # kept?\r\na: 1\r\n", b"#M\r\na: 1\r\n"),
        (b"# Mine.\n# yaml-language-server: $schema=.hyosan/schema/old.schema.json\na: 1", b"# Mine.\n#M\na: 1"),
        (b"# yaml-language-server: $schema=https://example.org/own.json\na: 1\n", b""),
        (b"", b""),
        (b" \n\n", b""),
    ],
)
def test_only_the_modeline_of_a_file_changes(before, after):
    name = "02-doors.yaml"
    if after is None:  # what is not at the head of a file is no modeline
        after = b"#M\n" + before
    wanted = after.replace(b"#M", modeline(name).encode()) if after else before

    assert with_modeline(before, name) == wanted
    assert with_modeline(wanted, name) == wanted


def test_a_file_keeps_its_permissions(story):
    path = story / "items.yaml"
    path.chmod(0o640)
    assert main([str(story), "--modelines"]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert not list(story.glob(".*.tmp"))


def test_the_loader_passes_over_the_folder_of_schemas(story):
    assert main([str(story), "--write"]) == 0
    (story / ".hyosan/schema/notes.yaml").write_text("not: [a story", encoding="utf-8")

    assert load_story(story).story is not None


# --- stories with faults ----------------------------------------------------------------------------


def test_a_broken_file_costs_only_what_stands_in_it(story, capsys):
    (story / "02-roof.yaml").write_text("chapter: {id: roof_time\nscenes: [", encoding="utf-8")

    assert main([str(story), "--write"]) == 0

    assert "hyosan check" in capsys.readouterr().err
    chapter = written(story, "chapter")
    gate = (story / "01-gate.yaml").read_text(encoding="utf-8")
    # b_roof stands in the broken file: not known, and not called a mistake. Words of the language still are.
    assert accepts(chapter, gate)
    assert accepts(chapter, gate.replace("take: rope", "take: something_of_that_file"))
    assert not accepts(chapter, gate.replace("take: rope", "tkae: rope"))
    assert "a_bench" in json.dumps(chapter)
    assert '"b_roof"' not in json.dumps(chapter)


def test_a_broken_story_file_leaves_people_items_and_scenes(story, capsys):
    (story / "story.yaml").write_text("story: {id: every-word\n", encoding="utf-8")

    assert main([str(story), "--write"]) == 0

    chapter = written(story, "chapter")
    assert accepts(chapter, (story / "01-gate.yaml").read_text(encoding="utf-8"))
    assert '"Nam Jo (2-5): Knows where every door is."' in json.dumps(chapter)


def test_what_has_a_range_that_cannot_be_read_takes_any_number(story):
    (story / "items.yaml").write_text((story / "items.yaml").read_text("utf-8").replace("max: 6", "max: six"), "utf-8")
    path = story / "01-gate.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("steps: {range: 0..3}", "steps: {range: 3}"), "utf-8")

    assert main([str(story), "--write"]) == 0

    text = path.read_text(encoding="utf-8").replace("steps: {range: 3}", "steps: {range: 0..9}")
    assert accepts(written(story, "chapter"), text.replace("steps: 2", "steps: 8").replace("water: 2", "water: 9"))


def test_a_new_chapter_may_name_scenes_that_no_schema_knows_yet(story):
    assert main([str(story), "--write"]) == 0

    text = (story / "02-roof.yaml").read_text(encoding="utf-8").replace("roof_time", "cellar").replace("b_", "c_")
    assert accepts(written(story, "chapter"), text)
    assert not accepts(written(story, "chapter"), text.replace("goto: c_inner", "got: c_inner"))


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, lambda path: path.write_text("story:")])
def test_without_a_story_there_is_nothing_to_make(tmp_path, capsys, make):
    folder = tmp_path / "nothing"
    make(folder)

    assert main([str(folder), "--write"]) == 1

    assert "H001" in capsys.readouterr().err
    assert not (tmp_path / "nothing/.hyosan").exists()


def test_a_folder_that_cannot_be_written_is_told(story, capsys):
    (story / ".hyosan").write_text("in the way", encoding="utf-8")

    assert main([str(story), "--write"]) == 1

    assert ".hyosan" in capsys.readouterr().err
