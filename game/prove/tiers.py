"""What playing leaves open, way by way: each asks what the ones before it have left, and mostly costs more."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from oxidd.util import DDMemoryError

from game.prove import apart, lookback, people, sat, subjects
from game.prove.aim import towards
from game.prove.cells import Partitions
from game.prove.drops import larger_than, nothing, other_than
from game.prove.limits import Limits, OutOfLimits, Worth
from game.prove.near import BESIDES, ONE, about, groups, guarding, leading_there, tested
from game.prove.play import Eyes, Way, states
from game.prove.questions import Asked, OnTheWay, watched
from game.prove.reach import Space, share
from game.prove.refine import LONG, refine
from game.prove.sets import Set

if TYPE_CHECKING:
    from game.prove.prover import Prover

EVERYTHING = "everything"

SOON = 60_000
"""Groups of questions times edges, at most, for each group to be asked by itself before all are asked of more."""

NEAR = ("what is asked about", "what decides over it")
"""What is kept of a state, by the number of steps from what is asked about."""

STEPS = "step by step"

A_SECOND = 4_000
"""Scenes for which something may take a second more."""

WORTH = 25
"""Questions that playing must answer a second for it to go on: about as many as looking back from each does."""

OFTEN = 6
"""Variables that are kept from the start because they were needed before, at most."""


def ask(prover: Prover) -> None:
    sizes = prover.values.widths
    if len(prover.model.edges) >= subjects.LONG:
        _named(prover)
        # Each by itself is soon looked back from, as most of what matters for it is not far before it.
        lookback.soon(prover, 0.6, lambda one: not one.wants)
        lookback.roughly(prover, 0.4, last=lambda one: not one.wants)
        subjects.ask(prover)
    # A story that remembers little is looked at whole. In others a part of what they remember does for most
    # questions; which part, and in which order it is laid out, differs so much that some are tried in turn.
    if prover.small:
        prover.attempt(EVERYTHING, prover.open, prover.stranded.traps, nothing, 0.5)
    few = prover.hands * len(prover.groups()) * sum(map(len, prover.model.edges.values())) <= SOON
    people.ask(prover)
    lookback.roughly(prover, 0.2, wants=False, never=lookback.BRIEFLY)
    people.ask_arriving(prover)
    lookback.roughly(prover, 0.2, wants=False)
    prover.stranded.look_again()
    _named(prover)
    apart.ask(prover, 0.3, wants=False)
    _by_aiming(prover, 0.3)
    lookback.roughly(prover, 0.5)
    prover.stranded.look_again()
    lookback.exactly(prover, 0.3, (lookback.SHORTLY,))
    apart.ask(prover, 0.3)
    domains, traps = prover.model.sizes, prover.stranded.traps
    lookback.exactly(prover, 0.5)
    apart.ask(prover, 0.3, apart.LONGER)
    if few:
        _one_by_one(prover)
    else:
        _of_many(prover)
    lookback.exactly(prover, 0.6, lookback.LONGER)
    if not few:
        prover.attempt("what is yes or no", prover.open, traps, larger_than(domains, 2), 0.1, play=0)
        prover.attempt("what has up to 4 values", prover.open, traps, larger_than(domains, 4), 0.1, play=0)
    prover.attempt("what has up to 5 values", prover.open, traps, larger_than(domains, 5), 0.3)
    prover.attempt("what has up to 8 values", prover.open, traps, larger_than(sizes, 8), 0.4, people_last=True)
    if few:
        search(prover, 0.5, 5.0)
    _step_by_step(prover, 10 * ONE)
    loosely = prover.values.loosely(5)
    prover.attempt("all, less inside loops", prover.open, traps, nothing, 0.3, forget=loosely)


def _of_many(prover: Prover) -> None:
    """Many questions about a large story: what must not be of as little as it takes, what can be by playing."""
    _step_by_step(prover, 2 * ONE, 0.3)
    _by_aiming(prover, 0.3)
    lookback.exactly(prover, 0.5)
    _near(prover, 1)
    _near(prover, 1, clock=True)


def _named(prover: Prover) -> None:
    """What must not be, by the variables that it names alone."""
    asked = [one for one in prover.open if not one.wants]
    if not asked and not prover.stranded.traps:
        return
    groups = []
    for some, held in prover.groups(lambda one: not one.wants):
        kept = tested(prover.model, some) | guarding(prover.model, {scene for trap in held for scene in trap.part})
        if len(kept) <= BESIDES:
            groups.append((some, held, kept))
    drop = other_than(set[int]().union(*(kept for *_, kept in groups)))
    cells = Partitions(prover.model, prover.values, watched(asked), OnTheWay(asked), drop=drop)
    with suppress(OutOfLimits):
        share(cells, watched(asked), prover.limits)
    worth = Worth(lambda: len(prover.answers), WORTH, ONE)
    for some, held, kept in groups:
        if worth.lost():
            # There is more to each of them than what it names.
            return
        parts, seconds = cells.only(kept), ONE + len(prover.model.edges) / A_SECOND
        prover.attempt("what is named", some, held, nothing, 0.2, play=0, seconds=seconds, parts=parts)


def _by_aiming(prover: Prover, share: float) -> None:
    """Play towards what is open."""
    eyes = Eyes(prover.model, prover.open)
    towards(prover.model, prover.player, eyes, prover.open, prover.limits.within(prover.limits.left * share))
    for one, way in eyes.seen.items():
        prover.settle(one, True, "played", way)
    prover.tell("playing with an aim")


def _one_by_one(prover: Prover) -> None:
    """Few variables are soon looked at, so questions that have them in common are asked by themselves."""
    _near(prover, 0)
    _near(prover, 0, arriving=True)
    if len(prover.model.edges) > LONG:
        _search_together(prover, 0.3, ONE)
    _near(prover, 1)
    _near(prover, 1, clock=True)
    _step_by_step(prover, 2 * ONE)


def _near(prover: Prover, steps: int, *, arriving: bool = False, clock: bool = False) -> None:
    """Each group of questions by what it asks about and, `steps` times, what decides over that.

    Besides what decides over `arriving` where nothing else is asked, or the `clock`.
    """
    time = prover.model.story.by_name["clock"].index
    name = NEAR[steps] + (", and the way there" if arriving else ", and the clock" if clock else "")
    for asked, held in prover.groups():
        if prover.limits.left <= 0:
            prover.limited.append(f"{name} (time)")
            return
        far = prover.model.far(about(asked) | guarding(prover.model, {s for trap in held for s in trap.part}))
        kept = {var for var, away in far.items() if away <= steps}
        if (arriving and kept) or (steps and steps not in far.values()):
            continue
        scenes = {site.scene for one in asked if one.wants for site in one.sites}
        kept |= leading_there(prover.model, scenes) if arriving else {time} if clock else set()
        if len(kept) <= BESIDES / (1 + steps):
            prover.attempt(name, asked, held, other_than(kept), 0.25, play=0, seconds=ONE)


def _step_by_step(prover: Prover, seconds: float, share: float = 1.0) -> None:
    """Ask of as many variables as it takes: each question for some seconds, all for a share of the time left."""
    limits = prover.limits.within(prover.limits.left * share)
    for group in groups(prover.open):
        for one in group:
            if one in prover.answers:
                continue
            if limits.left <= 0:
                return
            kept = _refine(prover, one, limits.within(seconds))
            if kept is None:
                break
            # What tells of one tells of most of those that are about the same.
            rest = [other for other in group if other not in prover.answers]
            prover.attempt(STEPS, rest, [], other_than(kept), 0.05, play=0)


def _refine(prover: Prover, one: Asked, limits: Limits) -> set[int] | None:
    """Answer a question, and say which variables told; None where it takes too long."""
    start = about([one])
    # What stood in the way of others will stand in the way of this one, too.
    kept = start | {var for var, times in prover.stood.most_common(OFTEN) if times > 1}
    way = OnTheWay([one])
    within = prover.model.leading_to({site.scene for site in one.sites})

    def look(kept: set[int]) -> tuple[Space, dict[str, Set]]:
        drop = other_than(kept)
        seen = watched([one])
        space = Space(prover.model, prover.values, seen, way, drop=drop, limits=limits, within=within)
        space.run()
        goal: dict[str, Set] = {}
        for site in one.sites:
            goal[site.scene] = goal.get(site.scene, space.sets.none) | prover.goal(space, site)
        return space, goal

    shows = [(site, prover.shows(site)) for site in one.sites]
    try:
        found = refine(kept, look, lambda state, way: any(show(state, way) for _, show in shows), limits)
    except (OutOfLimits, DDMemoryError) as error:
        prover.limited.append(f"{STEPS} ({'memory' if isinstance(error, DDMemoryError) else 'time'})")
        return None
    finally:
        prover.stood.update(kept - start)
    if found is None:
        one.sites.clear()
        prover.settle(one, False, "sets", kept=prover.names(kept))
    else:
        went = states(prover.machine, found)
        assert went is not None
        site = next(site for site, show in shows if show(went[-1], found))
        prover.note_all(one, "search", prover.completed(site, found))
    prover.tell(STEPS)
    return kept


def search(prover: Prover, share: float, each: float) -> None:
    """What sets could not settle: look for a play as an answer to one large formula."""
    limits = prover.limits.within(prover.limits.left * share)
    for one in sorted(prover.open, key=lambda one: not one.wants):
        if one in prover.answers or limits.left <= 0:
            continue
        try:
            found = sat.search(prover.model, prover.values, one.sites, limits.within(each if one.wants else 1.0))
        except ImportError:
            return
        if found is None:
            prover.settle(one, False, "formula")
        elif isinstance(found, sat.Found):
            prover.note_all(one, "formula", _way_of(found))
        prover.tell("looking for playthroughs")


def _search_together(prover: Prover, share: float, each: float) -> None:
    """The same for all that is open at once, as long as that is quickly done."""
    asked = prover.open
    if not asked or prover.limits.left <= 0:
        return
    limits = prover.limits.within(prover.limits.left * share)
    sites = [one.sites for one in asked]
    with suppress(ImportError):
        for number, found in sat.search_each(
            prover.model, prover.values, sites, limits, each, lambda number: asked[number] in prover.answers
        ):
            prover.note_all(asked[number], "formula", _way_of(found))
    prover.tell("looking for playthroughs")


def _way_of(found: sat.Found) -> Way:
    return tuple((edge.roll, edge.outcome.id) for edge in found.edges)
