"""What all screens share: a sheet of text, a place for what must be said, and the keys of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from game.language import _
from game.tui.actions import READING, Guarded, guarded
from game.tui.patience import Patience
from game.tui.render import Block, say
from game.tui.widgets.bars import Banner, Bar, Hint, Keys, More, TooSmall
from game.tui.widgets.drawn import Column, Forgetful, unscrolled
from game.tui.widgets.page import Menu, Page

if TYPE_CHECKING:
    from game.tui.app import HyosanApp
    from game.tui.widgets.field import Field

Answer = TypeVar("Answer")

LEAST = (60, 20)
"""The smallest terminal the game can be played in: columns, rows."""

WIDTHS: list[tuple[int, str]] | None = [(0, "-narrow"), (80, "-medium"), (90, "-wide"), (112, "-broad")]
HEIGHTS: list[tuple[int, str]] | None = [(0, "-low"), (24, "-even"), (30, "-high")]
"""The classes a screen has by its size, for app.tcss."""


@guarded
class Leaf(Guarded, Forgetful, Screen[Answer], inherit_bindings=False):
    """A screen of the game. Subclasses give its `sheet`, and the `hints` at its foot."""

    virtual_size = unscrolled()
    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = list(READING)

    def __init__(self) -> None:
        super().__init__()
        self._seen = False
        self.patience: Patience | None = None
        """On screens whose pages keys turn: which keys come too early."""
        self.banner = Banner(id="banner")
        self.keys = Keys(id="keys")

    @property
    def game(self) -> HyosanApp:
        return cast("HyosanApp", self.app)

    @property
    def on_top(self) -> bool:
        """Whether nothing is open above it. Textual's `is_current` also holds for what shows through the palette."""
        return self.app.screen_stack[-1:] == [self]

    def sheet(self) -> Iterable[Widget]:
        """The widgets between the top of the screen and the banner."""
        raise NotImplementedError

    def hints(self) -> Sequence[Hint]:
        """The keys of the moment."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        self.fill()
        with Column(id="desk"):
            with Column(id="sheet"):
                yield from self.sheet()
            yield self.banner
            yield self.keys
        yield TooSmall(id="small")

    def fill(self) -> None:
        """Put the contents on the sheet. Comes before the first layout, so that there is only one."""
        self.renew()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(self.too_small, "-small")

    def on_screen_resume(self) -> None:
        if self._seen:
            self.renew()
        elif self.patience:
            self.call_after_refresh(self.drawn)
        self._seen = True

    def drawn(self) -> None:
        """The page is on the screen: from now on it can be read."""
        if self.patience:
            self.patience.drawn(monotonic())

    def too_early(self, event: events.Event) -> bool:
        """Whether a key, or a press of the mouse, would turn a page that nobody can have read yet. It is dropped."""
        return self.patience is not None and self.patience.early(event)

    @property
    def too_small(self) -> bool:
        return self.app.size.width < LEAST[0] or self.app.size.height < LEAST[1]

    def renew(self, note: str | None = None) -> None:
        """Show what has changed besides the sheet. A `note` replaces the one before it; None leaves it."""
        session = self.game.session
        problem = _("NOT SAVED: {why}", why=session.problem) if session and session.problem else ""
        if session and session.saving:
            problem = (problem + " " + _("saving…")).lstrip()
        self.banner.put(problem, self.banner.note if note is None else note)
        self.keys.put(self.hints())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Nothing is picked that cannot be seen.
        return super().check_action(action, parameters) and not self.too_small

    # --- moving about ---

    @property
    def page(self) -> Page | None:
        """What scrolls."""
        return None

    @property
    def menu(self) -> Menu | None:
        """What can be picked from."""
        return None

    def action_step(self, by: int) -> None:
        if self.menu and self.menu.items:
            self.menu.step(by)
        elif self.page:
            self.page.move_by(by)

    def action_page(self, by: int) -> None:
        if page := self.page or self.menu:
            page.page_by(by)

    def action_edge(self, by: int) -> None:
        if page := self.page or self.menu:
            page.move_by(by * 1_000_000)

    def action_enter(self) -> None:
        if self.menu:
            if self.menu.cursor is None:
                self.menu.step(1)
            else:
                self.menu.pick()


class Above(Leaf[Answer]):
    """A screen on top of another one; Escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace,ctrl+g", "close", show=False),
    ]
    opened_by = ""
    """The key that opened it, which closes it too."""

    def on_key(self, event: events.Key) -> None:
        if event.key == self.opened_by:
            event.stop()
            event.prevent_default()
            self.action_close()

    def action_close(self) -> None:
        if self.on_top:
            self.dismiss(None)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        # Two keys can be under way when the first closes it: the second would give a second answer and close the
        # screen below.
        return super().dismiss(result) if self.on_top else AwaitComplete()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("Esc", "Back", "screen.close"),
            Hint("PgDn", "Read on", "screen.page(1)", 1),
            Hint("?", "Help", "app.help", 2),
            Hint("q", "Quit", "app.quit"),
        )


class Prompt(Above[str]):
    """Asks for a line of text. Closes with what is made of it, or None."""

    enter: ClassVar[str]
    """What Enter does."""
    field: Field

    def on_mount(self) -> None:
        self.field.focus()

    def hints(self) -> Sequence[Hint]:
        return (Hint("Enter", self.enter), Hint("Esc", "Back", "screen.close"))


class Reading(Above[None]):
    """A page to read: a heading, and text that scrolls."""

    def __init__(self, heading: str, blocks: Iterable[Block], about: str = "", opened_by: str = "") -> None:
        super().__init__()
        self.heading = heading
        self.about = about
        self.opened_by = opened_by
        self.text = Page(id="text", measure=72)
        self.text.put(blocks)

    def sheet(self) -> Iterable[Widget]:
        yield Bar(say((self.heading, "strong"), (f"  {self.about}" if self.about else "", "dim")), id="heading")
        yield self.text
        yield More(self.text, id="more")

    @property
    def page(self) -> Page:
        return self.text
