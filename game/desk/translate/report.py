"""What `hyosan translate check` finds: how far a translation has come, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from game.story.translated import Fault, Translated, Unit

MOST = 20
"""Ids that are told of each kind, unless all are asked for."""


@dataclass(slots=True)
class Part:
    """How far one part (a chapter, or what is shared) has come. Ids of texts."""

    name: str
    texts: int = 0
    done: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """All parts in the story's order, every fault, and entries for texts that are none."""

    parts: dict[str, Part] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()

    def total(self, what: str) -> int:
        return sum(len(getattr(part, what)) for part in self.parts.values())

    def fails(self, complete: Collection[str] | None) -> bool:
        """Whether anything is stale, faulty, or (in the parts that are to be `complete`; None for no part) missing."""
        wanting = complete is not None and any(
            part.missing for part in self.parts.values() if not complete or part.name in complete
        )
        return bool(self.faults or self.total("stale") or wanting)


def reported(units: list[Unit], told: Translated, entries: Collection[str]) -> Report:
    """The state of a translation. `entries` are the ids that its catalogues translate."""
    out = Report(faults=told.faults)
    faulty = {fault.id for fault in told.faults}
    for unit in units:
        part = out.parts.setdefault(unit.part, Part(unit.part))
        part.texts += 1
        if unit.id in told.done:
            part.done += 1
        elif unit.id in faulty:
            part.faulty.append(unit.id)
        elif unit.id in told.stale:
            part.stale.append(unit.id)
        else:
            part.missing.append(unit.id)
    known = {unit.id for unit in units}
    out.unknown = tuple(id for id in entries if id not in known)
    return out


def shown(report: Report, everything: bool = False) -> str:
    """The report as text: a table, then what is to be mended."""
    heads = ("part", "texts", "done", "missing", "stale", "faulty")
    rows = [
        (p.name, *(str(n) for n in (p.texts, p.done, len(p.missing), len(p.stale), len(p.faulty))))
        for p in report.parts.values()
    ]
    sums = [sum(int(row[i]) for row in rows) for i in range(1, 6)]
    rows.append(("all", *(str(n) for n in sums)))
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(6)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in [heads, *rows]
    ]
    for fault in report.faults if everything else report.faults[:MOST]:
        lines.append(f"faulty: {fault}")
    for what in ("stale", "missing"):
        # What is missing falls back to the original; a long list of it says little.
        ids = [id for part in report.parts.values() for id in getattr(part, what)]
        if what == "missing" and not everything:
            continue
        lines.extend(f"{what}: {id}" for id in (ids if everything else ids[:MOST]))
        if len(ids) > MOST and not everything:
            lines.append(f"… and {len(ids) - MOST} more that are {what}; --all tells them")
    if report.unknown:
        lines.append(f"{len(report.unknown)} entries are for texts that there are no more; update puts them aside")
    return "\n".join(lines)
