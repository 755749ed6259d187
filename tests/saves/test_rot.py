"""No changed byte is ever taken for a save: the one before is loaded and it is said, or it is refused."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.saves import SaveError, Saves
from game.saves.capture import pack
from game.saves.errors import Damaged, Newer
from game.saves.format import decode, encode
from game.saves.numbers import Names, spell
from game.saves.restore import restore
from tests.saves.byname import by_name


@pytest.fixture
def rotten(kit, memory):
    """(the saves, the newest file, its bytes) of a slot with turns 4 and 5."""
    saves = Saves(memory, kit.story)
    saves.write("run-1", kit.run(4))
    saves.write("run-1", kit.run(5))
    newest = kit.files(memory, "run-1")[-1]
    return Saves(memory, kit.story), newest, newest.read_bytes()


@pytest.fixture
def named(kit, rotten):
    """The same with a save of schema 2 as the newest."""
    saves, newest, _ = rotten
    newest.write_bytes(kit.by_name(kit.run(5)))
    return saves, newest, newest.read_bytes()


def taken(data: bytes) -> bool:
    """Whether bytes are taken for a save."""
    try:
        decode(data)
    except Damaged:
        return False
    return True


def test_every_flipped_bit_is_seen(rotten, figures):
    _, _, data = rotten
    wrong = 0
    for at in range(len(data)):
        for bit in range(8):
            bad = bytearray(data)
            bad[at] ^= 1 << bit
            wrong += taken(bytes(bad))
    figures("rot: every bit of a save flipped", points=len(data) * 8, wrong=wrong)
    assert wrong == 0


def test_every_flipped_byte_gives_way_to_the_save_before(rotten, kit, figures):
    saves, newest, data = rotten
    figures("rot: every byte, loaded from disk", points=len(data))
    for at in range(len(data)):
        newest.write_bytes(data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :])
        restored = saves.read("run-1", kit.machine)
        assert restored.run == kit.run(4), f"byte {at}"
        assert restored.notes == ("The last save was damaged; restored turn 4.",)


def test_every_truncation_gives_way_to_the_save_before(rotten, kit, figures):
    saves, newest, data = rotten
    wrong = sum(taken(data[:length]) for length in range(len(data)))
    figures("rot: cut off at every length", points=len(data), wrong=wrong)
    assert wrong == 0
    for length in range(0, len(data), 9):
        newest.write_bytes(data[:length])
        restored = saves.read("run-1", kit.machine)
        assert (restored.run.turn, len(restored.notes)) == (4, 1), f"{length} bytes"


def test_random_edits_are_seen(rotten, figures):
    _, _, data = rotten
    chance = random.Random(5)
    points = wrong = 0
    for _ in range(3000):
        bad = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at, size = chance.randrange(len(bad)), chance.randint(0, 30)
            bad[at : at + size] = chance.choice([b"", bytes(size), chance.randbytes(size), bytes(bad[:size])])
        if bytes(bad) != data:
            points += 1
            wrong += taken(bytes(bad))
    figures("rot: random edits", points=points, wrong=wrong)
    assert wrong == 0


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_do_anything_but_be_refused(data):
    with pytest.raises((Damaged, Newer)):
        decode(data)


# --- files somebody made, with all the sums right ---

BODIES = {
    "not an object": b"[1, 2]",
    "a number for infinity": b'{"seed": Infinity}',
    "no number": b'{"seed": NaN}',
    "a key twice": b'{"seed": 1, "seed": 2}',
    "deeper than the stack": b'{"seed":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of many digits": b'{"seed": ' + b"9" * 5000 + b"}",
    "not utf-8": b'{"seed": "\xff"}',
    "nothing": b"",
    "missing parts": b'{"seed": 1}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_strange_body_is_refused(rotten, kit, body):
    saves, newest, data = rotten
    newest.write_bytes(kit.seal(json.loads(data.splitlines()[0]), body))

    assert saves.read("run-1", kit.machine).run.turn == 4


PACKED: dict[str, list[object]] = {
    "seed": [None, 1.0, True, 10**30],
    "player": ["a\x1b]0;x\x07", "x" * 500, 5],
    "summary": ["\x07", {}],
    "names": ["", "x" * 16, "0" * 16, "../../etc/passw", 5, None, "\u0663" * 16],
    "log": [None, [1], "?", "\u0663", "g", "A" * 20_001, "BAD", "BADC", "BADCBA", "_____", "________A"],
    "at": [
        None,
        7,
        "",
        ".",
        "A.",
        "A.AAAA",
        "A.!",
        "AA.AAAA",
        "B.////////////////////////",
        "___A." + "AAAA" * 6,
        "A",
        "?",
        "AAA",
        "_______B",
        "ABA",
        "AB__A",
        "ABA__A",
        "9B",
        "A_A",
    ],
    "before": ["0" * 16, "x", None, "../../etc/passw"],
    "tail": [None, "?", "AA", "A", "AAAAAAAAA"],
    "kept": [
        None,
        [1],
        [[1, "wait", ""]],
        [[9, "wait", "", "AA"]],
        [[True, "wait", "", "AA"]],
        [[1, "\x1b", "", "AA"]],
    ],
    "loaded": [[], {"a": 1}, {"a": "\x1b"}],
    "title": ["\x9b2J", 0],
    "living": ["On-jo", [1], ["\x1b"]],
    "played": [-1, 2**60],
    "gentle": [0],
    "auto": [None],
    "over": [1],
    "more": [1],
    "turn": [1],
}

STRANGE: dict[str, list[object]] = {
    "seed": [None, 1.0, "1", True, 10**30, []],
    "turn": [-1, 6, 10**9, False],
    "player": ["a\x1b]0;x\x07", "\ud800", "\u202e", "a\nb", "x" * 500, 5, None],
    "title": ["\x9b2J", "\u200b", 0],
    "summary": ["\x07", {}],
    "living": ["On-jo", [1], ["\x1b"], ["a"] * 20_000],
    "log": [None, ["hall"], [7], ["hall.wait\n"], ["\x1b.x"], ["../a.b"], ["hall.wait"] * 20_001],
    "loaded": [[], {"a": 1}, {"\ud800": "x"}, {"a": "\x1b"}],
    "names": [[], ["a"] * 300, [1], ["\x1b"], None],
    "trail": [
        *([], [["", "hall"]], None, [["", "hall"]] * 7, [7] * 6),
        *([["", "hall", 0]] * 6, [["", "hall", 0, 1.5]] * 6, [["", "hall", 0, None]] * 6, [["", 5]] * 6),
        *([["", "hall", 999, 1]] * 6, [["", "hall", True, 1]] * 6, [["", "hall", 0, 10**9]] * 6),
        *([["", "hall", 0, 1, 0, 2]] * 6, [["\x1b", "hall"]] * 6, [["", "\ud800"]] * 6, [[1, "hall"]] * 6),
    ],
    "kept": [None, [6], [-1], [1, 1], [True], ["1"], [[]]],
    "chapters": [None, [[0]], [[9, "first"]], [[0, 1]], [["0", "first"]], ["first"], [[0, "\x07"]]],
    "played": [-1, 2**60, 1.5],
    "gentle": [0, "no"],
    "over": [1],
    "auto": [None],
    "more": [1],
}


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key, values in STRANGE.items() for value in values],
    ids=lambda part: repr(part)[:40],
)
def test_a_strange_value_is_refused(named, kit, key, value):
    saves, newest, data = named
    body = {**json.loads(data.splitlines()[1]), key: value}
    newest.write_bytes(kit.seal(json.loads(data.splitlines()[0]), json.dumps(body).encode()))

    restored = saves.read("run-1", kit.machine)

    assert (restored.run.turn, len(restored.notes)) == (4, 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key, values in PACKED.items() for value in values],
    ids=lambda part: repr(part)[:40],
)
def test_a_strange_number_is_refused(rotten, kit, key, value):
    saves, newest, data = rotten
    newest.write_bytes(kit.forge(data, **{key: value}))

    restored = saves.read("run-1", kit.machine)

    assert (restored.run.turn, len(restored.notes)) == (4, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"order": -1},
        {"order": 2**60},
        {"schema": 0},
        {"schema": "1"},
        {"schema": True},
        {"saved": "yesterday"},
        {"saved": "2026-01-01T00:00:00Z\n"},
        {"version": "\x1b[31m"},
        {"turn": 3},
        {"len": 5},
        {"sha256": None},
        {"magic": "other"},
        {"more": 1},
        {"story": 5},
    ],
    ids=repr,
)
def test_a_strange_header_is_refused(rotten, kit, values):
    saves, newest, data = rotten
    first, second = data.splitlines()
    newest.write_bytes(kit.seal(json.loads(first), second, **values))

    assert saves.read("run-1", kit.machine).run.turn == 4


@pytest.mark.parametrize(
    "values",
    [
        {"seed": 8, "loaded": {"stairs.jump": "well"}},
        {"log": ["hall.shout", "hall.go_stairs", "stairs.meet", "talk.flee", "hall.drink"]},
        {"log": ["hall.shout", "hall.go_stairs", "stairs.meet", "talk.nod", "stairs.meet"]},
    ],
    ids=repr,
)
@pytest.mark.parametrize("by_name", [False, True])
def test_a_state_that_its_choices_do_not_lead_to_is_refused(saves, kit, tmp_path, values, by_name):
    run = kit.run(5, **{"stairs.jump": "badly"})
    saves.write("run-1", kit.run(4))
    saves.write("run-1", run)
    newest = kit.files(tmp_path, "run-1")[-1]
    if by_name:
        newest.write_bytes(kit.by_name(run))
    elif "log" in values:
        choices = Names.of(kit.machine).choices
        values = {"log": spell(choices(scene)[id][0] for scene, _, id in (e.partition(".") for e in values["log"]))}
    newest.write_bytes(kit.forge(newest.read_bytes(), **values))

    restored = saves.read("run-1", kit.machine)

    assert restored.run == kit.run(4)
    assert restored.notes == ("The last save was damaged; restored turn 4.",)


@pytest.mark.parametrize(
    "lie",
    [
        (1, "", {"first/knocked": 1}),
        (1, "stairs", {}),
        (0, "", {"open": True}),
        (1, "", {"open": False}),
        (1, "", {"unheard": False}),
    ],
    ids=["yes is not one", "elsewhere", "begun otherwise", "said though it did not change", "of nothing"],
)
def test_the_state_is_the_very_same(saves, kit, tmp_path, lie):
    saves.write("run-1", kit.run(1))
    (file,) = kit.files(tmp_path, "run-1")
    turn, scene, values = lie
    file.write_bytes(kit.lie(kit.by_name(kit.run(1)), turn, scene, **values))

    with pytest.raises(SaveError, match="do not lead to the moment"):
        saves.read("run-1", kit.machine)


def test_a_key_may_not_stand_twice(rotten, kit):
    saves, newest, data = rotten
    first, second = data.splitlines()
    newest.write_bytes(kit.seal(json.loads(first), b'{"seed":7,' + second[1:]))

    assert saves.read("run-1", kit.machine).run.turn == 4


@pytest.mark.parametrize("turn", [1, 4, 6])
def test_every_state_on_the_way_is_the_very_same(saves, kit, tmp_path, turn):
    """Also those before the one it stands at, which are in a file beside it, and those that were taken back."""
    run = kit.run(7).go_to(5)
    lied = run.steps[turn - 1]._replace(after=kit.otherwise(kit.run(7), noise=4).steps[turn - 1].after)
    saves.write("run-1", replace(run, steps=(*run.steps[: turn - 1], lied, *run.steps[turn:])))

    with pytest.raises(SaveError, match="do not lead to the moment"):
        saves.read("run-1", kit.machine)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_a_stranger_writes_does_more_than_be_refused(kit, data):
    run = kit.run(5)
    packed = pack(run, title="", auto=True, played=0, order=1)
    first, second = encode(data.draw(st.sampled_from([packed, by_name(run)]))).splitlines()
    body = json.loads(second)
    key = data.draw(st.sampled_from(sorted(body)))
    forged = kit.seal(json.loads(first), json.dumps({**body, key: data.draw(json_values)}).encode())
    said = ""
    try:
        restored = restore(decode(forged), kit.machine).run
        assert restored.go_to(5).state == run.state
    except Damaged as error:
        said = str(error)
    assert said.isprintable()
