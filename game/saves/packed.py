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
from typing import NamedTuple

from game.saves.errors import Damaged
from game.saves.forms import TEXT, WHOLE, Form, code, decoded, quoted, texts
from game.saves.history import Kept, Written
from game.saves.numbers import ID, how_many
from game.saves.strict import Fields, dump, harmless, parse

MAX_LOG = 20_000
"""Choices in a run: days without sleep for a player, under two seconds of replay."""
MAX_SEED = 2**64

_NUMBERS = code("[A-Za-z0-9_-]*")
_BODY = Form(
    {
        "seed": WHOLE,
        "player": TEXT,
        "summary": TEXT,
        "names": code(f"[0-9a-f]{{{ID}}}"),
        "log": _NUMBERS,
        "at": code("[A-Za-z0-9_.+/=-]*"),
        "before": code(f"|[0-9a-f]{{{ID}}}"),
        "tail": _NUMBERS,
    }
)
"""What every body has. Whether its numbers mean anything is seen when they are read."""
_BESIDES = {"loaded", "gentle", "title", "auto", "played", "living", "over", "kept"}


class Header(NamedTuple):
    """What every save says of itself: the story it is of, the hyosan that wrote it, and when."""

    story: str
    version: str
    digest: str
    game: str
    saved: str
    """UTC, ISO 8601."""
    order: int
    """Grows with every save of the story."""


class Packed(NamedTuple):
    """What a save of schema 3 says. `turn` is 0 to the number of choices; `played` is in seconds.

    `past` are the choices and what they came to; `at` is where it stood. `living` are the short names of the people
    who are here. `beside` gives the files that have to be beside it: none for a save that was read, which has them.
    """

    header: Header
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


_new = tuple.__new__
"""Makes a named tuple from a tuple, without the call that sorts arguments by their names."""


def body_of(save: Packed) -> bytes:
    """The line of a save's body."""
    past = save.past
    if abs(save.seed) > MAX_SEED:
        raise ValueError("its seed is too large")
    player, summary = quoted(save.player), quoted(save.summary)
    line = _BODY.line % (save.seed, player, summary, past.names, past.picks, save.at, past.before, past.tail)
    body = besides(save)
    return b"%s,%s" % (line.encode(), dump(body)[1:]) if body else line.encode() + b"}"


def besides(save: Packed) -> dict[str, object]:
    """What is in the body of a save besides, where it is not as usual."""
    body: dict[str, object] = {}
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
    if save.past.kept:
        body["kept"] = save.past.kept
    return body


def packed(header: Header, turn: int, line: bytes) -> Packed:
    """The save with a body, and a header. Raises `Damaged`."""
    text = decoded(line)
    found = _BODY.read(text)
    if found is None:
        raise Damaged("its second line cannot be read")
    seed, player, summary, names, picks, at, before, tail = found.groups()
    player, summary = texts(player, summary)
    count = how_many(picks)
    if count > MAX_LOG or turn > count or abs(int(seed)) > MAX_SEED:
        raise Damaged("a number in it is too large")
    end = found.end()
    if text[end:] == "}":  # all is as usual
        past = _new(Written, (names, picks, (), before, tail))
        rest = (past, at, "", True, 0, summary, (), False, dict)
        return _new(Packed, (header, int(seed), {}, player, False, turn, *rest))
    if text[end] != ",":
        raise Damaged("its second line cannot be read")
    more = _Besides(parse(b"{%s" % text[end + 1 :].encode(), "second line"))
    data = more.data
    if not data or not data.keys() <= _BESIDES:
        raise Damaged("its parts are not those of a save")
    return Packed(
        header,
        int(seed),
        more.text_map("loaded") if "loaded" in data else {},
        player,
        "gentle" in data and more.yes_no("gentle"),
        turn,
        Written(names, picks, more.kept(count) if "kept" in data else (), before, tail),
        at,
        more.text("title") if "title" in data else "",
        "auto" not in data or more.yes_no("auto"),
        more.number("played", 0, 2**40) if "played" in data else 0,
        summary,
        more.texts("living", 10_000) if "living" in data else (),
        "over" in data and more.yes_no("over"),
    )


class _Besides(Fields):
    """What is not as usual. Whatever cannot be right in it, whatever the story, is damage."""

    def kept(self, count: int) -> tuple[Kept, ...]:
        out: list[Kept] = []
        for line in self.items("kept", count + 1):
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
