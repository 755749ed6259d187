"""Long masks and numbers are taken apart as short ones are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from game.prove.fields import Fields
from game.prove.items import numbers

VARIABLES = 700


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, VARIABLES - 1)), st.sets(st.integers(0, VARIABLES - 1)))
def test_a_long_mask_is_taken_apart_and_spread(some: set[int], others: set[int]) -> None:
    fields = Fields([2 + var % 4 for var in range(VARIABLES)], [0] * VARIABLES)
    for chosen in (some, others):
        mask = sum(1 << var for var in chosen)
        assert numbers(mask) == sorted(chosen)
        assert fields.spread(mask) == sum(fields.full[var] for var in chosen)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(0, 3)))
def test_the_variables_that_differ_are_found_with_their_values(known: dict[int, int]) -> None:
    fields = Fields([4] * VARIABLES, [0] * VARIABLES)
    here = fields.having((var, known.get(var, 0)) for var in range(VARIABLES))
    assert fields.differing(here, fields.start) == {var: 1 << value for var, value in known.items() if value}
