"""What screens show in columns and colours, as paragraphs of plain text."""

from __future__ import annotations

from game.present.view import Ended, Line, PersonView
from game.present.wording import bond_words


def spoken(line: Line) -> str:
    """A line of the transcript as one paragraph of plain text."""
    if line.kind == "speech":
        return f"{line.speaker}: {line.text}"
    if line.kind == "changes":
        return f"({line.text})"
    return line.text


def remembered(person: Ended) -> list[str]:
    """What is said of somebody at the end, a paragraph each."""
    decided = f" ({person.decided})" if person.decided else ""
    first = f"{person.name}: {person.fate}{decided}."
    return [first, *(line.text for line in person.words)]


def describe(person: PersonView) -> str:
    """Somebody in one paragraph."""
    where = {"with": "with you", "present": "here", "elsewhere": "elsewhere", "gone": ""}[person.where]
    parts = [", ".join(p for p in (person.name, person.hangul, person.class_, person.fate, where) if p) + "."]
    if person.about:
        parts.append(person.about)
    if person.bond:
        parts.append(f"Bond {person.bond[0]} of {person.bond[2]}: {bond_words(*person.bond)}.")
    parts.extend(f"Promise, {state}: {text}" for text, state in person.promises)
    parts.extend(f"You remember: {text}" for text in person.memories)
    if person.decided:
        parts.append(f"Since {person.decided}.")
    return " ".join(parts)
