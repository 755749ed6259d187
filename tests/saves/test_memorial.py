"""The endings a player has reached are kept, whatever becomes of the runs that came to them."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.saves import SaveError, Saves
from tests.saves.conftest import Kit
from tests.saves.later import edited, renamed


def ended(kit: Kit, turns: int = 2, seed: int = 7) -> Run:
    """A run that is over, with nobody lost."""
    return kit.run(turns, seed).choose("leave")


def files(folder: Path) -> list[Path]:
    return sorted((folder / "small" / ".endings").glob("*.json"))


def test_an_ending_is_remembered_with_whom_it_cost(kit, tmp_path):
    story = edited(
        "", ("fate: {san: missing}", "fate: {san: missing}}, {fate: {jo: dead}"), ("weight: 2", "weight: 999")
    )
    run = type(kit.run()).new(Machine(story), 3, "Mi-jin").replay(["hall.go_stairs", "stairs.jump", "stairs.leave"])
    saves = Saves(tmp_path, story)

    saves.write("run-1", run, played=62)

    (reached,) = saves.endings().endings
    assert (reached.ending, reached.title, reached.lost) == ("out", "Out", ("jo",))
    assert (reached.player, reached.seed, reached.turns, reached.played) == ("Mi-jin", 3, 3, 62)
    assert (reached.version, reached.at[-1]) == ("1.0.0", "Z")


def test_a_run_that_goes_on_is_not_remembered(saves, kit):
    saves.write("run-1", kit.run(5))
    assert saves.endings().endings == ()


def test_each_way_to_an_ending_is_remembered_once(saves, kit, tmp_path):
    for _ in range(2):
        saves.write("run-1", ended(kit))
    saves.write("run-2", ended(kit))
    saves.write("run-1", kit.run(1))
    saves.write("run-1", ended(kit, seed=8))
    Saves(tmp_path, kit.story).write("run-3", ended(kit))

    assert {r.seed for r in saves.endings().endings} == {7, 8}
    assert len(files(tmp_path)) == 2


def test_endings_outlive_their_runs_and_names(saves, kit, tmp_path):
    saves.write("run-1", ended(kit))
    saves.delete("run-1")
    assert len(saves.endings().endings) == 1
    assert saves.slots() == ()

    later = renamed()
    assert [r.ending for r in Saves(tmp_path, later).endings().endings] == ["out"]
    moved = edited("migrations: {scenes: {out: away}}\n", ("goto: out", "goto: away"), ("out: {title", "away: {title"))
    assert [r.ending for r in Saves(tmp_path, moved).endings().endings] == ["away"]


def test_a_name_with_half_a_character_in_it_ends_like_any_other(saves, kit):
    run = replace(ended(kit), player="Ha-\ud800ri")

    saves.write("run-1", run)

    (reached,) = saves.endings().endings
    assert reached.player.isprintable()


def test_two_folders_are_put_together(saves, kit, tmp_path):
    other = Saves(tmp_path / "other", kit.story)
    other.write("run-1", ended(kit, seed=1))
    other.write("run-2", ended(kit, seed=2))
    saves.write("run-1", ended(kit, seed=2))

    assert saves.bring_in_endings(tmp_path / "other") == 1
    assert saves.bring_in_endings(tmp_path / "other") == 0
    assert {r.seed for r in saves.endings().endings} == {1, 2}
    assert saves.bring_in_endings(tmp_path / "nowhere") == 0


def test_every_changed_byte_is_seen_and_costs_one_ending_at_most(saves, kit, tmp_path, figures):
    saves.write("run-1", ended(kit, seed=1))
    saves.write("run-2", ended(kit, seed=2))
    hurt, _ = files(tmp_path)
    data = hurt.read_bytes()
    wrong = 0
    cases = [data[:i] + bytes([data[i] ^ 1 << bit]) + data[i + 1 :] for i in range(len(data)) for bit in range(8)]
    cases += [data[:length] for length in range(len(data))]
    chance = random.Random(3)
    cases += [data[:at] + chance.randbytes(chance.randint(1, 9)) + data[at:] for at in range(len(data))]
    if "HYOSAN_POINTS" not in os.environ:
        cases = chance.sample(cases, 400)
    for bad in cases:
        hurt.write_bytes(bad)
        found = saves.endings()
        wrong += len(found.endings) != 1 or found.damaged != (hurt.name,)
    figures("rot: endings, every bit and length", points=len(cases), wrong=wrong)
    assert wrong == 0


def test_a_damaged_one_is_written_anew_when_its_run_is_kept_again(saves, kit, tmp_path):
    saves.write("run-1", ended(kit))
    (file,) = files(tmp_path)
    file.write_bytes(b"rotten")
    fresh = Saves(tmp_path, kit.story)
    assert fresh.endings().damaged == (file.name,)

    fresh.read("run-1", kit.machine)

    assert (fresh.endings().damaged, len(fresh.endings().endings)) == ((), 1)


@pytest.mark.parametrize(
    "lie",
    [
        {"magic": "other"},
        {"schema": 0},
        {"turns": -1},
        {"lost": [1]},
        {"lost": "jo"},
        {"title": "\x1b]0;x\x07"},
        {"at": "now"},
        {"seed": 1.5},
        {"story": "other"},
        {"more": 1},
    ],
    ids=repr,
)
def test_a_strange_one_is_refused_however_well_it_is_sealed(saves, kit, tmp_path, lie):
    saves.write("run-1", ended(kit))
    (file,) = files(tmp_path)
    file.write_bytes(kit.sealed({**json.loads(file.read_bytes()), **lie}) + b"\n")

    assert saves.endings().endings == ()
    assert saves.endings().damaged == (file.name,)


def test_one_of_a_newer_hyosan_is_left_alone(saves, kit, tmp_path):
    saves.write("run-1", ended(kit))
    (file,) = files(tmp_path)
    header = {k: v for k, v in json.loads(file.read_bytes()).items() if k != "check"}
    future = kit.sealed({**header, "schema": 3, "more": 1}) + b"\n"
    file.write_bytes(future)
    fresh = Saves(tmp_path, kit.story)
    fresh.write("run-1", ended(kit))

    assert fresh.endings().damaged == ()
    assert file.read_bytes() == future


def test_a_full_disk_does_not_hide_that_an_ending_is_not_kept(saves, kit, tmp_path):
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / ".endings").write_text("in the way")
    with pytest.raises(SaveError, match="Cannot save in"):
        saves.write("run-1", ended(kit))
    # The turn is kept all the same, and the ending as soon as that can be done.
    assert Saves(tmp_path, kit.story).read("run-1", kit.machine).run.over
    (tmp_path / "small" / ".endings").unlink()
    saves.read("run-1", kit.machine)
    assert len(saves.endings().endings) == 1


@pytest.mark.parametrize("kind", ["crash", "crash-after", "once", "sticky"])
def test_no_acknowledged_ending_is_lost_at_any_call(kit, memory, kind, figures):
    points = lost = wrong = 0
    for at in itertools.count():
        folder = memory / f"{kind}-{at}"
        told: list[int] = []
        saves = Saves(folder, kit.story)
        with kit.Shim(at, kind, errno.ENOSPC) as shim:
            try:
                for seed in (1, 2):
                    try:
                        saves.write(f"run-{seed}", ended(kit, seed=seed))
                        told.append(seed)
                    except SaveError:
                        pass
            except kit.Crash:
                pass
        if at >= len(shim.calls):
            break
        points += 1
        found = Saves(folder, kit.story).endings()
        lost += not set(told) <= {r.seed for r in found.endings}
        wrong += bool(found.damaged) or not {r.seed for r in found.endings} <= {1, 2}
    figures(f"endings: {kind} at every call", points=points, lost=lost, wrong=wrong)
    assert points > 60
    assert (lost, wrong) == (0, 0)


def test_a_run_that_begins_anew_has_its_endings(kit, tmp_path):
    saves = Saves(tmp_path, kit.story)
    saves.write("run-0", ended(kit))
    saves.write("run-1", kit.run(7))
    story = edited("", ("hall", "foyer"), ("stairs", "ladder"))

    notes = Saves(tmp_path, story).read("run-1", Machine(story)).notes

    assert notes[-1] == "The ending you have reached is kept."
