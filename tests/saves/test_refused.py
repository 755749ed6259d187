"""What is refused in a save is refused by the rule for it, and not only because something else is wrong as well."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

import pytest

from game.engine import Machine
from game.saves import Saves
from game.saves.capture import pack
from game.saves.errors import Damaged
from game.saves.format import decode, encode
from game.saves.history import MAGIC, Reader, Written, names_file, told, turns_file
from game.saves.named import in_names, names_of
from game.saves.numbers import Names, fingerprint, spell
from game.saves.packed import MAX_LOG, Packed
from game.saves.strict import dump, sealed
from tests.saves.later import renamed


@pytest.fixture(scope="module")
def names(kit) -> Names:
    return Names.of(kit.machine)


def packed(kit, turns: int) -> Packed:
    return pack(kit.run(turns), title="", auto=True, played=0, order=1)


def among(files: Mapping[str, bytes]) -> Reader:
    return files.__getitem__


# --- a body ---


def test_more_choices_than_any_run_has_are_refused_before_they_are_made(kit):
    data = encode(packed(kit, 5))
    assert isinstance(decode(kit.forge(data, log="A" * MAX_LOG)), Packed)
    with pytest.raises(Damaged, match="too large"):
        decode(kit.forge(data, log="A" * (MAX_LOG + 1)))


@pytest.mark.parametrize("line", [[1, "sh\x1bout", "", "A"], [1, "shout", "\x07", "A"]])
def test_a_kept_turn_with_what_a_terminal_would_act_on_is_refused(kit, line):
    data = encode(packed(kit, 5))
    assert isinstance(decode(kit.forge(data, kept=[[1, "shout", "", "A"]])), Packed)
    with pytest.raises(Damaged, match="'kept'"):
        decode(kit.forge(data, kept=[line]))


def test_kept_turns_that_are_not_in_their_order_are_refused(kit):
    data = encode(packed(kit, 5))
    first, second = [1, "shout", "", "A"], [2, "shout", "", "A"]
    assert isinstance(decode(kit.forge(data, kept=[first, second])), Packed)
    for kept in ([second, first], [first, first], [[6, "shout", "", "A"]], [[-1, "shout", "", "A"]]):
        with pytest.raises(Damaged, match="'kept'"):
            decode(kit.forge(data, kept=kept))


# --- a state ---


def test_a_state_with_a_value_that_its_variable_does_not_have_is_refused(kit, names):
    first, size = kit.machine.start(), names.sizes[0]
    for value in (size - 1, size):
        values = bytes([value, *first.values[1:]])
        whole = f"{spell((names.number[first.scene],))}.{b64encode(values).decode()}"
        apart = spell((names.number[first.scene], 1, 0, value))
        if value < size:
            assert names.stood(whole).values == names.only(apart, first.values).values == values
            continue
        with pytest.raises(Damaged, match="a state in it cannot be read"):
            names.stood(whole)
        with pytest.raises(Damaged, match="none of its variable's"):
            names.only(apart, first.values)


# --- what is beside ---


def test_names_of_another_story_are_refused(kit, names):
    save = packed(kit, 5)
    later = Names.of(Machine(renamed()))
    with pytest.raises(Damaged, match="the names beside it are not its own"):
        names_of(save, later, lambda name: later.data())
    assert names_of(save, later, lambda name: names.data()).digest == kit.story.digest


TABLE: dict[str, object] = {
    "magic": "hyosan-names",
    "of": "0" * 64,
    "scenes": [["hall", "first", [["shout", [""]]]]],
    "variables": [["noise", 0, 5, 0], ["open", [False, True], 0]],
    "start": [0, 0, 0],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"magic": "hyosan-turns"},
        {"variables": [["noise", 0, 10**12, 0], ["open", [False, True], 0]]},
        {"variables": [["noise", 5, 0, 0], ["open", [False, True], 0]]},
        {"variables": [["noise", 0, 5, 6], ["open", [False, True], 0]]},
        {"variables": [["noise", [None], 0], ["open", [False, True], 0]]},
        {"scenes": [["hall", "first", [["sh\x1bout", [""]]]]]},
        {"scenes": [["hall", "first", [["shout", []]]]]},
        {"scenes": []},
        {"start": [1, 0, 0]},
        {"start": [0, 6, 0]},
        {"start": [0, 0]},
    ],
    ids=repr,
)
def test_a_table_of_names_that_cannot_be_right_is_refused(changes):
    assert Names.parsed(sealed(TABLE) + b"\n").ids == ("hall",)
    with pytest.raises(Damaged, match="table of names cannot be right"):
        Names.parsed(sealed(TABLE | changes) + b"\n")
    with pytest.raises(Damaged):
        Names.parsed(sealed(TABLE).replace(b"hall", b"wall") + b"\n")


def turns(names: Names, start: int, end: int, before: str, lines: str, of: str = "") -> tuple[str, bytes]:
    """A file of turns that is whole, whatever it says: its id and its bytes."""
    line = {"magic": MAGIC, "names": of or names.id, "before": before, "from": start, "to": end, "turns": lines}
    data = dump(line) + b"\n"
    return fingerprint(data), data


@pytest.mark.parametrize(
    ("spans", "of"),
    [([(0, 2), (2, 4)], ""), ([(0, 2), (3, 4)], ""), ([(1, 2), (2, 4)], ""), ([(0, 2), (2, 4)], "0" * 16)],
    ids=["well", "a gap", "no beginning", "other names"],
)
def test_files_of_turns_that_do_not_belong_together_are_refused(kit, names, spans, of):
    run = kit.run(4)
    lines = [names.packed(step.after, step.before.values) for step in run.steps]
    picks = [names.choices(step.before.scene)[step.choice][0] for step in run.steps]
    (begin, middle), (on, end) = spans
    first, data = turns(names, begin, middle, "", "".join(lines[:2]))
    last, more = turns(names, on, end, first, "".join(lines[2:]), of)
    files = {turns_file(first): data, turns_file(last): more}
    past = Written(names.id, spell(picks), (), last, "")
    if spans == [(0, 2), (2, 4)] and not of:
        assert [moment.scene for moment in told(names, past, among(files))][-1] == run.state.scene
        assert [moment.scene for moment in told(names, past._replace(before="", tail="".join(lines)), among({}))]
        with pytest.raises(Damaged, match="more turns than choices"):
            told(names, past._replace(tail=lines[-1]), among(files))
    else:
        with pytest.raises(Damaged, match="do not belong together"):
            told(names, past, among(files))


def test_where_what_led_up_to_a_state_leads_elsewhere_it_is_refused(kit, names):
    save, other = packed(kit, 5), packed(kit, 4)
    files = {name: make() for name, make in save.beside().items()}
    assert in_names(save, names, among(files)).scene == kit.run(5).state.scene
    with pytest.raises(Damaged, match="what led up to it is not what it says"):
        in_names(save._replace(at=other.at), names, among(files))


def test_what_a_save_that_cannot_be_read_may_need_is_not_taken_away(saves, kit, tmp_path):
    """Whatever is wrong with an older generation, the files beside the newer ones stay."""
    saves.write("run-1", kit.run(4))
    (first,) = kit.files(tmp_path, "run-1")
    first.write_bytes(first.read_bytes()[:-9])
    fresh = Saves(tmp_path, kit.story)

    for turn in (5, 6):
        fresh.write("run-1", kit.run(turn))

    there = {path.name for path in first.parent.iterdir()}
    assert {names_file(Names.of(kit.machine).id), *packed(kit, 4).beside(), *packed(kit, 6).beside()} <= there
