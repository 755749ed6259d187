"""Long stories: questions are asked by what they are about, each of few variables and of the whole story.

What a long story remembers is too much to be looked at together. But most questions are about one person, or what is
carried, or flags of one chapter, and a slice of these alone is soon looked at. What may be is then played out from
moments of earlier plays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from game.prove import near
from game.prove.cells import Partitions
from game.prove.model import numbers
from game.prove.questions import Asked, OnTheWay, watched

if TYPE_CHECKING:
    from game.prove.prover import Prover

LONG = 3_000
"""Scenes from which on a story is long."""

WIDE = 12
"""Variables of a slice, at most, if it is about more than one thing."""

BRIEF = ("flag", "seen", "chosen", "once", "lock")
"""Kinds of variables of which few matter at once, as most are read soon after they are set."""

NARROW = 4
"""Values of a variable that is kept for what it decides, at most."""

SHARE = 0.3
"""How much of the time left a slice may take."""


def ask(prover: Prover) -> None:
    """Ask all that is open, of what it is about and then of what has to do with that, too."""
    if not prover.open:
        return
    way = OnTheWay(prover.open)
    cells = Partitions(prover.model, prover.values, watched(prover.open), way)
    kin = _kin(prover)
    about = {one: _about(prover, one) for one in prover.open}
    main = {one: frozenset(v for var in about[one] for v in kin.get(var, ())) for one in about}
    passing = {v.index for v in prover.model.story.variables if v.kind in BRIEF}

    def group(asked: Iterable[Asked], steps: int) -> None:
        """Ask questions of what they are about, and of what is near that passes."""
        wanted = []
        near: dict[frozenset[int], frozenset[int]] = {}
        for one in asked:
            start = frozenset(about[one])
            if start not in near:
                far = prover.model.far(start, steps) if steps >= 0 else {}
                close = {v for v, away in far.items() if away <= steps and prover.values.widths[v] <= NARROW}
                near[start] = frozenset(close & passing)
            wanted.append((main[one], near[start], one))
        groups = _together(wanted)
        for number, (kept, each) in enumerate(groups):
            each = [one for one in each if one not in prover.answers]
            share = min(SHARE, 2 / (len(groups) - number))
            prover.attempt(_named(prover, kept), each, [], _not, share, parts=cells.only(kept))

    # First who and what it is about alone; then what passes, with what decides over it; and then both.
    group([one for one in prover.open if main[one]], -1)
    group([one for one in prover.open if not main[one]], 1)
    group(prover.open, 1)


def _not(var: int) -> bool:
    return False


def _named(prover: Prover, kept: Iterable[int]) -> str:
    names = sorted(prover.model.story.variables[var].name for var in kept)
    return f"{', '.join(names[:2])} and {len(names) - 2} more" if len(names) > 3 else ", ".join(names)


def _kin(prover: Prover) -> dict[int, frozenset[int]]:
    """For variables that are about one person, and for what is carried, all that are about the same."""
    story = prover.model.story
    groups = [{p.fate, p.company} | ({p.bond} if p.bond >= 0 else set()) for p in story.people.values()]
    groups.append({item.var for item in story.items.values()})
    return {var: frozenset(group) for group in groups for var in group}


def _about(prover: Prover, one: Asked) -> set[int]:
    """The variables a question is about; if it is about none, those that open a way to where it is asked."""
    out = near.about([one])
    if len(one.sites) == 1 and not out:
        return out.union(*(numbers(edge.reads) for edge in prover.model.into.get(one.sites[0].scene, ())))
    return out


def _together(
    wanted: list[tuple[frozenset[int], frozenset[int], Asked]],
) -> list[tuple[frozenset[int], list[Asked]]]:
    """Questions in groups of those with much in common, and the variables of each group.

    What lasts is told from what passes: of that there may be much in a group, as little of it is there at once.
    """
    by_variables: dict[frozenset[int], list[tuple[frozenset[int], Asked]]] = {}
    for lasting, passing, one in wanted:
        if len(lasting) <= WIDE:
            by_variables.setdefault(lasting, []).append((passing, one))
    groups: list[tuple[frozenset[int], list[tuple[frozenset[int], Asked]]]] = []
    for kept, asked in sorted(by_variables.items(), key=lambda group: -len(group[1])):
        for i, (other, also) in enumerate(groups):
            if len(kept | other) <= WIDE and (kept & other or not kept):
                groups[i] = (kept | other, also + asked)
                break
        else:
            groups.append((kept, asked))
    return [(kept.union(*(more for more, _ in asked)), [one for _, one in asked]) for kept, asked in groups]
