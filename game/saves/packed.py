"""What is in a save of schema 3: a run in the numbers of its own story.

The body: `seed`, `player`, `summary`, `names` (the id of the table of names), `log` (for each choice, the undone ones
too, its number in its scene), `at` (the state now, as `Names.standing` has it), `before` and `tail`
(what each turn came to: the last file of turns, and those in no file yet), all of it as `numbers` and `history` say;
and, where they are not as usual, `loaded` (dice: roll to outcome), `gentle`, `title`, `auto` (usually true), `played`
(seconds), `living`, `over`, and `kept` ([turn, choice, outcome, what it came to]: turns as an older version of the
story had them, whatever the choice does today).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from game.saves.errors import Damaged
from game.saves.history import Kept, Written, written
from game.saves.numbers import ID, Names, how_many, read
from game.saves.strict import Fields, harmless

if TYPE_CHECKING:
    from game.engine import Dice, Machine, Run, State, Step

MAX_LOG = 20_000
"""Choices in a run: days without sleep for a player, under two seconds of replay."""
MAX_SEED = 2**64
ASTRAY = "its choices do not lead to the moment it holds"

_ALWAYS = {"seed", "player", "summary", "names", "log", "at", "before", "tail"}
_EVER = _ALWAYS | {"loaded", "gentle", "title", "auto", "played", "living", "over", "kept"}


class Packed(NamedTuple):
    """What a save of schema 3 says. `turn` is 0 to the number of choices; `played` is in seconds.

    `past` are the choices and what they came to; `at` is where it stood. `living` are the short names of the people
    who are here. `beside` gives the files that have to be beside it: none for a save that was read, which has them.
    """

    story: str
    version: str
    digest: str
    game: str
    saved: str
    order: int
    seed: int
    loaded: Mapping[str, str]
    player: str
    gentle: bool
    turn: int
    past: Written
    at: str
    title: str
    auto: bool
    played: int
    summary: str
    living: tuple[str, ...]
    over: bool
    beside: Callable[[], Mapping[str, Callable[[], bytes]]] = dict


def body_of(save: Packed) -> dict[str, object]:
    past = save.past
    if abs(save.seed) > MAX_SEED:
        raise ValueError("its seed is too large")
    body: dict[str, object] = {
        "seed": save.seed,
        "player": save.player,
        "summary": save.summary,
        "names": past.names,
        "log": past.picks,
        "at": save.at,
        "before": past.before,
        "tail": past.tail,
    }
    if save.loaded:
        body["loaded"] = dict(save.loaded)
    if save.gentle:
        body["gentle"] = True
    if save.title:
        body["title"] = save.title
    if not save.auto:
        body["auto"] = False
    if save.played:
        body["played"] = save.played
    if save.living:
        body["living"] = save.living
    if save.over:
        body["over"] = True
    if past.kept:
        body["kept"] = past.kept
    return body


class Body(Fields):
    """The body of a save of schema 3. Whatever cannot be right in it, whatever the story, is damage."""

    def packed(self, header: tuple[str, str, str, str, str, int], turn: int) -> Packed:
        """The save with these in its header: story, version, digest, game, saved, order."""
        data = self.data
        if not _ALWAYS <= data.keys() <= _EVER:
            raise Damaged("its parts are not those of a save")
        picks = self._numbers("log")
        count = how_many(picks)
        if count > MAX_LOG:
            self.refuse("log")
        if turn > count:
            self.refuse("turn")
        past = Written(self._id("names"), picks, self._kept(count), self._id("before", ""), self._numbers("tail"))
        return Packed(
            *header,
            self.number("seed", -MAX_SEED, MAX_SEED),
            self.text_map("loaded") if "loaded" in data else {},
            self.text("player"),
            self._usually("gentle", False),
            turn,
            past,
            self._numbers("at"),
            self.text("title") if "title" in data else "",
            self._usually("auto", True),
            self.number("played", 0, 2**40) if "played" in data else 0,
            self.text("summary"),
            self.texts("living", 10_000) if "living" in data else (),
            self._usually("over", False),
        )

    def _usually(self, key: str, usual: bool) -> bool:
        return self.yes_no(key) if key in self.data else usual

    def _numbers(self, key: str) -> str:
        """Numbers as text; whether they mean anything is seen when they are read."""
        value = self.data[key]
        if not isinstance(value, str) or not value.isascii():
            self.refuse(key)
        return value

    def _id(self, key: str, *besides: str) -> str:
        value = self.data[key]
        if not isinstance(value, str) or not (value in besides or (len(value) == ID and value.isalnum())):
            self.refuse(key)
        if not value.isascii():
            self.refuse(key)
        return value

    def _kept(self, count: int) -> tuple[Kept, ...]:
        out: list[Kept] = []
        for line in self.items("kept", count + 1) if "kept" in self.data else ():
            match line:
                case [int(turn), str(choice), str(outcome), str(numbers)] if (
                    not isinstance(turn, bool) and 0 <= turn <= count and (not out or turn > out[-1][0])
                ):
                    if not harmless(choice) or not harmless(outcome):
                        self.refuse("kept")
                    out.append((turn, choice, outcome, numbers))
                case _:
                    self.refuse("kept")
        return tuple(out)


# --- a run of the very same story ---


def resumed(save: Packed, machine: Machine, names: Names) -> Run:
    """The run of a save whose table of names is `names`, that of the story.

    Its state is what the save says. Its steps are made again when they are first asked for; that raises `Damaged`
    when they do not lead to just the states the save holds. Raises `Damaged` at once for a state there cannot be.
    """
    from game.engine import Dice, Run
    from game.engine.run import Held

    state = names.stood(save.at)
    dice = Dice(save.seed, dict(save.loaded))
    name = save.player or machine.story.player.name

    def play() -> tuple[State, tuple[Step, ...]]:
        return _played(save, machine, dice, name, state)

    return Run.resumed(machine, dice, name, save.gentle, save.turn, Held(state, play, save))


def _played(save: Packed, machine: Machine, dice: Dice, name: str, state: State) -> tuple[State, tuple[Step, ...]]:
    from game.engine import NotOffered, Run, Step

    names = Names.of(machine)
    kept = {turn: (choice, outcome, line) for turn, choice, outcome, line in save.past.kept}
    at = first = names.only(kept[0][2], names.start.values) if 0 in kept else names.start
    steps: list[Step] = []
    try:
        for turn, pick in enumerate(read(save.past.picks), 1):
            if turn in kept:
                choice, outcome, line = kept[turn]
                stood = names.only(line, at.values)
                steps.append(Step(at, choice, outcome, (), stood, True))
            else:
                choice = names.scenes[at.scene].choices[pick][0]
                steps.append(machine.choose(at, choice, dice))
            at = steps[-1].after
    except (NotOffered, IndexError, KeyError):
        raise Damaged(ASTRAY) from None
    run = Run(machine, dice, name, save.gentle, first, tuple(steps), save.turn)
    # The names of the files of turns are checksums: what they say of every turn is what has come of it again.
    if run.state != state or written(run) != save.past:
        raise Damaged(ASTRAY)
    return first, run.steps
