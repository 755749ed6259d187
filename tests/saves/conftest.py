"""A small story with a bit of everything, and what the tests of saves do with it again and again."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from game.engine import Dice, Machine, Run, State, Step
from game.saves import Saves
from game.saves.format import encode
from game.story.load import load_sources
from game.story.model import Story
from game.story.variables import Value
from tests.saves.byname import by_name
from tests.saves.plug import Disk, recorded

SMALL = {
    "story.yaml": """
story: {id: small, title: A Small Story, version: 1.0.0, start: hall}
player: {name: Do-ha}
clock: {tick: 10 min}
meters:
  noise: {range: 0..5, words: {0: silent, 3: loud}, decays: 1 per 20 min}
flags:
  open: false
  mood: {one of: [calm, afraid, brave]}
  steps: {range: 0..3}
fates:
  fine: {becomes: [missing, dead]}
  missing: {becomes: [fine], is: away}
  dead: {is: gone}
""",
    "people.yaml": """
jo: {name: Nam On-jo, bond: 0..3, promises: {home: You said you would walk home together.}}
san: {name: Lee Cheong-san}
""",
    "items.yaml": """
rope: {name: a rope}
water: {name: water, one: a cup of water, many: cups of water, max: 3}
""",
    "places.yaml": """
hall: {name: The hall, floor: 1, at: [0, 0], exits: {stairs: {time: 10 min}}}
stairs: {name: The stairs, floor: 1, at: [1, 0], exits: {hall: {time: 10 min}}}
""",
    "01-first.yaml": """
chapter: {id: first, title: First, from: D1 12:00, until: D1 18:00, start: hall}
flags: {knocked: false}
rooms:
  hall:
    place: hall
    text: The hall.
    choices:
      wait: {text: Wait., do: [{pass: 10 min}]}
      shout: {text: Shout., do: [{add: {noise: 2}}, {set: {mood: afraid, knocked: true}}]}
      drink: {text: Take a cup of water., when: count.water < 3, locked: No hand is free., do: [{take: {water: 1}}]}
  stairs:
    place: stairs
    text: The stairs.
    choices:
      meet: {text: Meet them., once: true, do: [{join: jo}, {bond: {jo: +1}}, {promise: home}], goto: talk}
      jump:
        text: Jump.
        roll:
          well: {weight: 1, do: [{add: {steps: 1}}], goto: here}
          badly: {weight: 2, do: [{fate: {san: missing}}], goto: here}
      leave: {text: Go out., goto: out}
scenes:
  talk:
    place: stairs
    cast: [jo, san]
    text: |
      @jo: Hello.
    choices:
      nod: {text: Nod., do: [{take: rope}, {set: {open: true}}], goto: here}
      flee: {text: Flee., goto: hall}
bells:
  alarm: {at: D1 15:00, do: [{add: {noise: 3}}], then: An alarm.}
endings:
  out: {title: Out, text: You are out.}
""",
}

PATH = ("hall.shout", "hall.go_stairs", "stairs.meet", "talk.nod", "stairs.jump", "stairs.go_hall", "hall.drink")

WATCHED = (
    *("open", "read", "write", "close", "fsync", "fstat", "stat", "replace", "rename"),
    *("unlink", "listdir", "mkdir", "rmdir"),
)


class Crash(BaseException):
    """The process is gone."""


class Shim:
    """Stands between the saves and `os`, and lets call number `at` go wrong, by `kind`:

    crash: the process dies before the call; crash-after: just after it; once: the call fails with `code`; sticky: it
    and all later ones of its name do; short: no write takes more than seven bytes.

    After a crash every call raises, so that no `finally:` can tidy up: as in a kill.
    """

    def __init__(self, at: int = -1, kind: str = "", code: int = errno.ENOSPC) -> None:
        self.at, self.kind, self.code = at, kind, code
        self.calls: list[str] = []
        self.dead = False
        self.failing = ""
        self.short = kind == "short"
        self.open: set[int] = set()

    def __enter__(self) -> Shim:
        self.real = {name: getattr(os, name) for name in WATCHED}
        for name in WATCHED:
            setattr(os, name, self._stand_in(name))
        # What is thrown away after the crash may still try to tidy up; the dead say nothing of it.
        self.hook, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
        return self

    def __exit__(self, *raised: object) -> None:
        for name, real in self.real.items():
            setattr(os, name, real)
        sys.unraisablehook = self.hook
        if self.dead:  # what a dead process held is closed, and its locks are gone
            for fd in self.open:
                os.close(fd)

    def _stand_in(self, name: str):
        def call(*args, **options):
            if self.dead:
                raise Crash
            number = len(self.calls)
            self.calls.append(name)
            if number == self.at or self.failing == name:
                self._fail(name)
            try:
                return self._real(name, *args, **options)
            finally:
                if number == self.at and self.kind == "crash-after":
                    self.dead = True
                    raise Crash

        return call

    def _fail(self, name: str) -> None:
        if self.kind == "crash":
            self.dead = True
            raise Crash
        if self.kind in ("once", "sticky"):
            self.failing = name if self.kind == "sticky" else ""
            raise OSError(self.code, os.strerror(self.code))

    def _real(self, name: str, *args, **options):
        if name == "write" and self.short:
            return self.real["write"](args[0], bytes(args[1])[:7])
        result = self.real[name](*args, **options)
        if name == "open":
            self.open.add(result)
        elif name == "close":
            self.open.discard(args[0])
        return result


class Kit:
    """The small story, runs of it, and its saves on disk."""

    sources = SMALL
    path = PATH
    golden = Path(__file__).parent / "golden"
    Shim = Shim
    Crash = Crash

    def __init__(self) -> None:
        self.story = self.edited("", "")
        self.machine = Machine(self.story)
        self.made: dict[tuple[object, ...], Run] = {}

    def edited(self, old: str, new: str, file: str = "01-first.yaml") -> Story:
        """The story with one text in one file replaced by another."""
        assert old in SMALL[file]
        loaded = load_sources({**SMALL, file: SMALL[file].replace(old, new)})
        assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
        return loaded.story

    def run(self, turns: int = 0, seed: int = 7, **loaded: str) -> Run:
        """A run with the first `turns` choices of `PATH` made; asked for again, it is the same one."""
        key = (turns, seed, *sorted(loaded.items()))
        if key not in self.made:
            self.made[key] = Run.new(self.machine, seed, "Mi-jin", dice=Dice(seed, loaded)).replay(PATH[:turns])
        return self.made[key]

    def wander(self, run: Run, picks: list[int]) -> Run:
        """The run, taken on by numbers: -1 is undo, -2 redo, others pick one of the open choices."""
        for pick in picks:
            if pick < 0:
                run = run.undo() if pick == -1 else run.redo()
            elif options := [o for o in run.options() if o.open]:
                run = run.choose(options[pick % len(options)].choice.id)
        return run

    def long(self, turns: int) -> Run:
        """A run of so many choices that does not end."""
        chance = random.Random(turns)
        run = self.run()
        while len(run.steps) < turns:
            run = run.choose(chance.choice([o.choice.id for o in run.options() if o.open and o.choice.id != "leave"]))
        return run

    def save_all(self, saves: Saves, run: Run, turns: range) -> None:
        """Save a run as it was after each of these turns."""
        for turn in turns:
            saves.write("run-1", replace(run, steps=run.steps[:turn], turn=turn))

    def files(self, folder: Path, slot: str) -> list[Path]:
        """The generations of a slot, oldest first."""
        return sorted((folder / "small" / slot).glob("g*.json"))

    def seal(self, header: dict[str, object], body: bytes, **changes: object) -> bytes:
        """A file as the format wants it, whatever it says: sizes and checksums are right."""
        header = {**header, "len": len(body), "sha256": hashlib.sha256(body).hexdigest(), **changes}
        return self.sealed(header) + b"\n" + body + b"\n"

    def sealed(self, header: dict[str, object]) -> bytes:
        """A line with a checksum of its own."""
        header = {key: value for key, value in header.items() if key != "check"}
        return _dump({**header, "check": hashlib.sha256(_dump(header)).hexdigest()})

    def forge(self, data: bytes, /, **changes: object) -> bytes:
        """A save with other things in its body, sealed as if they had been written like that."""
        first, second = data.splitlines()
        body = {**json.loads(second), **changes}
        header = json.loads(first)
        return self.seal({**header, "turn": body.get("turn", header["turn"])}, _dump(body))

    def by_name(self, run: Run) -> bytes:
        """A run as a save of schema 2."""
        return encode(by_name(run))

    def otherwise(self, run: Run, **values: Value) -> Run:
        """A run whose choices came to something else: with these values after each of them."""

        def lied(state: State) -> State:
            now = bytearray(state.values)
            for name, value in values.items():
                var = self.story.by_name[name]
                found = var.index_of(value)
                assert found is not None
                now[var.index] = found
            return State(state.scene, bytes(now))

        steps: list[Step] = []
        for step in run.steps:
            before = steps[-1].after if steps else run.first
            steps.append(step._replace(before=before, after=lied(step.after)))
        return replace(run, steps=tuple(steps))

    def lie(self, data: bytes, turn: int, scene: str = "", /, **values: object) -> bytes:
        """A save of schema 2 that says it stood elsewhere after `turn` choices, or had other values from there on."""
        body = json.loads(data.splitlines()[1])
        line = body["trail"][turn]
        line[1] = scene or line[1]
        names = body["names"]
        changed = dict(zip(line[2::2], line[3::2], strict=True))
        for name, value in values.items():
            if name not in names:
                names.append(name)
            changed[names.index(name)] = value
        line[2:] = [part for pair in changed.items() for part in pair]
        return self.forge(data, trail=body["trail"], names=names)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()


@pytest.fixture
def saves(tmp_path: Path, kit: Kit) -> Saves:
    return Saves(tmp_path, kit.story)


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, where there is such a thing: hundreds of saves are made and thrown away in it."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk that records what is done below `tmp_path/live`, until `monkeypatch` is undone."""
    yield recorded(tmp_path / "live", monkeypatch)
    monkeypatch.undo()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Notes what a campaign came to; `python -m tests.saves` prints all of it as a table."""

    def figures(name: str, points: int, lost: int = 0, wrong: int = 0) -> None:
        request.node.user_properties.append(("figure", (name, points, lost, wrong)))

    return figures


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk proves nothing here; whether it is asked for, and when, is looked at in test_power."""
    monkeypatch.setattr("os.fsync", lambda fd: None)


@pytest.fixture(autouse=True)
def short_files(request: pytest.FixtureRequest) -> Iterator[None]:
    """Files of turns are full after two turns, and put together after eight, so that short runs have them, too."""
    with pytest.MonkeyPatch.context() as patch:
        if request.module.__name__.rpartition(".")[2] != "test_golden":
            patch.setattr("game.saves.history.SPANS", (8, 2))
        yield
