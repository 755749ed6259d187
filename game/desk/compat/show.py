"""What becomes of saves, as text for a terminal and as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from game.desk.prove.playthrough import title_of, written
from game.desk.prove.sheet import Sheet, folded
from game.desk.prove.wording import many
from game.engine import Machine
from game.prove.compat import FACTS, Compat, Fact, Gone, Lost, Saved
from game.story.diagnostics import printable

if TYPE_CHECKING:
    from rich.text import Text

HEADLINE = {
    "proved": "Proved: every save loads in the new version where it was, and can still come to an ending.",
    "refuted": "Some saves lose something.",
    "open": "Nothing was found that is lost, but not all of it is proved.",
}

HOW = {
    "structure": "what the two versions do is the same",
    "pairs": "every state of both was looked at",
    "sets": "nobody is ever where they differ",
    "prover": "the new version can be ended from everywhere",
    "played": "a save was found",
}
"""What decided a fact."""

ROOM = 8
"""Variables that are listed by name."""


def summary(found: Compat, before: Machine, width: int = 80) -> Text:
    """Everything, as lines of at most `width` columns. Nothing in it is markup."""
    sheet = Sheet(width)
    versions = f"{found.old} in {found.new}" if found.old != found.new else found.old
    sheet.wrap(printable(f"{found.title}: saves of {versions}"), style="bold")
    sheet.wrap(HEADLINE[found.verdict], style="bold red" if found.verdict == "refuted" else "bold")
    sheet.gap()
    for fact in found.facts:
        said = f"{FACTS[fact.kind]} ({_why(fact)})"
        sheet.wrap(said, f"  {fact.verdict:8} ", " " * 11)
    if found.lost:
        sheet.head("lost")
        for lost in found.lost:
            _lost(sheet, lost, before)
    ends = found.fact("ends")
    if ends.save is not None:
        sheet.head("no ending ahead")
        _save(sheet, ends.save, "  ")
    _differs(sheet, found)
    _gone(sheet, found)
    sheet.gap()
    looked = "nothing had to be played" if not found.plays else f"{many(found.plays, 'play')} of the old version"
    counted = f"{many(found.pairs, 'pair')} of states" if found.pairs is not None else looked
    sheet.wrap(f"Looked at: {counted}; {found.seconds:.1f} s.", style="dim")
    return sheet.text()


def _why(fact: Fact) -> str:
    return fact.note or HOW.get(fact.how, fact.how)


def _lost(sheet: Sheet, lost: Lost, before: Machine) -> None:
    scene, _, id = lost.choice.rpartition(".")
    story = before.story
    words = printable(f"'{written(story, scene, id)}' in {title_of(story, scene)}")
    sheet.wrap(f"{lost.choice}: {words} is not offered any more where it was", "  ", "    ")
    back = "any number of choices" if lost.back is None else many(lost.back, "choice")
    least = "" if lost.exact else "at least "
    earliest = "the earliest" if lost.exact else "the earliest found"
    sheet.wrap(
        f"a save goes back by {'up to ' if lost.exact else ''}{least}{back}; {earliest} replays {lost.at}", "    "
    )
    if lost.endings:
        titles = ", ".join(printable(title_of(story, id)) for id in lost.endings)
        sheet.wrap(f"from there it can no longer come to: {titles}", "    ")
    if lost.save is not None:
        _save(sheet, lost.save, "    ")


def _save(sheet: Sheet, save: Saved, indent: str) -> None:
    seed = f" (seed {save.seed})" if save.seed else ""
    sheet.line(f"{indent}{folded(save.play, max(20, sheet.width - len(indent) - len(seed)))}{seed}")
    if save.play.dice:
        rolls = ", ".join(f"{roll}: {outcome}" for roll, outcome in save.play.dice.items())
        sheet.wrap(f"dice: {rolls}", indent)


def _differs(sheet: Sheet, found: Compat) -> None:
    if not found.differs and not found.rolls:
        return
    sheet.head("different after loading")
    for one in found.differs[:ROOM]:
        sheet.line(f"  {printable(one.name) or 'the scene'}")
        if one.save is not None:
            _save(sheet, one.save, "    ")
    if len(found.differs) > ROOM:
        sheet.line(f"  and {many(len(found.differs) - ROOM, 'more variable')}")
    if found.rolls:
        sheet.wrap(f"rolls that the same dice can make come out otherwise: {', '.join(found.rolls)}", "  ")


def _gone(sheet: Sheet, found: Compat) -> None:
    if not found.gone:
        return
    sheet.head("gone")
    for gone in found.gone:
        sheet.wrap(f"{gone.kind} {printable(gone.id)}: {_held(gone)}", "  ", "    ")


def _held(gone: Gone) -> str:
    if gone.renamed:
        return f"now called {printable(gone.renamed)}, and nothing else"
    if gone.verdict == "proved":
        return "no save has to do with it"
    if gone.verdict == "open":
        return "no save was found that has to do with it"
    counted = many(len(gone.save.play.log), "choice") if gone.save is not None else ""
    return f"saves have to do with it, the first found after {counted}" if counted else "saves have to do with it"


def as_json(found: Compat) -> str:
    """One object with everything. A save is {log, dice, seed}; `back` is null for any number of choices."""
    data: dict[str, Any] = asdict(found)
    data["verdict"] = found.verdict
    return json.dumps(_plain(data), ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"play", "seed"}:
            play = value["play"]
            return {"log": list(play["log"]), "dice": dict(play["dice"]), "seed": value["seed"]}
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
