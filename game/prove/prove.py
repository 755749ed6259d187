"""The proof as a whole: questions, fates, luck, losses and odds, within one budget."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from game.engine import Machine
from game.prove.aside import Aside, Found
from game.prove.cells import Partitions
from game.prove.declared import questions as about_declarations
from game.prove.fates import Fates
from game.prove.goals import Goals
from game.prove.limits import Limits
from game.prove.odds import Odds, odds
from game.prove.packed import pack, unpack
from game.prove.parallel import Tasks
from game.prove.play import witness
from game.prove.prover import Progress, Prover, quiet
from game.prove.report import KINDS, Answer, Memory, Prospect, Report
from game.prove.sharing import GRACE, Steps

SECONDS = 60.0
NODES = 1 << 24

ODDS = 6.0
"""Seconds that counting or sampling odds may take."""

RUNS = 4_000
"""Plays of each kind of player, where odds are sampled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, and for how long. `seconds` bounds all of it; `nodes` the diagrams: about 40 bytes each.

    `cores` is how many processes may work at once, and share both: see `parallel`.

    `matrix` asks for the fates at the endings, `goals` for luck, losses and odds. `known` are answers about an earlier
    version of the story: where its playthroughs still go and what still matters is tried first.
    """

    seconds: float = SECONDS
    nodes: int = NODES
    seed: int = 0
    matrix: bool = True
    goals: bool = True
    known: tuple[Answer, ...] = ()
    cores: int = 1


def prove(machine: Machine, plan: Plan = Plan(), progress: Progress = quiet) -> Report:
    """Everything that can be said about a story within a budget. Needs the extra `writer` (oxidd)."""
    collecting = gc.isenabled()
    # A story and what is known about it are up to millions of live objects, of which a proof throws none away.
    gc.disable()
    try:
        return _prove(machine, plan, progress)
    finally:
        if collecting:
            gc.enable()


def _prove(machine: Machine, plan: Plan, progress: Progress) -> Report:
    limits = Limits(plan.seconds, plan.nodes)
    before = sum(os.times()[:4])
    more = plan.matrix or plan.goals
    hands = limits.hands(plan.cores)
    with Tasks(hands) as tasks:
        within = limits.within(plan.seconds * (0.7 if more else 1.0))
        prover = Prover(machine, within, seed=plan.seed, progress=progress, tasks=tasks)
        # What is dear to remember is known as soon as the story is laid out.
        costs = tasks.begin(lambda: pack(memory(prover))) if prover.shares else None
        prover.answer(plan.known)
        prover.shorten(limits.within(2.0))
        story, model, player = machine.story, prover.model, prover.player
        progress("who can live", len(prover.answers), len(prover.asked))
        share = 0.45 if plan.goals else 1.0
        fates = Fates(model, limits.within(limits.left * share), player) if plan.matrix else None
        goals = Goals(model, limits, player) if plan.goals else None
        if fates:
            fates.learn(prover.all_answers())

        def likely(within: Limits) -> Odds:
            return odds(model, goals.goals if goals else (), within.within(ODDS), plan.seed, runs=RUNS)

        def tell(what: str) -> None:
            progress(what, len(prover.answers), len(prover.asked))

        aside = Aside(tasks, Steps(prover), limits, tell) if more and prover.shares else None
        if aside:
            found = aside.look(fates, goals, likely)
            prover.limited += aside.limited
        else:
            found = Found(fates.decide() if fates else None)
            if goals:
                progress("what can be won and lost", len(prover.answers), len(prover.asked))
                goals.limits, goals.matrix = limits.within(limits.left * 0.6), found.matrix
                for way in dict.fromkeys(fates.seen.values()) if fates else ():
                    goals.note(way)
                goals.play()
                found.luck, found.losses = goals.luck(), goals.losses()
                prover.limited += goals.limited
                progress("how likely it is", len(prover.answers), len(prover.asked))
                found.odds = likely(limits)
        prover.finish()
        dear = list(tasks.ended([costs], lambda: limits.left + GRACE)) if costs else []
        costly = memory(prover) if not dear or dear[0].ended else unpack(tuple[Memory, ...], dear[0].said)
    cores = hands if aside or prover.shared else 1
    order = {kind: i for i, kind in enumerate(KINDS)}
    answers = sorted(prover.all_answers(), key=lambda a: order[a.question.kind])
    return Report(
        story.id,
        story.title,
        story.version,
        story.digest,
        tuple(answers),
        replace(prover.effort(limits.spent), cores=cores, cpu=sum(os.times()[:4]) - before),
        found.matrix,
        tuple(_prospects(goals, found)) if goals else (),
        found.losses,
        found.odds.better if found.odds else (),
        costly,
        (*(one.question for one in prover.asked), *about_declarations(model)),
    )


def _prospects(goals: Goals, found: Found) -> Iterator[Prospect]:
    for goal, known in goals.known.items():
        way = known.free or known.way
        luck, free = found.luck[goal]
        chances = found.odds.chances[goal] if found.odds else {}
        yield Prospect(goal, luck, witness(way) if way is not None else None, free, chances)


def memory(prover: Prover) -> tuple[Memory, ...]:
    """What remembering each variable costs, the dearest first: in how many scenes it matters, and how finely."""
    model = prover.model
    scenes: dict[int, list[str]] = {}
    cells: dict[int, list[int]] = {}
    for scene, found in Partitions(model, prover.values, {}).at.items():
        for var, each in found.items():
            scenes.setdefault(var, []).append(scene)
            cells.setdefault(var, []).append(max(each) + 1)
    chapters = list(model.story.chapters)
    out = []
    for var, where in scenes.items():
        known = {model.scene(s).chapter for s in where}
        variable = model.story.variables[var]
        values = sorted(cells[var])[len(cells[var]) // 2]
        among = tuple(c for c in chapters if c in known)
        out.append(Memory(variable.name, variable.kind, len(where), values, among))
    return tuple(sorted(out, key=lambda m: (-m.scenes * (m.values - 1).bit_length(), m.name)))
