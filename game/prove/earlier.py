"""What was known of an earlier version of a story, or lies beside it, asked of this one first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, TypeVar

from game.prove.again import Before, Changes, basis, never, replayed, unbroken
from game.prove.drops import other_than
from game.prove.play import Eyes, way_of
from game.prove.questions import Asked
from game.prove.report import Answer, Question, Witness

if TYPE_CHECKING:
    from game.prove.prover import Prover

T = TypeVar("T")

TOGETHER = 14
"""Variables that questions are asked of together, at most, of which it is known that fewer answer each."""


def unchanged(prover: Prover, before: Before, partly: Callable[[], None] | None) -> None:
    """Keep the answers that rest on nothing that has changed, and those whose plays still show them.

    What plays show that need not be played again for it to be so is told first: `partly`. Then they are played.
    """
    changes = Changes(prover.model, before.basis, basis(prover.model))
    open = [(one, prover.sites[one]) for one in prover.open]
    if changes.known:
        for one, answer in never(open, before, changes):
            prover.settle(one, False, answer.how, kept=answer.kept)
            prover.reused += 1
        if not changes.scenes:
            prover.stranded.keep(a for a in before.answers if a.question.kind == "stranded")
        if partly is not None:
            believed = unbroken(open, before, changes)
            for one, answer in believed:
                prover.answers[one] = Answer(one.question, answer.verdict, answer.how, answer.witness)
            partly()
            for one, _ in believed:
                del prover.answers[one]
            prover._open = list(prover.asked)
    open = [(one, prover.sites[one]) for one in prover.open]
    limits = prover.limits.within(prover.limits.left * 0.6)
    for one, answer, way in replayed(prover.player, open, before, way_of, limits):
        prover.settle(one, True, answer.how, way)
        prover.reused += 1


def ways(prover: Prover, known: Collection[Witness]) -> None:
    """Go ways that were found before, or that somebody knows, as far as they still go."""
    if not known:
        return
    eyes = Eyes(prover.model, prover.open)
    limits = prover.limits.within(min(1.0, prover.limits.left * 0.1))
    scenes = {site.scene for one in prover.open for site in one.sites}
    found = {id(each.log): each for each in known}
    ways = sorted({tuple(way_of(each)) for each in found.values()})
    # Those that only go as far as another does need not be gone themselves, nor those that come by nothing open.
    longer = [way for way, after in zip(ways, [*ways[1:], ()], strict=False) if after[: len(way)] != way]
    for way in sorted(longer, key=len, reverse=True):
        if limits.left <= 0:
            break
        if not scenes.isdisjoint(name.rpartition(".")[0] for name, _ in way):
            prover.player.follow(eyes, way)
    for one, seen in eyes.seen.items():
        prover.settle(one, True, "played", seen)


def sets(prover: Prover, known: Iterable[Answer]) -> None:
    """Ask what was decided by few variables of those few at once."""
    variables = prover.model.story.by_name
    before = _in_order((a.question, a) for a in known)
    mattered: list[tuple[set[int], list[Asked]]] = []
    for place, one in _in_order((one.question, one) for one in prover.asked).items():
        if one in prover.answers or place not in before or not before[place].kept:
            continue
        kept = {variables[name].index for name in before[place].kept if name in variables}
        for group, asked in mattered:
            if len(group | kept) <= TOGETHER or kept <= group:
                group |= kept
                asked.append(one)
                break
        else:
            mattered.append((kept, [one]))
    for group, asked in mattered:
        prover.attempt("what mattered before", asked, [], other_than(group), 0.2, play=0)


def _in_order(questions: Iterable[tuple[Question, T]]) -> dict[tuple[str, str, int, int], T]:
    """Questions by kind and what they are about. Those that are told apart by a line are by their order instead.

    With how many there are of them: where there are more or fewer than before, nobody knows which is new.
    """
    lines: dict[tuple[str, str], list[tuple[int, T]]] = {}
    for question, value in questions:
        head, mark, line = question.subject.rpartition(":")
        number = line.partition("#")[0]
        about, at = (head, int(number)) if mark and number.isdigit() else (question.subject, 0)
        lines.setdefault((question.kind, about), []).append((at, value))
    return {
        (*key, len(found), i): value
        for key, found in lines.items()
        for i, (_, value) in enumerate(sorted(found, key=lambda pair: pair[0]))
    }
