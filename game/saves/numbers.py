"""A story's things by their numbers, and the table that gives the names back when the story is another.

Numbers are written as base64 VLQ: five bits a character, the lowest first, with a sixth that says that more follow.

`Names` is a file beside the saves, `n-<id>.json`, one for each version of a story, whose digest the id is made from. It
is one line of JSON: `of` (the digest), `scenes` ([id, chapter, [[choice, [outcome, …]], …]]), `variables` ([name,
[value, …]], or [name, lowest, highest] for numbers in a row, then the index of the value at the start), `start`
([scene, index of a value, …]), where every run of it begins, and `check`, as in the first line of a save.
"""

from __future__ import annotations

import hashlib
import operator
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from game.engine.moment import differing
from game.engine.state import State
from game.saves.errors import Damaged
from game.saves.strict import Fields, check_seal, harmless, parse, plain_value, sealed
from game.story.variables import MAX_DOMAIN, Value

if TYPE_CHECKING:
    from game.engine import Machine
    from game.engine.checks import Values
    from game.story.model import Story

MAGIC = "hyosan-names"
NUMBERING = 1
"""Another when the same story comes to other numbers: then the names tell what older saves mean."""
FEW = 64
"""So many variables are sooner written than looked at one by one."""
ID = 16
"""Hex digits of an id: 64 bits of a checksum, against damage and not against a forger, who could seal anything."""

_OF = re.compile(rb'\{"magic":"hyosan-names","of":"(\w+)",')
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BITS = bytes(max(0, _DIGITS.find(chr(byte))) for byte in range(256))
_MORE = _DIGITS[32:].encode()
"""The digits after which there is another one of the same number."""
_LAST = _DIGITS[:32].encode()
_OPEN = frozenset(bytes([digit]) for digit in _MORE)
_ALL = _DIGITS.encode()
_OPENS = bytes(byte in _MORE for byte in range(256))
_ENDLESS = bytes([True] * 6)
"""More digits than a number has."""


def _spelled(number: int) -> str:
    out = ""
    while number > 31:
        out += _DIGITS[32 | number & 31]
        number >>= 5
    return out + _DIGITS[number]


_SHORT = tuple(_spelled(number) for number in range(4096))


def spell(numbers: Iterable[int]) -> str:
    """Numbers from 0 up as text; texts may be put one after the other."""
    return "".join([_SHORT[n] if n < 4096 else _spelled(n) for n in numbers])


def read(text: str) -> list[int]:
    """The numbers in a text. Raises `Damaged` for what `spell` does not write."""
    digits = _digits(text).translate(_BITS)
    if max(digits, default=0) < 32:
        return list(digits)
    out: list[int] = []
    add = out.append
    number = shift = 0
    for bits in digits:
        if bits > 31:
            number |= (bits & 31) << shift
            shift += 5
        elif shift:
            add(number | bits << shift)
            number = shift = 0
        else:
            add(bits)
    return out


def how_many(text: str) -> int:
    """How many numbers are in a text. Raises `Damaged` for what `spell` does not write."""
    if text.isascii() and not text.encode().translate(None, _LAST):
        return len(text)
    return len(_digits(text).translate(None, _MORE))


def _digits(text: str) -> bytes:
    digits = text.encode("utf-8", "replace")
    if digits.translate(None, _ALL) or digits[-1:] in _OPEN or _ENDLESS in digits.translate(_OPENS):
        raise Damaged("a number in it cannot be read")
    return digits


def fingerprint(data: bytes) -> str:
    """The id of a file that is named after what is in it."""
    return hashlib.sha256(data).hexdigest()[:ID]


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene as the table has it: each choice with the ids of its outcomes, [""] unless it is a roll."""

    id: str
    chapter: str
    choices: tuple[tuple[str, tuple[str, ...]], ...]


Domain: TypeAlias = "tuple[str, tuple[Value, ...], int]"
"""A variable as the table has it: its name, its values, and the number of that at the start."""


class Names:
    """The table of one story, by the numbers and by the names. `scenes` are looked at one by one."""

    def __init__(self, digest: str, scenes: Mapping[str, Scene], variables: list[Domain], start: State) -> None:
        self.digest = digest
        self.id = self.id_of(digest)
        self.ids = tuple(scenes)
        self.number = {id: i for i, id in enumerate(self.ids)}
        self._spelled = {spell((i,)): id for i, id in enumerate(self.ids)}
        self.variables = tuple((name, values) for name, values, _ in variables)
        self.sizes = [len(values) for _, values in self.variables]
        self.usual: Values = bytes(start for _, _, start in variables)
        """The values a state is written as a difference from."""
        self.start = start
        self.scenes = scenes
        self._choices: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {}

    @staticmethod
    def id_of(digest: str) -> str:
        """What the file of a story is called by."""
        return fingerprint(f"{MAGIC}/{NUMBERING}/{digest}".encode())

    @staticmethod
    def digest_in(data: bytes) -> str:
        """The digest in a file that is whole, without reading all of it; "" where it cannot be seen."""
        found = _OF.match(data)
        return found[1].decode() if found else ""

    def choices(self, scene: str) -> dict[str, tuple[int, tuple[str, ...]]]:
        """The choices of a scene by id, each with its number and its outcomes."""
        found = self._choices.get(scene)
        if found is None:
            found = {choice: (i, outcomes) for i, (choice, outcomes) in enumerate(self.scenes[scene].choices)}
            self._choices[scene] = found
        return found

    @classmethod
    def parsed(cls, data: bytes) -> Names:
        """The table in a file. Raises `Damaged`."""
        check_seal(data[:-1])
        table = Fields(parse(data[:-1], "table of names"))
        if table.data.get("magic") != MAGIC:
            _refuse()
        table.only({"magic", "of", "scenes", "variables", "start", "check"})
        scenes = {scene.id: scene for scene in (_scene(line) for line in _items(table.data["scenes"]))}
        variables = [_variable(line) for line in _items(table.data["variables"])]
        at, *values = (n if isinstance(n, int) and n >= 0 else _refuse() for n in _items(table.data["start"]))
        sizes = [len(domain) for _, domain, _ in variables]
        if at >= len(scenes) or len(values) != len(sizes) or not all(map(operator.lt, values, sizes)):
            _refuse()
        return cls(table.text("of"), scenes, variables, State([*scenes][at], bytes(values)))

    @classmethod
    def of(cls, machine: Machine) -> Names:
        """The table of a story that is played."""
        found: Names | None = machine.made.get(Names)
        if found is None:
            story = machine.story
            variables = [(v.name, v.values, v.start) for v in story.variables]
            found = machine.made[Names] = cls(story.digest, _Scenes(story), variables, machine.start())
        return found

    def data(self) -> bytes:
        """The bytes of its file: for these, every scene is looked at."""
        table = {
            "magic": MAGIC,
            "of": self.digest,
            "scenes": [[scene.id, scene.chapter, scene.choices] for scene in self.scenes.values()],
            "variables": [
                [name, *_domain(values), usual]
                for (name, values), usual in zip(self.variables, self.usual, strict=True)
            ],
            "start": [self.number[self.start.scene], *self.start.values],
        }
        return sealed(table) + b"\n"

    # --- states ---

    def packed(self, state: State, near: Values) -> str:
        """A state: its scene, how many values are not as in `near`, and each of them with its distance to the last."""
        line = [self.number[state.scene]]
        apart = differing(near, state.values)
        line.append(len(apart))
        last = 0
        for var in apart:
            line += (var - last, state.values[var])
            last = var
        return spell(line)

    def unpacked(self, numbers: list[int], near: Values, at: int = 0) -> tuple[State, int]:
        """The state that begins at `at` in `numbers`, and where it ends.

        Raises `Damaged` when there is none, or not in this story.
        """
        sizes = self.sizes
        try:
            scene = self.ids[numbers[at]]
            end = at + 2 + 2 * numbers[at + 1]
            values = bytearray(near)
            var = 0
            for gap, value in zip(numbers[at + 2 : end : 2], numbers[at + 3 : end : 2], strict=True):
                var += gap
                if value >= sizes[var]:
                    raise Damaged("a value in it is none of its variable's")
                values[var] = value
        except (IndexError, ValueError):
            raise Damaged("a state in it cannot be read") from None
        if end > len(numbers):
            raise Damaged("a state in it cannot be read")
        return State(scene, bytes(values)), end

    def standing(self, state: State) -> str:
        """A state by itself: with every value, in base64 after a full stop, where the story has few."""
        if len(self.sizes) > FEW:
            return self.packed(state, self.usual)
        return f"{spell((self.number[state.scene],))}.{b2a_base64(state.values, newline=False).decode()}"

    def stood(self, text: str) -> State:
        """The state that `standing` wrote. Raises `Damaged` when there is none, or not in this story."""
        scene, dot, rest = text.partition(".")
        if not dot:
            return self.only(text, self.usual)
        try:
            values = a2b_base64(rest, strict_mode=True)
            if len(values) == len(self.sizes) and all(map(operator.lt, values, self.sizes)):
                return tuple.__new__(State, (self._spelled[scene], values))
        except (ValueError, KeyError):
            pass
        raise Damaged("a state in it cannot be read")

    def only(self, text: str, near: Values) -> State:
        """The state that is all there is in a text. Raises `Damaged` when there is none, or more."""
        numbers = read(text)
        state, end = self.unpacked(numbers, near)
        if end != len(numbers):
            raise Damaged("a state in it cannot be read")
        return state

    def changed(self, before: Values, after: Values) -> dict[str, Value]:
        """The values that differ, by name."""
        return {name: values[after[i]] for i in differing(before, after) for name, values in (self.variables[i],)}

    def all_values(self, state: State) -> dict[str, Value]:
        return {name: values[i] for (name, values), i in zip(self.variables, state.values, strict=True)}


class _Scenes(Mapping[str, Scene]):
    """The scenes of a story that is played, which may not all have been read from disk yet."""

    def __init__(self, story: Story) -> None:
        self._all = story.scenes

    def __getitem__(self, id: str) -> Scene:
        scene = self._all[id]
        return Scene(id, scene.chapter, tuple((c.id, tuple(o.id for o in c.outcomes)) for c in scene.choices))

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def _domain(values: tuple[Value, ...]) -> list[object]:
    first, last = values[0], values[-1]
    if len(values) > 2 and isinstance(first, int) and isinstance(last, int) and values == tuple(range(first, last + 1)):
        return [first, last]
    return [list(values)]


# --- reading without trust ---


def _refuse() -> NoReturn:
    raise Damaged("the table of names cannot be right")


def _items(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        _refuse()
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not harmless(value):
        _refuse()
    return value


def _scene(line: object) -> Scene:
    parts = _items(line)
    if len(parts) != 3 or not isinstance(parts[2], list):
        _refuse()
    choices = []
    for pair in parts[2]:
        if len(_items(pair)) != 2:
            _refuse()
        choices.append((_text(pair[0]), tuple(_text(outcome) for outcome in _items(pair[1]))))
    return Scene(_text(parts[0]), _text(parts[1]), tuple(choices))


def _variable(line: object) -> Domain:
    name, *domain, start = _items(line)
    values: tuple[Value, ...] = ()
    match domain:
        case [list(listed)] if all(plain_value(value) for value in listed):
            values = tuple(listed)
        case [int(low), int(high)] if 0 <= high - low < MAX_DOMAIN and abs(low) + abs(high) < 10**7:
            values = tuple(range(low, high + 1))
    if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start < len(values) <= MAX_DOMAIN:
        _refuse()
    return _text(name), values, start
