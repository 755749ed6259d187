"""Every save is a new file; the three newest good ones stay; nobody writes over what somebody else has saved."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from game.saves import SaveError, Saves
from game.saves.history import beside
from game.saves.numbers import Names


def numbers(kit, folder: Path, slot: str = "run-1") -> list[int]:
    return [int(file.name[1:10]) for file in kit.files(folder, slot)]


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-10] ^= 1
    file.write_bytes(data)


@pytest.fixture
def played(saves, kit):
    """A slot in which five turns have been saved."""
    for turn in range(1, 6):
        saves.write("run-1", kit.run(turn))
    return saves


def test_the_three_newest_are_kept(played, kit, tmp_path):
    assert numbers(kit, tmp_path) == [3, 4, 5]
    assert sorted(os.listdir(tmp_path / "small" / "run-1")) == [
        *(f"g00000000{n}.json" for n in (3, 4, 5)),
        "lock",
        f"n-{Names.of(kit.machine).id}.json",
        "owner",
        *sorted(name for name in beside(kit.run(5)) if name.startswith("t-")),
    ]


def test_a_damaged_generation_is_not_counted_among_them(played, kit, tmp_path):
    damage(kit.files(tmp_path, "run-1")[2])
    fresh = Saves(tmp_path, kit.story)
    fresh.read("run-1", kit.machine)

    fresh.write("run-1", kit.run(5))
    assert numbers(kit, tmp_path) == [3, 4, 5, 6]
    for _ in range(2):
        fresh.write("run-1", kit.run(6))
    assert numbers(kit, tmp_path) == [6, 7, 8]


def test_what_a_crashed_writer_left_is_swept_up(played, kit, tmp_path):
    (tmp_path / "small" / "run-1" / "tmp-4242").write_bytes(b"half a sa")

    assert played.read("run-1", kit.machine).run.turn == 5
    played.write("run-1", kit.run(6))
    assert not list((tmp_path / "small" / "run-1").glob("tmp-*"))


def test_a_damaged_save_gives_way_to_the_one_before(played, kit, tmp_path):
    damage(kit.files(tmp_path, "run-1")[-1])

    restored = Saves(tmp_path, kit.story).read("run-1", kit.machine)

    assert restored.run == kit.run(4)
    assert restored.notes == ("The last save was damaged; restored turn 4.",)
    (info,) = played.slots()
    assert (info.turn, info.problem) == (4, "")


def test_the_next_save_after_a_damaged_one_has_a_new_number(played, kit, tmp_path):
    damage(kit.files(tmp_path, "run-1")[-1])
    fresh = Saves(tmp_path, kit.story)
    fresh.read("run-1", kit.machine)

    fresh.write("run-1", kit.run(5))

    assert numbers(kit, tmp_path)[-1] == 6
    assert Saves(tmp_path, kit.story).read("run-1", kit.machine).notes == ()


def test_when_all_are_damaged_it_is_said_and_nothing_is_begun(played, kit, tmp_path):
    for file in kit.files(tmp_path, "run-1"):
        damage(file)

    with pytest.raises(SaveError, match=r"'run-1' is damaged \(g000000005.json: its checksum does not match\)"):
        played.read("run-1", kit.machine)
    (info,) = Saves(tmp_path, kit.story).slots()
    assert (info.id, info.problem) == ("run-1", "damaged (g000000005.json: its checksum does not match)")


def test_damaged_slots_are_listed_last(played, kit, tmp_path):
    played.write("a", kit.run(1))
    damage(kit.files(tmp_path, "a")[0])

    assert [info.id for info in played.slots()] == ["run-1", "a"]


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "huge", "empty"])
def test_what_is_no_plain_file_is_no_save(played, kit, tmp_path, kind):
    newest = kit.files(tmp_path, "run-1")[-1]
    if kind == "huge":
        with newest.open("r+b") as file:
            file.truncate(5_000_000)
    elif kind == "empty":
        newest.write_bytes(b"")
    else:
        newest.rename(tmp_path / "elsewhere.json")
        if kind == "folder":
            newest.mkdir()
        elif kind == "link":
            newest.symlink_to(tmp_path / "elsewhere.json")
        else:
            os.mkfifo(newest)

    restored = played.read("run-1", kit.machine)

    assert (restored.run.turn, len(restored.notes)) == (4, 1)
    played.write("run-1", kit.run(5))
    assert played.read("run-1", kit.machine).run.turn == 5


# --- somebody else ---


def test_a_foreign_save_is_not_written_over(played, kit, tmp_path):
    other = Saves(tmp_path, kit.story)
    other.read("run-1", kit.machine)
    other.write("run-1", kit.run(7))

    with pytest.raises(SaveError, match="Another hyosan has saved in 'run-1' since; load it"):
        played.write("run-1", kit.run(6))

    assert played.read("run-1", kit.machine).run.turn == 7
    played.write("run-1", kit.run(6))
    assert played.read("run-1", kit.machine).run.turn == 6


def test_a_foreign_save_under_our_own_number_is_noticed(played, kit, tmp_path):
    other = Saves(tmp_path / "other", kit.story)
    for turn in (1, 1, 1, 1, 2):
        other.write("run-1", kit.run(turn))
    kit.files(tmp_path / "other", "run-1")[-1].replace(kit.files(tmp_path, "run-1")[-1])

    with pytest.raises(SaveError, match="Another hyosan"):
        played.write("run-1", kit.run(6))


def test_a_folder_that_was_taken_away_is_made_again(saves, kit, tmp_path):
    saves.hold("run-1")
    saves.write("run-1", kit.run(1))
    (tmp_path / "small").rename(tmp_path / "gone")

    saves.write("run-1", kit.run(2))

    assert saves.read("run-1", kit.machine).run.turn == 2
    assert numbers(kit, tmp_path) == [2]


def test_a_slot_that_went_back_in_time_goes_on(played, kit, tmp_path):
    kit.files(tmp_path, "run-1")[-1].unlink()

    played.write("run-1", kit.run(6))

    assert numbers(kit, tmp_path) == [3, 4, 6]


# --- names and titles ---


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("", "run-1"),
        ("Before the gate!", "before-the-gate"),
        ("Café  Über", "cafe-uber"),
        ("문 앞에서", "save-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "save-con"),
        ("x" * 200, "x" * 40),
        ("\x1b[2J", "2j"),
    ],
)
def test_a_slot_is_named_after_its_title(saves, title, id):
    assert saves.new_slot(title) == id


def test_no_two_slots_are_the_same(saves):
    assert [saves.new_slot() for _ in range(3)] == ["run-1", "run-2", "run-3"]
    assert [saves.new_slot("The gate") for _ in range(3)] == ["the-gate", "the-gate-2", "the-gate-3"]
    assert len({saves.new_slot("x" * 80) for _ in range(12)}) == 12


def test_a_title_stays_until_another_is_given(saves, kit):
    saves.write("a", kit.run(1), title="One")
    saves.write("a", kit.run(2))
    assert saves.read("a", kit.machine).title == "One"
    assert not saves.slots()[0].auto

    saves.rename("a", "  Two\x1b ")
    restored = saves.read("a", kit.machine)
    assert (restored.title, restored.run) == ("Two", kit.run(2))


def test_a_renamed_autosave_is_still_the_autosave_of_its_run(saves, kit, tmp_path):
    saves.write("run-1", kit.run(1))
    saves.rename("run-1", "My run")

    again = Saves(tmp_path, kit.story)
    again.write("run-1", kit.run(2))

    (info,) = again.slots()
    assert (info.title, info.auto, info.turn) == ("My run", True, 2)


def test_renaming_does_not_make_it_the_latest(saves, kit):
    saves.write("a", kit.run(1))
    saves.write("b", kit.run(1))
    saves.rename("a", "Old")

    assert [info.id for info in saves.slots()] == ["b", "a"]


def test_a_name_needs_letters(saves, kit):
    saves.write("a", kit.run(1))
    with pytest.raises(SaveError, match="needs a name"):
        saves.rename("a", " \x07 ")


def test_delete_leaves_nothing(played, kit, tmp_path):
    played.delete("run-1")

    assert played.slots() == ()
    assert os.listdir(tmp_path / "small") == [".read"]
    with pytest.raises(SaveError, match="There is no save called 'run-1'"):
        played.delete("run-1")
    played.write("run-1", kit.run(1), title="Anew")
    assert played.read("run-1", kit.machine).run.turn == 1
    assert (played.slots()[0].auto, numbers(kit, tmp_path)) == (False, [1])


def test_a_slot_that_is_held_can_be_deleted_by_its_holder(played, tmp_path):
    played.hold("run-1")
    played.delete("run-1")

    assert os.listdir(tmp_path / "small") == [".read"]


# --- in and out ---


def test_what_is_exported_can_be_brought_in(played, kit, tmp_path):
    played.rename("run-1", "My run")
    played.export("run-1", tmp_path / "out.json")
    elsewhere = Saves(tmp_path / "elsewhere", kit.story)

    slot = elsewhere.bring_in(tmp_path / "out.json", kit.machine)

    assert slot == "my-run"
    assert elsewhere.read(slot, kit.machine).run == kit.run(5)
    (info,) = elsewhere.slots()
    assert (info.title, info.auto) == ("My run", False)
    played.write("run-1", kit.run(6))
    assert played.bring_in(tmp_path / "out.json", kit.machine) == played.slots()[0].id


def test_an_autosave_brought_in_is_called_after_its_file(played, kit, tmp_path):
    played.export("run-1", tmp_path / "from a friend.json")

    assert played.bring_in(tmp_path / "from a friend.json", kit.machine) == "from-a-friend"
    assert played.bring_in(tmp_path / "from a friend.json", kit.machine) == "from-a-friend-2"


def test_an_export_never_overwrites(played, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("precious")
    (tmp_path / "link.json").symlink_to(tmp_path / "nowhere")

    for path in (target, tmp_path / "link.json", tmp_path):
        with pytest.raises(SaveError, match="is there already"):
            played.export("run-1", path)
    assert target.read_text() == "precious"
    with pytest.raises(SaveError, match="Cannot write"):
        played.export("run-1", tmp_path / "no" / "such" / "folder.json")
    with pytest.raises(SaveError, match="not a directory; name a file where you may write"):
        played.export("run-1", target / "out.json")
    with pytest.raises(SaveError, match="cannot be the name of a file"):
        played.export("run-1", Path("a\0b"))


def test_an_export_takes_the_newest_good_one(played, kit, tmp_path):
    damage(kit.files(tmp_path, "run-1")[-1])
    played.export("run-1", tmp_path / "out.json")

    assert json.loads((tmp_path / "out.json").read_bytes().splitlines()[1])["turn"] == 4


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda kit, data: b"", "is not a save that can be loaded: it is not a save of hyosan"),
        (lambda kit, data: b"\x00\xff" * 100, "is not a save that can be loaded"),
        (lambda kit, data: b'{"a": 1}\n', "is not a save that can be loaded: it is not a save of hyosan"),
        (lambda kit, data: data[:-5], "is not a save that can be loaded: it is cut off"),
        (
            lambda kit, data: kit.lie(data, 1, "stairs"),
            "its choices do not lead to the moment it holds",
        ),
        (lambda kit, data: data + b"x" * 4_000_000, "it is larger than a save can be"),
    ],
)
def test_a_broken_file_is_not_brought_in(played, kit, tmp_path, make, says):
    played.export("run-1", tmp_path / "out.json")
    (tmp_path / "bad.json").write_bytes(make(kit, (tmp_path / "out.json").read_bytes()))

    with pytest.raises(SaveError, match=says):
        played.bring_in(tmp_path / "bad.json", kit.machine)
    assert [info.id for info in played.slots()] == ["run-1"]


def test_a_file_that_is_not_there_is_not_brought_in(saves, kit, tmp_path):
    with pytest.raises(SaveError, match=r"Cannot read .*nowhere.json: no such file"):
        saves.bring_in(tmp_path / "nowhere.json", kit.machine)


def test_a_save_of_another_story_is_refused_by_name(played, kit, tmp_path):
    other = kit.edited("id: small", "id: other", "story.yaml")
    played.export("run-1", tmp_path / "out.json")
    theirs = Saves(tmp_path, other)

    with pytest.raises(SaveError, match=r"is of the story 'small', not of 'other' \(A Small Story\)"):
        theirs.bring_in(tmp_path / "out.json", type(kit.machine)(other))

    (tmp_path / "small").rename(tmp_path / "other")
    with pytest.raises(SaveError, match="The save 'run-1' is of the story 'small'"):
        theirs.read("run-1", type(kit.machine)(other))
    assert theirs.slots()[0].problem == "a save of another story, 'small'"


def test_a_save_of_a_newer_hyosan_is_left_alone(played, kit, tmp_path):
    newest = kit.files(tmp_path, "run-1")[-1]
    first, _ = newest.read_bytes().splitlines()
    future = kit.seal(json.loads(first), b'{"a": 1.5}', schema=4, game="9.0", more=True)
    newest.write_bytes(future)
    fresh = Saves(tmp_path, kit.story)

    with pytest.raises(SaveError, match=r"made by a newer hyosan \(9.0\); update hyosan"):
        fresh.read("run-1", kit.machine)
    with pytest.raises(SaveError, match="newer hyosan"):
        fresh.write("run-1", kit.run(6))
    with pytest.raises(SaveError, match="newer hyosan"):
        fresh.rename("run-1", "x")
    with pytest.raises(SaveError, match="Another hyosan"):
        played.write("run-1", kit.run(6))
    assert fresh.slots()[0].problem == "made by a newer hyosan (9.0)"
    assert newest.read_bytes() == future
