"""What screens show in columns and colours, as paragraphs of plain text."""

from __future__ import annotations

from game.language import _
from game.present.view import PROMISE, WHERE, Ended, Line, PersonView
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
    where = "" if person.where == "gone" else _(WHERE[person.where])
    parts = [", ".join(p for p in (person.name, person.hangul, person.class_, person.fate, where) if p) + "."]
    if person.about:
        parts.append(person.about)
    if person.bond:
        words = bond_words(*person.bond)
        parts.append(_("Bond {now} of {most}: {words}.", now=person.bond[0], most=person.bond[2], words=words))
    parts.extend(_("Promise, {state}: {text}", state=_(PROMISE[state]), text=text) for text, state in person.promises)
    parts.extend(_("You remember: {text}", text=text) for text in person.memories)
    if person.decided:
        parts.append(_("Since {when}.", when=person.decided))
    return " ".join(parts)
