"""The proof as a whole: questions, fates, luck, losses and odds, within one budget."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass, replace

from game.engine import Machine
from game.prove.aside import Aside
from game.prove.cells import Partitions
from game.prove.declared import questions as about_declarations
from game.prove.fates import Fates
from game.prove.goals import Goals, Known
from game.prove.limits import Limits
from game.prove.odds import Odds, odds
from game.prove.parallel import Tasks, can_fork
from game.prove.play import witness
from game.prove.prover import Progress, Prover, quiet
from game.prove.report import KINDS, Answer, Better, Goal, Loss, Luck, Matrix, Memory, Prospect, Report
from game.prove.sharing import Steps

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
    prover = Prover(
        machine,
        limits.within(plan.seconds * (0.7 if more else 1.0)),
        seed=plan.seed,
        progress=progress,
        cores=plan.cores,
    )
    prover.answer(plan.known)
    prover.shorten(limits.within(2.0))
    story, model, player = machine.story, prover.model, prover.player
    progress("who can live", len(prover.answers), len(prover.asked))
    matrix: Matrix | None = None
    prospects: tuple[Prospect, ...] = ()
    losses: tuple[Loss, ...] = ()
    better: tuple[Better, ...] = ()
    with Tasks(plan.cores) as tasks:
        aside = Aside(tasks, Steps(prover)) if plan.cores > 1 and more and can_fork() else None
        goals = Goals(model, limits, player)
        # Nothing else waits for the odds, and nothing they need is still to be found.
        begun = aside.begin(goals, limits, ODDS, plan.seed, RUNS) if aside and plan.goals else None
        fates = Fates(model, limits.within(limits.left * (0.45 if plan.goals else 1.0)), player)
        if plan.matrix:
            fates.learn(prover.all_answers())
            matrix = aside.decide(fates) if aside else fates.decide()
        if plan.goals:
            progress("what can be won and lost", len(prover.answers), len(prover.asked))
            goals.matrix = matrix
            goals.limits = limits.within(limits.left * 0.6)
            for way in dict.fromkeys(fates.seen.values()):
                goals.note(way)
            if aside and begun:
                luck, losses, likely = aside.look(goals, begun)
            else:
                goals.play()
                luck, losses = goals.luck(), goals.losses()
                progress("how likely it is", len(prover.answers), len(prover.asked))
                likely = odds(model, goals.goals, limits.within(min(limits.left, ODDS)), plan.seed, runs=RUNS)
            prover.limited += goals.limited
            better = likely.better
            prospects = tuple(_prospect(goals.known[goal], goal, luck[goal], likely) for goal in goals.goals)
        if aside:
            prover.limited += aside.limited
    cores = plan.cores if aside or prover.shared else 1
    order = {kind: i for i, kind in enumerate(KINDS)}
    answers = sorted(prover.all_answers(), key=lambda a: order[a.question.kind])
    return Report(
        story.id,
        story.title,
        story.version,
        story.digest,
        tuple(answers),
        replace(prover.effort(limits.spent), cores=cores, cpu=sum(os.times()[:4]) - before),
        matrix,
        prospects,
        losses,
        better,
        memory(prover),
        (*(one.question for one in prover.asked), *about_declarations(model)),
    )


def _prospect(known: Known, goal: Goal, luck: tuple[Luck, bool], likely: Odds) -> Prospect:
    way = known.free or known.way
    return Prospect(goal, luck[0], witness(way) if way is not None else None, luck[1], likely.chances[goal])


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
