"""Flows, compiled: whatever short cuts are taken, they do what the flow says, node by node."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from game.engine.acts import WORTH, Acts
from game.engine.checks import Check, compile_condition
from game.engine.flow import Do, End, Fork, Node
from game.story.conditions import TRUE, All, Any, Cond, Test, variables
from game.story.model import Change

SIZES = [6, 3, 2]

tests = st.integers(0, 2).flatmap(lambda var: st.builds(Test, st.just(var), st.integers(1, (1 << SIZES[var]) - 2)))
either = st.lists(tests, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts)))
conditions: st.SearchStrategy[Cond] = st.one_of(
    tests,
    st.just(TRUE),
    st.lists(
        st.one_of(tests, st.lists(tests, min_size=2, max_size=2).map(lambda two: Any(tuple(two)))),
        min_size=2,
        max_size=4,
    ).map(lambda parts: All(tuple(parts))),
    st.lists(tests, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
)


def holds(cond: Cond, values: bytes) -> bool:
    match cond:
        case Test(var, mask):
            return bool(mask >> values[var] & 1)
        case All(parts):
            return all(holds(part, values) for part in parts)
        case Any(parts):
            return any(holds(part, values) for part in parts)
        case _:
            return cond == TRUE


def carried(node: Node, values: bytearray) -> str:
    while not isinstance(node, End):
        if isinstance(node, Fork):
            node = node.yes if holds(node.cond, bytes(values)) else node.no
        else:
            assert isinstance(node, Do)
            for change in node.changes:
                values[change.var] = change.table[values[change.var]]
            node = node.then
    return node.scene


def rows(conds: list[Cond], after: Node) -> Node:
    """Forks in a row, each to a scene of its own, or (every third) on to what comes next as well."""
    node: Node = after
    for at, cond in reversed(list(enumerate(conds))):
        yes: Node = Do((Change(at % 3, bytes(reversed(range(SIZES[at % 3])))),), End(f"s{at}" if at % 3 else "other"))
        node = Fork(cond, yes, node)
    return node


@given(st.lists(conditions, min_size=1, max_size=7), st.lists(conditions, max_size=4))
def test_forks_in_a_row_lead_where_the_first_yes_leads(conds, more):
    later = rows(more, End("last"))
    node = rows(conds, Do((Change(0, bytes([1, 2, 3, 4, 5, 0])),), later))
    acts = Acts(lambda cond: compile_condition(cond, SIZES), SIZES)
    for a in range(SIZES[0]):
        for b in range(SIZES[1]):
            for c in range(SIZES[2]):
                expected, found = bytearray([a, b, c]), bytearray([a, b, c])
                assert acts.of(node)(found) == carried(node, expected)
                assert found == expected


def test_many_forks_that_ask_for_one_variable_are_not_asked_one_by_one():
    asked: list[Cond] = []

    def check(cond: Cond) -> Check:
        def heard(values: bytes) -> bool:
            asked.append(cond)
            return holds(cond, values)

        return heard

    late = [All((Test(0, 1 << 5), Test(1, 1 << at % 3))) for at in range(WORTH)]
    act = Acts(check, SIZES).of(rows(list(late), End("last")))
    assert act(bytearray([4, 0, 0])) == "last"
    assert not asked
    assert act(bytearray([5, 1, 0])) == "s1"
    assert [variables(cond) for cond in asked] == [{1}, {1}]


def test_what_takes_more_steps_than_python_has_room_for_is_done_all_the_same():
    before = sys.getrecursionlimit()
    node: Node = End("last")
    for _ in range(before + 500):
        node = Do((Change(0, bytes([1, 2, 3, 4, 5, 0])),), node)
    values = bytearray([0, 0, 0])
    assert Acts(lambda cond: compile_condition(cond, SIZES), SIZES).of(node)(values) == "last"
    assert values[0] == (before + 500) % SIZES[0]
    assert sys.getrecursionlimit() == before
