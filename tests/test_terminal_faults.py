"""What a terminal, a shell and a system can do to a game that is being played: nothing is lost, nothing stays on."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from game.engine import Machine
from game.saves import Saves
from game.story import load_story
from game.tui.leaving import CRASHED, DEADLINE
from tests.ptys import STORY, Terminal, terminals

FIRST = "Walk up with her."
SECOND = "Promise On-jo"


@pytest.fixture
def terminal(tmp_path):
    with terminals(tmp_path) as make:
        yield make


def playing(terminal, *arguments: str, odd: str = "", **options) -> Terminal:
    """A terminal at the first page of a new run of the small story."""
    given = ("play", str(STORY), "--seed", "1", *arguments)
    made: Terminal
    if odd:
        made = terminal(odd, *given, module="tests.odd_game", **options)
    else:
        made = terminal(*given, **options)
    made.until(FIRST)
    return made


def saved_turn(folder: Path) -> int:
    """The turn of the run that was played last."""
    story = load_story(STORY).story
    assert story is not None
    saves = Saves(folder / "saves", story)
    return saves.read(saves.slots()[0].id, Machine(story)).run.turn


def still_plays(made: Terminal) -> None:
    """A page is opened and closed again."""
    made.press("p")
    made.until("you have met")
    made.press("p")
    made.until_not("you have met")


# --- told to leave ---


@pytest.mark.parametrize(
    ("name", "code"),
    [("SIGTERM", 143), *(pytest.param(*each, marks=pytest.mark.slow) for each in (("SIGHUP", 129), ("SIGINT", 130)))],
)
def test_a_signal_leaves_the_terminal_as_it_was_and_loses_nothing(terminal, tmp_path, name, code):
    made = playing(terminal)
    made.turn("1")
    made.until(SECOND)
    began = time.monotonic()
    made.signal(name)
    assert made.ends() == code
    took = time.monotonic() - began
    print(f"{name}: left in {took:.2f} s")
    assert took < DEADLINE, "it left by itself, not because its time was over"
    made.check_restored()
    assert saved_turn(tmp_path) == 1


def stuck(terminal) -> Terminal:
    """A game whose terminal reads nothing any more, with more to be drawn than fits on the way there."""
    made = playing(terminal, columns=200, rows=60)
    made.press("jp" * 200)
    time.sleep(0.5)
    return made


def left(made: Terminal, seconds: float) -> int:
    """How a process ends while nobody reads what it sends."""
    end = time.monotonic() + seconds
    while made.child.isalive():
        assert time.monotonic() < end
        time.sleep(0.01)
    code: int = made.child.exitstatus
    return code


def test_a_second_signal_ends_the_game_at_once_when_the_terminal_reads_nothing(terminal):
    made = stuck(terminal)
    made.signal("SIGTERM")
    time.sleep(0.3)
    assert made.child.isalive(), "the terminal is stuck, or this test asks nothing"
    made.signal("SIGTERM")
    # Sooner than after one signal, which is as soon as a machine with much else to do can say.
    assert left(made, DEADLINE - 0.6) == 143
    made.check_restored()


def test_a_signal_is_enough_within_the_deadline_when_the_terminal_reads_nothing(terminal):
    made = stuck(terminal)
    made.signal("SIGTERM")
    assert left(made, DEADLINE + 2) == 143
    made.check_restored()


def test_a_terminal_that_is_gone_ends_the_game_even_when_hang_ups_are_ignored(terminal, tmp_path):
    made = playing(terminal, ready=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None)
    made.turn("1")
    made.until(SECOND)
    made.hang_up()
    assert made.ends(DEADLINE + 2) == 129
    assert saved_turn(tmp_path) == 1


def test_a_terminal_that_closes_ends_the_game(terminal, tmp_path):
    made = playing(terminal)
    made.hang_up()
    assert made.ends(DEADLINE + 2) == 129
    assert saved_turn(tmp_path) == 0


# --- battered ---


def wrong_bytes(made: Terminal) -> None:
    """Latin-1, no UTF-8 at all, half a surrogate, an old mouse report beyond column 95, and keys there cannot be."""
    for data in (b"\xe9", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[M !\xf0", b"\x1b[99999999999u", b"\x1b[1114112;1u"):
        made.send(data)
        time.sleep(0.02)


def monstrous_sizes(made: Terminal) -> None:
    """Sizes no terminal has, by signal and in band, and 2,000 changes at once."""
    for columns, rows in ((1, 1), (1, 80), (24, 1), (0, 0), (500, 1000), (65535, 65535)):
        made.resize(columns, rows)
        made.skip(0.1)
    made.send(b"\x1b[48;65535;65535;1;1t")
    made.skip(0.3)
    for n in range(2000):
        made.child.setwinsize(20 + n % 30, 60 + n % 100)
        made.signal("SIGWINCH")
    made.resize(59, 19)
    made.skip(0.5)
    made.resize(58, 18)
    made.until("Too small")
    made.resize(80, 24)
    made.until_not("Too small")


def stray_continues(made: Terminal) -> None:
    """Continued without having been stopped, and stopped without being asked."""
    before = made.threads
    for _ in range(5):
        made.signal("SIGCONT")
        time.sleep(0.02)
    made.signal("SIGSTOP")
    made.signal("SIGCONT")
    still_plays(made)
    assert made.threads == before


def to_the_shell_and_back(made: Terminal) -> None:
    before = made.threads
    made.press("\x1a")
    made.wait_for(lambda: made.stopped)
    made.check_restored()
    made.signal("SIGCONT")
    made.until(FIRST)
    still_plays(made)
    assert made.threads == before


def pastes(made: Terminal) -> None:
    """A million characters between the marks of a paste, quit keys among them; and a paste that never ends."""
    made.send(b"\x1b[200~" + b"1q\x11y\r" * 200_000 + b"\x1b[201~")
    still_plays(made)
    made.send(b"\x1b[200~" + b"q1" * 50)
    time.sleep(1.2)
    still_plays(made)


def test_a_battered_game_plays_on(terminal, tmp_path):
    made = playing(terminal)
    for fault in (wrong_bytes, monstrous_sizes, stray_continues, to_the_shell_and_back, pastes):
        print(fault.__name__)
        fault(made)
        still_plays(made)
    made.turn("1")
    made.until(SECOND)
    made.press("q")
    assert made.ends() == 0
    made.check_restored()
    assert saved_turn(tmp_path) == 1
    assert not (tmp_path / "logs").exists()


def noise(seed: int, size: int) -> bytes:
    """Random bytes, without those that leave by right: q, Ctrl+Q, Ctrl+C and Ctrl+Z."""
    return bytes(random.Random(seed).randbytes(size)).translate(None, b"q\x11\x03\x1a")


@pytest.mark.parametrize(
    ("seeds", "size"),
    [
        (1, 20_000),
        pytest.param(int(os.environ.get("HYOSAN_NOISE", "20")), 200_000, marks=pytest.mark.slow),
    ],
)
def test_random_bytes_neither_end_nor_hang_it(terminal, seeds, size):
    for seed in range(seeds):
        made = playing(terminal)
        made.send(noise(seed, size))
        made.send(b"\x1b[201~\x1b")
        time.sleep(0.3)
        made.read()
        alive, child = made.child.isalive(), made.child
        assert alive, f"seed {seed}: it ended with {child.exitstatus}, by signal {child.signalstatus}"
        made.press("\x11")
        assert made.ends() == 0
        made.check_restored()


# --- typed at ---


def test_ten_thousand_mashed_keys_turn_one_page(terminal, tmp_path):
    made = playing(terminal)
    time.sleep(0.3)
    began = time.monotonic()
    made.send(b"1\r2" * 3334)
    made.press("\x11")
    assert made.ends() == 0
    print(f"10,002 keys and Ctrl+Q: left after {time.monotonic() - began:.2f} s")
    made.check_restored()
    # On a machine with much else to do, a quarter of a second may pass between two keys of a storm.
    assert saved_turn(tmp_path) <= 2


def test_a_key_held_down_turns_one_page_until_it_is_let_go(terminal, tmp_path):
    made = playing(terminal)
    time.sleep(0.3)
    for _ in range(40):
        made.press("1")
        made.read(0.03)
    assert saved_turn(tmp_path) == 1
    made.turn("2")
    made.until("There are ten doors.")
    assert saved_turn(tmp_path) == 2


@pytest.mark.parametrize("millions", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_a_million_characters_into_the_name_leave_a_name(terminal, tmp_path, millions):
    made = terminal("play", str(STORY))
    made.until("New run")
    made.press("n")
    made.until("This story contains")
    made.turn("\r")
    made.until("What is your name?")
    began = time.monotonic()
    made.send(b"\x1b[200~" + b"z" * 1_000_000 * millions + b"\x1b[201~")
    made.send(b"x" * 100_000 * millions)
    made.until("xxxx")
    took = time.monotonic() - began
    print(f"{millions} MB pasted and a tenth of it typed: taken in {took:.2f} s, {made.rss / 1e6:.0f} MB")
    assert took < 10
    time.sleep(0.3)
    made.send(b"\x15")
    made.until_not("xxxx")
    assert made.rss < 150_000_000
    time.sleep(0.1)
    made.send(b"\x1b[200~Mi\x1b[201~jin")
    made.until("Mijin")
    made.turn("\r")
    made.until("Mijin is written")


# --- a fault of the program ---


def test_a_fault_of_the_program_is_told_and_kept_and_the_terminal_is_restored(terminal, tmp_path):
    made = playing(terminal, odd="broken")
    made.turn("1")
    made.until(SECOND)
    made.press("p")
    assert made.ends() == CRASHED
    made.check_restored()
    shown = "".join(made.read().split())
    assert "somethingwentwronginthe program(RuntimeError)".replace(" ", "") in shown
    assert "Yourrunissaveduptothelastchoice." in shown
    assert "Traceback" not in shown
    assert saved_turn(tmp_path) == 1
    (report,) = (tmp_path / "logs").glob("crash-*.txt")
    text = report.read_text()
    assert "RuntimeError: a fault" in text
    assert "choices: road.walk" in text
    assert "screens: PlayScreen" in text
    assert "\x1b" not in text
    assert "\\x1b]0;a title\\x07" in text
    assert report.name in shown


def test_a_crash_without_a_place_for_its_report_is_told_all_the_same(terminal, tmp_path):
    (tmp_path / "logs").write_text("a file, not a folder")
    made = playing(terminal, odd="broken")
    made.press("p")
    assert made.ends() == CRASHED
    assert "No report could be written" in " ".join(made.read().split())


def test_a_sequence_that_is_not_the_programs_own_never_reaches_the_terminal(terminal):
    made = playing(terminal, odd="foreign")
    made.press("p")
    assert made.ends() == CRASHED
    made.check_restored()
    assert b"\x1b]0;" not in made.raw
    assert "ForeignSequence" in made.read()
