"""Playing with the inspector at hand: `hyosan play --inspect`, and what `hyosan watch` is built on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from game.engine import Machine, Run
from game.saves import Saves
from game.tui import leaving
from game.tui.app import HyosanApp
from game.tui.render import Block, say
from game.tui.screens.base import Reading
from game.tui.screens.help import help_blocks
from game.tui.screens.inspect import InspectScreen, Lookup
from game.tui.screens.play import PlayScreen
from game.tui.session import Session
from game.tui.tools import Tools
from game.tui.widgets.bars import Hint

if TYPE_CHECKING:
    from game.tui.settings import Settings

INSPECT = ("v", "Inspect", "Every variable, who sets and reads it, and what the choices here ask")


class InspectedPlay(PlayScreen):
    """The play screen, with a key for the inspector."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("v", "inspect", show=False)]

    def hints(self) -> Sequence[Hint]:
        hints = list(super().hints())
        before = next((i for i, hint in enumerate(hints) if hint.key == "?"), len(hints))
        hints.insert(before, Hint(INSPECT[0], INSPECT[1], "screen.inspect"))
        return hints

    def action_inspect(self) -> None:
        cast("InspectApp", self.game).inspect()


class InspectApp(HyosanApp):
    """The game with an inspector. `tools` are lent by the writer's desk."""

    def __init__(
        self,
        machine: Machine,
        saves: Saves,
        tools: Tools,
        *,
        start: Run | None = None,
        slot: str = "",
        played: int = 0,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(machine, saves, start=start, slot=slot, played=played, settings=settings)
        self.tools = tools
        self._lookup: Lookup | None = None

    @property
    def lookup(self) -> Lookup:
        """What the tools know about the story in play."""
        if self._lookup is None or self._lookup.machine is not self.machine:
            self._lookup = Lookup(self.tools, self.machine)
        return self._lookup

    def playing(self, session: Session, note: str = "") -> PlayScreen:
        return InspectedPlay(session, note)

    def inspect(self) -> None:
        """Open the inspector on the run in play."""
        if self.session is not None and not isinstance(self.screen, InspectScreen):
            self.push_screen(InspectScreen(self.session.run, self.lookup))

    # --- where it is offered ---

    writers: ClassVar[Sequence[tuple[str, str, str]]] = (INSPECT,)
    """What there is besides a player's commands: key, label, help."""

    def action_help(self) -> None:
        if not isinstance(self.screen, Reading) or self.screen.opened_by != "question_mark":
            own = [Block(say(("For writers", "label")))]
            own.extend(
                Block(say(f"{label}: {about}"), say((f"  {key}  ", "key")), 5) for key, label, about in self.writers
            )
            self.push_screen(Reading("Help", [*own, *help_blocks()], "every command, by its key", "question_mark"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if isinstance(screen, InspectedPlay):
            yield SystemCommand(INSPECT[1], INSPECT[2], screen.action_inspect)
        yield from super().get_system_commands(screen)


def main(
    machine: Machine,
    saves: Saves,
    tools: Tools,
    *,
    start: Run | None = None,
    slot: str = "",
    played: int = 0,
    mouse: bool = True,
) -> int:
    """Play until the player leaves, as `game.tui.app.main` does."""
    app = InspectApp(machine, saves, tools, start=start, slot=slot, played=played)
    return leaving.run(app, mouse)
