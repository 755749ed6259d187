"""Questions are looked back from piece by piece: from what they ask of one person, and of each other thing, by itself.

What a question asks of several things together is remembered together by nobody: a piece is told from all states from
which it alone may still come to be as it is asked for. So a piece is a small set, and where one leads to no beginning
the question is answered. If all do, a play that never leaves any of them mostly has all of them in the end: most things
do not stand in each other's way. (Partitioned over-approximation: Cho, Hachtel, Macii, Plessier and Somenzi 1996.)
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove import lookback
from game.prove.backwards import Backwards, Search
from game.prove.limits import Limits, OutOfLimits, Worth
from game.prove.model import Model
from game.prove.near import about, leading_there
from game.prove.play import Eyes, Moment, Player, Way
from game.prove.questions import Asked
from game.prove.sets import Set
from game.prove.trails import Log, Step

if TYPE_CHECKING:
    from game.prove.prover import Prover

NAME = "looking back piece by piece"

PIECE = 0.5
"""Seconds that one piece may take; without it there are more states, and no fewer."""

BRIEFLY = 80, 1.5
LONGER = 240, 4.0
"""Plays among the states of all pieces, at most, and the seconds they may take: at first, and for what is left then."""

QUICKLY, SLOWLY = (6.0, 2.0), (0.5, 6.0)
"""Answers a second that this is worth, and over how many seconds: where there are other ways to try, and else."""

MOST = 40
"""Pieces of a question, at most."""

LONGEST = 1_000
"""Choices of such a play, at most."""

REVISITED = 3
"""How often a play may come to the same state."""


EACH = 4
"""Moments of a scene that a play may begin from, at most."""

ASTRAY = 0.5
"""How often a play goes on to any state that leads to the goal, rather than to one that a piece says is nearer."""

Following: TypeAlias = "tuple[str, bytearray, Step]"
"""A scene, the values there and the step that leads to it."""


def ask(prover: Prover, share: float, walks: tuple[int, float] = BRIEFLY, wants: bool = True) -> None:
    """Look back piece by piece from what is open, and play as often and as long as `walks` says.

    Without `wants`, only from what must not be.
    """
    whole = prover.limits.within(prover.limits.left * share)
    asked = sorted((one for one in prover.open if wants or not one.wants), key=lambda one: one.wants)
    if not asked or whole.left <= 0:
        return
    try:
        back = prover.exactly()
        kin = related(prover.model)
        failed: set[frozenset[tuple[str, Set]]] = set()
        eyes = Eyes(prover.model, asked)
        worth = Worth(lambda: len(prover.answers), *(SLOWLY if wants else QUICKLY))
        for one in asked:
            if worth.lost():
                break
            if one not in prover.answers:
                whole.check()
                _look(prover, back, one, kin, failed, walks, eyes)
                back.sets.tidy()
                prover.tell(NAME)
    except (OutOfLimits, DDMemoryError) as error:
        prover.limited.append(f"{NAME} ({'memory' if isinstance(error, DDMemoryError) else 'time'})")
    prover.tell(NAME)


def related(model: Model) -> dict[int, int]:
    """For each variable that is about a person all that are about the same, as a mask."""
    out: dict[int, int] = {}
    for person in model.story.people.values():
        group = [var for var in (person.fate, person.company, person.bond) if var >= 0]
        out |= dict.fromkeys(group, sum(1 << var for var in group))
    return out


def piece(back: Backwards, goal: Mapping[str, Set], only: int, limits: Limits) -> Search | None:
    """All states from which a goal may be come to, as far as some variables tell; None where that takes too long."""
    search = Search(back, goal, limits, only=only)
    with suppress(OutOfLimits):
        for _ in search.steps():
            pass
    return search if search.finished else None


def _look(
    prover: Prover,
    back: Backwards,
    one: Asked,
    kin: Mapping[int, int],
    failed: set[frozenset[tuple[str, Set]]],
    walks: tuple[int, float],
    eyes: Eyes,
) -> None:
    goal = lookback.goal_of(back, one)
    # What stands in one branch shows in the same states, so one of its paragraphs tells of all.
    same = frozenset(goal.items())
    if same in failed:
        return
    asked = about([one]) or leading_there(prover.model, goal)
    found: list[Search] = []
    for only in list(dict.fromkeys(kin.get(var, 1 << var) for var in sorted(asked)))[:MOST]:
        search = piece(back, goal, only, lookback.limits(min(PIECE, prover.limits.left)))
        if search is None:
            continue
        if not search.begins():
            lookback.never(prover, one, only)
            return
        found.append(search)
    if not found or not one.wants:
        return
    failed.add(same)
    shown = lookback.showing(prover, one)
    walk = Walk(prover.player, found, frozenset(goal), lookback.any_of(shown), eyes)
    until = lookback.limits(min(walks[1], prover.limits.left))
    way = next((way for _ in range(walks[0]) if until.left > 0 and (way := walk.go()) is not None), None)
    lookback.settle(prover, eyes)
    if way is not None:
        lookback.note(prover, one, shown, way, eyes)


class Walk:
    """Plays among the states of all of some pieces, into a goal that `shows`, with open eyes."""

    def __init__(
        self,
        player: Player,
        pieces: Sequence[Search],
        goal: frozenset[str],
        shows: Callable[[State, Way], bool],
        eyes: Eyes,
        seed: int = 0,
    ) -> None:
        self.player = player
        self.pieces = [(search.back, search.can) for search in pieces]
        self.leading = random.Random(seed).choice(pieces)
        self.goal = goal
        self.shows = shows
        self.eyes = eyes
        self.chance = random.Random(seed)
        start, part = player.model.start, player.model.part
        first = min((can for _, can in self.pieces), key=len)
        self.begins = [
            moment
            for scene in first
            for moment in player.moments.get(scene, ())[:EACH]
            if self._leads(scene, moment.state.values)
        ]
        self.begins.sort(key=lambda moment: -part[moment.state.scene])
        self.begins.append(Moment(start, Log(start).here()))

    def _nearest(self, following: list[Following]) -> list[Following]:
        """Those of some steps that one piece leads on with soonest."""
        ranks = [self.leading.rank(end, after) for end, after, _ in following]
        least = min(rank for rank in ranks if rank is not None)
        return [one for one, rank in zip(following, ranks, strict=True) if rank == least]

    def _leads(self, scene: str, values: bytes | bytearray) -> bool:
        return all(scene in can and back.holds(*can[scene], values) for back, can in self.pieces)

    def go(self) -> Way | None:
        """One play, from the beginning or a moment of an earlier one; None if it does not come to the goal.

        Mostly it begins near the goal; but what stands in the way may have been decided long before.
        """
        player, eyes = self.player, self.eyes
        begin = self.begins[int(self.chance.random() ** 2 * len(self.begins))]
        log = Log(begin.state, begin.way if len(begin.way) else None)
        scene, values = begin.state.scene, bytearray(begin.state.values)
        been: dict[tuple[str, bytes], int] = {}
        for number in range(LONGEST):
            if scene in eyes.states:
                eyes.look(scene, values, log.here)
            here = (scene, bytes(values))
            if scene in self.goal and self.shows(State(*here), log.here()):
                return log.here()
            been[here] = been.get(here, 0) + 1
            if number % player.apart == player.apart - 1:
                player.keep(scene, values, log, 4 * player.most)
            following: list[Following] = []
            for choice in player.ways.open(scene, values):
                for act, step in zip(choice.acts, choice.steps, strict=True):
                    after = bytearray(values)
                    end = act(after)
                    if self._leads(end, after) and been.get((end, bytes(after)), 0) < REVISITED:
                        following.append((end, after, step))
            if not following:
                return None
            if len(following) > 1 and self.chance.random() > ASTRAY:
                following = self._nearest(following)
            end, after, step = self.chance.choice(following)
            log.steps.append(step)
            if eyes.steps and (edge := player.edges[scene, step[0][len(scene) + 1 :], step[1]]) in eyes.steps:
                eyes.listen(edge, bytes(values), log.here)
            scene, values = end, after
        return None
