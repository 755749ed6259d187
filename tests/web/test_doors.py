"""Who may speak with the server, by what name, from which page, and how much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.web import endings
from game.web.doors import BURST, HIGHEST, LEAST, RATE, WIDEST, Allowance, clamped, is_here, known_host, own_origin
from game.web.endings import Ending
from game.web.visitors import Visitors, is_token, new_token


@pytest.mark.parametrize(
    "netloc",
    [
        *("127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000", "192.168.1.20:8000"),
        *("library.example", "Library.Example.:8000"),
    ],
)
def test_a_server_goes_by_its_addresses_and_the_names_it_was_given(netloc):
    assert known_host(netloc, ["library.example"])


@pytest.mark.parametrize(
    "netloc",
    [
        *("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("", "x@127.0.0.2.nip.io", "[::1", "2130706433", "0x7f.1"),
    ],
)
def test_a_name_of_a_strangers_that_points_here_is_refused(netloc):
    assert not known_host(netloc, ["library.example"])


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("https://library.example", "library.example", True),
        ("http://LOCALHOST:8000", "localhost:8000", True),
        ("http://localhost:8000", "127.0.0.1:8000", False),
        ("http://127.0.0.1:3000", "127.0.0.1:8000", False),
        ("http://127.0.0.1", "127.0.0.1:8000", False),
        ("http://127.0.0.1:8000.evil.example", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("file://", "", False),
        ("http://[", "127.0.0.1:8000", False),
        ("", "127.0.0.1:8000", False),
        (None, "127.0.0.1:8000", False),
    ],
)
def test_only_the_servers_own_page_may_play(origin, host, own):
    assert own_origin(origin, host) is own


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.20", "library.example", "")),
    ],
)
def test_what_others_can_reach_is_told_from_what_they_cannot(host, here):
    assert is_here(host) is here


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (("128", "33"), (128, 33)),
        ((128, 33), (128, 33)),
        (("99999", "99999"), (WIDEST, HIGHEST)),
        ((20000, 20000), (WIDEST, HIGHEST)),
        ((0, -5), LEAST),
        ((None, None), (80, 24)),
        (("9" * 5000, "١٢"), (80, 24)),
        ((1e9, True), (80, 24)),
    ],
)
def test_a_page_does_not_say_how_much_memory_its_game_takes(asked, given):
    assert clamped(*asked) == given


sizes = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text("0123456789-+.x", max_size=12)
    | st.lists(st.integers())
)


@given(sizes, sizes)
def test_any_size_is_made_one_that_can_be_drawn(width, height):
    columns, rows = clamped(width, height)
    assert LEAST[0] <= columns <= WIDEST
    assert LEAST[1] <= rows <= HIGHEST


def test_a_page_that_types_without_end_is_heard_as_much_as_anybody():
    allowance, heard = Allowance(0.0), 0
    for tick in range(1000):
        heard += sum(1000 for _ in range(50) if allowance.spend(1000, tick / 100))
    assert heard <= BURST + RATE * 10
    assert heard >= RATE * 9
    # Somebody who pauses can paste once more.
    assert Allowance(0.0).spend(4096, 0.0)
    assert allowance.spend(4096, 12.0)


def test_a_token_cannot_be_guessed_and_a_folder_does_not_give_it_away():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(is_token(token) for token in tokens)
    name = Visitors.name(min(tokens))
    assert name.isalnum()
    assert min(tokens) not in name


@pytest.mark.parametrize(
    "sent", ["", "..", "../../etc", "x" * 43 + "/..", "x" * 42, "x" * 44, "ü" * 43, "x" * 43 + "\n", None]
)
def test_what_is_no_token_never_becomes_a_folder(sent, tmp_path):
    assert not is_token(sent)
    with pytest.raises(ValueError, match="not a token"):
        Visitors.name(sent)


def test_every_reason_fits_into_what_a_connection_can_say():
    said = [ending for ending in vars(endings).values() if isinstance(ending, Ending)]
    assert len({ending.code for ending in said}) == len(said) > 5
    assert all(len(ending.reason.encode()) <= 123 for ending in said)
