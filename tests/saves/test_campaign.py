"""Evenings of play in which anything may go wrong at any call, one after another on the same disk.

`HYOSAN_POINTS=10000 python -m tests.saves` goes on until so many crashes, faults and rotten files have been survived;
without it there are 2,000.
"""

from __future__ import annotations

import errno
import itertools
import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from game.engine import Run
from game.saves import SaveError, Saves

POINTS = int(os.environ.get("HYOSAN_POINTS", "2000"))
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)


@dataclass
class Slot:
    """What a slot has to hold: `sure`, or one of `maybe`; one of `tried` after its newest file rotted."""

    sure: Run | None = None
    maybe: list[Run] = field(default_factory=list)
    tried: list[Run] = field(default_factory=list)
    rotten: bool = False

    def allows(self, run: Run) -> bool:
        return run == self.sure or run in (self.tried if self.rotten else self.maybe)


class Campaign:
    """One disk, the game that is played on it, and what the player has been promised."""

    def __init__(self, kit, folder: Path, seed: int) -> None:
        self.kit, self.folder = kit, folder
        self.chance = random.Random(seed)
        self.slots: dict[str, Slot] = {}
        self.damage = 0

    def evening(self) -> None:
        """Play until something breaks, or for a while; then look at what is there."""
        kind = self.chance.choice(["crash", "crash-after", "once", "once", "sticky", "short", ""])
        at = self.chance.randrange(300) if kind and kind != "short" else -1
        saves = Saves(self.folder, self.kit.story)
        with self.kit.Shim(at, kind, self.chance.choice(CODES)) as shim, suppress(self.kit.Crash):
            self.play(saves)
        self.damage += 0 <= at < len(shim.calls)
        saves.release()
        self.look()
        if self.chance.random() < 0.3:
            self.rot()
            self.look()

    def play(self, saves: Saves) -> None:
        run, slot = self.kit.run(0, self.chance.randrange(99)), ""
        for _ in range(self.chance.randint(3, 14)):
            deed = self.chance.choice(["turn", "turn", "turn", "turn", "name", "rename", "load", "delete"])
            try:
                if deed == "load" and self.slots:
                    slot = self.chance.choice(sorted(self.slots))
                    run = saves.read(slot, self.kit.machine).run
                    saves.hold(slot)
                elif deed == "rename" and slot:
                    saves.rename(slot, self.chance.choice("ABC"))
                elif deed == "delete" and len(self.slots) > 3:
                    self.delete(saves, self.chance.choice(sorted(self.slots)))
                elif deed == "name":
                    self.write(saves, saves.new_slot("A moment"), run, "A moment")
                else:
                    run = self.kit.wander(run, [self.chance.randint(-2, 5)])
                    slot = slot or saves.new_slot()
                    self.write(saves, slot, run)
            except SaveError as error:
                assert str(error).isprintable()  # noqa: PT017 - errors are part of the evening

    def write(self, saves: Saves, slot: str, run: Run, title: str = "") -> None:
        known = self.slots.setdefault(slot, Slot())
        known.maybe.append(run)
        known.tried.append(run)
        saves.write(slot, run, title=title)
        known.sure, known.maybe, known.rotten = run, [], False

    def delete(self, saves: Saves, slot: str) -> None:
        known = self.slots.pop(slot)
        try:
            saves.delete(slot)
        except SaveError as error:
            # It may be gone, and it may not be; what is there is whole all the same.
            self.slots[slot] = Slot(None, known.tried, known.tried)
            raise error

    def look(self) -> None:
        """The next process finds what it has to find, and nothing it must not."""
        saves = Saves(self.folder, self.kit.story)
        listed = {info.id: info for info in saves.slots()}
        assert all(info.problem == "" for info in listed.values())
        for slot, known in list(self.slots.items()):
            if slot not in listed:
                assert known.sure is None, f"{slot} is lost"
                del self.slots[slot]
                continue
            run = saves.read(slot, self.kit.machine).run
            assert known.allows(run), f"{slot} holds {run.log}"
            # From now on this is what the player has seen of it.
            known.sure, known.maybe = run, []

    def rot(self) -> None:
        """The newest file of a slot goes bad, if an older one is there."""
        files = {slot: self.kit.files(self.folder, slot) for slot in self.slots}
        if whole := [slot for slot, known in self.slots.items() if len(files[slot]) == 3 and not known.rotten]:
            slot = self.chance.choice(whole)
            newest = files[slot][-1]
            data = bytearray(newest.read_bytes())
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
            newest.write_bytes(data[: self.chance.choice([len(data), self.chance.randrange(len(data))])])
            self.slots[slot].rotten = True
            self.damage += 1


@pytest.mark.slow
def test_a_campaign(kit, memory, figures):
    survived = 0
    for seed in itertools.count():
        campaign = Campaign(kit, memory / str(seed), seed)
        for _ in range(6):
            campaign.evening()
        survived += campaign.damage
        if survived >= POINTS:
            break
    figures("evenings in which anything goes wrong", points=survived)
