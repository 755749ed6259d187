"""The saves of one story: slots, their locks, and which generation counts."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from game.engine import Machine, Run
from game.saves import disk
from game.saves.errors import Damaged, Newer, SaveError, SaveLocked, explained, reason, shown
from game.saves.format import MAX_LOG, MAX_ORDER, Save, clean, decode, encode
from game.saves.places import SLOT, slug
from game.saves.restore import capture, restore
from game.story.diagnostics import did_you_mean, printable
from game.story.model import Story

if TYPE_CHECKING:
    from filelock import BaseFileLock

KEPT = 3
"""Good generations of a slot that stay on disk."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """A slot as a list shows it. `problem` is "" when it can be loaded, otherwise one line saying why not."""

    id: str
    title: str
    """The player's name for it; "" for a run's autosave."""
    auto: bool
    turn: int
    summary: str
    """Chapter, day and time, place."""
    living: tuple[str, ...]
    """Short names of the people met who are alive."""
    played: int
    """Seconds."""
    saved: str
    """UTC, ISO 8601; to be shown, never to be compared."""
    over: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A run from disk. `notes` are sentences the player should read: an older generation, a changed story."""

    run: Run
    title: str
    played: int
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Known:
    """What this object has seen of a slot, to notice when somebody else has been there."""

    marks: dict[int, str] = field(default_factory=dict)
    """Generation -> hash of its bytes, of those that were the newest when we read or wrote them."""
    good: set[int] = field(default_factory=set)
    """Generations known to be whole."""
    title: str = ""
    auto: bool = True
    rooted: bool = False
    """Whether the slot's own name is known to be on disk."""


class Saves:
    """The saves of `story` in `folder`. One object may be used from several threads.

    Every method raises `SaveError` when the disk or a save does not do what is asked, and nothing else.
    """

    def __init__(self, folder: Path, story: Story) -> None:
        self._story = story
        self._folder = Path(folder) / story.id
        self._guard = threading.RLock()
        self._known: dict[str, _Known] = {}
        # A FileLock that nobody refers to any more lets go of its lock.
        self._locks: dict[str, BaseFileLock] = {}
        # The highest order seen; 0 before anybody has looked.
        self._order = 0

    # --- looking ---

    def slots(self) -> tuple[SlotInfo, ...]:
        """All slots of the story, the one saved last first; damaged ones too, with their problem."""
        found = sorted(self._all(), key=lambda entry: -entry[0])
        return tuple(info for _, info in found)

    def _all(self) -> list[tuple[int, SlotInfo]]:
        """Every slot, with the order of its last save (-1 for one that cannot be read), by id."""
        with explained("read the saves in", self._folder):
            try:
                names = sorted(os.listdir(self._folder))
            except FileNotFoundError:
                return []
        return [entry for slot in names if SLOT.match(slot) and (entry := self._look(slot))]

    def _look(self, slot: str) -> tuple[int, SlotInfo] | None:
        """The order and the description of a slot; None where nothing has been saved."""
        try:
            save = _again(lambda: self._newest(slot))
        except (Damaged, Newer) as error:
            problem = f"damaged: {error}" if isinstance(error, Damaged) else str(error)
        except OSError as error:
            problem = f"cannot be read: {reason(error)}"
        else:
            if save is None:
                return None
            problem = "" if save.story == self._story.id else f"a save of another story, '{save.story}'"
            info = (save.title, save.auto, save.turn, save.summary, save.living, save.played, save.saved, save.over)
            return save.order, SlotInfo(slot, *info, problem)
        return -1, SlotInfo(slot, "", False, 0, "", (), 0, "", False, problem)

    def _newest(self, slot: str) -> Save | None:
        """The newest whole generation, None if there is none at all. Raises `Damaged` if there are only others."""
        trouble: Damaged | None = None
        for number in disk.generations(self._folder / slot):
            try:
                return decode(disk.read_file(self._path(slot, number)))
            except Damaged as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        return None

    # --- having a slot ---

    def new_slot(self, title: str = "") -> str:
        """Set aside a fresh slot and return its id, made from `title` where that has letters."""
        name = slug(title)
        base = name or ("save" if clean(title) else "run")
        with self._guard, explained("make a save in", self._folder):
            disk.make_folder(self._folder)
            taken = {name.lower() for name in os.listdir(self._folder)}
            number = 0 if name else 1
            while True:
                slot = f"{base[:32].rstrip('-')}-{number}" if number else base
                if slot not in taken:
                    # Whoever makes the folder has the slot, even when two are looking for one at once.
                    with suppress(FileExistsError):
                        os.mkdir(self._folder / slot, 0o700)
                        return slot
                number = max(2, number + 1)

    def hold(self, slot: str) -> None:
        """Take the slot for this process until `release`. Raises `SaveLocked` when another one has it."""
        if not SLOT.match(slot):
            raise SaveError(f"'{shown(slot)[:60]}' cannot be the id of a save: it takes a-z, 0-9 and -, at most 40.")
        folder = self._folder / slot
        with self._guard, explained("save in", folder):
            if slot in self._locks:
                if os.path.isdir(folder):
                    return
                # Somebody took the folder away, and our lock with it.
                self._let_go(slot)
            disk.make_folder(folder)
            self._lock(slot)
            # Others may have saved in the meantime, so where the counting goes on is to be looked up again.
            self._order = 0
            try:
                self._know(slot)
            except BaseException:
                self._let_go(slot)
                raise

    def release(self) -> None:
        """Let go of all slots."""
        with self._guard:
            for slot in list(self._locks):
                self._let_go(slot)

    def _lock(self, slot: str) -> None:
        from filelock import FileLock, Timeout  # takes longer to import than the rest of this package

        folder = self._folder / slot
        lock = FileLock(folder / "lock", thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            owner = _owner(folder)
            raise SaveLocked(
                f"The save '{slot}' is open in another hyosan{owner}; close that one, or go on under another name."
            ) from None
        self._locks[slot] = lock
        # Only for that message: a disk that is full will be spoken of when there is something to lose.
        with suppress(OSError):
            name = clean(socket.gethostname())
            disk.write_file(folder / "owner", f"process {os.getpid()} on {name}\n".encode(), os.O_TRUNC)

    def _let_go(self, slot: str) -> None:
        lock = self._locks.pop(slot)
        with suppress(OSError):
            lock.release(force=True)

    @contextmanager
    def _holding(self, slot: str) -> Iterator[_Known]:
        """Hold a slot for as long as something is done to it."""
        with self._guard:
            before = slot in self._locks
            self.hold(slot)
            try:
                with explained("save in", self._folder / slot):
                    yield self._know(slot)
            finally:
                if not before and slot in self._locks:
                    self._let_go(slot)

    def _know(self, slot: str) -> _Known:
        """What we know of a slot; looks at it if that is nothing yet."""
        if slot in self._known:
            return self._known[slot]
        known = _Known()
        numbers = disk.generations(self._folder / slot)
        for number in numbers:
            try:
                data = disk.read_file(self._path(slot, number))
                known.marks.setdefault(number, _mark(data))
                save = decode(data)
            except Damaged:
                known.marks.setdefault(number, "")
                known.auto = False
                continue
            except Newer as error:
                raise SaveError(
                    f"The save '{slot}' was {error}; it is left as it is. Save under another name."
                ) from None
            known.good.add(number)
            known.title, known.auto = save.title, save.auto
            break
        self._known[slot] = known
        return known

    # --- writing ---

    def write(self, slot: str, run: Run, *, title: str = "", played: int = 0) -> None:
        """Put a run on disk as the newest of a slot; it is there when this returns, and complete.

        `played` is in seconds. A slot keeps the title it has unless another is given; a slot first saved without one
        is an autosave. Raises `SaveError`, and leaves what is on disk, when that is not possible, or when another
        process has saved in the slot since we last read or wrote it.
        """
        if run.machine.story.id != self._story.id:
            raise SaveError(f"A run of '{run.machine.story.id}' cannot be saved among those of '{self._story.id}'.")
        if len(run.steps) > MAX_LOG:
            raise SaveError(f"A run of more than {MAX_LOG} choices cannot be saved.")
        title = clean(title)
        with self._holding(slot) as known:
            auto = known.auto if known.marks else not title
            order = self._next_order()
            save = capture(run, title=title or known.title, auto=auto, played=played, order=order)
            self._put(slot, known, save)

    def _put(self, slot: str, known: _Known, save: Save) -> None:
        """Make `save` the next generation of a slot that is held."""
        folder = self._folder / slot
        numbers = disk.generations(folder)
        self._refuse_foreign(slot, known, numbers)
        try:
            data = encode(save)
        except ValueError as error:
            raise SaveError(
                f"This moment cannot be saved: {printable(str(error))}. That is a mistake in hyosan."
            ) from error
        temporary = disk.write_temporary(folder, data)
        number = max([*numbers, *known.marks], default=0) + 1
        # From here on the new name may be there even if the call fails, and it is ours.
        known.marks[number] = _mark(data)
        disk.put_in_place(temporary, folder, number)
        if not known.rooted:
            disk.flush_folder(self._folder)
            known.rooted = True
        known.marks = dict(sorted(known.marks.items())[-KEPT:])
        known.good.add(number)
        known.title, known.auto = save.title, save.auto
        self._prune(slot, known)

    def _refuse_foreign(self, slot: str, known: _Known, numbers: list[int]) -> None:
        """Raise `SaveError` if the newest generation is one that this object has neither read nor written."""
        if not numbers:
            return
        mark = known.marks.get(numbers[0])
        if mark is not None:
            try:
                data = disk.read_file(self._path(slot, numbers[0]))
                if _mark(data) == mark:
                    return
                decode(data)
            except (OSError, Damaged):
                return  # ours, and no longer whole: the more reason to save
            except Newer:
                pass
        raise SaveError(
            f"Another hyosan has saved in '{slot}' since; load it to go on from there, or save under another name."
        )

    def _prune(self, slot: str, known: _Known) -> None:
        """Take away what is older than the newest good generations. What cannot be removed does no harm."""
        kept: list[int] = []
        for number in disk.generations(self._folder / slot):
            if number not in known.good:
                try:
                    decode(disk.read_file(self._path(slot, number)))
                except (OSError, Damaged, Newer):
                    continue
                known.good.add(number)
            kept.append(number)
            if len(kept) == KEPT:
                break
        known.good.intersection_update(kept)
        disk.sweep(self._folder / slot, kept[-1] if len(kept) == KEPT else 0)

    def _next_order(self) -> int:
        if not self._order:
            self._order = max([0, *(order for order, _ in self._all())])
        self._order = min(self._order + 1, MAX_ORDER)
        return self._order

    # --- reading ---

    def read(self, slot: str, machine: Machine) -> Restored:
        """The run saved in a slot, played again on the story of `machine` up to where it was.

        A damaged generation gives way to the one before it, and a changed story is followed as far as it goes; both
        are said in the notes.
        """
        with self._guard, explained("read", self._present(slot)):
            return _again(lambda: self._read(slot, machine))

    def _read(self, slot: str, machine: Machine) -> Restored:
        numbers = disk.generations(self._folder / slot)
        if not numbers:
            raise self._missing(slot)
        known = _Known()
        trouble = ""
        for number in numbers:
            data = b""
            try:
                data = disk.read_file(self._path(slot, number))
                save, run, notes = self._open(data, machine, f"The save '{slot}'")
            except Damaged as error:
                known.marks.setdefault(number, _mark(data) if data else "")
                trouble = trouble or f"{disk.generation_name(number)}: {error}"
                continue
            known.marks.setdefault(number, _mark(data))
            known.good.add(number)
            known.title, known.auto = save.title, save.auto
            self._known[slot] = known
            if trouble:
                notes = (f"The last save was damaged; restored turn {run.turn}.", *notes)
            return Restored(run, save.title, save.played, notes)
        raise SaveError(
            f"The save '{slot}' is damaged ({trouble}) and nothing older is left of it; "
            f"its files are in {shown(self._folder / slot)}."
        )

    def _open(self, data: bytes, machine: Machine, name: str) -> tuple[Save, Run, tuple[str, ...]]:
        """A save and its run. Raises `Damaged`; a save that is whole but not for us is a `SaveError`."""
        try:
            save = decode(data)
        except Newer as error:
            raise SaveError(f"{name} was {error}; update hyosan to load it.") from None
        story = machine.story
        if save.story != story.id:
            raise SaveError(f"{name} is of the story '{save.story}', not of '{story.id}' ({printable(story.title)}).")
        return (save, *restore(save, machine))

    # --- moving ---

    def delete(self, slot: str) -> None:
        """Take a slot away for good. Raises `SaveLocked` while another process plays in it."""
        folder = self._present(slot)
        with self._guard, explained("delete", folder):
            if slot not in self._locks:
                self._lock(slot)
            try:
                self._known.pop(slot, None)
                folder = self._out_of_reach(folder)
                disk.remove_contents(folder, keep="lock")
            finally:
                self._let_go(slot)
            with suppress(OSError):
                disk.remove_contents(folder)
                os.rmdir(folder)

    def _out_of_reach(self, folder: Path) -> Path:
        """Move a slot to where nobody looks for it, so that it is gone at once and its lock file goes with it."""
        away = self._folder / f".deleted-{folder.name}-{os.getpid()}"
        try:
            os.rename(folder, away)
        except OSError:  # Windows does not move a folder with an open file in it
            return folder
        return away

    def rename(self, slot: str, title: str) -> None:
        """Give a slot another title. An autosave stays one."""
        title = clean(title)
        if not title:
            raise SaveError("A save needs a name with at least one letter.")
        self._present(slot)
        with self._holding(slot) as known:
            try:
                save = self._newest(slot)
            except (Damaged, Newer) as error:
                raise SaveError(f"The save '{slot}' cannot be renamed: {error}.") from None
            if save is None:
                raise self._missing(slot)
            self._put(slot, known, replace(save, title=title))

    def export(self, slot: str, path: Path) -> None:
        """Copy the newest good generation to a file of its own. Never overwrites one."""
        with explained("read", self._present(slot)):
            data = _again(lambda: self._newest_bytes(slot))
        with explained("write", path):
            try:
                disk.write_file(path, data, os.O_EXCL)
            except FileExistsError:
                raise SaveError(f"{shown(path)} is there already; name another file.") from None

    def _newest_bytes(self, slot: str) -> bytes:
        trouble = ""
        for number in disk.generations(self._folder / slot):
            try:
                data = disk.read_file(self._path(slot, number))
                decode(data)
            except Damaged as error:
                trouble = trouble or str(error)
                continue
            except Newer:
                pass
            return data
        if trouble:
            raise SaveError(f"The save '{slot}' is damaged ({trouble}) and cannot be exported.")
        raise self._missing(slot)

    def bring_in(self, path: Path, machine: Machine) -> str:
        """Put an exported file into a new slot and return its id. What does not load here is refused."""
        name = shown(path)
        try:
            with explained("read", path):
                save, _, _ = self._open(disk.read_file(path, follow=True), machine, name)
        except Damaged as error:
            raise SaveError(f"{name} is not a save that can be loaded: {error}.") from None
        title = save.title or clean(path.stem)
        slot = self.new_slot(title)
        try:
            with self._holding(slot) as known:
                self._put(slot, known, replace(save, title=title, auto=False, order=self._next_order()))
        except SaveError:
            with suppress(OSError):
                disk.remove_contents(self._folder / slot)
                os.rmdir(self._folder / slot)
            raise
        return slot

    # --- names ---

    def _path(self, slot: str, number: int) -> Path:
        return self._folder / slot / disk.generation_name(number)

    def _present(self, slot: str) -> Path:
        """The folder of a slot. Raises `SaveError` when there is no such slot."""
        folder = self._folder / slot
        if not SLOT.match(slot) or not os.path.isdir(folder):
            raise self._missing(slot)
        return folder

    def _missing(self, slot: str) -> SaveError:
        infos = self.slots()
        hint = did_you_mean(clean(slot), [name for info in infos for name in (info.id, info.title) if name])
        return SaveError(f"There is no save called '{shown(slot)[:60]}'{f'; {hint}' if hint else '.'}")


def _again(look: Callable[[], _T]) -> _T:
    """What `look` returns; it looks anew when another process took away a file it was about to read."""
    for _ in range(9):
        try:
            return look()
        except FileNotFoundError:
            continue
    return look()


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()


def _owner(folder: Path) -> str:
    """Who plays in a slot, as far as it is known: ` (process 123 on somewhere)`, or ""."""
    try:
        text = clean(disk.read_file(folder / "owner").decode("utf-8", "replace"))
    except (OSError, Damaged):
        return ""
    return f" ({text[:80]})" if text else ""
