"""Playthroughs that travel with a story: what they show is seen again, and need not be looked for.

A corpus is a text that people may read, compare and delete lines of. Each line is a play: how many words it has in
common with the line above, and its other words. A word is a choice, by as much of its id as tells it from others, with
what its roll comes to: `hide`, `run=fall`. Where there is nothing to choose, there is no word. A word for which there
is no such choice is passed over.

Nothing of this is believed. Whatever the words are, what is played is a play.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from game.engine import State
from game.prove.limits import Limits
from game.prove.model import Edge
from game.prove.odds_plays import Way as Choice
from game.prove.play import Eyes, Player, Way
from game.prove.trails import Log, Step, Trail

Words: TypeAlias = "tuple[str, ...]"

DIGITS = 6
"""Of the number a line begins with, at most."""

STRAIGHT = 500
"""Choices in a row that are made without a word, at most: a scene may lead back to itself for ever."""

OFTEN = 64
"""Words after which it is looked at whether there is time left."""


class Line(NamedTuple):
    """A play: so many words of the line above, and its own."""

    shared: int
    words: Words


def parsed(text: str) -> tuple[Line, ...]:
    """The lines of a text. What is no play is left out."""
    out = []
    for line in text.splitlines():
        shared, *words = line.split() or [""]
        if shared.isascii() and shared.isdigit() and len(shared) <= DIGITS:
            out.append(Line(int(shared), tuple(words)))
    return tuple(out)


def folded(plays: Iterable[Words]) -> tuple[Line, ...]:
    """Plays in order, each once; without those that only go as far as another does."""
    order = sorted(set(plays))
    out: list[Line] = []
    before: Words = ()
    for words, after in pairwise([*order, ()]):
        if after[: len(words)] == words:
            continue
        shared = 0
        while shared < min(len(before), len(words)) and before[shared] == words[shared]:
            shared += 1
        out.append(Line(shared, words[shared:]))
        before = words
    return tuple(out)


@dataclass(slots=True)
class _Move:
    """A choice and what comes of it."""

    choice: Choice
    which: int


class Moves:
    """What can be done in the scenes of a story, by words.

    A word may leave out the end of an id: as many of its parts (`ask_who_is_missing` has four) as are not needed to
    tell it from the others of its scene. Should there be more such choices, later, it is the first of them.
    """

    def __init__(self, player: Player) -> None:
        self.player = player
        self._named: dict[str, dict[str, _Move]] = {}

    def called(self, state: State, word: str) -> _Move | None:
        """The move of that name, if it can be made."""
        found = self._of(state.scene).get(word)
        return found if found is not None and _open(found.choice, state) else None

    def only(self, state: State) -> _Move | None:
        """The move that must be made, as there is no other."""
        options = self.player.ways.open(state.scene, state.values)
        return _Move(options[0], 0) if len(options) == 1 and len(options[0].acts) == 1 else None

    def made(self, state: State, step: Step) -> _Move | None:
        """The move that a step is, if it can be made."""
        name, outcome = step
        scene, _, id = name.rpartition(".")
        return self.called(state, _word(id, outcome)) if scene == state.scene else None

    def after(self, state: State, move: _Move) -> State:
        values = bytearray(state.values)
        return State(move.choice.acts[move.which](values), bytes(values))

    def edge(self, move: _Move) -> Edge:
        return self.player.edges[move.choice.scene, move.choice.choice.id, move.choice.steps[move.which][1]]

    def word(self, move: _Move) -> str:
        """What a move is called."""
        ids = [way.choice.id for way in self.player.ways[move.choice.scene]]
        id, outcome = move.choice.choice.id, move.choice.steps[move.which][1]
        brief = (each for each in _beginnings(id) if sum(each in _beginnings(other) for other in ids) == 1)
        return _word(next(brief, id), outcome)

    def _of(self, scene: str) -> dict[str, _Move]:
        found = self._named.get(scene)
        if found is None:
            every = [(way, i, way.steps[i][1]) for way in self.player.ways[scene] for i in range(len(way.steps))]
            found = {_word(way.choice.id, outcome): _Move(way, i) for way, i, outcome in every}
            for way, i, outcome in every:
                for brief in _beginnings(way.choice.id):
                    found.setdefault(_word(brief, outcome), _Move(way, i))
            self._named[scene] = found
        return found


def _word(id: str, outcome: str) -> str:
    return f"{id}={outcome}" if outcome else id


def _beginnings(id: str) -> list[str]:
    """An id and what is left of it without its last parts, the shortest first."""
    return [id[:at] for at, sign in enumerate(id) if sign == "_" and at] + [id]


def _open(choice: Choice, state: State) -> bool:
    return choice.check is None or choice.check(state.values)


def words_of(moves: Moves, way: Iterable[Step]) -> Words:
    """The words of a way, as far as it can be gone."""
    out: list[str] = []
    state = moves.player.model.start
    straight: list[tuple[State, _Move]] = []
    for step in way:
        move = moves.made(state, step)
        if move is None:
            break
        if moves.only(state) is not None and len(straight) < STRAIGHT - 1:
            straight.append((state, move))
        else:
            words = [moves.word(move)]
            for earlier, only in reversed(straight):
                # Whoever reads makes the first choice that is called so, be it the only one.
                if moves.called(earlier, words[-1]) is not None:
                    words.append(moves.word(only))
            out += reversed(words)
            straight.clear()
        state = moves.after(state, move)
    return tuple(out)


class Replay:
    """Plays a corpus with open eyes."""

    def __init__(self, moves: Moves, eyes: Eyes) -> None:
        self.moves = moves
        self.player = moves.player
        self.eyes = eyes
        self.passed = 0
        """Words for which there was no such choice."""
        self._state = moves.player.model.start
        self._log = Log(self._state)
        self._made = 0

    def play(self, lines: Iterable[Line], limits: Limits) -> Iterator[Way]:
        """Play one line after the other, what they share once; the way of each. It ends when the time does."""
        self._look()
        places: list[tuple[State, Trail]] = [(self._state, self._log.here())]
        read = 0
        for line in lines:
            del places[line.shared + 1 :]
            self._state, way = places[-1]
            self._log = Log(self._state, way)
            for word in line.words:
                read += 1
                if read % OFTEN == 0 and limits.left <= 0:
                    return
                self._read(word)
                places.append((self._state, self._log.here()))
            for _ in range(STRAIGHT):
                if not self._straight_on():
                    break
            yield self._log.here()

    def _read(self, word: str) -> None:
        """Make the choice that a word names, be it after others that must be made."""
        for _ in range(STRAIGHT):
            move = self.moves.called(self._state, word)
            if move is not None:
                self._make(move)
                return
            if not self._straight_on():
                break
        self.passed += 1

    def _straight_on(self) -> bool:
        """Make the choice that must be made, if there is only one."""
        move = self.moves.only(self._state)
        if move is not None:
            self._make(move)
        return move is not None

    def _make(self, move: _Move) -> None:
        player, eyes, log = self.player, self.eyes, self._log
        log.steps.append(move.choice.steps[move.which])
        if eyes.steps:
            edge = self.moves.edge(move)
            if edge in eyes.steps:
                eyes.listen(edge, self._state.values, log.here)
        self._state = self.moves.after(self._state, move)
        self._look()
        self._made += 1
        if self._made % player.apart == 0:
            player.keep(self._state.scene, self._state.values, log)

    def _look(self) -> None:
        if self._state.scene in self.eyes.states:
            self.eyes.look(self._state.scene, self._state.values, self._log.here)
