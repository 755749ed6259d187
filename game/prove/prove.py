"""The proof as a whole: questions, fates, luck, losses and odds, within one budget."""

from __future__ import annotations

import time
from dataclasses import dataclass

from game.engine import Machine
from game.prove.limits import Limits
from game.prove.prover import Progress, Prover, quiet
from game.prove.report import KINDS, Report

SECONDS = 60.0
NODES = 1 << 24


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, and for how long. `seconds` bounds all of it; `nodes` the diagrams: about 40 bytes each.

    `matrix` asks for the fates at the endings, `goals` for luck, losses and odds.
    """

    seconds: float = SECONDS
    nodes: int = NODES
    seed: int = 0
    matrix: bool = True
    goals: bool = True


def prove(machine: Machine, plan: Plan = Plan(), progress: Progress = quiet) -> Report:
    """Everything that can be said about a story within a budget. Needs the extra `writer` (oxidd)."""
    started = time.monotonic()
    limits = Limits(plan.seconds, plan.nodes)
    asking = Limits(plan.seconds * (0.6 if plan.matrix or plan.goals else 1.0), plan.nodes)
    prover = Prover(machine, asking, seed=plan.seed, progress=progress)
    prover.answer()
    prover.shorten(limits.within(2.0))
    story = machine.story
    order = {kind: i for i, kind in enumerate(KINDS)}
    answers = sorted(prover.all_answers(), key=lambda a: order[a.question.kind])
    effort = prover.effort(time.monotonic() - started)
    return Report(story.id, story.title, story.version, story.digest, tuple(answers), effort)
