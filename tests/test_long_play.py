"""Played for long, and killed at any moment: no turn that was seen is lost, and nothing grows but the run."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from game.engine import Machine, Run
from game.saves import Saves
from game.saves.packed import MAX_LOG
from game.story import Story
from tests.ptys import Terminal, terminals
from tests.stories.building import files, load

ENDLESS = files(
    """
    scenes:
      ping:
        cast: [jo]
        text: Here is ping.
        choices:
          on: {text: Hit it., do: [{add: {hits: 1}}], goto: pong}
          back: {text: Do not., goto: ping}
      pong:
        text: |
          Here is pong.

          {% if hits >= 2 %}
          @jo: Again.
          {% endif %}
        choices:
          on: {text: Hit it., do: [{add: {hits: -1}}, {bond: {jo: +1}}], goto: ping}
          end: {text: Stop., goto: end}
    """,
    head="chapter: {id: day, title: Day, from: D1 10:00, until: D1 16:00, start: ping}\n",
    declare="""\
    meters: {hits: {range: 0..3, words: {0: none, 1: some}}}
    fates: {well: {becomes: [dead]}, dead: {is: gone}}
    """,
    people="jo: {name: Jo, short: Jo, about: Somebody., bond: 0..2}\n",
)
ENDLESS["story.yaml"] = ENDLESS["story.yaml"].replace("start: first", "start: ping")


@pytest.fixture(scope="module")
def endless() -> Story:
    return load(ENDLESS)


@pytest.fixture
def folder(tmp_path) -> Path:
    made: Path = tmp_path / "endless"
    made.mkdir()
    for name, text in ENDLESS.items():
        (made / name).write_text(text)
    return made


def page(turn: int) -> bytes:
    """What a terminal is sent of the page that `turn` leads to, and of no other: its second choice."""
    return b"Stop." if turn % 2 else b"Do not."


def take(made: Terminal, turn: int, seconds: float = 20) -> None:
    """Make the choice that leads to `turn`, and read until the next page is there."""
    at = len(made.raw)
    end = time.monotonic() + seconds
    while page(turn) not in made.raw[at:]:
        assert time.monotonic() < end, f"turn {turn} did not come"
        # A key that comes while the page before is still being drawn is dropped.
        made.press("1")
        again = time.monotonic() + 0.5
        while page(turn) not in made.raw[at:] and time.monotonic() < again:
            made.skip(0.004)


# --- killed ---


def killed(terminal: Callable[..., Terminal], folder: Path, story: Story, kills: int, seed: int) -> str:
    """Play, kill at a random moment, look at what is on disk; and again. Says what came of it."""
    chance = random.Random(seed)
    machine = Machine(story)
    seen = lost = wrong = ahead = turns = 0
    for _ in range(kills):
        made = terminal(
            "hasty", "play", str(folder), *([] if seen or turns else ["--seed", "1"]), module="tests.odd_game"
        )
        if seen or turns:
            made.until("Continue")
            made.press("\r")
        made.until("Here is")
        for _ in range(chance.randrange(3)):
            take(made, seen + 1)
            seen += 1
        at = len(made.raw)
        made.press("1")
        # From before the key is read until after the page is drawn.
        made.skip(chance.random() * 0.03)
        made.child.kill(signal.SIGKILL)
        made.child.wait()
        made.skip(0.01)
        seen += page(seen + 1) in made.raw[at:]
        saves = Saves(made.folder / "saves", story)
        restored = saves.read(saves.slots()[0].id, machine)
        run = restored.run
        lost += run.turn < seen
        ahead += run.turn == seen + 1
        wrong += bool(restored.notes) or run != Run.new(machine, run.seed, run.player).replay(run.log)
        wrong += run.turn not in (seen, seen + 1) or len(run.log) != run.turn
        seen = turns = run.turn
    figures = (
        f"{kills} kills in {turns} turns: {lost} turns lost, {wrong} wrong states, {ahead} kept before they were seen"
    )
    assert (lost, wrong) == (0, 0), figures
    return figures


def test_a_turn_that_was_seen_survives_a_kill(tmp_path, folder, endless):
    with terminals(tmp_path) as terminal:
        print(killed(terminal, folder, endless, 2, seed=1))


@pytest.mark.slow
def test_turns_survive_kills_by_the_thousand(tmp_path, folder, endless):
    kills = int(os.environ.get("HYOSAN_KILLS", "1000"))
    with terminals(tmp_path) as terminal:
        print(killed(terminal, folder, endless, kills, seed=int(os.environ.get("HYOSAN_SEED", "1"))))


# --- for long ---


def soak(made: Terminal, turns: int, warm: int) -> str:
    """Make `turns` choices. Says how memory grew after `warm` of them; files and threads must not."""
    began = time.monotonic()
    for turn in range(1, warm + 1):
        take(made, turn)
        made.raw = made.raw[-100_000:]
    before, files_open, threads = made.rss, made.files, made.threads
    used, warmed = made.cpu, time.monotonic()
    for turn in range(warm + 1, turns + 1):
        take(made, turn)
        made.raw = made.raw[-100_000:]
    after = turns - warm
    slope = (made.rss - before) / after
    assert (made.files, made.threads) == (files_open, threads)
    each, took = 1000 * (made.cpu - used) / after, 1000 * (time.monotonic() - warmed) / after
    return (
        f"{turns} turns in {time.monotonic() - began:.0f} s: {slope:.0f} bytes a turn after turn {warm}, "
        f"{before / 1e6:.1f} MB then, {each:.1f} ms of processor and {took:.1f} ms a turn, "
        f"{files_open} files, {threads} threads"
    )


def grown(figures: str) -> float:
    return float(figures.partition(": ")[2].partition(" bytes")[0])


def test_some_hundred_turns_leave_nothing_behind(tmp_path, folder):
    with terminals(tmp_path) as terminal:
        made = terminal("hasty", "play", str(folder), "--seed", "1", module="tests.odd_game")
        made.until("Here is ping.")
        figures = soak(made, 220, 80)
        print(figures)
        # Memory is given by the page, and not given back at once: a leak of what is drawn would be several times this.
        assert grown(figures) < 4096
        made.press("q")
        assert made.ends() == 0


@pytest.mark.slow
def test_twenty_thousand_turns_leave_nothing_behind(tmp_path, folder, endless):
    turns = min(int(os.environ.get("HYOSAN_TURNS", str(MAX_LOG))), MAX_LOG)
    with terminals(tmp_path) as terminal:
        made = terminal("hasty", "play", str(folder), "--seed", "1", module="tests.odd_game")
        made.until("Here is ping.")
        figures = soak(made, turns, turns // 4)
        print(figures)
        assert grown(figures) < 1024
        made.press("q")
        assert made.ends() == 0
        saves = Saves(tmp_path / "saves", endless)
        assert saves.slots()[0].turn == turns


# --- the clock ---


async def test_a_clock_that_jumps_changes_nothing(tmp_path, endless, monkeypatch):
    """Ten years back in the middle of a run, then twenty on: the last turn is the last, and time played stays sane."""
    from game.tui.app import HyosanApp

    monkeypatch.setenv("HYOSAN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setattr("game.tui.patience.Patience.early", lambda self, event: False)
    machine = Machine(endless)
    saves = Saves(tmp_path / "saves", endless)
    real, off = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + off[0])
    app = HyosanApp(machine, saves, start=Run.new(machine, 1))
    async with app.run_test(size=(80, 24)) as pilot:
        for jump in (0.0, -3.2e8, 3.2e8, -1e9):
            off[0] = jump
            await pilot.press("1")
            await pilot.pause()
        assert app.session is not None
        assert app.session.run.turn == 4
        assert app.session.played < 60
    other = saves.new_slot()
    saves.write(other, Run.new(machine, 2))
    assert [slot.turn for slot in saves.slots()] == [0, 4], "the one saved last comes first, whatever the clock said"
