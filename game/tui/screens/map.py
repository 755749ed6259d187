"""The map: a floor at a time, and what is known of the selected place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from game.language import N_, _
from game.present.map import MapView, PlaceView, place_words, sounds_words, way_words, ways_words
from game.tui.plan import LEGEND, WIDE, Plan, landing, neighbour
from game.tui.render import EMPTY, Block, joined, say
from game.tui.screens.base import Above, Reading
from game.tui.widgets.bars import Bar, Hint
from game.tui.widgets.drawn import Drawn
from game.tui.widgets.page import Page


class Window(Drawn):
    """The part of a plan around the place that is selected."""

    class Pointed(Message):
        """A box was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.plan: Plan | None = None

    def put(self, plan: Plan) -> None:
        self.plan = plan
        self.refresh()

    @property
    def corner(self) -> tuple[int, int]:
        """The column and row of the plan in the upper left corner: the selected box is in the middle where it can be.

        A plan that fits is shown whole. The selected box is always in view.
        """
        if self.plan is None or self.plan.picked not in self.plan.boxes:
            return 0, 0
        x, y = self.plan.centre(self.plan.picked)
        left = _placed(x, self.plan.width, self.size.width)
        top = _placed(y, self.plan.height, self.size.height)
        box_x, box_y = self.plan.boxes[self.plan.picked]
        return min(max(left, box_x + WIDE - self.size.width), box_x), min(
            max(top, box_y + self.plan.high - self.size.height), box_y
        )

    def render_line(self, y: int) -> Strip:
        if self.plan is None:
            return self.strip(EMPTY)
        left, top = self.corner
        return self.strip(self.plan.row(top + y, left, self.size.width))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        left, top = self.corner
        if self.plan is not None and (id := self.plan.at(left + event.x, top + event.y)):
            self.post_message(self.Pointed(id))


def _placed(middle: int, whole: int, shown: int) -> int:
    """Where to begin so that `middle` is in the middle, without showing what is beyond the edges."""
    return max(0, min(middle - shown // 2, whole - shown))


class MapScreen(Above[None]):
    """Shows what is known; a selection moves from place to place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(0, -1)", show=False),
        Binding("right", "step(0, 1)", show=False),
        Binding("tab", "again(1)", show=False),
        Binding("shift+tab", "again(-1)", show=False),
        *(Binding(str(n), f"pick({n})", show=False) for n in range(10)),
    ]
    opened_by = "m"

    def __init__(self, known: MapView) -> None:
        super().__init__()
        self.known = known
        start = known.place(known.here) or next(iter(known.places), None)
        self.picked = start.id if start else ""
        self.heading = Bar(id="heading")
        self.plan = Window(id="plan")
        self.legend = Bar(id="legend")
        self.told = Page(id="told", measure=100)

    def sheet(self) -> Iterable[Widget]:
        yield self.heading
        yield self.plan
        yield self.legend
        yield self.told

    def fill(self) -> None:
        signs = [say((sign, "key"), (f" {_(about)}", "dim")) for sign, about in LEGEND]
        self.legend.put(joined(signs, "   "))
        self.select(self.picked)

    @property
    def place(self) -> PlaceView | None:
        """The place that is selected; None only where no place is known."""
        return self.known.place(self.picked)

    @property
    def floors(self) -> tuple[int, ...]:
        return self.known.floors

    def select(self, id: str) -> None:
        self.picked = id
        place = self.place
        if place is None:
            self.told.put([Block(say((_("You know no place yet."), "dim")))])
        else:
            self.plan.put(Plan(self.known, place.floor, id))
            name = say((place.name, "strong"), f"  {place_words(place)}")
            self.told.put([Block(name), Block(say(ways_words(place)))])
            floors = [f"[{f}]" if f == place.floor else str(f) for f in self.floors]
            rest = "  " + _("floors {floors}", floors=" ".join(floors)) if len(floors) > 1 else ""
            sounds = f"  {sounds_words(self.known)}" if self.known.sounds else ""
            self.heading.put(
                say((_("Map"), "strong"), "  " + _("floor {floor}", floor=place.floor), (f"{rest}{sounds}", "dim"))
            )
        self.renew()

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(N_("Arrows"), N_("Places")),
            *([Hint("PgUp/PgDn", "Floors", "screen.page(-1)", 1)] if len(self.floors) > 1 else []),
            Hint("Enter", "More", "screen.enter", 2),
            Hint("Home", "You", "screen.edge(-1)", 3),
            Hint("Esc", "Back", "screen.close"),
            Hint("q", "Quit", "app.quit", 4),
        )

    # --- moving about ---

    def action_step(self, by: int, across: int = 0) -> None:
        if self.plan.plan is not None:
            self.select(neighbour(self.plan.plan, self.picked, across, by))

    def action_again(self, by: int) -> None:
        """To the next place of the floor, row by row: so every one can be come to."""
        if self.place is not None:
            ids = [place.id for place in self.known.floor(self.place.floor)]
            self.select(ids[(ids.index(self.picked) + by) % len(ids)])

    def action_page(self, by: int) -> None:
        """A floor up (-1) or down (1)."""
        if self.place is not None:
            at = self.floors.index(self.place.floor) + by
            if 0 <= at < len(self.floors):
                self.select(landing(self.known, self.picked, self.floors[at]))

    def action_pick(self, number: int) -> None:
        """To the floor with that number, where it is known."""
        if self.place is not None and number in self.floors and number != self.place.floor:
            self.select(landing(self.known, self.picked, number))

    def action_edge(self, by: int) -> None:
        """Back to where you are."""
        if self.known.here:
            self.select(self.known.here)

    def on_window_pointed(self, message: Window.Pointed) -> None:
        self.select(message.place)

    def action_enter(self) -> None:
        """All that is known of the place, on a page of its own."""
        if place := self.place:
            self.app.push_screen(
                Reading(place.name, place_blocks(place), _("floor {floor}", floor=place.floor), "enter")
            )


def place_blocks(place: PlaceView) -> list[Block]:
    """A place and its ways, a line each."""
    out = [Block(say(place_words(place)))]
    if not place.ways:
        out.append(Block(say((ways_words(place), "dim"))))
    for way in place.ways:
        sign = say(("  " if way.open else "x ", "dim"))
        out.append(Block(say(way_words(way, place.floor)), sign, 2))
    return out
