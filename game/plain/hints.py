"""Hints and polite mode in plain mode: no more is said than was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from game.language import _, p_
from game.present import hinting
from game.present.gallery import EndingRow, gallery
from game.saves import SaveError

if TYPE_CHECKING:
    from game.plain import PlainGame
    from game.prove.hints import Hints
    from game.prove.polite import Polite


class PlainHints:
    """The command `hint`, and what polite mode says after a choice."""

    def __init__(self, game: PlainGame) -> None:
        self.game = game
        self.commands: dict[str, Callable[[str], None]] = {"hint": self.hint}
        self._hints: Hints | None = None
        self._polite: Polite | None = None
        self._last = ""

    def say(self, text: str, indent: str = "   ") -> None:
        self.game.console.say(text, indent)

    @property
    def hints(self) -> Hints:
        """What answers for the story that is played."""
        from game.prove.hints import Hints

        story = self.game.run.machine.story
        if self._hints is None or self._hints.story is not story:
            self._hints = Hints(story)
        return self._hints

    @property
    def polite(self) -> Polite:
        """What watches the run."""
        from game.prove.polite import Polite

        hints = self.hints
        if self._polite is None or self._polite.hints is not hints:
            self._polite = Polite(hints)
        return self._polite

    # --- asked for ---

    def hint(self, rest: str) -> None:
        """`hint`: what can be asked for. `hint 2`: whether it can be, and a nudge. `hint 2 step`, `hint 2 way`."""
        words = rest.lower().split()
        wishes = hinting.wishes(self.game.run, self._endings())
        if words and words[0] in _levels() and self._last:
            words.insert(0, self._last)
        if not words or not (words[0].isascii() and words[0].isdigit() and 1 <= int(words[0]) <= len(wishes)):
            self._list(wishes)
            return
        self._last = words[0]
        level = _levels().get(words[1], "") if len(words) > 1 else ""
        self._answer(wishes[int(words[0]) - 1], level)

    def _endings(self) -> tuple[EndingRow, ...]:
        try:
            reached = self.game.saves.endings().endings
        except SaveError as error:
            self.say(str(error))
            reached = ()
        return gallery(self.game.story, reached)

    def _list(self, wishes: tuple[hinting.Wish, ...]) -> None:
        if not wishes:
            self.say(_("There is nothing to give hints about."))
            return
        for number, wish in enumerate(wishes, 1):
            self.say(f"{number}. {wish.words}{'' if wish.words.endswith(('.', '!', '?')) else '.'}")
        self.say(_("Say hint and a number: whether it can still be, and a nudge towards it."))

    def _answer(self, wish: hinting.Wish, level: str) -> None:
        from game.prove.ahead import goal

        run, wanted = self.game.run, goal(wish.kind, wish.ids)
        self.say(_("{wish}? Looking, for a few seconds at most.", wish=wish.words))
        self.game.console.target.flush()
        answer = self.hints.ask(run, [wanted], short=True)[wanted]
        if answer.verdict != "possible":
            self.say(hinting.told(answer.verdict, answer.plays, answer.seconds))
        elif level == "step":
            self.say(hinting.step(run, answer.way))
        elif level == "way":
            for number, (where, choice) in enumerate(hinting.whole(run, answer.way), 1):
                if where:
                    self.say(f"{where}:")
                self.say(f"{number}. {choice}")
        else:
            self.say(hinting.told(answer.verdict, answer.plays, answer.seconds))
            self.say(hinting.nudge(run, answer.way, self.hints.turning(run, wanted, answer.way)))
            self.say(_("Say hint step for the choice to make now, hint way for all of them."))

    # --- not asked for ---

    def watch(self) -> None:
        """In polite mode: what the choices since the last time have cost for good."""
        run = self.game.run
        if not self.game.settings.polite:
            return
        for lost in self.polite.check(run, hinting.known_alive(run)):
            by_kind = {goal.kind for goal in lost.goals}
            for kind in sorted(by_kind):
                groups = [goal.ids for goal in lost.goals if goal.kind == kind]
                self.say(hinting.lost(run, kind, groups, lost.turn, lost.known, lost.dice, self._how))

    def _how(self, turn: int) -> str:
        """The words that go back to a turn."""
        return p_("word", "undo") if turn == self.game.run.turn - 1 else f"{p_('word', 'goto')} {turn}"


def _levels() -> dict[str, str]:
    """The words for how much is to be said."""
    return {"step": "step", "way": "way", p_("word", "step"): "step", p_("word", "way"): "way"}
