"""The app: what is played, what is open, and what every screen can ask for."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen

from game.language import N_, _
from game.present.commands import COMMANDS
from game.saves.errors import SaveError
from game.tui import leaving
from game.tui.actions import Guarded, bindings, guarded, may_run
from game.tui.coming import Awaiting, Coming
from game.tui.screens.base import Leaf
from game.tui.screens.title import TitleScreen
from game.tui.settings import Settings
from game.tui.themed import Themed
from game.tui.themes import theme_label

# What plays a run is imported when there is one: the title page comes before that, and is not to wait for it.
if TYPE_CHECKING:
    from game.engine import Machine, Run
    from game.present import Command
    from game.present.speaking import Speak
    from game.saves import Saves, SlotInfo
    from game.tui.hinting import Hinting
    from game.tui.screens.play import PlayScreen
    from game.tui.session import Session

LAST = 1.0
"""Seconds to wait for the disk when a run is left."""


@guarded
class HyosanApp(Guarded, Awaiting, Themed, inherit_bindings=False):
    """Plays one story. `session` is the run being played, None on the title page before any.

    Of a story that is `Coming`, the title page is shown at once; whatever needs more of it waits.
    """

    CSS_PATH = "app.tcss"
    TITLE = "hyosan"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("all"),
        Binding("ctrl+c", "quit", show=False, system=True),
        Binding("ctrl+z", "suspend_process", show=False, system=True),
    ]

    def __init__(
        self,
        machine: Machine | Coming,
        saves: Saves,
        *,
        seed: int | None = None,
        start: Run | None = None,
        slot: str = "",
        played: int = 0,
        settings: Settings | None = None,
        speak: Speak | None = None,
    ) -> None:
        super().__init__(driver_class=leaving.driver_class())
        self.plays(machine)
        self.saves = saves
        self.seed = seed
        self.told: leaving.Told | None = None
        """Through which signals tell us to leave, where they do."""
        self.crash: Exception | None = None
        """The fault of the program that ended it."""
        self.crash_on: tuple[str, ...] = ()
        """The screens that were open then, the one in use last."""
        self._floor = 1
        """How many screens there are below those that can be closed, the one in use among them."""
        self.settings = settings or Settings.load()
        self.speak = speak
        """Gives the story in another language; None where it is in one only."""
        self.session = self._session(start, slot, played) if start is not None else None
        self.dress()

    def get_default_screen(self) -> Screen[None]:
        # The first screen stands in for Textual's blank one, which would be laid out and painted before it.
        if self.session is None:
            return TitleScreen()
        if not self.session.slot:
            self.session.keep()
        return self.playing(self.session)

    @cached_property
    def hinting(self) -> Hinting:
        """Looks for hints, in the background."""
        from game.tui.hinting import Hinting

        return Hinting(self)

    def playing(self, session: Session, note: str = "") -> PlayScreen:
        """The screen that plays a session; the writer's apps have one of their own."""
        from game.tui.screens.play import PlayScreen

        return PlayScreen(session, note)

    def on_ready(self) -> None:
        self.screen.call_after_refresh(self.come)

    async def on_load(self) -> None:
        if self.told is not None:
            self.told.listening(asyncio.get_running_loop())

    # --- leaving, and what may be done ---

    @property
    def driver(self) -> Driver | None:
        """What speaks with the terminal; None before the app runs."""
        return self._driver

    def leave_for(self, number: int) -> None:
        """Leave the terminal as it was, with the exit code that says why: the number of a signal."""
        if self.told is not None and not self.told.number:
            self.told.hurry(number)
        self.exit(128 + number, return_code=128 + number)

    def on_driver_signal_resume(self) -> None:
        """Back from the shell: the screen is an empty one."""
        self.refresh(layout=True)

    def crashed(self, error: Exception) -> None:
        """A fault of the program, wherever it was found: leave in good order; `leaving.run` tells the player."""
        self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        # Textual prints a page of traceback with the values of all variables, coloured at length.
        if self.crash is None:
            self.crash = error
            self.crash_on = tuple(type(screen).__name__ for screen in self.screen_stack)
        self._return_code = leaving.CRASHED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            if (took := getattr(self._driver, "took", None)) is not None:
                took()
            screen = self.screen if self.screen_stack else None
            if isinstance(screen, Leaf) and screen.too_early(event):
                return
        await super().on_event(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        if not may_run(action, default_namespace or self):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    async def _broker_event(self, event_name: str, event: events.Event, default_namespace: DOMNode) -> bool:
        # Textual runs what a text says is to be done when it is clicked. No text of ours says such a thing.
        return False

    def bell(self) -> None:
        """Nothing rings: Textual rings once for every character that does not fit into a line."""

    def copy_to_clipboard(self, text: str) -> None:
        # What is cut from one line can be put into another; the clipboard of the computer is not ours.
        self._clipboard = text

    # --- playing ---

    def begin(self, name: str) -> None:
        """Play a new run, unless the one being played would lose turns by it and is not to."""
        self._leaving(partial(self._begin, name))

    def _begin(self, name: str) -> None:
        from game.engine import Run

        self.saves.release()
        seed = self.seed if self.seed is not None else int.from_bytes(os.urandom(4), "big")
        run = Run.new(self.machine, seed, name, self.settings.gentle)
        self._play(self._session(run))

    def _session(self, run: Run, slot: str = "", played: int = 0) -> Session:
        from game.tui.session import Session

        return Session(self.saves, run, slot, played)

    def _play(self, session: Session, note: str = "") -> None:
        self.session = session
        if not session.slot:
            session.keep()
        self._base(self.playing(session, note))

    def _base(self, screen: Screen[None]) -> None:
        """Show `screen` with nothing above it."""
        while len(self.screen_stack) > self._floor:
            self.pop_screen()
        if self._floor == 1:
            # The default screen cannot be switched: it stays below, unseen.
            self.push_screen(screen)
            self._floor = 2
        else:
            self.switch_screen(screen)

    def open_slot(self, slot: SlotInfo) -> None:
        """Go on from a saved moment: see `Saves.go_on`."""
        self._leaving(partial(self._open_slot, slot))

    def _open_slot(self, slot: SlotInfo) -> None:
        try:
            restored = self.saves.read(slot.id, self.machine)
        except (SaveError, OSError) as error:
            self._note(_("This cannot be loaded: {why}", why=error))
            return
        notes = list(restored.notes)
        going_on, why = self.saves.go_on(slot, restored)
        if why:
            notes.append(_("{why} This run goes on in a slot of its own.", why=why))
        self._play(self._session(restored.run, going_on, restored.played), " ".join(notes))

    def _note(self, text: str) -> None:
        if isinstance(self.screen, Leaf):
            self.screen.renew(text)

    def show_title(self) -> None:
        """To the title page; the run is kept."""
        self._base(TitleScreen())

    # --- what every screen can ask for ---

    def action_new(self) -> None:
        if self.front.notes and self.front.id not in self.settings.noted:
            from game.tui.screens.begin import NotesScreen

            screen = NotesScreen(self.front.notes)
            self.push_screen(screen, lambda _: self._noted() if screen.read else None)
        else:
            self._ask_name()

    def _noted(self) -> None:
        self.settings.noted.append(self.front.id)
        self.settings.save()
        self._ask_name()

    def _ask_name(self) -> None:
        from game.tui.screens.begin import NameScreen

        self.push_screen(NameScreen(self.front.player), lambda name: self.begin(name) if name else None)

    def action_load(self) -> None:
        from game.tui.screens.slots import SavesScreen

        if not isinstance(self.screen, SavesScreen):
            self.push_screen(SavesScreen(), lambda slot: self.open_slot(slot) if slot else None)

    def action_theme(self) -> None:
        from game.tui.screens.settings import ThemeScreen

        if not isinstance(self.screen, ThemeScreen):
            self.push_screen(ThemeScreen())

    def action_language(self) -> None:
        from game.tui import speaking

        speaking.ask(self)

    def begin_again(self, note: str) -> None:
        """Show what is at the bottom of everything anew: the page being played, or the title page."""
        from game.tui.screens.play import PlayScreen

        session = self.session
        playing = session is not None and isinstance(self.screen_stack[self._floor - 1], PlayScreen)
        self._base(self.playing(session, note) if playing and session is not None else TitleScreen(note))

    def action_endings(self) -> None:
        self._show_endings("endings")

    def action_wall(self) -> None:
        self._show_endings("wall")

    def _show_endings(self, showing: str) -> None:
        from game.tui.screens.endings import EndingsScreen

        if isinstance(self.screen, EndingsScreen):
            self.screen.show(showing)
        else:
            self.push_screen(EndingsScreen(showing))

    def action_help(self) -> None:
        from game.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_palette(self) -> None:
        self.action_command_palette()

    def action_command_palette(self) -> None:
        # Textual's own, with words in the language in use.
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for commands…"), id="--command-palette"))

    async def action_quit(self) -> None:
        self.leave()

    def leave(self) -> None:
        """Leave at once; only what could not be saved is worth a question."""
        from game.tui.screens.slots import AskScreen

        if isinstance(self.screen, AskScreen):
            self.exit(0)
        else:
            self._leaving(partial(self.exit, 0))

    def _leaving(self, then: Callable[[], object]) -> None:
        """Leave the run being played; ask only if that would lose turns, after trying once more to save them."""
        session = self.session
        if session is not None and session.problem:
            session.keep()
        if session is None or (session.settle(LAST) and not session.problem):
            then()
            return
        from game.tui.screens.slots import AskScreen

        question = _("The last turn is still being saved. Leave all the same?")
        if session.problem:
            question = _("The last turn could not be saved: {why} Leave all the same?", why=session.problem)

        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.push_screen(AskScreen(question, N_("Leave"), N_("Stay")), answered)

    # --- the palette ---

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The registry's commands that `screen` offers, and the themes."""
        for command in COMMANDS:
            where = screen if hasattr(screen, f"action_{command.id}") else self
            if command.id != "palette" and self._offered(command, screen, where):
                yield SystemCommand(command.label, command.help, getattr(where, f"action_{command.id}"))
        for name in sorted(self.available_themes):
            label, about = _("Theme: {name}", name=theme_label(name)), _("Use this theme from now on")
            yield SystemCommand(label, about, partial(self.keep_theme, name), discover=False)

    def _offered(self, command: Command, screen: Screen[object], where: object) -> bool:
        if not command.keys or not hasattr(where, f"action_{command.id}"):
            return False
        return command.where == "all" or where is screen


def main(
    machine: Machine | Coming,
    saves: Saves,
    seed: int | None = None,
    mouse: bool = True,
    *,
    start: Run | None = None,
    slot: str = "",
    played: int = 0,
    speak: Speak | None = None,
) -> int:
    """Play until the player leaves. Returns the exit code of `leaving.run`."""
    # A story is many objects that stay: looking through them for garbage again and again is a tenth of the start.
    gc.disable()
    gc.freeze()
    app = HyosanApp(machine, saves, seed=seed, start=start, slot=slot, played=played, speak=speak)
    return leaving.run(app, mouse)
