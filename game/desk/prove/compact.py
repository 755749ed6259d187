"""The answers of a proof as JSON and back, in as little as it takes: there are thousands of playthroughs.

Playthroughs are put in order, so that each is what it shares with the one before it, and the rest. Names are numbers in
a list of all of them. What does not fit raises `ValueError`, `TypeError`, `KeyError` or `IndexError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from game.prove.report import Answer, Question, Verdict, Witness
from game.prove.trails import Names, Rolls, Step
from game.story.diagnostics import Where

VERDICTS: tuple[Verdict, ...] = ("proved", "refuted", "open")
NOWHERE = -1
"""The number of no playthrough."""


class _Names:
    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def number(self, name: Any) -> int:
        return self.known.setdefault(name, len(self.known))


def pack_answers(answers: Iterable[Answer]) -> dict[str, Any]:
    """Answers as lists of atoms."""
    names, steps = _Names(), _Names()
    ways: dict[tuple[int, ...], None] = {}
    rows: list[list[Any]] = []
    gone: list[tuple[int, ...] | None] = []
    for answer in answers:
        asked, where, found = answer.question, answer.question.where, answer.witness
        way = None
        if found is not None:
            if isinstance(found.log, Names) and isinstance(found.dice, Rolls):
                made: Iterable[Step] = found.log.way
            else:
                rolls = dict(found.dice)
                made = [(name, rolls.get(name, "")) for name in found.log]
                if not rolls.keys() <= set(found.log):
                    raise ValueError("a roll of no choice")
            way = tuple(map(steps.number, made))
            ways[way] = None
        gone.append(way)
        rows.append(
            [
                *(names.number(text) for text in (asked.kind, asked.subject, asked.words, asked.scene, where.file)),
                *(where.line, where.column, where.width),
                *(VERDICTS.index(answer.verdict), names.number(answer.how)),
                *([names.number(line) for line in answer.because], [names.number(name) for name in answer.kept]),
                found is not None and found.shortest,
            ]
        )
    order = sorted(ways)
    at = {way: i for i, way in enumerate(order)}
    for row, way in zip(rows, gone, strict=True):
        row.append(NOWHERE if way is None else at[way])
    return {
        "names": list(names.known),
        "steps": [list(step) for step in steps.known],
        "ways": _folded(order),
        "answers": rows,
    }


def _folded(ways: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Each way as how much of it is that of the one before, and the rest."""
    out: list[list[int]] = []
    before: tuple[int, ...] = ()
    for way in ways:
        same = 0
        for a, b in zip(before, way, strict=False):
            if a != b:
                break
            same += 1
        out.append([same, *way[same:]])
        before = way
    return out


def unpack_answers(data: Any) -> tuple[Answer, ...]:
    """What `pack_answers` made of answers."""
    names, steps = data["names"], [(name, outcome) for name, outcome in data["steps"]]
    _all(names, str)
    _all([text for step in steps for text in step], str)
    logs: list[tuple[str, ...]] = []
    rolls: list[dict[str, str]] = []
    way: list[int] = []
    called = [name for name, _ in steps]
    rolled = frozenset(i for i, (_, outcome) in enumerate(steps) if outcome)
    for same, *rest in data["ways"]:
        if not 0 <= same <= len(way) or any(i < 0 for i in rest):
            raise ValueError("not a way")
        way = way[:same] + rest
        logs.append(tuple([called[i] for i in way]))
        rolls.append({called[i]: steps[i][1] for i in way if i in rolled})
    out = []
    for kind, subject, words, scene, file, line, column, width, verdict, how, because, kept, short, at in data[
        "answers"
    ]:
        if type(short) is not bool or min(kind, subject, words, scene, file, verdict, how, *because, *kept, 0) < 0:
            raise ValueError("not an answer")
        _all([line, column, width, at], int)
        question = Question(
            names[kind], names[subject], names[words], Where(names[file], line, column, width), names[scene]
        )
        witness = Witness(logs[at], rolls[at], short) if at > NOWHERE else None
        reasons, variables = (tuple([names[i] for i in listed]) for listed in (because, kept))
        out.append(Answer(question, VERDICTS[verdict], names[how], witness, reasons, variables))
    return tuple(out)


def _all(values: Iterable[object], kind: type) -> None:
    if any(type(value) is not kind for value in values):
        raise ValueError(f"not {kind.__name__}")
