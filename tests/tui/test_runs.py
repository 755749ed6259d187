"""What the screens show of all runs, and the ways back in this one: gallery, wall, chapters, journal, transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from game.engine import Run
from game.saves import Saves
from game.tui.app import HyosanApp
from game.tui.screens.endings import EndingsScreen
from game.tui.screens.journal import AT_ONCE, JournalScreen
from game.tui.screens.play import PlayScreen
from game.tui.screens.title import TitleScreen
from game.tui.settings import Settings
from tests.again import LONG, machine, run
from tests.tui.conftest import press, screen_lines, screen_text

SIZES = [(60, 20), (140, 45)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "again"


@pytest.fixture
def make(folder) -> Callable[..., HyosanApp]:
    """Makes an app on the title page, or in a run, with saves that know the runs in `before`."""

    def _make(start: Run | None = None, before: tuple[Run, ...] = (), shorten: bool = False) -> HyosanApp:
        saves = Saves(folder, machine().story)
        for number, made in enumerate(before):
            for turn in range(made.turn + 1):
                saves.write(f"run-{number}", made.go_to(turn))
        settings = Settings.load()
        settings.noted, settings.shorten = ["again"], shorten
        return HyosanApp(machine(), saves, seed=1, start=start, settings=settings)

    return _make


def words(app: HyosanApp) -> str:
    """What stands on the screen, on one line."""
    return " ".join(screen_text(app).split())


def page(app: HyosanApp) -> str:
    """The words of the page, without what stands beside it."""
    screen = app.screen
    assert isinstance(screen, PlayScreen)
    return " ".join(block.text.plain for block in screen.text.blocks)


def footer(app: HyosanApp) -> str:
    return [line for line in screen_lines(app) if line.strip()][-1]


# --- the gallery and the wall ---


@pytest.mark.parametrize("size", SIZES)
async def test_endings_and_wall_open_from_the_title_and_lead_to_each_other(make, size):
    app = make(before=(run("lose", "out"), run("stay", "go", "up")))
    async with app.run_test(size=size) as pilot:
        assert "g Endings" in words(app)
        await press(pilot, "g")
        shown = words(app)
        assert "2 of 3 endings found" in shown
        assert "* By the Gate Reached once on 20" in shown
        assert "Lost: Cheong-san." in shown
        assert "With On-jo." in shown
        assert "?????? not found yet" in shown
        assert "Under the Stairs" not in shown
        assert "w Wall" in footer(app)
        await press(pilot, "w")
        shown = words(app)
        assert "2 names, in 2 runs that ended" in shown
        assert "Nam On-jo 남온조 Met in 2 runs: lived in 2, lost in 0." in shown
        assert "Met in 2 runs: lived in 1, lost in 1." in shown
        assert "you remember She walked home in the rain." in shown
        assert "g Endings" in footer(app)
        assert all(cell_len(line) == size[0] for line in screen_lines(app))
        await press(pilot, "w")
        assert isinstance(app.screen, TitleScreen)


async def test_there_is_only_ever_one_of_them_and_escape_goes_back_to_the_run(make):
    app = make(run("stay"))
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in ("gwgw", "wgwg"):
            await press(pilot, *keys)
            assert isinstance(app.screen, EndingsScreen)
            assert len([s for s in app.screen_stack if isinstance(s, EndingsScreen)]) == 1
            await press(pilot, "escape")
            assert isinstance(app.screen, PlayScreen)


async def test_an_ending_is_in_the_gallery_as_soon_as_it_is_reached(make):
    app = make(run("go"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "g")
        assert "0 of 3 endings found" in words(app)
        await press(pilot, "escape", "1", "7")
        assert "1 of 3 endings found" in words(app)
        assert "in 2 turns" in words(app)


async def test_an_ending_that_cannot_be_read_is_said_and_costs_no_other(make, folder):
    app = make(before=(run("lose", "out"), run("go", "up")))
    (hurt, _) = sorted((folder / "again" / ".endings").iterdir())
    hurt.write_bytes(b"rotten")
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "g")
        assert "1 of 3 endings found" in words(app)
        assert "1 ending cannot be read: the file is damaged." in words(app)


# --- chapters ---


@pytest.mark.parametrize(("way", "size"), [("play", SIZES[0]), ("journal", SIZES[1]), ("ending", SIZES[0])])
async def test_a_chapter_is_gone_back_to_and_what_came_after_is_kept(make, size, way):
    made = run("stay", "stay", "go", "on")
    app = make(made.choose("out") if way == "ending" else made)
    async with app.run_test(size=size) as pilot:
        await press(pilot, *{"play": "c", "journal": "jc", "ending": "6"}[way])
        assert "1 The Morning" in words(app)
        assert "2 The Noon turn 3: day 1, 12:00 — The hall (you are in it)" in words(app)
        await press(pilot, "1")
        assert isinstance(app.screen, PlayScreen)
        assert app.session.run.turn == 0
        later = len(app.session.run.steps)
        assert later == (5 if way == "ending" else 4)
        assert f"{later} later turns are kept" in words(app)
        await press(pilot, "c", "down", "enter")
        assert app.session.run.turn == 3
        await press(pilot, "c", "escape")
        assert app.session.run.turn == 3
        await press(pilot, "1")
        assert [s.choice for s in app.session.run.steps] == ["stay", "stay", "go", "out"]


# --- what was read before ---


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_read_is_shortened_and_a_key_shows_it(make, size):
    app = make(run(seed=2), (run("stay", "lose"),), shorten=True)
    async with app.run_test(size=size) as pilot:
        assert "2 paragraphs read before" in page(app)
        assert "wrote a letter" not in page(app)
        assert "f Full text" in footer(app)
        await press(pilot, "f")
        assert LONG in page(app)
        assert "read before" not in page(app)
        assert "f Shorten" in footer(app)
        await press(pilot, "f")
        assert "wrote a letter" not in page(app)
        # The words of a choice are new, though the page it leads to is not.
        await press(pilot, "2")
        assert "He is not there any more." in page(app)
        assert "f Full" not in footer(app)


async def test_nothing_is_shortened_unless_it_is_set(make):
    app = make(run(seed=2), (run("stay", "lose"),))
    async with app.run_test(size=(80, 24)) as pilot:
        assert LONG in words(app)
        await press(pilot, "f")
        assert LONG in words(app)
        assert "Nothing is shortened." in words(app)


async def test_the_setting_is_kept(make):
    app = make()
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "e")
        app.screen.entries.point("shorten")
        await press(pilot, "enter")
        assert "Shorten what I have read: on" in words(app)
        assert Settings.load().shorten
        await press(pilot, "enter")
        assert not Settings.load().shorten


async def test_a_choice_that_was_taken_is_said_to_be_in_words(make):
    app = make(run(seed=2), (run("stay", "lose"),))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = {line.split()[1]: line for line in screen_lines(app) if line.split()[:1] in (["1"], ["2"], ["3"])}
        assert "taken before" not in rows["Go"]
        assert "taken before" in rows["Look"]
        assert "about 10 min · taken before" in rows["Stay."]
        # What was taken in this run and taken back is known, too.
        await press(pilot, "1", "u")
        assert any("Go on." in line and "taken before" in line for line in screen_lines(app))


# --- the journal ---


@pytest.mark.parametrize("size", SIZES)
async def test_the_journal_goes_from_hit_to_hit_both_ways(make, size):
    app = make(run("stay", "lose", "on", "on", "on"))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "j", "slash", *"NOON", "enter")
        found = []
        for key in ("n", "n", "n", "N", "N"):
            found.append(words(app).split("Turn ")[1].split(" /")[0][:9])
            await press(pilot, key)
        assert found == ["2. 1 of 4", "3. 2 of 4", "4. 3 of 4", "5. 4 of 4", "4. 3 of 4"]
        assert app.screen.prose.cursor == 3
        assert "n Next" in footer(app)
        await press(pilot, "enter")
        assert app.session.run.turn == 2


@pytest.mark.parametrize("size", SIZES)
async def test_the_journal_goes_from_chapter_to_chapter(make, size):
    app = make(run(*["stay"] * 8, "go", *["on"] * 6))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "j", "left")
        assert "Chapter: The Noon, turn 9." in words(app)
        assert app.screen.prose.cursor == 9
        assert any("12:00 — The hall" in line for line in screen_lines(app))
        await press(pilot, "left")
        assert "Chapter: The Morning, turn 0." in words(app)
        assert any("10:00 — The hall" in line for line in screen_lines(app))
        await press(pilot, "left")
        assert "There is no earlier chapter." in words(app)
        await press(pilot, "right")
        assert "Chapter: The Noon, turn 9." in words(app)


@pytest.mark.parametrize("keys", ["j", "j up up", "j pageup pageup", "j pageup up up up"])
async def test_nothing_moves_under_the_reader_when_the_earlier_turns_come(make, monkeypatch, keys):
    monkeypatch.setattr(JournalScreen, "on_mount", lambda self: None)
    app = make(run(*["stay"] * 2, "go", *["on"] * (3 * AT_ONCE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys.split())
        seen = screen_text(app)
        assert app.screen.prose.items[0] == 2 * AT_ONCE + 3
        app.screen.complete()
        await pilot.pause()
        assert screen_text(app) == seen
        assert app.screen.prose.items == list(range(1, 3 * AT_ONCE + 4))


async def test_the_earlier_turns_of_a_long_journal_come_by_themselves(make):
    app = make(run(*["stay"] * 2, "go", *["on"] * (2 * AT_ONCE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        for _ in range(1000):
            if app.screen.prose.items[0] == 1:
                break
            await pilot.pause(0.005)
        assert app.screen.prose.items == list(range(1, 2 * AT_ONCE + 4))


@pytest.mark.parametrize("key", ["slash", "home", "left"])
async def test_what_needs_the_whole_journal_has_it_at_once(make, key):
    app = make(run(*["stay"] * 2, "go", *["on"] * (2 * AT_ONCE)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.action_journal()
        while not isinstance(app.screen, JournalScreen) or not app.screen.prose.size.height:
            await asyncio.sleep(0)
        {
            "slash": lambda: app.screen.action_find(),
            "home": lambda: app.screen.action_edge(-1),
            "left": lambda: app.screen.action_chapter(-1),
        }[key]()
        assert app.screen.prose.items == list(range(1, 2 * AT_ONCE + 4))
        await pilot.pause()


# --- transcripts ---


@pytest.mark.parametrize(("way", "size"), [("play", SIZES[0]), ("journal", SIZES[1]), ("ending", SIZES[0])])
async def test_a_transcript_is_written_and_its_place_is_told(make, folder, size, way):
    app = make(run("stay", "lose", "out") if way == "ending" else run("stay", "lose"))
    async with app.run_test(size=size) as pilot:
        for number in (1, 2):
            await press(pilot, *{"play": "x", "journal": "jx", "ending": "8"}[way], "3")
            name = "again-do-ha.html" if number == 1 else "again-do-ha-2.html"
            file = folder / "transcripts" / name
            assert name in "".join(words(app).split())
            assert "He is not there any more." in file.read_text("utf-8")
            if way == "journal":
                await press(pilot, "escape")
        assert len(list(file.parent.iterdir())) == 2


async def test_a_transcript_that_cannot_be_written_is_said_so(make, folder):
    app = make(run("stay"))
    folder.mkdir()
    (folder / "transcripts").write_text("in the way")
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "x", "enter")
        assert "Not written: " in words(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, PlayScreen)
