"""A report for tools: JSON, and GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from game import __version__
from game.desk.annotations import annotation
from game.desk.prove.playthrough import person_of, title_of
from game.desk.prove.sheet import folded
from game.desk.prove.wording import named, rolls, statement
from game.prove.report import KINDS, Answer, Better, Chance, Loss, Matrix, Prospect, Report, Witness
from game.story.diagnostics import Where
from game.story.model import Story

FORMAT = 1
"""The version of the JSON: it grows when a key changes its meaning or goes, not when one is added."""

ROOM = 160
"""Columns of a playthrough in an annotation."""


def as_json(report: Report, story: Story, slim: bool = False, ended: bool = True) -> str:
    """One object; `hyosan` is "prove" and `format` is 1. Lines and columns count from 1, 0 is unknown.

    - `story`: its `id`, `title`, `version` and `digest`; `by`: the version of hyosan.
    - `counts`: `proved`, `refuted` and `open`, how many answers there are of each.
    - `answers`: each `kind` (a key of `kinds`), `subject`, `words`, `scene`, `file`, `line`, `column`, `width`,
      `verdict`, `how`, `because`, `witness`, and `number`: which problem it is to --open, null for no problem.
    - a `witness` is null or `log` (`scene.choice` each), `dice` (what rolls come to) and `shortest`. In a long story
      those of what is merely possible are left out: see `Report.lightened`.
    - `effort`: `rung`, `limits`, `states` (null when not counted), `played`, `seconds`, `cores`, `cpu` (seconds of all
      processors together), `reused`, `scenes`, `choices`, `variables`.
    - `matrix`: null, or `endings` and `people` (`id`, `title` or `name`), `fates`, `cells` (`ending`, `person`, `fate`,
      `verdict`, `witness`), `alive` (`ending`, `fewest`, `most`, `exact`, `few`, `many`).
    - `prospects`: a goal's `goal` ("ending" or "life"), `id`, `words`; `luck`, `free`, `witness`, and `odds`: for
      each kind of player a chance. A chance is `value`, `low`, `high`, `exact`, `runs`; from 0 to 1.
    - `losses`: `goals`, `scene`, `choice`, `outcome`, `always`, `telling`, `quote`, `told` (where, or null), the
      place of the choice, `witness`.
    - `better`: `scene`, `better`, `worse`, `exact`, `gains` (`goal`, `with_better`, `with_worse`), a place.
    - `memory`: `name`, `kind`, `scenes`, `values`, `chapters`.

    Where it is `slim`, all is in one line, and there are no answers but those that are not proved. There may be several
    such lines then: all but the last are of what is known so far, and their `ended` is false.
    """
    effort = report.effort
    data: dict[str, Any] = {
        "hyosan": "prove",
        "format": FORMAT,
        "by": __version__,
        "story": {"id": report.story, "title": report.title, "version": report.version, "digest": report.digest},
        "kinds": KINDS,
        "ended": ended,
        "counts": {verdict: len(report.of(verdict)) for verdict in ("proved", "refuted", "open")},
        "answers": list(_answers(report if slim else report.lightened(), slim)),
        "effort": {
            "rung": effort.rung,
            "limits": list(effort.limits),
            "states": effort.states,
            "played": effort.played,
            "seconds": round(effort.seconds, 4),
            "cores": effort.cores,
            "cpu": round(effort.cpu, 4),
            "reused": effort.reused,
            "scenes": effort.scenes,
            "choices": effort.choices,
            "variables": effort.variables,
        },
        "matrix": _matrix(report.matrix, story) if report.matrix is not None else None,
        "prospects": [_prospect(prospect) for prospect in report.prospects],
        "losses": [_loss(loss) for loss in report.losses],
        "better": [_better(better) for better in report.better],
        "memory": [
            {"name": m.name, "kind": m.kind, "scenes": m.scenes, "values": m.values, "chapters": list(m.chapters)}
            for m in report.memory
        ],
    }
    return json.dumps(data, ensure_ascii=False) if slim else _spread(data)


def _spread(data: Mapping[str, Any]) -> str:
    """An object with a line for each of its keys, and for each member of its lists.

    What `json` lays out itself takes it many times as long, and there are thousands of answers.
    """
    out = []
    for key, value in data.items():
        listed = isinstance(value, list) and value
        text = ",\n  ".join(map(_dumped, value)).join(("[\n  ", "\n ]")) if listed else _dumped(value)
        out.append(f" {_dumped(key)}: {text}")
    return ",\n".join(out).join(("{\n", "\n}"))


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _answers(report: Report, slim: bool = False) -> Iterator[dict[str, Any]]:
    number = 0
    for answer in report.answers:
        if slim and answer.verdict == "proved":
            continue
        number += answer.verdict == "refuted"
        yield _answer(answer, number if answer.verdict == "refuted" else None)


def _answer(answer: Answer, number: int | None) -> dict[str, Any]:
    question = answer.question
    return {
        "number": number,
        "kind": question.kind,
        "subject": question.subject,
        "words": question.words,
        "scene": question.scene,
        **_place(question.where),
        "verdict": answer.verdict,
        "how": answer.how,
        "because": list(answer.because),
        "witness": _witness(answer.witness),
    }


def _place(where: Where) -> dict[str, Any]:
    return {"file": where.file, "line": where.line, "column": where.column, "width": where.width}


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {"log": list(witness.log), "dice": dict(witness.dice), "shortest": witness.shortest}


def _chance(chance: Chance) -> dict[str, Any]:
    return {
        "value": chance.value,
        "low": chance.low,
        "high": chance.high,
        "exact": chance.exact,
        "runs": chance.runs,
    }


def _matrix(matrix: Matrix, story: Story) -> dict[str, Any]:
    return {
        "endings": [{"id": id, "title": title_of(story, id)} for id in matrix.endings],
        "people": [{"id": id, "name": person_of(story, id)} for id in matrix.people],
        "fates": list(matrix.fates),
        "cells": [
            {
                "ending": ending,
                "person": person,
                "fate": fate,
                "verdict": cell.verdict,
                "witness": _witness(cell.witness),
            }
            for (ending, person, fate), cell in matrix.cells.items()
        ],
        "alive": [
            {
                "ending": ending,
                "fewest": alive.fewest,
                "most": alive.most,
                "exact": alive.exact,
                "few": _witness(alive.few),
                "many": _witness(alive.many),
            }
            for ending, alive in matrix.alive.items()
        ],
    }


def _prospect(prospect: Prospect) -> dict[str, Any]:
    return {
        "goal": prospect.goal.kind,
        "id": prospect.goal.id,
        "words": prospect.goal.words,
        "luck": prospect.luck,
        "free": prospect.free,
        "witness": _witness(prospect.witness),
        "odds": {player: _chance(chance) for player, chance in prospect.odds.items()},
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "goals": [{"goal": goal.kind, "id": goal.id, "words": goal.words} for goal in loss.goals],
        "scene": loss.scene,
        "choice": loss.choice,
        "outcome": loss.outcome,
        "always": loss.always,
        "telling": loss.telling,
        "quote": loss.quote,
        "told": _place(loss.line) if loss.line is not None else None,
        **_place(loss.where),
        "witness": _witness(loss.witness),
    }


def _better(better: Better) -> dict[str, Any]:
    return {
        "scene": better.scene,
        "better": better.better,
        "worse": better.worse,
        "exact": better.exact,
        "gains": [
            {"goal": goal, "with_better": _chance(one), "with_worse": _chance(other)}
            for goal, (one, other) in better.gains.items()
        ],
        **_place(better.where),
    }


# --- GitHub -------------------------------------------------------------------------------------------


def as_github(report: Report, story: Story, folder: Path) -> str:
    """Workflow commands that GitHub shows beside the lines: errors for what is wrong, warnings for what is open."""
    lines = [_command("error", answer, folder) for answer in report.of("refuted")]
    lines += [_command("warning", answer, folder) for answer in report.of("open")]
    return "\n".join(lines)


def _command(level: str, answer: Answer, folder: Path) -> str:
    said = [statement(answer), *answer.because]
    if answer.witness is not None:
        said.append(folded(answer.witness, ROOM))
        if dice := rolls(answer.witness):
            said.append(f"dice: {dice}")
    where = answer.question.where
    title = f"hyosan prove: {named(answer.question)}"
    return annotation(level, folder / where.file, where, title, "\n".join(said))
