"""What differs between two states."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from game.engine.moment import differing


@given(st.sampled_from([1, 8, 63, 64, 65, 300]).flatmap(lambda n: st.tuples(*[st.binary(min_size=n, max_size=n)] * 2)))
def test_what_differs_is_found_however_many_variables_there_are(pair):
    before, after = pair
    assert differing(before, after) == [var for var in range(len(before)) if before[var] != after[var]]
    assert differing(before, before) == []
    one = bytes([*before[:-1], before[-1] ^ 128])
    assert differing(before, one) == [len(before) - 1]
