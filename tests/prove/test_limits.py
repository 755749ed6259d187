"""How much time and memory there is, and what of it each of several processes has."""

from __future__ import annotations

from itertools import count

from game.prove.limits import APIECE, LEAST, Limits


def ticking() -> Limits:
    """Ten seconds by a clock that goes on a second whenever it is looked at."""
    clock = count().__next__
    return Limits(10.0, 8 * LEAST + 7 * APIECE, clock=lambda: float(clock()))


def test_several_processes_share_the_memory_and_not_the_time():
    limits = Limits(10.0, 8 * LEAST + 7 * APIECE, clock=lambda: 0.0)
    share = limits.among(8)
    assert (share.nodes, share.left) == (LEAST, 10.0)
    assert limits.among(1).nodes == limits.nodes
    whole = limits.among(3)
    assert 3 * whole.nodes + 2 * APIECE <= limits.nodes < 3 * (whole.nodes + 1) + 2 * APIECE


def test_there_are_no_more_processes_than_there_is_memory_for():
    limits = Limits(10.0, 8 * LEAST + 7 * APIECE)
    assert [limits.hands(most) for most in (1, 3, 8, 20)] == [1, 3, 8, 8]
    assert Limits(10.0, 2 * LEAST + APIECE - 1).hands(8) == 1
    assert Limits(10.0, 0).hands(8) == 1


def test_a_share_of_the_time_ends_no_later_than_the_whole():
    limits = ticking()
    share = limits.among(2)
    assert share.started == limits.started
    assert limits.within(100.0).seconds < 10.0
    assert limits.within(2.0).seconds == 2.0
