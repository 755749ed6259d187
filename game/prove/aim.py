"""Playing towards one question: what sets the variables it asks about is chosen, what spoils them or leads away is not.

Nothing is known of whether it helps; but dice fall as one likes, a play ends as soon as nothing leads to the question
any more, and whatever else it shows on the way counts as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.play import Eyes, Player
from game.prove.questions import Asked, Site
from game.prove.trails import Log, Step
from game.prove.transfers import into, pairs
from game.story.conditions import TRUE, conjunction

PLAYS = 4
"""Plays towards one question before others have their turn."""

ROUNDS = 6
"""Turns of each question, at most."""

STRAY = 0.25
"""How often a choice is made as if there were no aim."""


@dataclass(frozen=True, slots=True)
class Aim:
    """`helps` and `spoils` are outcomes of choices; `within` are the scenes that may lead to where it shows."""

    helps: frozenset[Step]
    spoils: frozenset[Step]
    within: frozenset[str]


def aim(model: Model, site: Site, within: frozenset[str]) -> Aim:
    """What to choose for a site to show: what sets what it asks for, and what opens such choices."""
    guard = site.edge.guard if site.edge is not None else TRUE
    wanted = pairs(conjunction([site.cond, site.before, guard]))
    helps, spoils = _setting(model, wanted, within)
    further, _ = _setting(model, [pair for edge in helps for pair in pairs(edge.guard)], within)
    if site.edge is not None:
        helps.append(site.edge)
    chosen = frozenset(_step(edge) for edge in (*helps, *further))
    leaving = (e for s in within for e in model.edges[s] if e is not site.edge and within.isdisjoint(e.ends))
    return Aim(chosen, frozenset(map(_step, (*spoils, *leaving))) - chosen, within)


def _step(edge: Edge) -> Step:
    return edge.roll, edge.outcome.id


def _setting(
    model: Model, wanted: Iterable[tuple[int, int]], within: frozenset[str]
) -> tuple[list[Edge], list[Edge]]:  # fmt: skip
    """The edges that may make a variable have one of the values wanted of it, and those that only may end that."""
    makes: dict[Edge, None] = {}
    ends: dict[Edge, None] = {}
    for var, mask in dict.fromkeys(wanted):
        for (scene, _), found in model.changing.get(var, {}).items():
            if scene not in within:
                continue
            for edge, tables in found:
                if any(into(table, mask) & ~mask for table in tables):
                    makes[edge] = None
                elif any(mask & ~into(table, mask) for table in tables):
                    ends[edge] = None
    return list(makes), list(ends)


def towards(model: Model, player: Player, eyes: Eyes, asked: Iterable[Asked], limits: Limits) -> None:
    """Play towards each of some questions in turn, as long as that shows anything."""
    waiting = [one for one in asked if one.wants]
    aims: dict[Site, Aim] = {}
    leading: dict[str, frozenset[str]] = {}
    for _ in range(ROUNDS):
        shown = len(eyes.seen)
        for one in waiting:
            for number in range(PLAYS if one.sites else 0):
                if limits.left <= 0:
                    return
                if one in eyes.seen:
                    break
                site = one.sites[number % len(one.sites)]
                if site.scene not in leading:
                    leading[site.scene] = model.leading_to([site.scene])
                if site not in aims:
                    aims[site] = aim(model, site, leading[site.scene])
                play(player, eyes, aims[site])
        waiting = [one for one in waiting if one not in eyes.seen]
        if len(eyes.seen) == shown:
            return


def play(player: Player, eyes: Eyes, aim: Aim) -> None:
    """One play with an aim, up to where nothing leads to it any more."""
    chance = player.chance
    player.plays += 1
    start = player.model.start
    scene, values = start.scene, bytearray(start.values)
    log = Log(start)
    for _ in range(player.longest):
        if scene in eyes.states:
            eyes.look(scene, values, log.here)
        if scene not in aim.within:
            return
        steps = [
            (choice, which)
            for choice in player.ways.open(scene, values)
            for which in range(len(choice.acts))
        ]  # fmt: skip
        if not steps:
            return
        if chance.random() >= STRAY:
            steps = [(c, i) for c, i in steps if c.steps[i] not in aim.spoils] or steps
            if chance.random() >= STRAY:
                steps = [(c, i) for c, i in steps if c.steps[i] in aim.helps] or steps
        choice, which = steps[0] if len(steps) == 1 else chance.choice(steps)
        player.taken[choice.name] += 1
        step = choice.steps[which]
        log.steps.append(step)
        if eyes.steps:
            edge = player.edges[scene, choice.choice.id, step[1]]
            if edge in eyes.steps:
                eyes.listen(edge, bytes(values), log.here)
        scene = choice.acts[which](values)
