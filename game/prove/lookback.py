"""What is open is looked back from, question by question: see `backwards`.

What must not be is looked back from without what has many values first: mostly that is enough. What may be is looked
back from with all there is, up to a moment of a play that leads to it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove.backwards import Backwards, Search
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import numbers
from game.prove.play import Eyes, Way, lately
from game.prove.questions import Asked
from game.prove.sets import Set

if TYPE_CHECKING:
    from game.prove.prover import Prover

NAME = "looking back"

BRIEFLY = 0.15
"""Seconds for a question where much is left out."""

LONGER = 0.5, 3.0, 20.0
"""Seconds for a question with nothing left out: at first, and then, if time is left, again."""

WALKS = 24
"""Walks to a question, at most, from moments that lead there."""


def ask(prover: Prover, share: float, long: bool) -> None:
    """Look back from all that is open. `long` gives each question as much time as there is."""
    whole = prover.limits.within(prover.limits.left * share)
    if not prover.open or whole.left <= 0:
        return
    try:
        if not long:
            _round(prover, prover.roughly(), sorted(prover.open, key=lambda one: one.wants), whole, BRIEFLY)
        for seconds in LONGER[1:] if long else LONGER[:1]:
            _round(prover, prover.exactly(), sorted(prover.open, key=lambda one: one.wants), whole, seconds)
    except (OutOfLimits, DDMemoryError) as error:
        prover.limited.append(f"{NAME} ({'memory' if isinstance(error, DDMemoryError) else 'time'})")
    prover._tell(NAME)


def _round(prover: Prover, back: Backwards, asked: list[Asked], whole: Limits, seconds: float) -> None:
    chance = random.Random(len(asked))
    for one in asked:
        if one in prover.answers:
            continue
        whole.check()
        try:
            _look(prover, back, one, limits(min(seconds, whole.left)), chance)
        except OutOfLimits:
            prover.limited.append(f"{NAME} (time)")
        except DDMemoryError:
            prover.limited.append(f"{NAME} (memory)")
        back.sets.tidy()
        prover._tell(NAME)


def limits(seconds: float) -> Limits:
    """Limits by the time that this process is given: others that run beside it should decide over nothing."""
    return Limits(seconds, clock=time.process_time)


def _look(prover: Prover, back: Backwards, one: Asked, limits: Limits, chance: random.Random) -> None:
    goal: dict[str, Set] = {}
    for site in one.sites:
        goal[site.scene] = goal.get(site.scene, back.sets.none) | back.goal(site)
    search = Search(back, goal, limits, prover.player.moments if one.wants or back.exact else {})
    shown = [(site, prover._shows(site)) for site in one.sites]

    def shows(state: State, way: Way) -> bool:
        return any(show(state, way) for _, show in shown)

    way = play(prover, back, search, shows, chance)
    if way is not None:
        went = lately(prover.machine, way)
        assert went is not None
        site = next(site for site, show in shown if show(went[-1], way))
        way = prover._completed(site, way)
        prover._settle(one, True, "search", way)
        eyes = Eyes(prover.model, prover.open)
        prover._see(eyes, way)
        for other, seen in eyes.seen.items():
            prover._settle(other, True, "search", seen)
    elif search.finished and not search.begins():
        one.sites.clear()
        names = () if back.exact else prover._names(numbers(search.matters))
        prover._settle(one, False, "sets", kept=names)


def play(
    prover: Prover, back: Backwards, search: Search, shows: Callable[[State, Way], bool], chance: random.Random
) -> Way | None:
    """Look back until all is known, or a play leads into the goal; that play, or None."""
    eyes = Eyes(prover.model, prover.open)
    walked = 0
    way = None
    for _ in search.steps():
        while search.hits and walked < WALKS and way is None:
            walked += 1
            way = search.walk(search.hits.pop(0), shows, prover.player, eyes, chance)
        search.hits.clear()
        if way is not None or (not back.exact and (walked >= WALKS or not search.moments) and search.begins()):
            break
    for other, seen in eyes.seen.items():
        prover._settle(other, True, "search", seen)
    return way
