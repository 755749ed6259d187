"""Playthroughs on the page: each is listed once, and linked from wherever it shows something."""

from __future__ import annotations

from game.desk.prove.html import Html, el, joined
from game.desk.prove.playthrough import Made, Playthroughs, key_of
from game.desk.prove.wording import many
from game.prove.report import Witness

MOST = 40_000
"""Choices that are listed in all, so that the page stays one that opens."""


class Plays:
    """The playthroughs of one page."""

    def __init__(self, playthroughs: Playthroughs) -> None:
        self.playthroughs = playthroughs
        self.numbers: dict[object, int] = {}
        self.listed: list[tuple[int, Witness, str]] = []
        self.left = MOST
        self.over = 0
        """How many there was no room for."""

    def inline(self, witness: Witness, label: str = "") -> Html:
        """A playthrough in place, folded."""
        said = f"{label or 'A playthrough'}: {counted(witness)}"
        return el("details", el("summary", said), self.steps(witness), class_="play")

    def link(self, sign: str, witness: Witness, shows: str, class_: str) -> Html:
        """A sign that leads to a playthrough further below; only a sign when there is no room left for it."""
        key = key_of(witness)
        number = self.numbers.get(key)
        if number is None:
            if len(witness.log) > self.left:
                self.over += 1
                return el("span", sign, class_=class_ or False, title=shows)
            self.left -= len(witness.log)
            number = self.numbers[key] = len(self.numbers) + 1
            self.listed.append((number, witness, shows))
        return el(
            "a", sign, href=f"#play-{number}", class_=class_ or False, title=shows, aria_label=f"{shows}: a playthrough"
        )

    def every(self) -> list[Html]:
        """All that were linked."""
        out = []
        for number, witness, shows in self.listed:
            name = joined([el("b", f"{number}. "), f"{shows}: {counted(witness)}"])
            steps = el("div", self.steps(witness), id=f"play-{number}", tabindex="-1")
            out.append(el("details", el("summary", name), steps, class_="play"))
        return out

    def steps(self, witness: Witness) -> Html:
        """The choices in the player's words, those of one scene together."""
        made = self.playthroughs.made(witness)
        if not made:
            return el("p", "Before the first choice is made.", class_="quiet")
        out: list[Html] = []
        for i, step in enumerate(made):
            here = None if i and made[i - 1].scene == step.scene else step
            out.append(self.step(step, here))
        return el("ol", *out, class_="steps")

    def step(self, step: Made, here: Made | None) -> Html:
        parts: list[str] = []
        if here is not None:
            id = [] if here.title == here.scene else [" ", el("code", here.scene)]
            parts.append(el("span", el("b", here.title), *id, class_="where"))
        parts.append(el("span", step.text or step.choice, title=f"{step.scene}.{step.choice}", class_="said"))
        if step.outcome:
            parts.append(el("span", "the roll comes to ", el("code", step.outcome), class_="rolled"))
        return el("li", *parts)


def counted(witness: Witness) -> str:
    """How long a playthrough is: `17 choices, no way is shorter`."""
    if not witness.log:
        return "before the first choice"
    return f"{many(len(witness.log), 'choice')}{', no way is shorter' if witness.shortest else ''}"
