"""What a save needs when its story is another lies beside it; a save of the very same story never misses it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.engine import Machine, Run
from game.saves import SaveError, Saves, disk
from game.saves.capture import pack
from game.saves.errors import Damaged
from game.saves.format import decode, encode
from game.saves.history import names_file, spans, turns_file
from game.saves.numbers import Names, how_many, read, spell
from game.saves.packed import Packed
from game.saves.restore import restore
from game.saves.slot import Slot
from tests.saves.later import edited, renamed
from tests.saves.test_migrations import had, in_new_words

PICKS = st.lists(st.integers(-2, 5), max_size=30)


@pytest.fixture(scope="module")
def later():
    return Machine(renamed())


def beside(folder: Path, slot: str = "run-1") -> set[str]:
    return {path.name for path in (folder / "small" / slot).glob("[nt]-*.json")}


def reader(save: Packed) -> Callable[[str], bytes]:
    """Gives what is to be beside a save."""
    files = save.beside()
    return lambda name: files[name]()


# --- numbers ---


@given(st.lists(st.integers(0, 2**30 - 1), max_size=40))
def test_numbers_come_back(numbers):
    assert read(spell(numbers)) == numbers
    assert how_many(spell(numbers)) == len(numbers)


@pytest.mark.parametrize("text", ["g", "Ag", "?", "A A", "\u0663", "ggggggA", "_" * 1000 + "A", "\ud800", "A\n"])
def test_what_is_no_number_is_damage(text):
    for reader in (read, how_many):
        with pytest.raises(Damaged):
            reader(text)


@given(picks=PICKS, seed=st.integers(-(2**64), 2**64), title=st.text(max_size=5), auto=st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(kit, picks, seed, title, auto):
    run = kit.wander(kit.run(0, seed), picks)
    save = pack(run, title=title.encode("ascii", "ignore").decode().strip(), auto=auto, played=len(picks), order=9)
    try:
        data = encode(save)
        assert decode(data) == save._replace(beside=dict)
    except Damaged:
        assert not save.title.isprintable()


def test_a_seed_that_could_not_be_read_is_not_written(kit):
    with pytest.raises(ValueError, match="seed"):
        encode(pack(kit.run(0, 2**64 + 1), title="", auto=True, played=0, order=1))


@pytest.mark.parametrize("few", [0, 64])
@given(picks=PICKS)
@settings(max_examples=20, deadline=None)
def test_a_state_comes_back(kit, few, picks):
    names, state = Names.of(kit.machine), kit.wander(kit.run(), picks).state
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("game.saves.numbers.FEW", few)
        text = names.standing(state)
    assert ("." in text) == bool(few)
    assert names.stood(text) == state


# --- a run that came out of a save ---


@given(before=PICKS, after=PICKS)
@settings(max_examples=60, deadline=None)
def test_a_run_whose_steps_were_not_asked_for_is_like_any_other(kit, before, after):
    run = kit.wander(kit.run(0, 3), before)
    save = decode(encode(pack(run, title="", auto=True, played=0, order=1)))

    def fresh() -> Run:
        return restore(save, kit.machine).run

    asleep = fresh()
    assert (asleep.state, asleep.turn, asleep.over, asleep.options()) == (run.state, run.turn, run.over, run.options())
    again, anew = (pack(each, title="", auto=True, played=0, order=1) for each in (asleep, run))
    header = anew.header._replace(saved=again.header.saved)
    assert again._replace(beside=dict) == anew._replace(beside=dict, header=header)
    with pytest.raises(AttributeError):
        _ = asleep.stepz  # type: ignore[attr-defined]
    ours, theirs = again.beside(), anew.beside()
    assert [(name, make()) for name, make in ours.items()] == [(name, make()) for name, make in theirs.items()]
    assert fresh() == run
    assert run == fresh()
    assert fresh().undo() == run.undo()
    assert fresh().redo() == run.redo()
    assert (fresh().log, fresh().future, fresh().page()) == (run.log, run.future, run.page())
    assert kit.wander(fresh(), after) == kit.wander(run, after)
    assert fresh().go_to(0).held is None


def test_steps_that_lead_elsewhere_are_found_when_they_are_asked_for(kit):
    save = pack(kit.run(5), title="", auto=True, played=0, order=1)
    lied = save._replace(at=pack(kit.run(4), title="", auto=True, played=0, order=1).at)

    run = restore(lied, kit.machine).run

    assert run.state == kit.run(4).state
    for _ in range(2):
        with pytest.raises(Damaged, match="do not lead to the moment"):
            run.undo()


# --- the files ---


@given(st.integers(0, 50_000))
def test_turns_are_in_one_file_each(count):
    cut = list(spans(count))
    assert [start for start, _ in cut] == [0, *(end for _, end in cut)][: len(cut)]
    assert 0 <= count - (cut[-1][1] if cut else 0) < 2  # as the tests have it


def test_files_are_put_together_and_what_nobody_needs_is_taken_away(saves, kit, tmp_path):
    run = kit.long(27)
    kit.save_all(saves, run, range(28))

    # The generations are of 25, 26 and 27 turns: 8 + 8 + 8, and one of two more.
    names = beside(tmp_path)
    assert names_file(Names.of(kit.machine).id) in names
    assert len(names) == 1 + 4
    total = sum(path.stat().st_size for path in (tmp_path / "small" / "run-1").glob("t-*.json"))
    assert total < 4 * 400

    other = run.go_to(3).choose(next(o.choice.id for o in run.go_to(3).options() if o.open))
    for _ in range(4):
        saves.write("run-1", other)
    assert beside(tmp_path) == {names_file(Names.of(kit.machine).id)} | {
        name for name in pack(other, title="", auto=True, played=0, order=1).beside() if name.startswith("t-")
    }


def test_a_turn_costs_no_more_late_in_a_run(saves, kit, tmp_path):
    """Of what is in the files, only what is new is written."""
    run = kit.long(400)
    sizes = []
    for turn in (100, 101, 397, 398, 399, 400):
        kit.save_all(saves, run, range(turn, turn + 1))
        sizes.append(max(path.stat().st_size for path in kit.files(tmp_path, "run-1")))
    assert sizes[-1] - sizes[0] < 400


@pytest.mark.parametrize("how", ["gone", "cut off", "changed", "a folder"])
def test_a_save_of_the_same_story_needs_nothing_beside_it(saves, kit, tmp_path, how):
    saves.write("run-1", kit.run(7))
    for name in beside(tmp_path):
        path = tmp_path / "small" / "run-1" / name
        data = path.read_bytes()
        path.unlink()
        if how == "cut off":
            path.write_bytes(data[:-9])
        elif how == "changed":
            path.write_bytes(data.replace(b"1", b"2"))
        elif how == "a folder":
            path.mkdir()

    fresh = Saves(tmp_path, kit.story)
    restored = fresh.read("run-1", kit.machine)

    assert (restored.run, restored.notes, restored.whole) == (kit.run(7), (), True)
    fresh.export("run-1", tmp_path / "out.json")
    assert fresh.bring_in(tmp_path / "out.json", kit.machine)
    if how != "a folder":
        # The next save puts it right.
        fresh.write("run-1", kit.run(7))
        assert Saves(tmp_path, renamed()).read("run-1", Machine(renamed())).run.turn == 7


def test_flipped_bytes_beside_a_save_is_seen(saves, kit, tmp_path, later, figures):
    saves.write("run-1", kit.run(7))
    points = wrong = 0
    slot = Slot(tmp_path / "small" / "run-1")
    for name in beside(tmp_path):
        path = slot.folder / name
        data = path.read_bytes()
        for at in range(0, len(data), 5):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            points += 1
            try:
                slot.beside(name)
                wrong += 1
            except Damaged:
                pass
        path.write_bytes(data)
    figures("rot: bytes of what is beside a save", points=points, wrong=wrong)
    assert points > 200
    assert wrong == 0


def test_where_one_stood_is_kept_when_what_led_there_is_damaged(saves, kit, tmp_path, later):
    saves.write("run-1", kit.run(7))
    for name in beside(tmp_path):
        if name.startswith("t-"):
            (tmp_path / "small" / "run-1" / name).write_bytes(b"{}\n")

    restored = Saves(tmp_path, later.story).read("run-1", later)

    assert (restored.run.turn, restored.run.steps, restored.whole) == (0, (), False)
    assert had(restored.run, 0) == in_new_words(*had(kit.run(7), 7))
    assert restored.notes == (
        "The story has changed since this save, and what led up to it is damaged; you are where you were, "
        "with what you had: First — day 1, 12:20 — The lobby. Nothing can be taken back.",
    )


def test_a_moment_nobody_can_say_any_more_is_said_to_be_damaged(saves, kit, tmp_path, later):
    saves.write("run-1", kit.run(7))
    (tmp_path / "small" / "run-1" / names_file(Names.of(kit.machine).id)).unlink()

    with pytest.raises(
        SaveError, match=rf"is damaged \(g000000001.json: {names_file('')[:2]}\w+.json is not beside it"
    ):
        Saves(tmp_path, later.story).read("run-1", later)


def test_what_cannot_be_read_is_not_taken_for_damage(saves, kit, tmp_path, later, monkeypatch):
    saves.write("run-1", kit.run(7))
    real = disk.read_file

    def refused(path: Path, follow: bool = False) -> bytes:
        if path.name.startswith("t-"):
            raise PermissionError(13, "no")
        return real(path, follow)

    monkeypatch.setattr(disk, "read_file", refused)
    with pytest.raises(SaveError, match=r"Cannot read .*permission denied"):
        Saves(tmp_path, later.story).read("run-1", later)


@given(picks=PICKS, seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_slot_is_carried_over_like_a_save_by_name(kit, later, picks, seed):
    run = kit.wander(kit.run(0, seed), picks)
    save = pack(run, title="", auto=True, played=0, order=1)

    came = restore(decode(encode(save)), later, reader(save))

    assert (came.rung, came.run.turn, len(came.run.steps)) == (2, run.turn, len(run.steps))
    for turn in range(len(run.steps) + 1):
        assert had(came.run, turn) == in_new_words(*had(run, turn))
    # Kept moments, too, are carried over once more, and come back from a slot of the new story as they are.
    other = Machine(edited("migrations: {}\n", ("add: {noise: 2}", "add: {noise: 1}")))
    kept = restore(decode(encode(save)), other, reader(save)).run
    again = pack(kept, title="", auto=True, played=0, order=1)
    back = restore(decode(encode(again)), other).run
    assert [back.state_at(t) for t in range(len(back.steps) + 1)] == [
        kept.state_at(t) for t in range(len(kept.steps) + 1)
    ]
    home = restore(decode(encode(again)), kit.machine, reader(again))
    assert home.run.turn == run.turn


def test_a_new_version_that_has_the_same_names_is_a_new_version(saves, kit, tmp_path):
    saves.write("run-1", kit.run(7))
    story = kit.edited("text: The hall.", "text: The long hall.")

    notes = Saves(tmp_path, story).read("run-1", Machine(story)).notes

    assert notes == ("The story has changed since this save; its 7 choices were replayed.",)


def test_the_names_are_written_down_once_for_all_slots(saves, kit, tmp_path, later, monkeypatch):
    saves.write("run-1", kit.run(2))
    monkeypatch.setattr(Names, "data", lambda self: pytest.fail("every scene is looked at"))

    other = Saves(tmp_path, kit.story)
    other.write("run-2", kit.run(3))
    other.write("run-1", kit.run(4))

    assert Saves(tmp_path, later.story).read("run-2", later).run.turn == 3


@pytest.mark.parametrize("how", ["of another story", "cut off"])
def test_names_that_are_not_those_of_the_story_are_not_lent(saves, kit, tmp_path, later, how):
    name = names_file(Names.of(kit.machine).id)
    (tmp_path / "small" / "run-1").mkdir(parents=True)
    table = Names.of(kit.machine).data()
    (tmp_path / "small" / "run-1" / name).write_bytes(Names.of(later).data() if how != "cut off" else table[:-9])

    saves.write("run-2", kit.run(2))

    assert (tmp_path / "small" / "run-2" / name).read_bytes() == table
    assert Saves(tmp_path, later.story).read("run-2", later).run.turn == 2


def test_scenes_nobody_has_come_to_are_not_looked_at(kit):
    looked: list[str] = []

    class Asleep(dict[str, Any]):
        def __getitem__(self, id: str) -> Any:
            looked.append(id)
            return super().__getitem__(id)

    machine = Machine(replace(kit.story, scenes=Asleep(kit.story.scenes)))
    run = Run.new(machine, 7).replay(kit.path[:1])
    restore(decode(encode(pack(run, title="", auto=True, played=0, order=1))), machine).run.undo()

    # Where the run was, and where the machine sees that one can go from there.
    assert set(looked) == {"hall", "stairs"}


# --- files that go elsewhere ---


def test_a_generation_by_itself_can_be_brought_in_where_the_story_is_the_same(saves, kit, tmp_path, later):
    saves.write("run-1", kit.run(7))
    (file,) = kit.files(tmp_path, "run-1")
    shutil.copy(file, tmp_path / "copied.json")

    slot = saves.bring_in(tmp_path / "copied.json", kit.machine)
    assert saves.read(slot, kit.machine).run == kit.run(7)

    theirs = Saves(tmp_path / "theirs", later.story)
    with pytest.raises(SaveError, match=r"copied.json is not a save that can be loaded: n-\w+.json is not beside it"):
        theirs.bring_in(tmp_path / "copied.json", later)
    # Out of its own folder, with what lies there, it can.
    assert theirs.read(theirs.bring_in(file, later), later).run.turn == 7


def test_a_run_that_was_loaded_can_be_saved_under_another_name(kit, tmp_path, later):
    Saves(tmp_path, kit.story).write("run-1", kit.run(7))
    saves = Saves(tmp_path, kit.story)
    run = saves.read("run-1", kit.machine).run
    saves.write("another", run, title="Another")
    saves.rename("another", "Yet another")
    saves.delete("run-1")

    carried = Saves(tmp_path, later.story).read("another", later)

    assert (carried.title, carried.run.turn, len(carried.run.steps)) == ("Yet another", 7, 7)


def test_a_file_of_turns_says_what_it_is(saves, kit, tmp_path):
    saves.write("run-1", kit.run(2))
    body = json.loads(kit.files(tmp_path, "run-1")[0].read_bytes().splitlines()[1])

    line = json.loads((tmp_path / "small" / "run-1" / turns_file(body["before"])).read_bytes())

    names = Names.of(kit.machine)
    run = kit.run(2)
    came = [names.packed(step.after, step.before.values) for step in run.steps]
    assert line == {
        "magic": "hyosan-turns",
        "names": names.id,
        "before": "",
        "from": 0,
        "to": 2,
        "turns": "".join(came),
    }
