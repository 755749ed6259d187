"""The fate matrix on the page."""

from __future__ import annotations

from game.desk.prove.html import Html, el, joined, scroll, table
from game.desk.prove.plays import Plays
from game.desk.prove.playthrough import person_of, title_of
from game.desk.prove.wording import cell, fate_word, letters, settled
from game.prove.report import Matrix, Witness
from game.story.model import Story

LOOKS = {"here": "here", "away": "away", "gone": "gone"}


def fates(matrix: Matrix, story: Story, plays: Plays) -> list[Html]:
    """The legend, the table, and whose fate is settled."""
    known = letters(matrix, story)
    fixed: dict[str, list[str]] = {}
    people = []
    for person in matrix.people:
        if fate := settled(matrix, person):
            fixed.setdefault(fate, []).append(person_of(story, person))
        else:
            people.append(person)
    out = [_legend(matrix, story, known)]
    heads = ["", *(title_of(story, ending) for ending in matrix.endings)]
    rows = [
        el(
            "tr",
            el("th", person_of(story, person), scope="row"),
            *(_cell(matrix, story, known, ending, person, plays) for ending in matrix.endings),
        )
        for person in people
    ]
    if matrix.alive:
        living = [_alive(matrix, story, ending, plays) for ending in matrix.endings]
        rows.append(el("tr", el("th", "How many live", scope="row"), *living, class_="total"))
    if rows:
        whole = table(heads, rows, "What can become of whom, at each ending", class_="fates")
        out.append(scroll(whole, "What can become of whom"))
    for fate, names in fixed.items():
        said = f"Always {fate_word(story, fate)}, at whatever ending: "
        out.append(el("p", el("b", said), ", ".join(names), class_="settled"))
    return out


def _look(story: Story, fate: str) -> str:
    known = story.fates.get(fate)
    return LOOKS.get(known.presence, "") if known is not None else ""


def _legend(matrix: Matrix, story: Story, known: dict[str, str]) -> Html:
    signs = [
        el("span", el("span", letter, class_=f"fate {_look(story, fate)}"), f" {fate_word(story, fate)}")
        for fate, letter in known.items()
    ]
    signs.append(el("span", el("span", "·", class_="fate no"), " impossible"))
    if any(cell(matrix, e, p, f).verdict == "open" for e in matrix.endings for p in matrix.people for f in known):
        signs.append(el("span", el("span", "?", class_="fate open"), " open"))
    never = [fate_word(story, fate) for fate in matrix.fates if fate not in known]
    said = [el("span", f"Nobody is ever: {', '.join(never)}", class_="quiet")] if never else []
    return el("p", joined([*signs, *said], " "), class_="legend")


def _cell(matrix: Matrix, story: Story, known: dict[str, str], ending: str, person: str, plays: Plays) -> Html:
    who, where = person_of(story, person), title_of(story, ending)
    signs: list[str] = []
    for fate, letter in known.items():
        found = cell(matrix, ending, person, fate)
        said = f"{who} {fate_word(story, fate)} at {where}"
        if found.verdict == "refuted":
            signs.append(el("span", "·", class_="fate no", title=f"{said}: impossible"))
        elif found.verdict == "open":
            signs.append(el("span", "?", class_="fate open", title=f"{said}: open"))
        elif found.witness is not None:
            signs.append(plays.link(letter, found.witness, said, f"fate {_look(story, fate)}"))
        else:
            signs.append(el("span", letter, class_=f"fate {_look(story, fate)}", title=f"{said}: possible"))
    return el("td", *signs)


def _alive(matrix: Matrix, story: Story, ending: str, plays: Plays) -> Html:
    alive = matrix.alive.get(ending)
    if alive is None:
        return el("td", "no way here is known", class_="quiet")
    where = title_of(story, ending)
    few = _count(alive.fewest, alive.few, f"The fewest alive at {where}", plays)
    if alive.fewest == alive.most:
        return el("td", few)
    most = _count(alive.most, alive.many, f"The most alive at {where}", plays)
    return el("td", few, " to ", most, *([] if alive.exact else [el("small", " at the outside", class_="quiet")]))


def _count(number: int, witness: Witness | None, said: str, plays: Plays) -> Html:
    if witness is None:
        return el("span", str(number))
    return plays.link(str(number), witness, said, "number")
