"""A story whose title page is seen already, while what plays it is imported and the rest of it is read."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib import import_module
from typing import TYPE_CHECKING

from game.story.front import Front, front_of

if TYPE_CHECKING:
    from game.engine import Machine

PLAYING = ("game.tui.screens.play", "game.saves.memorial", "game.saves.restore")
"""What whoever goes on, or begins, needs besides the story."""


class Awaiting:
    """Mixed into the app: what plays the story, which may be coming still."""

    _machine: Machine | Coming

    def plays(self, machine: Machine | Coming) -> None:
        """Play this. What needs no more than the title page says does not wait for one that is coming."""
        self._machine = machine

    @property
    def machine(self) -> Machine:
        """What plays the story; waited for while it is coming."""
        if isinstance(self._machine, Coming):
            self._machine = self._machine.machine()
        return self._machine

    @machine.setter
    def machine(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def front(self) -> Front:
        """What the title page says of the story, which is known at once."""
        return self._machine.front if isinstance(self._machine, Coming) else front_of(self._machine.story)

    def come(self) -> None:
        """The first page is seen: now is the time for the rest."""
        if isinstance(self._machine, Coming):
            self._machine.begin()
        else:
            gc.enable()


class Coming:
    """The machine that `make` gives, made in the background from `begin` on. `front` is what is known of it before."""

    def __init__(self, front: Front, make: Callable[[], Machine]) -> None:
        self.front = front
        self._make = make
        self._made: Future[Machine] = Future()
        self._guard = threading.Lock()
        self._begun = False

    def begin(self) -> None:
        """Begin, unless that has been done."""
        with self._guard:
            if self._begun:
                return
            self._begun = True
        # Whoever leaves before it is ready does not wait for it.
        threading.Thread(target=self._run, name="loading", daemon=True).start()

    def machine(self) -> Machine:
        """The machine, waited for. Raises what making it raised."""
        self.begin()
        return self._made.result()

    def _run(self) -> None:
        try:
            machine = self._make()
            for module in PLAYING:
                import_module(module)
        except BaseException as error:
            self._made.set_exception(error)
        else:
            self._made.set_result(machine)
        finally:
            # Garbage is looked for from now on, but not among what is there: a story is many objects that stay.
            gc.freeze()
            gc.enable()
