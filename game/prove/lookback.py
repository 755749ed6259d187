"""What is open is looked back from, question by question: see `backwards`.

What must not be is looked back from without what has many values first: mostly that is enough. What may be is looked
back from with all there is, up to a moment of a play that leads to it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove.backwards import Backwards, Search
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import numbers
from game.prove.near import ONE
from game.prove.play import Eyes, Player, Way, lately
from game.prove.questions import Asked, Site
from game.prove.sets import Set

if TYPE_CHECKING:
    from game.prove.prover import Prover

NAME = "looking back"

BRIEFLY = 0.15
"""Seconds for a question where much is left out, if it wants something to be."""

NEVER = 1.2
"""The same if it wants something never to be, as most is soon shown to be never so."""

SHORTLY = 0.3
"""Seconds for a question with nothing left out before there are other ways to try."""

LONGER = 3.0, 20.0
"""Seconds for a question with nothing left out: at first, and then, if time is left, again."""

AT_ONCE = 0.04
"""Seconds for a question that wants something to be, where there are very many: most take a quarter of it."""

WALKS = 24
"""Walks to a question, at most, from moments that lead there."""

Shows: TypeAlias = "Callable[[State, Way], bool]"
"""Whether something shows in a state at the end of a way."""


def roughly(
    prover: Prover,
    share: float,
    last: Callable[[Asked], bool] = lambda one: one.wants,
    wants: bool = True,
    never: float = NEVER,
) -> None:
    """Look back briefly from all that is open, without what has many values; from what is `last` after all others.

    Without `wants`, only from what must not be, each for so many seconds as `never` says.
    """
    _ask(prover, prover.roughly, share, (BRIEFLY,), last, wants, never)


def exactly(prover: Prover, share: float, seconds: tuple[float, ...] = (ONE,)) -> None:
    """Look back from all that is open, with nothing left out; time and again, if there are several times for it."""
    _ask(prover, prover.exactly, share, seconds)


def soon(prover: Prover, share: float, last: Callable[[Asked], bool]) -> None:
    """Look back from all that is open for so short a while that those that are hard keep nobody from the others."""
    _ask(prover, prover.roughly, share, (AT_ONCE,), last)


def _ask(
    prover: Prover,
    make: Callable[[], Backwards],
    share: float,
    times: tuple[float, ...],
    last: Callable[[Asked], bool] = lambda one: one.wants,
    wants: bool = True,
    never: float = NEVER,
) -> None:
    whole = prover.limits.within(prover.limits.left * share)
    if not any(wants or not one.wants for one in prover.open) or whole.left <= 0:
        return
    try:
        back = make()
        for seconds in times:
            asked = [one for one in prover.open if wants or not one.wants]
            _round(prover, back, sorted(asked, key=last), whole, seconds, never)
    except (OutOfLimits, DDMemoryError) as error:
        prover.limited.append(f"{NAME} ({'memory' if isinstance(error, DDMemoryError) else 'time'})")
    prover.tell(NAME)


def _round(
    prover: Prover, back: Backwards, asked: list[Asked], whole: Limits, seconds: float, never: float = NEVER
) -> None:
    chance = random.Random(len(asked))
    known: dict[object, bool] = {}
    eyes = Eyes(prover.model, asked)
    for one in asked:
        if one in prover.answers:
            continue
        whole.check()
        try:
            least = seconds if one.wants else max(seconds, never)
            _look(prover, back, one, limits(min(least, whole.left)), chance, known, eyes)
        except OutOfLimits:
            prover.limited.append(f"{NAME} (time)")
        except DDMemoryError:
            prover.limited.append(f"{NAME} (memory)")
        back.sets.tidy()
        prover.tell(NAME)


def limits(seconds: float) -> Limits:
    """Limits by the time that this process is given: others that run beside it should decide over nothing."""
    return Limits(seconds, clock=time.process_time)


def _look(
    prover: Prover,
    back: Backwards,
    one: Asked,
    limits: Limits,
    chance: random.Random,
    known: dict[object, bool],
    eyes: Eyes,
) -> None:
    goal = goal_of(back, one)
    # What stands in one branch shows in the same states, so one of its paragraphs tells of all.
    same = frozenset(goal.items())
    if same in known:
        if known[same]:
            never(prover, one, 0)
        return
    known[same] = False
    search = Search(back, goal, limits, prover.player.moments if one.wants or back.exact else None)
    shown = showing(prover, one)
    try:
        way = meet(prover.player, back, search, any_of(shown), eyes, chance)
    finally:
        settle(prover, eyes)
    if way is not None:
        del known[same]
        note(prover, one, shown, way, eyes)
    elif search.finished and not search.begins():
        known[same] = True
        never(prover, one, 0 if back.exact else search.matters)


def goal_of(back: Backwards, one: Asked) -> dict[str, Set]:
    """For each scene with a site of a question the states in which one of them shows."""
    goal: dict[str, Set] = {}
    for site in one.sites:
        goal[site.scene] = goal.get(site.scene, back.sets.none) | back.goal(site)
    return goal


def showing(prover: Prover, one: Asked) -> list[tuple[Site, Shows]]:
    """The sites of a question, each with whether it shows."""
    return [(site, prover.shows(site)) for site in one.sites]


def any_of(shown: Iterable[tuple[Site, Shows]]) -> Shows:
    """Whether one of some sites shows."""
    return lambda state, way: any(shows(state, way) for _, shows in shown)


def note(prover: Prover, one: Asked, shown: Iterable[tuple[Site, Shows]], way: Way, eyes: Eyes) -> None:
    """A way to one of the sites of a question was found; what else shows at its end is noted, too."""
    went = lately(prover.machine, way)
    assert went is not None
    site = next(site for site, show in shown if show(went[-1], way))
    way = prover.completed(site, way)
    if one not in prover.answers:
        prover.settle(one, True, "search", way)
    prover.see(eyes, way)
    settle(prover, eyes)


def settle(prover: Prover, eyes: Eyes) -> None:
    """Answer what was seen since this was asked last."""
    while eyes.news:
        one = eyes.news.pop()
        if one not in prover.answers:
            prover.settle(one, True, "search", eyes.seen[one])


def never(prover: Prover, one: Asked, mattered: int) -> None:
    """No site of a question can show. `mattered` are the variables that tell, as a mask; 0 where all might."""
    one.sites.clear()
    prover.settle(one, False, "sets", kept=prover.names(numbers(mattered)))


def meet(
    player: Player,
    back: Backwards,
    search: Search,
    shows: Shows,
    eyes: Eyes,
    chance: random.Random,
) -> Way | None:
    """Look back until all is known, or a play leads into the goal; that play, or None."""
    walked = 0
    way = None
    for _ in search.steps():
        while search.hits and walked < WALKS and way is None:
            walked += 1
            way = search.walk(search.hits.pop(0), shows, player, eyes, chance)
        search.hits.clear()
        if way is not None or (not back.exact and (walked >= WALKS or search.moments is None) and search.begins()):
            break
    return way
