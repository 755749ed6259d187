"""What nobody can do who is not there is asked of few things: of who it is about, and of the hour.

Whether somebody lives and walks along is mostly decided long before they speak, and the hour tells most of the rest:
who is gone by nine does not speak at ten. What else a story remembers has no say in it, and is left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from game.prove.cells import Partitions
from game.prove.drops import nothing, other_than
from game.prove.limits import OutOfLimits, Worth
from game.prove.near import leading_there, tested
from game.prove.questions import Asked, OnTheWay, watched
from game.prove.reach import share

if TYPE_CHECKING:
    from game.prove.prover import Prover

NAMES = "who it is about", "who it is about, and the clock"

ARRIVING = "who it is about, and the way there"

FEW = 16
"""Variables that are kept, at most."""

SHARE = 0.1
"""How much of the time left one group of questions may take."""

SECONDS = 4.0
"""The same in seconds."""

WORTH = 3, 1.0
"""Answers a second that it must bring, and over how many seconds."""


def ask(prover: Prover) -> None:
    """Ask what must not be of the people it names, and then of these and the clock."""
    model = prover.model
    about = whom(prover)
    if not about:
        return
    clock = model.story.by_name["clock"].index
    drop = other_than(frozenset((clock,)).union(*about.values()))
    cells = Partitions(model, prover.values, watched(about), OnTheWay(about), drop=drop)
    with suppress(OutOfLimits):
        share(cells, watched(about), prover.limits)
    for name, also in zip(NAMES, (frozenset[int](), frozenset((clock,))), strict=True):
        groups: dict[frozenset[int], list[Asked]] = {}
        for one, who in about.items():
            if one not in prover.answers:
                groups.setdefault(who, []).append(one)
        within = {who: model.leading_to(s.scene for one in some for s in one.sites) for who, some in groups.items()}
        worth = Worth(lambda: len(prover.answers), *WORTH)
        # First where there is much to be asked of little.
        for who in sorted(groups, key=lambda who: (len(within[who]) / len(groups[who]), sorted(who))):
            if worth.lost():
                break
            parts = cells.only(who | also, within[who])
            prover.attempt(name, groups[who], [], nothing, SHARE, play=0, seconds=SECONDS, parts=parts)


def ask_arriving(prover: Prover) -> None:
    """Ask what must not be of the people it names, and of what decides over coming to where it is asked."""
    model = prover.model
    groups: dict[frozenset[int], list[Asked]] = {}
    for one, who in whom(prover).items():
        kept = who | leading_there(model, {site.scene for site in one.sites})
        if len(kept) <= FEW:
            groups.setdefault(kept, []).append(one)
    worth = Worth(lambda: len(prover.answers), *WORTH)
    for kept, some in groups.items():
        if worth.lost():
            break
        prover.attempt(ARRIVING, some, [], other_than(kept), SHARE, play=0, seconds=SECONDS)


def whom(prover: Prover) -> dict[Asked, frozenset[int]]:
    """What is open and must not be: the fates of all it names, and whether they walk along. Only what names anybody."""
    both = [frozenset((person.fate, person.company)) for person in prover.model.story.people.values()]
    out = {}
    for one in prover.open:
        named = tested(prover.model, [one]) if not one.wants else set()
        if who := frozenset[int]().union(*(each for each in both if each & named)):
            out[one] = who
    return out
