"""`hyosan watch`: the play screen beside the files. Every save of a file shows at once, and nothing is ever saved."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from game.engine import Machine, Run
from game.saves import Saves
from game.story.diagnostics import Diagnostic
from game.tui.inspecting import INSPECT, InspectApp, InspectedPlay
from game.tui.proving import Proofs, before
from game.tui.reload import Course, Reading, Stamp, blank, differing, read, stamps, told
from game.tui.screens.base import Leaf
from game.tui.screens.inspect import InspectScreen
from game.tui.screens.play import PlayScreen
from game.tui.screens.problems import ProblemsScreen, headline, summary
from game.tui.session import Session
from game.tui.tools import Proven, Proving, Tools, Wrong
from game.tui.widgets.bars import Hint

if TYPE_CHECKING:
    from game.present import Command
    from game.tui.settings import Settings

EVERY = 0.25
"""Seconds between two looks at the files."""

SETTLE = 0.05
"""Seconds a file must have stayed as it is: an editor may still be writing it."""

BANNER = 4
"""Rows below the text that a note may take away."""

UNKEPT = ("save", "load", "title", "transcript", "picture", "endings", "wall")
"""Commands that have no meaning without saves."""

PROBLEMS = ("e", "Problems", "What is wrong with the story, or probably not meant, and what is proved of it")


def shows(said: str) -> str:
    """What was proved, and how to see it."""
    return f"{said} e shows them."


class Watched(Session):
    """A run that is kept nowhere but in its course."""

    def __init__(self, saves: Saves, run: Run, course: Course) -> None:
        super().__init__(saves, run)
        self.course = course
        course.follow(run)

    def move(self, run: Run) -> None:
        self.run = run
        self.course.follow(run)

    def keep(self) -> None:
        """There is nothing to write."""


class WatchScreen(InspectedPlay):
    """The play screen of a story that may change under it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("e", "problems", show=False)]
    ended = (("new", "Back to the first page."), ("journal", "Go back to a choice, in the journal."))

    @property
    def watch_app(self) -> WatchApp:
        return cast("WatchApp", self.app)

    def hints(self) -> Sequence[Hint]:
        gone = {f"{where}.{id}" for id in UNKEPT for where in ("app", "screen")}
        hints = [hint for hint in super().hints() if hint.action not in gone]
        if label := self.watch_app.label:
            at = next((i for i, hint in enumerate(hints) if hint.key == "?"), len(hints))
            hints.insert(at, Hint(PROBLEMS[0], label, "screen.problems"))
        return hints

    def renew(self, note: str | None = None) -> None:
        super().renew(note)
        if faults := self.watch_app.faults:
            more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
            self.banner.put(f"{headline(faults[0])}.{more} The last good story plays on; e shows all.", "")

    def reshow(self, note: str, moved: bool) -> None:
        """Show the run again: its story has changed, and so may every word on the page."""
        text = self.text
        before = [block.text.plain for block in text.blocks[text.fresh :]]
        offset = text.top - text.row_of(text.fresh)
        self._ends.clear()
        self._steps = ()
        self.show_run()
        if not moved and text.size.height:
            # The writer goes on reading where they were, unless what they have just written is out of sight.
            text.move_to(text.row_of(text.fresh) + offset)
            after = [block.text.plain for block in text.blocks[text.fresh :]]
            changed = next((i for i, words in enumerate(after) if i >= len(before) or before[i] != words), None)
            if changed is not None:
                row = text.row_of(text.fresh + changed)
                if not text.top <= row < text.top + text.size.height - BANNER:
                    text.move_to(row - text.size.height // 3)
        self.renew(note)

    def went_back(self, turn: object) -> None:
        # The journal may be of a story that is no more.
        if isinstance(turn, int) and turn <= len(self.session.run.steps):
            super().went_back(turn)

    def action_problems(self) -> None:
        self.watch_app.show_problems()

    def action_save(self) -> None:
        self.renew("Nothing is saved while watching. hyosan play --at SCENE begins where you want to be.")

    def action_transcript(self) -> None:
        self.action_save()

    def action_title(self) -> None:
        self.renew("Nothing is saved while watching; q leaves.")


class WatchApp(InspectApp):
    """Plays the story in `folder`, and reads it again whenever one of its files changes.

    `faults` are what keeps the files from being a story now; `findings` what is probably not meant in the last good
    one.
    """

    writers = (INSPECT, PROBLEMS)

    class Read(Message):
        """The files were read."""

        def __init__(self, reading: Reading, files: list[str], run: Run | str | None = None) -> None:
            super().__init__()
            self.reading = reading
            self.files = files
            self.run = run

    class Checked(Message):
        """A story that can be played was looked through."""

        def __init__(self, machine: Machine, found: Sequence[Diagnostic]) -> None:
            super().__init__()
            self.machine = machine
            self.found = found

    class Proved(Message):
        """A proof of the story has come to its end."""

        def __init__(self, proving: Proving, result: Proven | str | None) -> None:
            super().__init__()
            self.proving = proving
            self.result = result

    class ProvedSoFar(Message):
        """A proof of the story goes on, and knows something already."""

        def __init__(self, proving: Proving, result: Proven) -> None:
            super().__init__()
            self.proving = proving
            self.result = result

    class Failed(Message):
        """Reading the files came to an end that it never should."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(
        self,
        folder: Path,
        tools: Tools,
        begin: Callable[[Machine], Run | str],
        seen: dict[str, Stamp],
        reading: Reading,
        start: Run | None,
        settings: Settings | None = None,
    ) -> None:
        """`seen` and `reading` are the files as they were before; without a `start` the story could not be read."""
        machine = reading.machine or blank()
        # Nothing is ever written: where saves would lie no folder can be made.
        super().__init__(machine, Saves(Path(os.devnull), machine.story), tools, settings=settings)
        self.folder = folder
        self.begin_run = begin
        self.faults = reading.faults
        self.findings: Sequence[Diagnostic] = ()
        self.proofs = Proofs(tools.prove)
        self.course = Course()
        self.session = Watched(self.saves, start, self.course) if start is not None else None
        self._seen = seen
        self._settling: dict[str, Stamp] | None = None
        self._busy = False
        self._reading = reading
        self._told = self.welcome

    @property
    def welcome(self) -> str:
        return f"Watching {self.folder}: save a file, and it shows here."

    @property
    def found(self) -> Sequence[Diagnostic]:
        """What `e` shows."""
        return self.faults or self.findings

    @property
    def label(self) -> str:
        """What is found and what is proved, in a few words; "" when there is nothing to say."""
        parts = (summary(self.found) if self.found else "", "" if self.faults else self.proofs.brief)
        return ", ".join(part for part in parts if part)

    def on_mount(self) -> None:
        self.set_interval(EVERY, self.look)
        if self._reading.machine is not None:
            self._prove()
            self._busy = True
            self.run_worker(partial(self._check, self._reading), thread=True, exit_on_error=False)

    def get_default_screen(self) -> Screen[None]:
        if self.session is None:
            return ProblemsScreen(self.faults, True, self.proofs, alone=True)
        return self.playing(self.session, self.welcome)

    def playing(self, session: Session, note: str = "") -> PlayScreen:
        return WatchScreen(session, note)

    # --- the files ---

    def look(self) -> None:
        """Look whether a file has changed; read them all when it has, and is no longer being written."""
        if self._busy:
            return
        now = stamps(self.folder)
        if now == self._seen:
            self._settling = None
        elif now != self._settling:
            self._settling = now
            self.set_timer(SETTLE, self.look)
        else:
            files = differing(self._seen, now)
            self._seen, self._settling, self._busy = now, None, True
            self.run_worker(partial(self._read, files, self.session is None), thread=True, exit_on_error=False)

    def _read(self, files: list[str], first: bool) -> None:
        """In a thread: read the files, then look through the story."""
        try:
            reading = read(self.folder)
            run = self.begin_run(reading.machine) if first and reading.machine is not None else None
        except Exception as error:
            # A fault of ours, not of the story's: the writer goes on with the last good one.
            self.post_message(self.Failed(f"{type(error).__name__}: {error}"))
            return
        self.post_message(self.Read(reading, files, run))
        if reading.machine is not None:
            self._check(reading)

    def _check(self, reading: Reading) -> None:
        assert reading.machine is not None
        try:
            found = self.tools.check(reading.sources)
        except Exception as error:
            self.post_message(self.Failed(f"{type(error).__name__}: {error}"))
            return
        self.post_message(self.Checked(reading.machine, found))

    # --- the proof ---

    def _prove(self) -> None:
        """Prove the story as it is now, beside everything else."""
        proving = self.proofs.begin(self.folder)
        if proving is not None:
            self.run_worker(partial(self._await_proof, proving), thread=True, exit_on_error=False)

    def _await_proof(self, proving: Proving) -> None:
        while (soon := proving.so_far()) is not None:
            self.post_message(self.ProvedSoFar(proving, soon))
        self.post_message(self.Proved(proving, proving.result()))

    def on_watch_app_proved_so_far(self, message: ProvedSoFar) -> None:
        if not self.proofs.so_far(message.proving, message.result, self.machine):
            return
        self._renew()
        screen = self.screen
        if message.result.wrong and isinstance(screen, WatchScreen) and not self.faults:
            # A verdict may come as soon as the words of the reload, which stay.
            reloaded = self._told and screen.banner.note == self._told
            screen.renew(self._with_reload(self.proofs.said, True) if reloaded else shows(self.proofs.said))

    def on_watch_app_proved(self, message: Proved) -> None:
        known, soon = self.proofs.why, self.proofs.last
        if not self.proofs.end(message.proving, message.result, self.machine):
            self._renew()
            return
        self._renew()
        screen = self.screen
        if isinstance(screen, WatchScreen) and not (known or self.faults):
            # What was said of the reload stays; a page that is being read is not moved for good news.
            wrong = self.proofs.last.wrong if self.proofs.last is not None else ()
            note, said = screen.banner.note, shows(self.proofs.said) if wrong else self.proofs.said
            before = (self._told, self._with_reload(soon.said, bool(soon.wrong)) if soon is not None else "")
            if note and note in before:
                screen.renew(self._with_reload(self.proofs.said, bool(wrong)))
            elif wrong and (soon is None or soon.wrong != wrong or note == shows(soon.said)):
                # What was told already is not told again over something else.
                screen.renew(said)

    def _with_reload(self, said: str, wrong: bool) -> str:
        """What was told of a reload, and what a proof says of the story as it is now."""
        return f"{self._told} {shows(said) if wrong else said}"

    def play_wrong(self, wrong: Wrong) -> None:
        """Stand one choice before a problem that is proved."""
        if self.session is None:
            return
        run = before(wrong, self.machine, self.session.run)
        if run is None:
            self._note("The story does not allow this playthrough.")
            return
        self._close_problems()
        if isinstance(screen := self.screen, WatchScreen):
            on = "r makes the choice that shows it." if run.future else "So it is before the first choice."
            screen.go_on(run, f"{wrong.where}: {wrong.said}. {on}")

    def _close_problems(self) -> None:
        while len(self.screen_stack) > self._floor and isinstance(self.screen, ProblemsScreen):
            self.pop_screen()

    def on_unmount(self) -> None:
        self.proofs.stop()

    # --- what came of it ---

    def on_watch_app_failed(self, message: Failed) -> None:
        self._busy = False
        self._note(f"The files could not be looked through ({message.why}).")

    def on_watch_app_checked(self, message: Checked) -> None:
        self._busy = False
        if message.machine is self.machine:
            self.findings = tuple(message.found)
            self._renew()

    def on_watch_app_read(self, message: Read) -> None:
        reading = message.reading
        self.faults = reading.faults
        if reading.machine is None:
            self._busy = False
            self.show_problems()
            self._renew()
            return
        self.machine = reading.machine
        self._prove()
        if self.session is None:
            self._first(message.run)
            return
        turn, log = self.course.turn, self.session.run.log
        carried = self.course.again(self.session.run, reading.machine)
        self.session.run = carried.run
        self._close_stale()
        note = self._told = told(message.files, carried, turn)
        for screen in self.screen_stack:
            if isinstance(screen, WatchScreen):
                screen.reshow(note, moved=carried.run.log != log)
        if isinstance(self.screen, InspectScreen):
            self.screen.show(carried.run, self.lookup)
            self.screen.renew(note)

    def _first(self, run: Run | str | None) -> None:
        """The story can be read for the first time: play it."""
        note = self.welcome if isinstance(run, Run) or not run else run.splitlines()[0]
        self.session = Watched(self.saves, run if isinstance(run, Run) else Run.new(self.machine, 0), self.course)
        self._base(self.playing(self.session, note))

    def _close_stale(self) -> None:
        """Close what shows a story that is no more: problems that are mended, the journal, the cards of people."""
        while len(self.screen_stack) > self._floor and isinstance(self.screen, Leaf):
            screen = self.screen
            if isinstance(screen, InspectScreen) or (isinstance(screen, ProblemsScreen) and not screen.broken):
                return
            self.pop_screen()

    def _renew(self) -> None:
        """Show what has changed in what is found."""
        for screen in self.screen_stack:
            if isinstance(screen, ProblemsScreen):
                screen.show(self.found, bool(self.faults))
            elif isinstance(screen, WatchScreen):
                screen.renew()

    def show_problems(self) -> None:
        """Open the list of problems; there is one at most."""
        if isinstance(self.screen, ProblemsScreen):
            self.screen.show(self.found, bool(self.faults))
        elif self.session is not None:
            self.push_screen(ProblemsScreen(self.found, bool(self.faults), self.proofs))

    # --- commands that are other here ---

    def action_new(self) -> None:
        screen = self.screen
        if isinstance(screen, WatchScreen):
            screen.go_on(screen.session.run.go_to(0), "The first page. r makes your choices again.")

    def action_load(self) -> None:
        self._note("Nothing is saved while watching.")

    def _show_endings(self, showing: str) -> None:
        self.action_load()

    def _offered(self, command: Command, screen: Screen[object], where: object) -> bool:
        return command.id not in UNKEPT and super()._offered(command, screen, where)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if isinstance(screen, WatchScreen):
            yield SystemCommand(PROBLEMS[1], PROBLEMS[2], screen.action_problems)
        yield from super().get_system_commands(screen)
