"""The proof as a whole: questions, fates, luck, losses and odds, within one budget."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from game.engine import Machine
from game.prove.again import Before, basis
from game.prove.aside import Aside, Found
from game.prove.cells import Partitions
from game.prove.corpus import Line
from game.prove.declared import questions as about_declarations
from game.prove.fates import Fates
from game.prove.goals import Goals
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.odds import Odds, odds
from game.prove.packed import pack, unpack
from game.prove.parallel import Tasks
from game.prove.play import witness
from game.prove.prover import Progress, Prover, quiet
from game.prove.questions import about_scene
from game.prove.report import KINDS, LAYING, Answer, Effort, Memory, Prospect, Report, Witness
from game.prove.sharing import GRACE, SHARED, Steps
from game.story.collecting import uncollected

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
    version of the story: what they rest on may be unchanged, and where its playthroughs still go and what still matters
    is tried first. `plays` are other playthroughs that may show something, such as the story's own tests; `corpus` are
    those that were kept because they do.
    """

    seconds: float = SECONDS
    nodes: int = NODES
    seed: int = 0
    matrix: bool = True
    goals: bool = True
    known: Before | None = None
    plays: Iterable[Witness] = ()
    corpus: tuple[Line, ...] = field(default=(), repr=False)
    cores: int = 1
    begin: Model | None = field(default=None, compare=False, repr=False)
    """The story, if it is laid out already."""
    partly: Callable[[Report], None] | None = field(default=None, compare=False, repr=False)
    """Told what is known so far: after what an earlier version tells, and after playing."""


def prove(machine: Machine, plan: Plan = Plan(), progress: Progress = quiet) -> Report:
    """Everything that can be said about a story within a budget. Needs the extra `writer` (oxidd)."""
    # A story and what is known about it are up to millions of live objects, of which a proof throws none away.
    with uncollected():
        return _prove(machine, plan, progress)


def _prove(machine: Machine, plan: Plan, progress: Progress) -> Report:
    limits = Limits(plan.seconds, plan.nodes)
    before = sum(os.times()[:4])
    more = plan.matrix or plan.goals
    hands = limits.hands(plan.cores) if len(machine.story.scenes) <= SHARED else 1
    with Tasks(hands) as tasks:
        within = limits.within(plan.seconds * (0.7 if more else 1.0))
        try:
            prover = Prover(
                machine, within, seed=plan.seed, progress=progress, begin=plan.begin, tasks=tasks, laying=limits
            )
        except OutOfLimits:
            return unasked(machine, limits)
        # What is dear to remember is known as soon as the story is laid out; but who edits waits for other things.
        begun = prover.shares and plan.known is None
        costs = tasks.begin(lambda: pack(memory(prover, limits))) if begun else None
        partly = plan.partly
        soon = (lambda: partly(so_far(prover, limits))) if partly else None
        prover.answer(plan.known, plan.plays, soon, plan.corpus)
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
        costly = memory(prover, limits) if not dear or dear[0].ended else unpack(tuple[Memory, ...], dear[0].said)
    cores = hands if aside or prover.shared else 1
    answers = in_order(prover.all_answers())
    return Report(
        story.id,
        story.title,
        story.version,
        story.digest,
        answers,
        replace(prover.effort(limits.spent), cores=cores, cpu=sum(os.times()[:4]) - before),
        found.matrix,
        tuple(_prospects(goals, found)) if goals else (),
        found.losses,
        found.odds.better if found.odds else (),
        costly,
        (*(one.question for one in prover.asked), *about_declarations(model)),
        replace(basis(model), sites=sites_of(prover, answers)),
    )


def _prospects(goals: Goals, found: Found) -> Iterator[Prospect]:
    for goal, known in goals.known.items():
        way = known.free or known.way
        luck, free = found.luck[goal]
        chances = found.odds.chances[goal] if found.odds else {}
        yield Prospect(goal, luck, witness(way) if way is not None else None, free, chances)


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
    for var, found in Partitions(model, prover.values, {}).cells.items():
        if found:
            scenes[var] = list(found)
            cells[var] = [max(each) + 1 for each in found.values()]
    chapters = list(model.story.chapters)
    out = []
    for var, where in scenes.items():
        known = {model.scene(s).chapter for s in where}
        variable = model.story.variables[var]
        values = sorted(cells[var])[len(cells[var]) // 2]
        among = tuple(c for c in chapters if c in known)
        out.append(Memory(variable.name, variable.kind, len(where), values, among))
    return tuple(sorted(out, key=lambda m: (-m.scenes * (m.values - 1).bit_length(), m.name)))
