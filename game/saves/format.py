"""What is in a save: one header line and one body line of JSON, and every rule by which a file is refused.

The header is there to be read alone: `magic`, `schema`, `len` and `sha256` of the body's bytes (without the newline
after it), `turn`, `order`, `story`, `version`, `digest`, `game`, `saved`, and `check`, the SHA-256 of the header line
without `check`, so that no byte of either line can change unseen. They stand in this order (`forms`). The header line
and its `check` stay as they are in later schemas, which may put more between them; the body may change.

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
from game.saves.forms import NUMBER, TEXT, Form, code, constant, decoded, quoted, texts
from game.saves.packed import MAX_LOG, MAX_SEED, Header, Packed, body_of, packed
from game.saves.strict import SEAL, Fields, check_seal, dump, harmless, parse, plain, plain_value, seal
from game.story.variables import Value

MAGIC = "hyosan-save"
SCHEMA = 3
MAX_ORDER = 2**53
MAX_NAMES = 100_000

_HEADER = Form(
    {
        "magic": constant(MAGIC),
        "schema": NUMBER,
        "len": NUMBER,
        "sha256": code("[0-9a-f]{64}"),
        "turn": NUMBER,
        "order": NUMBER,
        "story": TEXT,
        "version": TEXT,
        "digest": TEXT,
        "game": TEXT,
        "saved": code(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    }
)
_COMMON = (
    *("seed", "loaded", "player", "gentle", "log", "turn"),
    *("title", "auto", "played", "summary", "living", "over"),
)
_BODIES = {1: {*_COMMON, "state"}, 2: {*_COMMON, "names", "trail", "kept", "chapters"}}
"""The parts of a body, by schema."""
_new = tuple.__new__
"""Makes a named tuple from a tuple, without the call that sorts arguments by their names."""
_ENTRY = re.compile(r"[a-z][a-z0-9_]{0,79}\.[a-z][a-z0-9_]{0,79}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Save:
    """What a save of schema 1 or 2 says.

    `turn` is 0 to len(log); `played` is in seconds.

    `trail` has one moment more than the log has choices, or none at all in a save of schema 1; of that, `scene` and
    `values` (those that differ from the story's start) say where it stood. In others both are what the trail says.
    """

    header: Header
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
        schema, body = 3, body_of(save)
    else:
        schema, body = (2 if save.trail else 1), _named(save)
    story, version, digest, game, saved, order = save.header
    whose = quoted(story), quoted(version), quoted(digest), quoted(game), saved
    checksum = hashlib.sha256(body).hexdigest()
    line = _HEADER.line % (schema, len(body), checksum, save.turn, order, *whose)
    data = b"%s\n%s\n" % (seal(line.encode() + b"}"), body)
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
    head = decoded(first)
    found = _HEADER.read(head)
    if found is None:
        raise Damaged("its first line cannot be read" if MAGIC.encode() in first else "it is not a save of hyosan")
    check_seal(first)
    schema, size, checksum, turn, order, story, version, digest, game, saved = found.groups()
    story, version, digest, game = texts(story, version, digest, game)
    if int(schema) > SCHEMA:
        raise Newer(game)
    if len(head) != found.end() + SEAL:
        raise Damaged("its parts are not those of a save")
    body = rest[:-1]
    if rest[-1:] != b"\n" or len(body) != int(size):
        raise Damaged("it is cut off, or too long")
    if hashlib.sha256(body).hexdigest() != checksum:
        raise Damaged("its checksum does not match")
    header = _new(Header, (story, version, digest, game, saved, int(order)))
    if header.order > MAX_ORDER or schema == "0":
        raise Damaged("a number in it is too large")
    if schema == "3":
        return packed(header, int(turn), body)
    return _save(header, int(turn), _Body(parse(body, "second line")), int(schema))


def _save(header: Header, made: int, body: _Body, schema: int) -> Save:
    body.only(_BODIES[schema])
    log = body.texts("log", MAX_LOG)
    if not all(_ENTRY.match(entry) for entry in log):
        body.refuse("log")
    turn = body.number("turn", 0, len(log))
    if turn != made:
        body.refuse("turn")
    trail: tuple[Moment, ...] = ()
    kept: frozenset[int] = frozenset()
    chapters: tuple[tuple[int, str], ...] = ()
    if schema == 1:
        state = body.inner("state")
        state.only({"scene", "vars"})
        scene, values = state.text("scene"), state.value_map("vars")
    else:
        trail = body.trail(log)
        scene, values = trail[turn].scene, {}
        for moment in trail[: turn + 1]:
            values.update(moment.changed)
        kept = body.turns("kept", len(log))
        chapters = body.chapters(len(log))
    return Save(
        header,
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
