"""The proof as a whole: questions, fates, luck, losses and odds, within one budget."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from game.engine import Machine
from game.prove.again import Before, basis
from game.prove.cells import Partitions
from game.prove.declared import questions as about_declarations
from game.prove.fates import Fates
from game.prove.goals import Goals
from game.prove.limits import Limits, OutOfLimits
from game.prove.odds import odds
from game.prove.play import witness
from game.prove.prover import Progress, Prover, quiet
from game.prove.questions import about_scene
from game.prove.report import KINDS, LAYING, Answer, Better, Effort, Loss, Memory, Prospect, Report

SECONDS = 60.0
NODES = 1 << 24

ODDS = 6.0
"""Seconds that counting or sampling odds may take."""

RUNS = 4_000
"""Plays of each kind of player, where odds are sampled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, and for how long. `seconds` bounds all of it; `nodes` the diagrams: about 40 bytes each.

    `matrix` asks for the fates at the endings, `goals` for luck, losses and odds. `known` are answers about an earlier
    version of the story: what they rest on may be unchanged, and where its playthroughs still go and what still matters
    is tried first.
    """

    seconds: float = SECONDS
    nodes: int = NODES
    seed: int = 0
    matrix: bool = True
    goals: bool = True
    known: Before | None = None
    partly: Callable[[Report], None] | None = field(default=None, compare=False, repr=False)
    """Told once what is known soon: after what an earlier version tells, and playing."""


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
    more = plan.matrix or plan.goals
    share = limits.within(plan.seconds * (0.7 if more else 1.0))
    try:
        prover = Prover(machine, share, seed=plan.seed, progress=progress, laying=limits)
    except OutOfLimits:
        return unasked(machine, limits)
    partly = plan.partly
    prover.answer(plan.known, (lambda: partly(so_far(prover, limits))) if partly is not None else None)
    prover.shorten(limits.within(2.0))
    story, model, player = machine.story, prover.model, prover.player
    progress("who can live", len(prover.answers), len(prover.asked))
    fates = Fates(model, limits.within(limits.left * (0.45 if plan.goals else 1.0)), player) if plan.matrix else None
    if fates:
        fates.learn(prover.all_answers())
    matrix = fates.decide() if fates else None
    prospects: tuple[Prospect, ...] = ()
    losses: tuple[Loss, ...] = ()
    better: tuple[Better, ...] = ()
    if plan.goals:
        progress("what can be won and lost", len(prover.answers), len(prover.asked))
        asked = Goals(model, limits.within(limits.left * 0.6), player, matrix)
        for way in dict.fromkeys(fates.seen.values()) if fates else ():
            asked.note(way)
        asked.play()
        luck = asked.luck()
        losses = asked.losses()
        prover.limited += asked.limited
        progress("how likely it is", len(prover.answers), len(prover.asked))
        likely = odds(model, asked.goals, limits.within(min(limits.left, ODDS)), plan.seed, runs=RUNS)
        better = likely.better
        prospects = tuple(
            Prospect(
                goal,
                luck[goal][0],
                witness(known) if (known := asked.known[goal].free or asked.known[goal].way) is not None else None,
                luck[goal][1],
                likely.chances[goal],
            )
            for goal in asked.goals
        )
    answers = in_order(prover.all_answers())
    return Report(
        story.id,
        story.title,
        story.version,
        story.digest,
        answers,
        prover.effort(limits.spent),
        matrix,
        prospects,
        losses,
        better,
        memory(prover, limits),
        (*(one.question for one in prover.asked), *about_declarations(model)),
        replace(basis(model), sites=sites_of(prover, answers)),
    )


def in_order(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Answers in the order of their kinds."""
    order = {kind: i for i, kind in enumerate(KINDS)}
    return tuple(sorted(answers, key=lambda a: order[a.question.kind]))


def so_far(prover: Prover, limits: Limits) -> Report:
    """What is known by now. All else is open, but for what is declared, which is not asked yet."""
    story = prover.machine.story
    because = ("not decided yet",)
    answers = [prover.answers.get(one) or Answer(one.question, "open", "", None, because) for one in prover.asked]
    answers += prover.stranded.so_far(because)
    return Report(story.id, story.title, story.version, story.digest, in_order(answers), prover.effort(limits.spent))


def sites_of(prover: Prover, answers: Iterable[Answer]) -> tuple[str, ...]:
    """For each answer the digest of its question's sites."""
    digests = {id(answer): prover.sites[one] for one, answer in prover.answers.items()}
    return tuple(digests.get(id(answer), "") for answer in answers)


def unasked(machine: Machine, limits: Limits) -> Report:
    """The report of a story for which there was no time even to lay it out: nothing is known of any scene."""
    story = machine.story
    because = ("not proved: the budget ended while the story was laid out; of the rest nothing was even asked",)
    answers = tuple(
        Answer(about_scene(scene), "open", "", None, because)
        for ending in (False, True)
        for scene in story.scenes.values()
        if scene.is_ending == ending
    )
    choices = sum(len(scene.choices) for scene in story.scenes.values())
    effort = Effort("all of it", (LAYING,), None, 0, limits.spent, len(story.scenes), choices, len(story.variables))
    return Report(story.id, story.title, story.version, story.digest, answers, effort)


def memory(prover: Prover, limits: Limits) -> tuple[Memory, ...]:
    """What remembering each variable costs, the dearest first: in how many scenes it matters, and how finely.

    Nothing, where there was no time to come to that.
    """
    model = prover.model
    if not limits.left and not model.knows_changes:
        return ()
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
