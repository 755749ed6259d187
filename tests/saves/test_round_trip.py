"""What is saved comes back: the same run, the same choices ahead, the same undo."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.engine import Machine
from game.saves import SaveError, Saves
from game.saves.numbers import Names, read


def test_a_run_comes_back_as_it_was(saves, kit):
    run = kit.run(7)

    saves.write("run-1", run, played=61)
    restored = saves.read("run-1", kit.machine)

    assert restored.run == run
    assert (restored.title, restored.played, restored.notes) == ("", 61, ())


def test_another_process_reads_the_same(saves, kit, tmp_path):
    run = kit.run(7)
    saves.write("run-1", run)

    machine = Machine(kit.story)
    restored = Saves(tmp_path, kit.story).read("run-1", machine).run

    assert (restored.state, restored.log, restored.player) == (run.state, run.log, "Mi-jin")


def test_what_was_taken_back_can_still_be_made_again(saves, kit):
    run = kit.run(7).go_to(3)
    saves.write("run-1", run)

    restored = saves.read("run-1", kit.machine).run

    assert (restored.turn, restored.log, restored.future) == (3, kit.path[:3], kit.path[3:7])
    assert restored.go_to(7) == kit.run(7)


@pytest.mark.parametrize("outcome", ["well", "badly"])
def test_loaded_dice_stay_loaded(saves, kit, outcome):
    run = kit.run(4, **{"stairs.jump": outcome})
    saves.write("run-1", run)

    restored = saves.read("run-1", kit.machine).run.choose("jump")

    assert restored.steps[-1].outcome == outcome


def test_gentle_text_stays_gentle(saves, kit):
    run = kit.run(1)
    saves.write("run-1", type(run).new(kit.machine, 1, "", gentle=True))

    assert saves.read("run-1", kit.machine).run.gentle


@given(
    before=st.lists(st.integers(-2, 5), max_size=40),
    after=st.lists(st.integers(-2, 5), max_size=20),
    seed=st.integers(0, 2**63),
)
@settings(max_examples=80, deadline=None)
def test_playing_on_from_a_save_is_playing_on(kit, before, after, seed):
    run = kit.wander(kit.run(0, seed), before)
    with tempfile.TemporaryDirectory() as folder:
        Saves(Path(folder), kit.story).write("run-1", run)

        restored = Saves(Path(folder), kit.story).read("run-1", kit.machine).run

    assert restored == run
    assert kit.wander(restored, after) == kit.wander(run, after)


@given(
    name=st.text(st.characters(exclude_categories=()), max_size=300),
    title=st.text(st.characters(exclude_categories=()), max_size=300),
)
@settings(max_examples=60, deadline=None)
def test_no_name_keeps_a_turn_from_being_saved(kit, name, title):
    run = type(kit.run()).new(kit.machine, 1, name).choose("wait")
    with tempfile.TemporaryDirectory() as folder:
        saves = Saves(Path(folder), kit.story)
        slot = saves.new_slot(title)
        saves.write(slot, run, title=title)

        restored = saves.read(slot, kit.machine)
        (info,) = saves.slots()

    assert restored.run.state == run.state
    assert info.title == restored.title
    for shown in (info.title, restored.run.player):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in shown)


def test_a_list_of_saves_tells_them_apart(saves, kit):
    saves.write("run-1", kit.run(5, **{"stairs.jump": "badly"}), played=754)
    saves.write("before-the-gate", kit.run(1), title="Before the gate", played=20)

    named, auto = saves.slots()

    assert (named.id, named.title, named.auto, named.turn) == ("before-the-gate", "Before the gate", False, 1)
    assert (auto.id, auto.title, auto.auto, auto.turn, auto.played) == ("run-1", "", True, 5, 754)
    assert auto.summary == "First — day 1, 12:10 — The stairs"
    assert auto.living == ("On-jo",)
    assert (auto.over, auto.problem) == (False, "")
    assert auto.saved.endswith("Z")


def test_a_finished_run_is_marked_as_over(saves, kit):
    saves.write("run-1", kit.run(2).choose("leave"))

    assert saves.slots()[0].over


def test_the_latest_save_comes_first_whatever_the_clock_says(saves, kit, tmp_path):
    for slot in ("a", "b", "c"):
        saves.write(slot, kit.run(1))
    other = Saves(tmp_path, kit.story)
    other.write("a", kit.run(2))
    saves.write("b", kit.run(2))

    assert [info.id for info in saves.slots()] == ["b", "a", "c"]


def test_no_folder_means_no_saves(saves):
    assert saves.slots() == ()


def test_an_empty_slot_is_no_save(saves, kit):
    slot = saves.new_slot()

    assert saves.slots() == ()
    with pytest.raises(SaveError, match="There is no save called 'run-1'"):
        saves.read(slot, kit.machine)


def test_a_missing_save_is_guessed_at(saves, kit):
    saves.write("before-the-gate", kit.run(1), title="Before the gate")

    with pytest.raises(SaveError, match="did you mean 'before-the-gate'"):
        saves.read("befor-the-gate", kit.machine)
    with pytest.raises(SaveError, match="did you mean 'Before the gate'"):
        saves.read("Before the gat", kit.machine)


@pytest.mark.parametrize("name", ["", "..", "../small/run-1", "/etc/passwd", "a\0b", "RUN-1", "\x1b]0;x\x07", "a" * 41])
def test_a_name_never_leads_out_of_the_folder(saves, kit, tmp_path, name):
    saves.write("run-1", kit.run(1))

    acts: list[Callable[[], object]] = [
        lambda: saves.read(name, kit.machine),
        lambda: saves.write(name, kit.run(1)),
        lambda: saves.hold(name),
        lambda: saves.delete(name),
        lambda: saves.rename(name, "x"),
        lambda: saves.export(name, tmp_path / "out.json"),
    ]
    for act in acts:
        with pytest.raises(SaveError) as error:
            act()
        assert str(error.value).isprintable()
    assert [p.name for p in tmp_path.iterdir()] == ["small"]
    assert {p.name for p in (tmp_path / "small").iterdir()} == {"run-1", ".read"}


def test_a_run_of_another_story_is_not_mixed_in(saves, kit):
    other = kit.edited("id: small", "id: other", "story.yaml")

    with pytest.raises(SaveError, match=r"'other'.*'small'"):
        saves.write("run-1", kit.run().new(Machine(other), 1))


def test_a_save_is_two_lines_of_json(saves, kit, tmp_path):
    saves.write("run-1", kit.run(2), played=5)

    (file,) = kit.files(tmp_path, "run-1")
    first, second = file.read_bytes().splitlines()
    header, body = json.loads(first), json.loads(second)

    assert file.name == "g000000001.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (header["magic"], header["schema"], header["len"], header["turn"]) == ("hyosan-save", 3, len(second), 2)
    assert (header["story"], header["version"], header["digest"]) == ("small", "1.0.0", kit.story.digest)
    names = Names.of(kit.machine)
    choices = ["shout", "go_stairs"]
    assert read(body["log"]) == [names.choices("hall")[choice][0] for choice in choices]
    assert body == {
        "seed": 7,
        "player": "Mi-jin",
        "summary": "First — day 1, 12:10 — The stairs",
        "names": names.id,
        "log": body["log"],
        "at": names.standing(kit.run(2).state),
        "before": body["before"],
        "tail": "",
        "played": 5,
    }
    beside = {path.name: path.read_bytes() for path in file.parent.glob("?-*.json")}
    assert set(beside) == {f"n-{names.id}.json", f"t-{body['before']}.json"}
    turns = beside[f"t-{body['before']}.json"]
    assert hashlib.sha256(turns).hexdigest().startswith(body["before"])
    assert json.loads(beside[f"n-{names.id}.json"])["of"] == kit.story.digest


def test_what_is_exported_is_two_lines_of_json_by_name(saves, kit, tmp_path):
    saves.write("run-1", kit.run(2))
    saves.export("run-1", tmp_path / "out.json")

    first, second = (tmp_path / "out.json").read_bytes().splitlines()
    header, body = json.loads(first), json.loads(second)

    assert (header["schema"], body["log"]) == (2, ["hall.shout", "hall.go_stairs"])
    names = body["names"]
    begun, *made = body["trail"]
    assert (begun[:2], set(begun[2::2])) == (["", "hall"], set(range(len(kit.story.variables))))
    told = [(line[:2], {names[n]: v for n, v in zip(line[2::2], line[3::2], strict=True)}) for line in made]
    assert told == [
        (["", "hall"], {"noise": 2, "mood": "afraid", "first/knocked": True}),
        (["", "stairs"], {"clock": 1}),
    ]
    assert (body["kept"], body["chapters"]) == ([], [[0, "first"]])
