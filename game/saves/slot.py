"""One slot: a folder of generations, its lock, and the rules by which a generation is added or believed."""

from __future__ import annotations

import errno
import os
import socket
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from game.saves import disk
from game.saves.errors import Damaged, Newer, SaveError, SaveLocked
from game.saves.format import Save, decode, encode
from game.saves.history import check_beside, names_file, previous, turns_file
from game.saves.numbers import Names
from game.saves.packed import Packed
from game.saves.places import SLOT
from game.saves.strict import clean
from game.story.diagnostics import printable

if TYPE_CHECKING:
    from filelock import BaseFileLock

KEPT = 3
"""Good generations of a slot that stay on disk."""

_LOCKLESS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The newest generation that could be opened. `trouble` says what is wrong with a newer one, "" without any."""

    value: T
    number: int
    trouble: str
    marks: dict[int, str]
    """The generations that were looked at, each with the hash of its bytes ("" where they could not be had)."""


@dataclass(slots=True)
class Known:
    """What this process has seen of a slot, to notice when somebody else has been there."""

    marks: dict[int, str] = field(default_factory=dict)
    """As in `Found`, of those we read or wrote last."""
    good: set[int] = field(default_factory=set)
    """Generations known to be whole."""
    title: str = ""
    auto: bool = True
    rooted: bool = False
    """Whether the slot's own name is known to be on disk."""
    beside: dict[str, str] = field(default_factory=dict)
    """The files beside the generations that this process has seen to be whole, each with the one it names, or ""."""
    needs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Generations known to be good, each with the files it names itself."""
    untidy: bool = True
    """Whether there may be files beside them that none of them needs."""


class Slot:
    """A slot in `folder`, whose name is the slot's id. The folder need not exist yet.

    Besides what is said, every method may raise OSError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self._known: Known | None = None
        # A FileLock that nobody refers to any more lets go of its lock.
        self._lock: BaseFileLock | None = None

    def path(self, number: int) -> Path:
        return self.folder / disk.generation_name(number)

    # --- the lock ---

    @property
    def held(self) -> bool:
        """Whether this object has the slot to itself."""
        return self._lock is not None

    def take(self) -> None:
        """Take the lock; the folder must be there. Raises `SaveLocked` when another process has it."""
        from filelock import FileLock, Timeout  # takes longer to import than the rest of this package

        lock = FileLock(self.folder / "lock", thread_local=False)
        try:
            with warnings.catch_warnings():
                # On a disk without locks it says that it makes do with a file.
                warnings.simplefilter("ignore")
                lock.acquire(blocking=False)
        except Timeout:
            raise SaveLocked(
                f"The save '{self.id}' is open in another hyosan{self._owner()}; "
                "close that one, or go on under another name."
            ) from None
        except (OSError, NotImplementedError) as error:
            # Some network homes have no locks. Whoever else saves here is noticed by the numbers then.
            if isinstance(error, OSError) and error.errno not in _LOCKLESS:
                raise
        self._lock = lock
        # Only for that message: a disk that is full will be spoken of when there is something to lose.
        with suppress(OSError):
            owner = f"process {os.getpid()} on {clean(socket.gethostname())}\n"
            disk.write_file(self.folder / "owner", owner.encode(), os.O_TRUNC)

    def let_go(self) -> None:
        """Give the lock back, if we have it."""
        lock, self._lock = self._lock, None
        if lock is not None:
            with suppress(OSError):
                lock.release(force=True)

    def _owner(self) -> str:
        """Who has the slot, as far as it is known: ` (process 123 on somewhere)`, or ""."""
        try:
            text = clean(disk.read_file(self.folder / "owner").decode("utf-8", "replace"))
        except (OSError, Damaged):
            return ""
        return f" ({text[:80]})" if text else ""

    # --- reading ---

    def beside(self, name: str) -> bytes:
        """A file beside the generations, by the name they have for it.

        Raises `Damaged` when it is gone, or not what it was.
        """
        try:
            data = disk.read_file(self.folder / name)
        except FileNotFoundError:
            raise Damaged(f"{name} is not beside it") from None
        check_beside(name, data)
        return data

    def newest(self, opener: Callable[[bytes], T]) -> Found[T] | None:
        """What `opener` makes of the newest generation in which it finds no damage; None when there is none at all.

        Raises `Damaged` when it finds damage in all of them, and whatever else `opener` raises.
        """
        for _ in range(9):
            with suppress(FileNotFoundError):  # another process took an old one away just now
                return self._newest(opener)
        return self._newest(opener)

    def _newest(self, opener: Callable[[bytes], T]) -> Found[T] | None:
        marks: dict[int, str] = {}
        trouble = ""
        for number in disk.generations(self.folder):
            marks[number] = ""
            try:
                data = disk.read_file(self.path(number))
                marks[number] = _mark(data)
                return Found(opener(data), number, trouble, marks)
            except Damaged as error:
                trouble = trouble or f"{disk.generation_name(number)}: {error}"
        if trouble:
            raise Damaged(trouble)
        return None

    def remember(self, found: Found[T], save: Save | Packed) -> None:
        """What was found is where this process goes on from."""
        self._known = Known(dict(found.marks), {found.number}, save.title, save.auto)

    def forget(self) -> None:
        self._known = None

    @property
    def known(self) -> Known:
        """What we know of the slot; `look` if that is nothing yet."""
        self.look()
        assert self._known is not None
        return self._known

    def look(self) -> None:
        """Go on from what is there now, if nothing is known yet. Raises `SaveError` if a newer hyosan wrote it."""
        if self._known is None:
            self._known = self._survey()

    def _survey(self) -> Known:
        try:
            found = self.newest(decode)
        except Newer as error:
            raise SaveError(f"The save '{self.id}' was {error}; it stays as it is. Save under another name.") from None
        except Damaged:
            return Known(dict.fromkeys(disk.generations(self.folder), ""), auto=False)
        if found is None:
            return Known()
        return Known(dict(found.marks), {found.number}, found.value.title, found.value.auto)

    # --- writing ---

    def put(self, save: Save | Packed) -> None:
        """Make `save` the newest generation of a slot that is held; it is on disk when this returns.

        Raises `SaveError` when the newest one there is not one that we read or wrote.
        """
        known = self.known
        numbers = disk.generations(self.folder)
        self._refuse_foreign(numbers)
        try:
            data = encode(save)
        except ValueError as error:
            raise SaveError(f"This moment cannot be saved: {printable(str(error))} (a mistake in hyosan).") from error
        self._put_beside(known, save)
        temporary = disk.write_temporary(self.folder, data)
        number = max([*numbers, *known.marks], default=0) + 1
        # From here on the new name may be there even if the call fails, and it is ours.
        known.marks[number] = _mark(data)
        disk.put_in_place(temporary, self.folder, number)
        if not known.rooted:
            disk.flush_folder(self.folder.parent)
            known.rooted = True
        known.marks = dict(sorted(known.marks.items())[-KEPT:])
        known.good.add(number)
        known.needs[number] = _needs(save)
        known.title, known.auto = save.title, save.auto
        self._prune(known)

    def _refuse_foreign(self, numbers: list[int]) -> None:
        if not numbers:
            return
        mark = self.known.marks.get(numbers[0])
        if mark is not None:
            try:
                data = disk.read_file(self.path(numbers[0]))
                if _mark(data) == mark:
                    return
                decode(data)
            except (OSError, Damaged):
                return  # ours, and no longer whole: the more reason to save
            except Newer:
                pass
        raise SaveError(
            f"Another hyosan has saved in '{self.id}' since; load it to go on from there, or save under another name."
        )

    def _put_beside(self, known: Known, save: Save | Packed) -> None:
        """Have on disk what a save refers to, before anything does."""
        needs = _needs(save)
        there = disk.beside(self.folder)
        # A file of turns is written after all those before it, and taken away before any of them.
        if not isinstance(save, Packed) or all(name in there and name in known.beside for name in needs):
            return
        wanted = save.beside()
        new: dict[str, str] = {}
        for name, make in wanted.items():
            if name not in known.beside or name not in there:
                data = self._whole(name) if name in there else None
                if data is None:
                    data = self._lent(name, save.header.digest) or make()
                    disk.put_beside(disk.write_temporary(self.folder, data), self.folder, name)
                new[name] = _before(name, data)
        if new:
            # Also what a process that crashed has put there may not be on disk yet.
            disk.flush_folder(self.folder)
            known.beside |= new
            known.untidy = True

    def _whole(self, name: str) -> bytes | None:
        try:
            return self.beside(name)
        except (OSError, Damaged):
            return None

    def _lent(self, name: str, digest: str) -> bytes | None:
        """The names as another slot has them: to write them down, every scene of the story has to be looked at."""
        if name != names_file(Names.id_of(digest)):
            return None
        for other in sorted(os.listdir(self.folder.parent)):
            data = Slot(self.folder.parent / other)._whole(name) if SLOT.match(other) else None
            if data is not None and Names.digest_in(data) == digest:
                return data
        return None

    def _prune(self, known: Known) -> None:
        """Take away what is older than the newest good generations. What cannot be removed does no harm."""
        kept: list[int] = []
        with suppress(OSError):
            for number in disk.generations(self.folder):
                if number in known.good or self._is_good(number):
                    kept.append(number)
                if len(kept) == KEPT:
                    break
            known.good = set(kept)
            disk.sweep(self.folder, kept[-1] if len(kept) == KEPT else 0)
            if known.untidy:
                self._tidy(known)

    def _tidy(self, known: Known) -> None:
        """Take away the files beside the generations that none of them refers to, if all of that is known."""
        try:
            needs = [self._all_needs(known, number) for number in disk.generations(self.folder)]
        except (Damaged, Newer):
            return  # what cannot be read now may need any of them
        needed: set[str] = set().union(*needs)
        gone = disk.beside(self.folder) - needed
        if gone:
            disk.remove_beside(self.folder, gone)
        known.needs = {number: needs for number, needs in known.needs.items() if number in known.good}
        known.beside = {name: before for name, before in known.beside.items() if name in needed}
        # What only an older one needs can go with it.
        known.untidy = any(needed != some for some in needs[:1])

    def _all_needs(self, known: Known, number: int) -> set[str]:
        """Every file that a generation cannot do without. Raises `Damaged` or `Newer` where that cannot be said."""
        if number not in known.needs:
            known.needs[number] = _needs(decode(disk.read_file(self.path(number))))
        out: set[str] = set()
        at = [*known.needs[number]]
        while at:
            name = at.pop()
            if name in out:
                continue
            out.add(name)
            before = known.beside[name] if name in known.beside else _before(name, self.beside(name))
            if before:
                at.append(before)
        return out

    def _is_good(self, number: int) -> bool:
        try:
            decode(disk.read_file(self.path(number)))
        except (OSError, Damaged, Newer):
            return False
        return True


def _needs(save: Save | Packed) -> tuple[str, ...]:
    """The files that a save names."""
    if not isinstance(save, Packed):
        return ()
    before = (turns_file(save.past.before),) if save.past.before else ()
    return (names_file(save.past.names), *before)


def _before(name: str, data: bytes) -> str:
    """The file that one beside the generations names, "" for none."""
    id = previous(data) if name.startswith(turns_file("")[0]) else ""
    return turns_file(id) if id else ""


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()
