"""Hints looked for in the background: one question at a time, given up for the next; the screen never waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from game.engine import Run
from game.language import _
from game.present import hinting
from game.present.commands import BY_ID
from game.tui.screens.base import Leaf

if TYPE_CHECKING:
    from game.prove.hints import Answer, Hints
    from game.prove.polite import Lost, Polite
    from game.story.model import Story
    from game.tui.app import HyosanApp
    from game.tui.screens.play import PlayScreen

Found = TypeVar("Found")

QUICK = 0.0005
"""Seconds that the screen waits for the interpreter, each time, while something is looked for."""

PATIENT = 5.0
"""Seconds that polite mode may take over a choice: nobody waits for it, and the next choice gives it up."""


class Hinting:
    """Asks for an app. Nothing of the proof is imported, and no thread made, before something is asked."""

    def __init__(self, app: HyosanApp) -> None:
        self._app = app
        self._lock = threading.Lock()
        """Held by whoever is asking."""
        self._stop = threading.Event()
        self._hints: Hints | None = None
        self._polite: Polite | None = None

    def give_up(self) -> None:
        """What is being looked for is not wanted any more."""
        self._stop.set()

    def prepare(self, run: Run) -> None:
        """Do what is done once for a story, for as long as nothing is asked."""
        self._begin(lambda stop: self._for(run.machine.story).prepare(stop), lambda found: None)

    def ask(self, run: Run, wish: hinting.Wish, done: Callable[[Answer], None]) -> None:
        """Whether a wish can still come true."""

        def look(stop: Callable[[], bool]) -> Answer:
            from game.prove.ahead import goal

            wanted = goal(wish.kind, wish.ids)
            return self._for(run.machine.story).ask(run, [wanted], stop=stop, short=True)[wanted]

        self._begin(look, done)

    def turning(self, run: Run, wish: hinting.Wish, way: Sequence[str], done: Callable[[int | None], None]) -> None:
        """The number of the choice at which the way to a wish turns, None where none is known to."""

        def look(stop: Callable[[], bool]) -> int | None:
            from game.prove.ahead import goal

            return self._for(run.machine.story).turning(run, goal(wish.kind, wish.ids), way, stop=stop)

        self._begin(look, done)

    def watch(self, play: PlayScreen) -> None:
        """In polite mode: say what the last choice has cost for good, once that is known."""
        run = play.session.run
        self.give_up()
        if not self._app.settings.polite:
            return
        people = hinting.known_alive(run)

        def look(stop: Callable[[], bool]) -> tuple[Lost, ...]:
            self._for(run.machine.story).prepare(stop)
            assert self._polite is not None
            return self._polite.check(run, people, stop)

        def done(found: tuple[Lost, ...]) -> None:
            if found and play.is_attached and play.session.run is run:
                told = [line for lost in found for line in lines(run, lost)]
                play.renew(" ".join(filter(None, (play.banner.note, *told))))

        self._begin(look, done)

    def _begin(self, look: Callable[[Callable[[], bool]], Found], done: Callable[[Found], None]) -> None:
        """Look for something in a thread; `done` hears of it in the app's, unless it was given up before."""
        self.give_up()
        stop = self._stop = threading.Event()

        def work() -> None:
            with self._lock:
                if stop.is_set():
                    return
                interval = sys.getswitchinterval()
                # The screen has the interpreter back at once when a key is pressed.
                sys.setswitchinterval(QUICK)
                try:
                    found = look(stop.is_set)
                except Exception as error:
                    # The game goes on without hints, and whoever plays knows why there are none.
                    self._app.call_later(self._failed, error)
                    return
                finally:
                    sys.setswitchinterval(interval)
            if not stop.is_set():
                self._app.call_later(heard, found)

        def heard(found: Any) -> None:
            if not stop.is_set():
                done(found)

        threading.Thread(target=work, name="hints", daemon=True).start()

    def _failed(self, error: Exception) -> None:
        if isinstance(self._app.screen, Leaf):
            self._app.screen.renew(_("No hints: {error} (a mistake in hyosan)", error=type(error).__name__))

    def _for(self, story: Story) -> Hints:
        """What answers for a story. Called while the lock is held."""
        from game.prove.hints import Hints
        from game.prove.polite import Polite

        if self._hints is None or self._hints.story is not story:
            self._hints = Hints(story)
            self._polite = Polite(self._hints, seconds=PATIENT)
        return self._hints


def lines(run: Run, lost: Lost) -> list[str]:
    """What was lost, a line for people and one for endings."""

    def how(turn: int) -> str:
        return BY_ID["undo" if turn == run.turn - 1 else "journal"].keys[0]

    out = []
    for kind in sorted({goal.kind for goal in lost.goals}):
        groups = [goal.ids for goal in lost.goals if goal.kind == kind]
        out.append(hinting.lost(run, kind, groups, lost.turn, lost.known, lost.dice, how))
    return out
