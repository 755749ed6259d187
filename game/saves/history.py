"""What a run has been through, in numbers: the choices that were made, and what each came to.

A save needs only the choices: in the very same story they lead to the same states again. What each came to is for the
day on which the story is another, and for finding out that a choice no longer does what it did. It is kept in files
beside the saves, each with what some turns came to, none ever changed, each naming the one before it by the checksum
that it is called after. So the name of the last one stands for all of them, and for every state on the way.

Such a file, `t-<id>.json`, is one line of JSON: `names` (the id of the table of names), `before` (the id of
the file with the turns before, or ""), `from` and `to` (it has the turns after `from`, and `to`), and `turns`: for each
turn the scene, how many values changed, each with its distance to the last and its new value, and, where the choice is
a roll with more than one outcome, which it was.

Files are of 16 turns, 256 or 4,096: as many as go into what there is, the largest first. A run of 20,000 choices has
fewer than forty, and each turn is written three times at most.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from game.engine.moment import Moment
from game.present.chronicle import shared
from game.saves.errors import Damaged
from game.saves.numbers import Names, fingerprint, read, spell
from game.saves.strict import Fields, check_seal, dump, parse

if TYPE_CHECKING:
    from game.engine import Machine, Run, State, Step

MAGIC = "hyosan-turns"
SPANS = (4096, 256, 16)
"""How many turns one file may have."""
EACH = SPANS[-1]
"""Turns that a save itself has at most: fewer than this."""

Kept: TypeAlias = "tuple[int, str, str, str]"
"""A turn that does not follow from its choice: which, the choice, the outcome of its roll, and what it came to."""
Reader: TypeAlias = "Callable[[str], bytes]"
"""Gives the bytes of a file beside a save, by its name. Raises `Damaged` when they are not what the name says."""


def names_file(id: str) -> str:
    return f"n-{id}.json"


def turns_file(id: str) -> str:
    return f"t-{id}.json"


def spans(count: int) -> Iterator[tuple[int, int]]:
    """How so many turns are put into files, as (from, to); those left over, fewer than `EACH`, are in none."""
    at = 0
    for size in SPANS:
        while at + size <= count:
            yield at, at + size
            at += size


@dataclass(slots=True)
class _File:
    start: int
    end: int
    id: str
    data: bytes


@dataclass(slots=True)
class History:
    """A run in numbers. It follows a run from turn to turn: what is shared with the one before is not written anew."""

    names: Names
    first: State
    steps: tuple[Step, ...] = ()
    picks: list[str] = field(default_factory=list)
    """For each step the number of its choice in its scene, 0 where it is kept."""
    lines: list[str] = field(default_factory=list)
    """For each step what it came to, as in the files."""
    kept: list[Kept] = field(default_factory=list)
    files: list[_File] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.first != self.names.start:
            self.kept.append((0, "", "", self.names.packed(self.first, self.names.start.values)))

    def follow(self, steps: tuple[Step, ...]) -> None:
        """Know all `steps`."""
        if steps is self.steps:
            return
        same = shared(self.steps, steps)
        if same < len(self.steps):
            del self.picks[same:], self.lines[same:]
            self.kept = [kept for kept in self.kept if kept[0] <= same]
            self.files = [file for file in self.files if file.end <= same]
        for turn in range(same + 1, len(steps) + 1):
            self._add(turn, steps[turn - 1])
        self.steps = steps
        self._file()

    def _add(self, turn: int, step: Step) -> None:
        line = self.names.packed(step.after, step.before.values)
        if step.kept:
            self.kept.append((turn, step.choice, step.outcome, line))
            pick = 0
        else:
            pick, outcomes = self.names.choices(step.before.scene)[step.choice]
            if len(outcomes) > 1:
                line += spell((outcomes.index(step.outcome),))
        self.picks.append(spell((pick,)))
        self.lines.append(line)

    def _file(self) -> None:
        """Put what is full into files."""
        wanted = list(spans(len(self.lines)))
        if [(file.start, file.end) for file in self.files] == wanted:
            return
        made = {(file.start, file.end): file for file in self.files}
        files: list[_File] = []
        for start, end in wanted:
            file = made.get((start, end))
            if file is None:
                line = {
                    "magic": MAGIC,
                    "names": self.names.id,
                    "before": files[-1].id if files else "",
                    "from": start,
                    "to": end,
                    "turns": "".join(self.lines[start:end]),
                }
                data = dump(line) + b"\n"
                file = _File(start, end, fingerprint(data), data)
            files.append(file)
        self.files = files

    @property
    def before(self) -> str:
        """The id of the last file, "" without any."""
        return self.files[-1].id if self.files else ""

    @property
    def tail(self) -> str:
        """What the turns came to that are in no file yet."""
        return "".join(self.lines[self.files[-1].end if self.files else 0 :])


_GUARD = threading.RLock()


def _known(machine: Machine) -> History | None:
    """The run that was last saved: nearly always the same one, a turn on."""
    found: History | None = machine.made.get(History)
    return found


class Written(NamedTuple):
    """What a save says of the past."""

    names: str
    picks: str
    kept: tuple[Kept, ...]
    before: str
    tail: str


def written(run: Run) -> Written:
    """The past of a run, the undone steps too."""
    steps = run.steps
    with _GUARD:
        known = _known(run.machine)
        if known is None or known.first != run.first:
            known = run.machine.made[History] = History(Names.of(run.machine), run.first)
        known.follow(steps)
        return Written(
            known.names.id,
            "".join(known.picks),
            tuple(known.kept),
            known.before,
            known.tail,
        )


def beside(run: Run) -> dict[str, Callable[[], bytes]]:
    """The files that have to be beside a save of a run, in the order in which they have to be written."""
    steps = run.steps
    with _GUARD:
        known = _known(run.machine)
        if known is None or known.steps is not steps or known.first != run.first:  # another run was saved since
            known = History(Names.of(run.machine), run.first)
            known.follow(steps)
        out = {names_file(known.names.id): known.names.data}
        return out | {turns_file(file.id): partial(bytes, file.data) for file in known.files}


# --- back again, in names ---


def check_beside(name: str, data: bytes) -> None:
    """Raises `Damaged` unless these are the bytes that a file beside a save was written with."""
    if name.startswith(names_file("")[:2]):
        check_seal(data[:-1])
    elif turns_file(fingerprint(data)) != name:
        raise Damaged(f"{name} beside it is damaged")


def previous(data: bytes) -> str:
    """The id of the file before a file of turns, "" for none. Raises `Damaged`."""
    return _turns(data)[0]


def _turns(data: bytes) -> tuple[str, str, int, int, str]:
    line = Fields(parse(data[:-1], "file of turns"))
    if line.data.get("magic") != MAGIC:
        raise Damaged("its file of turns is none")
    line.only({"magic", "names", "before", "from", "to", "turns"})
    start = line.number("from", 0, 10**6)
    turns = line.data["turns"]
    if not isinstance(turns, str):
        line.refuse("turns")
    return line.text("before"), line.text("names"), start, line.number("to", start + 1, 10**6), turns


def told(names: Names, past: Written, reader: Reader) -> list[Moment]:
    """What was written of a run, as moments in the names of its story. Raises `Damaged`."""
    return _moments(names, past, _joined(past, reader))


def _joined(past: Written, reader: Reader) -> str:
    """What every turn came to, from the files and the save."""
    texts = [past.tail]
    at, wanted = past.before, -1
    while at:
        at, names, start, end, turns = _turns(reader(turns_file(at)))
        if names != past.names or wanted not in (-1, end) or len(texts) > 100:
            raise Damaged("its files of turns do not belong together")
        texts.append(turns)
        wanted = start
    if wanted > 0:
        raise Damaged("its files of turns do not belong together")
    return "".join(reversed(texts))


def _moments(names: Names, past: Written, turns: str) -> list[Moment]:
    kept = {turn: (choice, outcome, line) for turn, choice, outcome, line in past.kept}
    state = names.start
    if 0 in kept:
        state = names.only(kept[0][2], state.values)
    out = [Moment("", "", state.scene, names.all_values(state))]
    numbers, at = read(turns), 0
    for turn, pick in enumerate(read(past.picks), 1):
        after, at = names.unpacked(numbers, state.values, at)
        if turn in kept:
            choice, outcome, _ = kept[turn]
        else:
            try:
                choice, outcomes = names.scenes[state.scene].choices[pick]
                outcome = outcomes[numbers[at] if len(outcomes) > 1 else 0]
                at += len(outcomes) > 1
            except IndexError:
                raise Damaged("a choice in it is none of its scene") from None
        changed = names.changed(state.values, after.values)
        out.append(Moment(f"{state.scene}.{choice}", outcome, after.scene, changed))
        state = after
    if at != len(numbers):
        raise Damaged("it has more turns than choices")
    return out
