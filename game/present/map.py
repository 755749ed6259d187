"""What a player knows of the places of a story: where they have been, and the ways they were offered or have walked.

Made from the places the engine walks (`story.places`), and from nothing the player has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.engine import Run
from game.engine.pages import level
from game.language import _
from game.present import wording
from game.present.chronicle import chronicle
from game.story.times import clock_text


@dataclass(frozen=True, slots=True)
class WayView:
    """A way out of a place, as it was when the player last saw it.

    `reason` says why it is locked; "" for an open way, and for a locked one that gives none. `price` is what going
    there is known to cost.
    """

    to: str
    name: str
    floor: int
    open: bool
    reason: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place the player has been to, or knows a way to. `last` says when they were there last, "" for never."""

    id: str
    name: str
    short: str
    floor: int
    at: tuple[int, int]
    """Column, row."""
    been: bool
    here: bool
    last: str
    ways: tuple[WayView, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """All that is known. `here` is a place's id, "" before the player is anywhere. `sounds` is (label, word)."""

    here: str
    places: tuple[PlaceView, ...]
    """In the story's order; each once."""
    sounds: tuple[tuple[str, str], ...]
    """The meters whose rise is announced with a price, such as noise, and how they stand."""

    @property
    def floors(self) -> tuple[int, ...]:
        """The floors of which something is known, from the top."""
        return tuple(sorted({p.floor for p in self.places}, reverse=True))

    def floor(self, number: int) -> tuple[PlaceView, ...]:
        """The places known on a floor, row by row."""
        return tuple(sorted((p for p in self.places if p.floor == number), key=lambda p: (p.at[1], p.at[0])))

    def place(self, id: str) -> PlaceView | None:
        return next((p for p in self.places if p.id == id), None)


def map_view(run: Run) -> MapView:
    """The map as the player knows it at the run's turn."""
    story = run.machine.story
    known = chronicle(run)
    turns = [known.place(turn) for turn in range(run.turn + 1)]
    last = {id: turn for turn, id in enumerate(turns) if id}
    ways = _ways(run, turns)
    reached = {*last, *(to for _, to in ways)}
    places = tuple(
        PlaceView(
            id,
            place.name,
            place.short,
            place.floor,
            place.at,
            id in last,
            id == turns[-1],
            _when(run, last[id]) if id in last else "",
            tuple(ways[id, exit.to] for exit in place.exits if (id, exit.to) in ways),
        )
        for id, place in story.places.items()
        if id in reached
    )
    sounds = tuple(
        (meter.label, word)
        for meter in story.meters.values()
        if meter.price and (word := level(meter.words, int(str(run.value(meter.id)))))
    )
    return MapView(turns[-1], places, sounds)


def _when(run: Run, turn: int) -> str:
    minutes = run.minutes(turn)
    return clock_text(minutes) if minutes is not None else _("turn {turn}", turn=turn)


def _ways(run: Run, turns: list[str]) -> dict[tuple[str, str], WayView]:
    """The ways the player knows, (from, to), each as it was last seen: offered, refused, or walked."""
    story = run.machine.story
    exits = {(id, exit.to) for id, place in story.places.items() for exit in place.exits}
    out: dict[tuple[str, str], WayView] = {}

    def add(here: str, to: str, open: bool, reason: str = "", price: str = "") -> None:
        place = story.places[to]
        old = out.get((here, to))
        if old is None:
            out[here, to] = WayView(to, place.short, place.floor, open, reason, price)
        elif price and not old.price:
            # It was walked after it was last offered: what it costs was known before.
            out[here, to] = WayView(to, old.name, old.floor, old.open, old.reason, price)

    complete: set[str] = set()
    """Rooms of which every way has been seen already, later in the run: nothing earlier counts."""
    for turn in range(run.turn, -1, -1):
        state = run.state_at(turn)
        scene = story.scenes[state.scene]
        if scene.kind == "room" and scene.id not in complete:
            shown = [o for o in run.machine.options(state) if o.choice.kind == "exit"]
            for option in shown:
                choice = option.choice
                reason = "" if option.open else run.line(choice.locked, turn)
                add(scene.place, choice.place, option.open, reason, wording.price(story, choice))
            if len(shown) == sum(c.kind == "exit" for c in scene.choices):
                complete.add(scene.id)
        if turn and turns[turn] != turns[turn - 1]:
            # Whoever has gone from one end to the other knows that there is a way, and that it was open.
            for ends in ((turns[turn - 1], turns[turn]), (turns[turn], turns[turn - 1])):
                if ends in exits:
                    add(*ends, open=True)
    return out


# --- in words -------------------------------------------------------------------------------------


def way_words(way: WayView, floor: int) -> str:
    """A way in words: `the library`, `the roof (floor 5; locked: The door is shut)`."""
    about = []
    if way.floor != floor:
        up = way.floor > floor
        about.append(_("up on floor {floor}", floor=way.floor) if up else _("down on floor {floor}", floor=way.floor))
    if not way.open:
        about.append(_("locked: {reason}", reason=way.reason.rstrip(".")) if way.reason else _("locked"))
    if way.price:
        about.append(way.price)
    return f"{way.name} ({'; '.join(about)})" if about else way.name


def place_words(place: PlaceView) -> str:
    """Whether the player is at a place, has been there, or only knows of it."""
    if place.here:
        return _("You are here.")
    return _("You have been here, last on {when}.", when=place.last) if place.been else _("You have not been here.")


def ways_words(place: PlaceView) -> str:
    """The ways from a place, in a sentence."""
    if not place.ways:
        return _("You know no way from here.") if place.been else _("What leads on from here you do not know.")
    return _("Ways: {ways}.", ways=", ".join(way_words(way, place.floor) for way in place.ways))


def sounds_words(known: MapView) -> str:
    """What one can say of noise: `Noise: restless.`; "" where the story has no such meter."""
    return " ".join(f"{label[:1].upper()}{label[1:]}: {word}." for label, word in known.sounds)


def map_sentences(known: MapView) -> list[str]:
    """The whole map as sentences, a paragraph each: here, its ways, then floor by floor."""
    if not known.places:
        return [_("You know no place yet.")]
    out = []
    if here := known.place(known.here):
        at = _("You are at {place}, on floor {floor}.", place=wording.lower_first(here.short), floor=here.floor)
        out.append(f"{at} {ways_words(here)}")
    if sounds := sounds_words(known):
        out.append(sounds)
    for floor in known.floors:
        out.append(_("Floor {floor}:", floor=floor))
        for place in known.floor(floor):
            if not place.here:
                out.append(f"{place.name}. {place_words(place)} {ways_words(place)}")
    if len(known.places) == 1:
        del out[-1]
    return out
