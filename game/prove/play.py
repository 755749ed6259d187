"""Playing a story through the real engine, to see things with one's own eyes before asking whether they can be."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from game.engine import Dice, Machine, NotOffered, State
from game.engine.checks import Check
from game.engine.state import Carried
from game.prove.limits import Limits
from game.prove.model import Arrive, Assign, Did, Edge, Item, Model, Said, Split
from game.prove.odds_plays import Ways
from game.prove.questions import Asked, Site
from game.prove.report import Witness
from game.prove.trails import Log, Names, Rolls, Step, Trail
from game.story.conditions import Cond

Way: TypeAlias = "Sequence[Step]"
"""Choices, as (`scene.choice`, outcome)."""

LONGEST = 3_000
"""Choices after which a play that has come to no ending is given up, in a story of no more than a thousand scenes."""

APART = 32
"""Choices between two moments of a play that are kept, at most; fewer where a story is short."""

SCENES_APART = 40
"""Scenes of a story for each choice between two moments that are kept."""

MOMENTS = 3_000
"""Moments of plays that are kept, at least."""

REMEMBERED = 10_000_000
"""Values of variables that are kept with moments, about."""


def follow(machine: Machine, items: Sequence[Item], values: bytes) -> Iterator[tuple[int, bytes]]:
    """The items of a flow that are come to from `values`, by number, and with which values: words, deeds, the end."""
    now = bytearray(values)
    at = 0
    while True:
        match items[at]:
            case Assign(tables, then):
                for var, table in tables.items():
                    now[var] = table[now[var]]
                at = then
            case Split(cond, yes, no):
                at = yes if machine.check(cond)(bytes(now)) else no
            case Said(_, then) | Did(_, then):
                yield at, bytes(now)
                at = then
            case Arrive():
                yield at, bytes(now)
                return


class Eyes:
    """Sees whether what is asked about shows. `seen` has the first way that showed each question's site.

    `news` are those of them that nobody has taken out yet.
    """

    def __init__(self, model: Model, asked: Iterable[Asked]) -> None:
        self.model = model
        self.machine = model.machine
        self.seen: dict[Asked, Way] = {}
        self.news: list[Asked] = []
        self.states: dict[str, list[tuple[Asked, Cond]]] = defaultdict(list)
        self.steps: dict[Edge, list[tuple[Asked, Site]]] = defaultdict(list)
        self.open = 0
        # By identity, and with the condition, so that it stays its own.
        self._checks: dict[int, tuple[Cond, Check]] = {}
        for one in asked:
            self.open += one.wants
            for site in one.sites:
                if site.edge is None:
                    self.states[site.scene].append((one, site.cond))
                else:
                    self.steps[site.edge].append((one, site))

    def look(self, scene: str, values: bytes | bytearray, way: Callable[[], Way]) -> None:
        """Look around in a state."""
        waiting = self.states.get(scene)
        if not waiting:
            return
        left = []
        for one, cond in waiting:
            if one in self.seen:
                continue
            found = self._checks.get(id(cond))
            if found is None:
                found = self._checks[id(cond)] = (cond, self.machine.check(cond))
            if found[1](values):  # type: ignore[arg-type]
                self._found(one, way())
            else:
                left.append((one, cond))
        if left:
            self.states[scene] = left
        else:
            del self.states[scene]

    def listen(self, edge: Edge, before: bytes, way: Callable[[], Way]) -> None:
        """Look at what a choice does on the way. `way` includes it."""
        waiting = self.steps.get(edge)
        if not waiting:
            return
        came = dict(follow(self.machine, edge.items, before))
        end = max(came)
        left = []
        for one, site in waiting:
            if one in self.seen:
                continue
            if self.shows(site, before, came, end):
                self._found(one, way())
            else:
                left.append((one, site))
        if left:
            self.steps[edge] = left
        else:
            del self.steps[edge]

    def shows(self, site: Site, before: bytes, came: dict[int, bytes], end: int) -> bool:
        """Whether a site on the way showed. `came` are the items come to, the last of them being `end`."""
        assert site.edge is not None
        check = self.machine.check
        values = came.get(site.item)
        if values is None or not check(site.cond)(values) or not check(site.before)(before):
            return False
        if site.after is None:
            return True
        arrived = site.edge.items[end]
        assert isinstance(arrived, Arrive)
        return check(site.after[arrived.scene])(came[end])

    def shows_at(self, site: Site, step: Step, scene: str, before: bytes) -> bool:
        """Whether a site on the way shows when a choice that can be made is made."""
        edge = site.edge
        if edge is None or edge.scene != scene or (edge.roll, edge.outcome.id) != step:
            return False
        came = dict(follow(self.machine, edge.items, before))
        return self.shows(site, before, came, max(came))

    def _found(self, one: Asked, way: Way) -> None:
        self.seen[one] = way
        self.news.append(one)
        self.open -= one.wants


@dataclass(frozen=True, slots=True)
class Moment:
    """A state that was come to, and the way there."""

    state: State
    way: Trail


def longest(model: Model) -> int:
    """Choices after which a play of a story is given up."""
    return max(LONGEST, 3 * len(model.edges))


class Player:
    """Plays from the beginning to an ending, time and again. `moments` are states of these plays, by scene."""

    def __init__(self, model: Model, seed: int = 0) -> None:
        self.model = model
        self.chance = random.Random(seed)
        self.edges = {
            (edge.scene, edge.choice.id, edge.outcome.id): edge for edges in model.edges.values() for edge in edges
        }
        self.ways = Ways(model)
        self.taken: Counter[str] = Counter()
        self.plays = 0
        self.moments: dict[str, list[Moment]] = {}
        self._kept = 0
        self.longest = longest(model)
        self.apart = max(1, min(APART, len(model.edges) // SCENES_APART))
        self.most = max(MOMENTS, min(4 * MOMENTS, REMEMBERED // max(1, len(model.sizes))))

    def play(self, eyes: Eyes, curious: bool, safe: bool = False) -> tuple[State, Way] | None:
        """One play; the ending and the way there, or None when it came to none.

        The `curious` choose what was chosen least, the `safe` no roll if they can help it.
        """
        chance = self.chance
        self.plays += 1
        start = self.model.start
        scene, values = start.scene, bytearray(start.values)
        log = Log(start)
        steps = log.steps
        for number in range(self.longest):
            if number % self.apart == self.apart - 1:
                self.keep(scene, values, log)
            if scene in eyes.states:
                eyes.look(scene, values, log.here)
            options = [choice for choice in self.ways[scene] if choice.check is None or choice.check(values)]
            if not options:
                ended = self.model.scene(scene).is_ending
                return (State(scene, bytes(values)), log.here()) if ended else None
            if safe:
                options = [o for o in options if len(o.acts) == 1] or options
            if curious and len(options) > 1:
                counts = [self.taken[o.name] for o in options]
                least = min(counts)
                # Not always: a hub's way out is chosen often, and leads on.
                if chance.random() < 0.7:
                    options = [o for o, n in zip(options, counts, strict=True) if n == least]
            choice = options[0] if len(options) == 1 else chance.choice(options)
            self.taken[choice.name] += 1
            which = 0
            if len(choice.acts) > 1:
                which = chance.choices(range(len(choice.acts)), choice.shares)[0]
            steps.append(choice.steps[which])
            if eyes.steps:
                edge = self.edges[scene, choice.choice.id, choice.steps[which][1]]
                if edge in eyes.steps:
                    eyes.listen(edge, bytes(values), log.here)
            scene = choice.acts[which](values)
        return None

    def keep(self, scene: str, values: bytes | bytearray, log: Log, most: int = 0) -> None:
        """Keep the moment that a log has come to, if there are not as many as `most` already."""
        if self._kept < (most or self.most):
            self._kept += 1
            self.moments.setdefault(scene, []).append(Moment(State(scene, bytes(values)), log.here()))

    def like(self, wanted: Mapping[str, Sequence[tuple[str, str]]], stray: float) -> tuple[State, Way] | None:
        """One play that chooses in each scene, as long as it can, what is `wanted` there, one after the other.

        With the chance `stray` it chooses something else. The ending and the way there, or None.
        """
        chance = self.chance
        self.plays += 1
        start = self.model.start
        scene, values = start.scene, bytearray(start.values)
        log = Log(start)
        been: Counter[str] = Counter()
        for _ in range(self.longest):
            options = self.ways.open(scene, values)
            if not options:
                ended = self.model.scene(scene).is_ending
                return (State(scene, bytes(values)), log.here()) if ended else None
            follow = wanted.get(scene, ())[been[scene] :]
            been[scene] += 1
            steps = {step: (o, i) for o in options for i, step in enumerate(o.steps)}
            step = next((step for step in follow if step in steps), None)
            if step is None or chance.random() < stray:
                choice = chance.choice(options)
                which = chance.choices(range(len(choice.acts)), choice.shares)[0] if len(choice.acts) > 1 else 0
            else:
                choice, which = steps[step]
            log.steps.append(choice.steps[which])
            scene = choice.acts[which](values)
        return None

    def follow(self, eyes: Eyes, way: Way) -> State | None:
        """Go a way as far as it goes, with open eyes. Where it leads; None if it cannot be gone to its end."""
        scene, values = self.model.start.scene, bytearray(self.model.start.values)
        for number, (name, outcome) in enumerate(way):
            if scene in eyes.states:
                eyes.look(scene, values, lambda number=number: way[:number])  # type: ignore[misc]
            found = self._step(scene, values, name, outcome)
            if found is None:
                return None
            edge, act = found
            if edge in eyes.steps:
                eyes.listen(edge, bytes(values), lambda number=number: way[: number + 1])  # type: ignore[misc]
            scene = act(values)
        if scene in eyes.states:
            eyes.look(scene, values, lambda: way)
        return State(scene, bytes(values))

    def again(
        self, ways: Iterable[tuple[Step, ...]], limits: Limits
    ) -> Iterator[tuple[tuple[Step, ...], list[tuple[str, bytes]]]]:
        """Those of some ways that can be gone, each with the scenes it comes through, and the values there.

        Ways that begin alike should come one after the other: what they share is gone once. It ends when time does.
        """
        start = self.model.start
        went: list[tuple[str, bytes]] = [(start.scene, start.values)]
        before: tuple[Step, ...] = ()
        for number, way in enumerate(ways):
            if number % 64 == 63 and limits.left <= 0:
                return
            same = 0
            for a, b in zip(before, way, strict=False):
                if a != b or same + 1 >= len(went):
                    break
                same += 1
            del went[same + 1 :]
            before = way
            for name, outcome in way[same:]:
                scene, held = went[-1]
                found = self._step(scene, held, name, outcome)
                if found is None:
                    break
                values = bytearray(held)
                to = found[1](values)
                went.append((to, bytes(values)))
            else:
                yield way, went

    def _step(self, scene: str, values: bytes | bytearray, name: str, outcome: str) -> tuple[Edge, Carried] | None:
        """A step of a way: its edge, and what it does; None where it cannot be made."""
        choice = next((c for c in self.ways[scene] if c.name == name), None)
        edge = self.edges.get((scene, name.removeprefix(f"{scene}."), outcome))
        if choice is None or edge is None or not (choice.check is None or choice.check(values)):
            return None
        return edge, choice.acts[next(i for i, o in enumerate(choice.choice.outcomes) if o is edge.outcome)]


# --- ways ---------------------------------------------------------------------------------------------


def witness(way: Way, shortest: bool = False) -> Witness:
    """A way as it is written down."""
    return Witness(Names(way), Rolls(way), shortest)


def way_of(found: Witness) -> Way:
    """The way that is written down."""
    dice = dict(found.dice)
    return tuple((name, dice.get(name, "")) for name in found.log)


def states(machine: Machine, way: Way, start: State | None = None) -> list[State] | None:
    """The states a way comes through, from the first on; None if it cannot be gone."""
    out = [start or machine.start()]
    for name, outcome in way:
        scene, _, choice = name.rpartition(".")
        if scene != out[-1].scene:
            return None
        try:
            out.append(machine.choose(out[-1], choice, Dice(0, {name: outcome})).after)
        except NotOffered:
            return None
    return out


def onward(way: Way, step: Step) -> Way:
    """A way and one choice more."""
    return way.onward(step) if isinstance(way, Trail) else (*way, step)


def lately(machine: Machine, way: Way) -> list[State] | None:
    """The last states a way comes through, two at least if there are as many; None if it cannot be gone."""
    if isinstance(way, Trail):
        start, steps = way.lately()
        if steps or len(way) < 1:
            return states(machine, steps, start)
    return states(machine, way)


def shortened(
    machine: Machine, way: Way, shows: Callable[[Way], bool], tries: int = 400, limits: Limits | None = None
) -> Way:
    """`way` without stays that it can do without: between two visits to a scene. The longest are tried first."""
    went = states(machine, way)
    assert went is not None
    length = len(way)
    while length and tries > 0:
        for begin, end in _stays(went, length):
            if tries <= 0 or (limits is not None and limits.left <= 0):
                return way
            tries -= 1
            length = end - begin
            shorter = (*way[:begin], *way[end:])
            again = states(machine, shorter)
            if again is not None and shows(shorter):
                way, went = shorter, again
                break
        else:
            return way
        length = min(length - 1, len(way))
    return way


def _stays(went: Sequence[State], longest: int) -> Iterator[tuple[int, int]]:
    """Where one scene is left and come to again, no more than `longest` choices later; the longest stays first."""
    visits: dict[str, list[int]] = {}
    for i, state in enumerate(went):
        visits.setdefault(state.scene, []).append(i)
    stays = [
        (begin, end)
        for at in visits.values()
        for i, begin in enumerate(at)
        for end in at[i + 1 :]
        if end - begin <= longest
    ]
    yield from sorted(stays, key=lambda stay: (stay[0] - stay[1], stay[0]))
