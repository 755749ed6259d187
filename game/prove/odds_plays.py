"""Kinds of players, and plays of theirs: quick ones, that read no words and keep what a run can be made of again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from game.engine import State
from game.engine.state import Carried
from game.prove.model import Edge, Model
from game.prove.trails import Step
from game.story.conditions import TRUE
from game.story.model import Branch, Change, Choice, Effect, Op, Story

Check: TypeAlias = "Callable[[bytearray | bytes], bool]"

PLAYERS = {
    "random": "takes any open choice alike",
    "careful": "nine times in ten takes what is announced to raise no meter, or to raise meters least; else any",
    "curious": "takes what they took least often so far in this play",
    "kind": "nine times in ten takes what does people most good: bonds, joining, promises made and kept; else any",
}
"""How each kind of player chooses among the open choices. Between choices that are as good they take any alike."""

MOSTLY = 0.9
"""How often the careful and the kind keep to what they prefer. Whoever always did could go in circles for ever."""

LONGEST = 5_000
"""Choices after which a play is given up: it does not end."""

GOOD = {"bond": 1, "join": 1, "promise": 1, "keep": 1, "leave": -1, "break": -1, "fate": -1}
"""What an effect is to people, by its verb: a bond by what it does to it, and a fate only if somebody is gone."""


@dataclass(slots=True, eq=False)
class Way:
    """A choice of a scene, ready to be taken. `steps` is how its outcomes are written down, `acts` what they do.

    `upto` are the sums of its outcomes' weights, `shares` their parts of 1.

    `ranks` say how much a kind of player likes it. `away` means that it leads where nothing leads back from.
    """

    scene: str
    choice: Choice
    name: str
    check: Check | None
    acts: tuple[Carried, ...]
    steps: tuple[Step, ...]
    upto: tuple[int, ...]
    shares: tuple[float, ...]
    ranks: Mapping[str, int]
    away: bool


class Ways(dict[str, "tuple[Way, ...]"]):
    """The choices of each scene, made ready when it is first entered."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __missing__(self, scene: str) -> tuple[Way, ...]:
        edges: dict[str, list[Edge]] = {}
        for edge in self.model.edges[scene]:
            edges.setdefault(edge.choice.id, []).append(edge)
        found = self[scene] = tuple(_way(self.model, scene, each) for each in edges.values())
        return found

    def open(self, scene: str, values: bytes | bytearray) -> tuple[Way, ...]:
        """The choices that are open in a scene."""
        return tuple(way for way in self[scene] if way.check is None or way.check(values))


def _way(model: Model, scene: str, edges: Sequence[Edge]) -> Way:
    choice, guard = edges[0].choice, edges[0].guard
    part = model.part
    weights = [edge.outcome.weight for edge in edges]
    effects = [*choice.do, *(effect for edge in edges for effect in edge.outcome.do)]
    ranks = {
        "careful": -sum(amount for _, amount in choice.price.meters),
        "kind": sum(_good(model.story, effect) for effect in effects),
    }
    return Way(
        scene,
        choice,
        f"{scene}.{choice.id}",
        None if guard == TRUE else model.machine.check(guard),  # type: ignore[arg-type]
        model.machine.acts(scene, choice.id),
        tuple((edge.roll, edge.outcome.id) for edge in edges),
        tuple(sum(weights[: i + 1]) for i in range(len(weights))),
        tuple(weight / sum(weights) for weight in weights),
        ranks,
        all(part[end] != part[scene] for edge in edges for end in edge.ends),
    )


def _good(story: Story, effect: Effect) -> int:
    if effect.verb == "bond":
        table = next(op.table for op in effect.ops if isinstance(op, Change))
        return GOOD["bond"] if table[0] else -GOOD["bond"]
    if effect.verb == "fate":
        gone = [fate.presence == "gone" for fate in story.fates.values()]
        fates = {person.fate for person in story.people.values()}
        return GOOD["fate"] * any(gone[op.table[0]] for op in _changes(effect.ops) if op.var in fates)
    return GOOD.get(effect.verb, 0)


def _changes(ops: Sequence[Op]) -> Iterator[Change]:
    for op in ops:
        if isinstance(op, Change):
            yield op
        elif isinstance(op, Branch):
            yield from _changes(op.then)
            yield from _changes(op.otherwise)


def shares(player: str, ways: Sequence[Way]) -> list[float]:
    """How likely a kind of player is to take each of some open choices. The curious remember: they have none."""
    if player == "random":
        return [1 / len(ways)] * len(ways)
    ranks = [way.ranks[player] for way in ways]
    best = max(ranks)
    most, rest = MOSTLY / ranks.count(best), (1 - MOSTLY) / len(ways)
    return [rest + most if rank == best else rest for rank in ranks]


@dataclass(slots=True, eq=False)
class Play:
    """A play: its choices as `scene.choice`, and what each roll came to. Unless it `ended` it was stuck or given up.

    `forks` are the choices that lead away for good, taken where others were open: (the one, all that were open).
    """

    log: list[str]
    dice: dict[str, str]
    end: State
    ended: bool
    forks: list[tuple[Way, list[Way]]]


def plays(
    model: Model,
    seed: int,
    player: str = "random",
    *,
    ways: Ways | None = None,
    longest: int = LONGEST,
) -> Iterator[Play]:
    """Plays without end, one after the other: the same for the same seed. Their logs and dice are runs."""
    ways = Ways(model) if ways is None else ways
    dice = random.Random(f"{seed}/{player}")
    while True:
        yield _play(model, ways, player, dice.random, longest)


def _play(
    model: Model,
    ways: Ways,
    player: str,
    chance: Callable[[], float],
    longest: int,
) -> Play:
    scene, values = model.start.scene, bytearray(model.start.values)
    log: list[str] = []
    dice: dict[str, str] = {}
    forks: list[tuple[Way, list[Way]]] = []
    times: dict[str, int] = {}
    for _ in range(longest):
        known = ways[scene]
        there = [way for way in known if way.check is None or way.check(values)]
        if not there:
            break
        liked = there
        if player == "curious":
            taken = [times.get(way.name, 0) for way in there]
            least = min(taken)
            liked = [way for way, often in zip(there, taken, strict=True) if often == least]
        elif player != "random" and len(there) > 1 and chance() < MOSTLY:
            best = max(way.ranks[player] for way in there)
            liked = [way for way in there if way.ranks[player] == best]
        way = liked[int(chance() * len(liked))] if len(liked) > 1 else liked[0]
        if player == "curious":
            times[way.name] = times.get(way.name, 0) + 1
        if way.away and len(there) > 1:
            forks.append((way, there))
        log.append(way.name)
        acts = way.acts
        if len(acts) == 1:
            scene = acts[0](values)
            continue
        point = chance() * way.upto[-1]
        which = sum(point >= upto for upto in way.upto[:-1])
        dice[way.name] = way.choice.outcomes[which].id
        scene = acts[which](values)
    ended = model.story.scenes[scene].is_ending
    return Play(log, dice, State(scene, bytes(values)), ended, forks)
