"""What is in a save: one header line and one body line of JSON, and every rule by which a file is refused.

The header is there to be read alone: `magic`, `schema`, `len` and `sha256` of the body's bytes (without the newline
after it), `turn`, `order`, `story`, `version`, `digest`, `game`, `saved`, and `check`, the SHA-256 of the header line
without `check`, so that no byte of either line can change unseen. The header line and its `check` stay as they are in
later schemas; the body may change.

A save of schema 3 is what a slot holds: `packed` has its body. It is in the numbers of its own story, and a story that
is another needs the files beside it (`numbers`, `history`).

The body of schema 2, which needs nothing beside it and is what is exported: `seed`, `loaded` (dice: roll to outcome),
`player`, `gentle`, `log` (choices as scene.choice, the undone ones too), `turn` (how many of them are made), `names`
(of variables), `trail` (for the beginning and after each choice: [what the roll came to, scene, number of a name,
value, …], at the beginning every value and later those that changed), `kept` (the turns that are as an older version
of the story had them, whatever the choice does today), `chapters` ([turn at which it began, id]), `title`, `auto`,
`played` (seconds), `summary`, `living`, `over`.

That of schema 1 had, in place of `names` to `chapters`, `state` {`scene`, `vars`: variable name to value, those that
differ from the story's start}.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from game.engine.moment import Moment
from game.saves.disk import MAX_SIZE
from game.saves.errors import Damaged, Newer
from game.saves.packed import MAX_LOG, MAX_SEED, Body, Packed, body_of
from game.saves.strict import TIME, Fields, check_seal, clean, dump, harmless, parse, plain, plain_value, sealed
from game.story.variables import Value

MAGIC = "hyosan-save"
SCHEMA = 3
MAX_ORDER = 2**53
MAX_NAMES = 100_000

_HEADER = ("magic", "schema", "len", "sha256", "turn", "order", "story", "version", "digest", "game", "saved", "check")
_COMMON = (
    *("seed", "loaded", "player", "gentle", "log", "turn"),
    *("title", "auto", "played", "summary", "living", "over"),
)
_BODIES = {1: (*_COMMON, "state"), 2: (*_COMMON, "names", "trail", "kept", "chapters")}
"""The parts of a body, by schema."""
_ENTRY = re.compile(r"[a-z][a-z0-9_]{0,79}\.[a-z][a-z0-9_]{0,79}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Save:
    """What a save of schema 1 or 2 says.

    `turn` is 0 to len(log); `order` grows with every save of the story; `played` is in seconds.

    `trail` has one moment more than the log has choices, or none at all in a save of schema 1; of that, `scene` and
    `values` (those that differ from the story's start) say where it stood. In others both are what the trail says.
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
    log: tuple[str, ...]
    turn: int
    scene: str
    values: Mapping[str, Value]
    title: str
    auto: bool
    played: int
    summary: str
    living: tuple[str, ...]
    over: bool
    trail: tuple[Moment, ...] = ()
    kept: frozenset[int] = frozenset()
    chapters: tuple[tuple[int, str], ...] = ()
    """Each chapter come to, with the turn at which it began."""


def encode(save: Save | Packed) -> bytes:
    """The bytes of a save. Raises ValueError for one that is too large to be read again."""
    if isinstance(save, Packed):
        schema, body = 3, dump(body_of(save))
    else:
        schema, body = (2 if save.trail else 1), _named(save)
    header = {
        "magic": MAGIC,
        "schema": schema,
        "len": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "turn": save.turn,
        "order": save.order,
        "story": save.story,
        "version": save.version,
        "digest": save.digest,
        "game": save.game,
        "saved": save.saved,
    }
    data = b"%s\n%s\n" % (sealed(header), body)
    if len(data) > MAX_SIZE:
        raise ValueError("it is larger than a save can be")
    return data


def _named(save: Save) -> bytes:
    return dump(
        {
            "seed": save.seed,
            "loaded": dict(save.loaded),
            "player": save.player,
            "gentle": save.gentle,
            "log": save.log,
            "turn": save.turn,
            **_history(save),
            "title": save.title,
            "auto": save.auto,
            "played": save.played,
            "summary": save.summary,
            "living": save.living,
            "over": save.over,
        }
    )


def _history(save: Save) -> dict[str, object]:
    """Where the run has been. A save of schema 1 is kept as one: what it does not know cannot be made up."""
    if not save.trail:
        return {"state": {"scene": save.scene, "vars": dict(save.values)}}
    names: dict[str, int] = {}
    trail = []
    for moment in save.trail:
        line: list[object] = [moment.outcome, moment.scene]
        for name, value in moment.changed.items():
            line += (names.setdefault(name, len(names)), value)
        trail.append(line)
    return {"names": list(names), "trail": trail, "kept": sorted(save.kept), "chapters": save.chapters}


def decode(data: bytes) -> Save | Packed:
    """The save in the bytes of a file.

    Raises `Damaged` unless all of it is as it was written, and `Newer` when only a newer hyosan can know.
    """
    if len(data) > MAX_SIZE:
        raise Damaged("it is larger than a save can be")
    first, _, rest = data.partition(b"\n")
    header = Fields(parse(first, "first line"))
    if header.data.get("magic") != MAGIC:
        raise Damaged("it is not a save of hyosan")
    check_seal(first)
    schema = header.number("schema", 1, 10**6)
    if schema > SCHEMA:
        game = header.data.get("game")
        raise Newer(clean(game) if isinstance(game, str) else "")
    header.only(_HEADER)
    body = rest[:-1]
    if rest[-1:] != b"\n" or len(body) != header.number("len", 0, MAX_SIZE):
        raise Damaged("it is cut off, or too long")
    if hashlib.sha256(body).hexdigest() != header.data["sha256"]:
        raise Damaged("its checksum does not match")
    if schema < 3:
        return _save(header, _Body(parse(body, "second line")), schema)
    turn = header.number("turn", 0, MAX_LOG)
    return Body(parse(body, "second line")).packed(_whose(header), turn)


def _whose(header: Fields) -> tuple[str, str, str, str, str, int]:
    """Story, version, digest, game, time and order."""
    text = header.text
    order = header.number("order", 0, MAX_ORDER)
    return text("story"), text("version"), text("digest"), text("game"), text("saved", TIME), order


def _save(header: Fields, body: _Body, schema: int) -> Save:
    body.only(_BODIES[schema])
    log = body.texts("log", MAX_LOG)
    if not all(_ENTRY.match(entry) for entry in log):
        body.refuse("log")
    turn = body.number("turn", 0, len(log))
    if turn != header.number("turn", 0, MAX_LOG):
        header.refuse("turn")
    trail: tuple[Moment, ...] = ()
    kept: frozenset[int] = frozenset()
    chapters: tuple[tuple[int, str], ...] = ()
    if schema == 1:
        state = body.inner("state")
        state.only(("scene", "vars"))
        scene, values = state.text("scene"), state.value_map("vars")
    else:
        trail = body.trail(log)
        scene, values = trail[turn].scene, {}
        for moment in trail[: turn + 1]:
            values.update(moment.changed)
        kept = body.turns("kept", len(log))
        chapters = body.chapters(len(log))
    return Save(
        *_whose(header),
        body.number("seed", -MAX_SEED, MAX_SEED),
        body.text_map("loaded"),
        body.text("player"),
        body.yes_no("gentle"),
        log,
        turn,
        scene,
        values,
        body.text("title"),
        body.yes_no("auto"),
        body.number("played", 0, 2**40),
        body.text("summary"),
        body.texts("living", 10_000),
        body.yes_no("over"),
        trail,
        kept,
        chapters,
    )


class _Body(Fields):
    """The body of a save."""

    def trail(self, log: tuple[str, ...]) -> tuple[Moment, ...]:
        """A moment for the beginning and for each choice of the log."""
        names = self.texts("names", MAX_NAMES)
        lines = self.items("trail", MAX_LOG + 1)
        if len(lines) != len(log) + 1 or len(set(names)) != len(names):
            self.refuse("trail")
        out = []
        known = {""}  # outcomes and scenes that were looked at
        for entry, line in zip(("", *log), lines, strict=True):
            if not isinstance(line, list) or len(line) < 2 or len(line) % 2:
                self.refuse("trail")
            outcome, scene, *rest = line
            changed: dict[str, Value] = {}
            for at, value in zip(rest[::2], rest[1::2], strict=True):
                if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < len(names):
                    self.refuse("trail")
                if names[at] in changed or not plain_value(value):
                    self.refuse("trail")
                changed[names[at]] = value
            for id in (outcome, scene):
                if not isinstance(id, str) or (id not in known and not harmless(id)):
                    self.refuse("trail")
                known.add(id)
            out.append(Moment(entry, outcome, scene, changed))
        return tuple(out)

    def turns(self, key: str, last: int) -> frozenset[int]:
        found = self.items(key, last + 1)
        out = frozenset(turn for turn in found if isinstance(turn, int) and not isinstance(turn, bool))
        if len(out) != len(found) or not all(0 <= turn <= last for turn in out):
            self.refuse(key)
        return out

    def chapters(self, last: int) -> tuple[tuple[int, str], ...]:
        out = []
        for pair in self.items("chapters", last + 1):
            if not isinstance(pair, list) or len(pair) != 2:
                self.refuse("chapters")
            turn, id = pair
            if not isinstance(turn, int) or isinstance(turn, bool) or not 0 <= turn <= last or not plain(id, id):
                self.refuse("chapters")
            out.append((turn, str(id)))
        return tuple(out)
