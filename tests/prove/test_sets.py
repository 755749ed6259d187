"""Sets that are taken over from one manager into another say the same of every state."""

from __future__ import annotations

import time
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from game.prove.limits import Worth
from game.prove.sets import Sets
from game.story.conditions import All, Any, Cond, Count, Test

SIZES = [2, 3, 5, 2]


def conds() -> st.SearchStrategy[Cond]:
    tests = st.integers(0, 3).flatmap(
        lambda var: st.builds(Test, st.just(var), st.integers(0, (1 << SIZES[var]) - 1))
    )  # fmt: skip
    some = st.lists(tests, min_size=1, max_size=3).map(tuple)
    return st.recursive(
        tests | st.builds(Count, some, st.integers(0, 15)),
        lambda inner: (
            st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )


@settings(max_examples=20, deadline=None)
@given(conds(), st.permutations(range(4)), st.sets(st.integers(0, 3)))
@example(Count((Test(1, 7),), 1), [0, 1, 2, 3], {0, 1})
def test_a_set_taken_over_holds_the_same_states(cond: Cond, order: list[int], left_out: set[int]) -> None:
    """What the other manager leaves out may be anything there."""
    theirs = Sets(range(4), SIZES, 1 << 12)
    mine = Sets([var for var in order if var not in left_out], SIZES, 1 << 12)
    # Codes that no value has say nothing: where a variable is left out, one of them may stand for it.
    whole = theirs.cond(All((cond, *(Test(var, (1 << size) - 1) for var, size in enumerate(SIZES)))))
    copied = mine.taken_over(whole, theirs)
    for values in product(*map(range, SIZES)):
        state = dict(enumerate(values))
        others = product(*(range(SIZES[var]) if var in left_out else [values[var]] for var in range(4)))
        assert mine.holds(copied, state) == any(theirs.holds(whole, dict(enumerate(other))) for other in others)


def test_what_answers_too_little_is_not_worth_going_on_with() -> None:
    answered = 0
    worth = Worth(lambda: answered, 1e9, 0.0)
    began = time.process_time()
    while time.process_time() == began:
        pass  # nothing can come of no time at all, and some clocks of the processor move in steps
    assert worth.lost()
    worth = Worth(lambda: answered, 0.0, 0.0)
    assert not worth.lost()
    assert not Worth(lambda: answered, 1e9, 1e9).lost()
