"""Content notes before scenes: the question whether to read one, and the run as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.engine import Run
from game.language import _
from game.present.notes import contains, passing
from game.saves.settings import Settings
from game.tui.patience import Patience
from game.tui.render import Block, say
from game.tui.rows import entry
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint
from game.tui.widgets.page import Menu, Page

if TYPE_CHECKING:
    from game.tui.screens.play import PlayScreen
    from game.tui.session import Session


def as_read(session: Session, settings: Settings) -> Run:
    """The session's run, with the scenes passed over that the player does not read. The session keeps it."""
    read = frozenset(scene for scene, yes in session.answered.items() if yes)
    session.run = passing(session.run, settings.notes, read)
    return session.run


def ask(play: PlayScreen) -> None:
    """Ask whether to read the scene the player has come to, if that is to be asked and has not been."""
    session, run = play.session, play.session.run
    scene = run.state.scene
    line = contains(run)
    if play.game.settings.notes != "ask" or scene in session.answered or not line or not play.on_top:
        return

    def answered(read: bool | None) -> None:
        session.answered[scene] = bool(read)
        if read:
            play.show_again()

    # Until there is an answer it is passed over; and it is asked about once, however often the page is drawn.
    session.answered[scene] = False
    play.app.push_screen(BeforeScreen(line), answered)


class BeforeScreen(Above[bool]):
    """What a scene contains, before it. Closes with True to read it, with anything else to pass over it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(str(n), f"pick({n})", show=False) for n in (1, 2)]

    def __init__(self, line: str) -> None:
        super().__init__()
        self.patience = Patience()
        self.text = Page(id="words", measure=60)
        self.text.put([Block(say(line))])
        self.answers = Menu(id="text", measure=60)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((_("Before this scene"), "strong")), id="heading")
        yield self.text
        yield self.answers

    @property
    def menu(self) -> Menu:
        return self.answers

    def fill(self) -> None:
        read, skip = say((_("Its words as they are."), "dim")), say((_("What matters of it, in a line or two."), "dim"))
        self.answers.put([*entry("1", _("Read"), "read", read, gap=1), *entry("2", _("Skip"), "skip", skip)])
        self.renew()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("1", "Read", "screen.pick(1)"),
            Hint("2", "Skip", "screen.pick(2)"),
            Hint("Esc", "Skip", "screen.close"),
            Hint("q", "Quit", "app.quit"),
        )

    def action_pick(self, number: int) -> None:
        if number in (1, 2) and self.on_top:
            self.dismiss(number == 1)

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.action_pick(1 if message.item == "read" else 2)
