"""The saves of one story: finding, writing, reading and moving them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from game.saves import disk
from game.saves.documents import Documents
from game.saves.entries import Restored, SlotInfo
from game.saves.errors import Damaged, Newer, SaveError, explained, reason, shown
from game.saves.format import MAX_ORDER, Save, decode, encode
from game.saves.packed import MAX_LOG, Packed
from game.saves.passages import Passages
from game.saves.places import SLOT, slug
from game.saves.slot import Slot
from game.saves.strict import clean
from game.story.diagnostics import did_you_mean, printable

if TYPE_CHECKING:
    from game.engine import Machine, Run
    from game.saves.history import Reader
    from game.saves.memorial import Memorial, Remembered
    from game.saves.restore import Came
    from game.story.model import Story

# What plays runs, and remembers endings, is imported where it is needed: the title page lists the saves before that.

_DELETED = ".deleted-"


class Unread(NamedTuple):
    """A story of which nothing is known yet but its id. `story` gives it, however long that takes."""

    id: str
    story: Callable[[], Story]


class Saves:
    """The saves of `story` in `folder`. One object may be used from several threads.

    Every method raises `SaveError` when the disk or a save does not do what is asked, and nothing else.
    """

    def __init__(self, folder: Path, story: Story | Unread) -> None:
        self._id = story.id
        self._asked = story
        self._folder = Path(folder) / story.id
        self.passages = Passages(self._folder)
        """What has been read of the story on this machine; a turn that is written says what was read before it."""
        self.documents = Documents(self._folder.parent, self._id)
        self._guard = threading.RLock()
        self._slots: dict[str, Slot] = {}
        # The highest order seen; 0 before anybody has looked.
        self._order = 0

    @property
    def _story(self) -> Story:
        return self._asked.story() if isinstance(self._asked, Unread) else self._asked

    @cached_property
    def _memorial(self) -> Memorial:
        from game.saves.memorial import Memorial

        return Memorial(self._folder)

    # --- looking ---

    def slots(self) -> tuple[SlotInfo, ...]:
        """All slots of the story, the one saved last first; damaged ones too, with their problem.

        A slot whose newest generation is damaged is shown as the older one it would be loaded from.
        """
        found = sorted(self._all(), key=lambda entry: -entry[0])
        return tuple(info for _, info in found)

    def _all(self) -> list[tuple[int, SlotInfo]]:
        """Every slot, with the order of its last save (-1 for one that cannot be read), by id."""
        with explained("read the saves in", self._folder):
            try:
                names = sorted(os.listdir(self._folder))
            except FileNotFoundError:
                return []
        return [entry for id in names if SLOT.match(id) and (entry := self._look(id))]

    def _look(self, id: str) -> tuple[int, SlotInfo] | None:
        """The order and the description of a slot; None where nothing has been saved."""
        try:
            found = Slot(self._folder / id).newest(decode)
        except Damaged as error:
            problem = f"damaged ({error})"
        except Newer as error:
            problem = str(error)
        except OSError as error:
            problem = f"cannot be read: {reason(error)}"
        else:
            return (found.value.header.order, self._info(id, found.value, found.trouble)) if found else None
        return -1, SlotInfo(id, "", False, 0, "", (), 0, "", False, problem)

    def _info(self, id: str, save: Save | Packed, trouble: str) -> SlotInfo:
        return SlotInfo(
            id,
            save.title,
            save.auto,
            save.turn,
            save.summary,
            save.living,
            save.played,
            save.header.saved,
            save.over,
            "" if save.header.story == self._id else f"a save of another story, '{save.header.story}'",
            trouble,
        )

    # --- having a slot ---

    def new_slot(self, title: str = "") -> str:
        """Set aside a fresh slot and return its id, made from `title` where that has letters."""
        name = slug(title)
        base = name or ("save" if clean(title) else "run")
        with self._guard, explained("make a save in", self._folder):
            disk.make_folder(self._folder)
            taken = {entry.lower() for entry in os.listdir(self._folder)}
            number = 0 if name else 1
            while True:
                id = f"{base[:32].rstrip('-')}-{number}" if number else base
                if id not in taken:
                    # Whoever makes the folder has the slot, even when two are looking for one at once.
                    with suppress(FileExistsError):
                        os.mkdir(self._folder / id, 0o700)
                        return id
                number = max(2, number + 1)

    def hold(self, slot: str) -> None:
        """Take the slot for this process until `release`. Raises `SaveLocked` when another one has it."""
        if not SLOT.match(slot):
            raise SaveError(f"'{shown(slot)[:60]}' cannot be the id of a save: it takes a-z, 0-9 and -, at most 40.")
        with self._guard, explained("save in", self._folder / slot):
            own = self._slot(slot)
            if own.held:
                if disk.is_folder(own.folder):
                    return
                # Somebody took the folder away, and our lock with it.
                own.let_go()
            disk.make_folder(own.folder)
            own.take()
            # Others may have saved in the meantime, so where the counting goes on is to be looked up again.
            self._order = 0
            try:
                own.look()
            except BaseException:
                own.let_go()
                raise

    def release(self) -> None:
        """Let go of all slots."""
        with self._guard:
            for own in self._slots.values():
                own.let_go()

    @contextmanager
    def _holding(self, id: str) -> Iterator[Slot]:
        """Hold a slot for as long as something is done to it."""
        with self._guard:
            own = self._slot(id)
            before = own.held
            self.hold(id)
            try:
                with explained("save in", own.folder):
                    yield own
            finally:
                if not before:
                    own.let_go()

    # --- writing and reading ---

    def write(self, slot: str, run: Run, *, title: str = "", played: int = 0) -> None:
        """Put a run on disk as the newest of a slot; it is there when this returns, and complete.

        An ending is remembered besides (see `endings`). `played` is in seconds. A slot keeps the title it has unless
        another is given; a slot first saved without one is an autosave.

        Raises `SaveError`, and leaves what is on disk, when that is not possible, or when another process has saved in
        the slot since we last read or wrote it.
        """
        from game.present.reading import read_by
        from game.saves.capture import pack

        if run.machine.story.id != self._id:
            raise SaveError(f"A run of '{run.machine.story.id}' cannot be saved among those of '{self._id}'.")
        if len(run.steps) > MAX_LOG:
            raise SaveError(f"A run of more than {MAX_LOG} choices cannot be saved.")
        title = clean(title)
        with self._holding(slot) as own:
            auto = own.known.auto if own.known.marks else not title
            title = title or own.known.title
            # All that is said of the run is said before the disk is waited for: by then somebody may look at another.
            ending = self._memorial.entry(run, played)
            own.put(pack(run, title=title, auto=auto, played=played, order=self._next_order()))
            self._memorial.keep(ending)
        self.passages.add(read_by(run))

    def _next_order(self) -> int:
        if not self._order:
            self._order = max([0, *(order for order, _ in self._all())])
        self._order = min(self._order + 1, MAX_ORDER)
        return self._order

    def find(self, name: str) -> str:
        """The slot a player means by `name`: its id, or else its title, or else `name` itself."""
        slots = self.slots()
        same = [s.id for s in slots if s.id == name] or [s.id for s in slots if name and s.title == name]
        return same[0] if same else name

    def read(self, slot: str, machine: Machine) -> Restored:
        """The run saved in a slot, played again on the story of `machine` up to where it was.

        A damaged generation gives way to the one before it, and a changed story is followed as far as it goes; both
        are said in the notes.
        """
        with self._guard, explained("read", self._folder / slot):
            own = self._present(slot)
            try:
                found = own.newest(lambda data: _open(data, machine, f"The save '{slot}'", own.beside))
            except Damaged as error:
                raise SaveError(
                    f"The save '{slot}' is damaged ({error}) and nothing older is left of it; "
                    f"its files are in {shown(own.folder)}."
                ) from None
            if found is None:
                raise self._missing(slot)
            save, came = found.value
            own.remember(found, save)
            notes = (came.note,) if came.note else ()
            with suppress(OSError):
                # One that could not be kept at that time, on a full disk; it is said when it is played on.
                self._memorial.keep(self._memorial.entry(came.run, save.played))
            if came.rung == 5 and (known := len(self._memorial.all(self._story).endings)):
                kept = "The ending you have reached is" if known == 1 else f"The {known} endings you have reached are"
                notes = (*notes, f"{kept} kept.")
            if found.trouble:
                notes = (f"The last save was damaged; restored turn {came.run.turn}.", *notes)
            return Restored(came.run, save.title, save.played, notes, came.whole and not found.trouble)

    def go_on(self, slot: SlotInfo, restored: Restored) -> tuple[str, str]:
        """Let go of all slots but the one that a run read from `slot` goes on in, and take that.

        Returns its id, "" for none, and why it is none although it should be. A named moment stays as it is. So does an
        autosave that could not be taken up whole: what it holds besides would be overwritten.
        """
        self.release()
        if not slot.auto or not restored.whole:
            return "", ""
        try:
            self.hold(slot.id)
        except SaveError as error:
            return "", str(error)
        return slot.id, ""

    def endings(self) -> Remembered:
        """The endings ever reached in this story, whatever has become of the runs."""
        with self._guard, explained("read the endings in", self._folder):
            return self._memorial.all(self._story)

    def bring_in_endings(self, folder: Path) -> int:
        """Remember the endings, and what was read, of another folder of saves. Returns how many endings are new."""
        other = Path(folder) / self._id
        with self._guard, explained("keep the endings in", self._folder):
            new = self._memorial.bring_in(other, self._story)
        self.passages.bring_in(other)
        return new

    # --- moving ---

    def delete(self, slot: str) -> None:
        """Take a slot away for good. Raises `SaveLocked` while another process plays in it."""
        with self._guard, explained("delete", self._folder / slot):
            own = self._present(slot)
            if not own.held:
                own.take()
            try:
                own.forget()
                away = self._folder / f"{_DELETED}{slot}-{os.getpid()}"
                try:
                    # Out of reach of everybody who looks for it, and its lock file with it.
                    os.rename(own.folder, away)
                except OSError:  # Windows does not move a folder with an open file in it
                    disk.remove_contents(own.folder, keep="lock")
                    away = own.folder
            finally:
                own.let_go()
            disk.remove_folder(away)
            for name in os.listdir(self._folder):
                if name.startswith(_DELETED):  # of somebody who could not finish
                    disk.remove_folder(self._folder / name)

    def rename(self, slot: str, title: str) -> None:
        """Give a slot another title. An autosave stays one."""
        title = clean(title)
        if not title:
            raise SaveError("A save needs a name with at least one letter.")
        with explained("read", self._folder / slot):
            self._present(slot)
        with self._holding(slot) as own:
            own.put(_titled(self._newest(own, "renamed"), title))

    def export(self, slot: str, path: Path) -> None:
        """Copy the newest good generation to a file of its own, which needs nothing beside it. Never overwrites one."""
        from game.engine import Machine
        from game.saves.named import portable

        with explained("read", self._folder / slot):
            own = self._present(slot)
            save = self._newest(own, "exported")
            try:
                data = encode(portable(save, Machine(self._story), own.beside))
            except Damaged as error:
                raise SaveError(f"The save '{slot}' cannot be exported: {error}.") from None
        with explained("write", path, "name a file where you may write"):
            try:
                disk.write_file(path, data, os.O_EXCL)
            except FileExistsError:
                raise SaveError(f"{shown(path)} is there already; name another file.") from None

    def _newest(self, own: Slot, verb: str) -> Save | Packed:
        """The newest good save of a slot, to be `verb`."""
        try:
            found = own.newest(decode)
        except (Damaged, Newer) as error:
            raise SaveError(f"The save '{own.id}' cannot be {verb}: {error}.") from None
        if found is None:
            raise self._missing(own.id)
        return found.value

    def bring_in(self, path: Path, machine: Machine) -> str:
        """Put an exported file into a new slot and return its id. What does not load here is refused."""
        from game.saves.named import portable

        name = shown(path)
        try:
            with explained("read", path, "name a file that you may read"):
                beside = Slot(path.parent).beside
                found, _ = _open(disk.read_file(path, follow=True), machine, name, beside)
                save = portable(found, machine, beside)
        except Damaged as error:
            raise SaveError(f"{name} is not a save that can be loaded: {error}.") from None
        title = save.title or clean(path.stem)
        id = self.new_slot(title)
        try:
            with self._holding(id) as own:
                header = save.header._replace(order=self._next_order())
                own.put(replace(save, header=header, title=title, auto=False))
        except SaveError:
            disk.remove_folder(self._folder / id)
            raise
        return id

    # --- names ---

    def _slot(self, id: str) -> Slot:
        return self._slots.setdefault(id, Slot(self._folder / id))

    def _present(self, id: str) -> Slot:
        """A slot that is there. Raises `SaveError` when it is not."""
        if not SLOT.match(id) or not disk.is_folder(self._folder / id):
            raise self._missing(id)
        return self._slot(id)

    def _missing(self, id: str) -> SaveError:
        names = [name for info in self.slots() for name in (info.id, info.title) if name]
        hint = did_you_mean(clean(id), names)
        return SaveError(f"There is no save called '{shown(id)[:60]}'{f'; {hint}' if hint else '.'}")


def _titled(save: Save | Packed, title: str) -> Save | Packed:
    return save._replace(title=title) if isinstance(save, Packed) else replace(save, title=title)


def _open(data: bytes, machine: Machine, name: str, beside: Reader) -> tuple[Save | Packed, Came]:
    """A save and its run, every choice of which has been made again. `beside` reads what is beside it.

    Raises `Damaged`; a save that is whole but not for us is a `SaveError`.
    """
    from game.saves.restore import restore

    try:
        save = decode(data)
    except Newer as error:
        raise SaveError(f"{name} was {error}; update hyosan to load it.") from None
    story = machine.story
    if save.header.story != story.id:
        own = f"'{story.id}' ({printable(story.title)})"
        raise SaveError(f"{name} is of the story '{save.header.story}', not of {own}.")
    came = restore(save, machine, beside)
    # The page that is shown first tells what the last choice led to: the game needs the steps, and nobody plays on from
    # a state that nothing leads to.
    came.run.made()
    return save, came
