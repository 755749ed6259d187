"""What goes wrong outside: a full disk, hostile text, a tiny terminal, signals."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.actions import SkipAction

from game.story.clean import clean
from game.tui.actions import REFUSED
from game.tui.render import say
from game.tui.screens.again import TranscriptScreen
from game.tui.screens.play import PlayScreen
from game.tui.screens.slots import AskScreen
from game.tui.widgets.page import Menu, Page
from tests.tui.conftest import SIZES, press, resize, screen_lines, screen_text

SLOW = pytest.mark.slow
PAYLOADS = [
    "[@click=app.quit]Open door[/]",
    "text [/] text",
    "[b]x[/i]",
    "[b='x]y",
    "[50%] [TODO] [red]",
    "[link='file:///etc/passwd']x[/link]",
    "$primary [$primary]x",
]


async def test_a_turn_that_cannot_be_saved_is_said_until_one_can(make, saves):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        saves.full = True
        await press(pilot, "1")
        assert "NOT SAVED: No space left on the disk." in screen_text(app)
        assert app.session.run.turn == 1
        await press(pilot, "p")
        assert "NOT SAVED: No space left on the disk." in screen_text(app)
        await press(pilot, "escape", "2")
        assert "NOT SAVED" in screen_text(app)
        saves.full = False
        await press(pilot, "1")
        assert "NOT SAVED" not in screen_text(app)
        assert saves.slots()[0].turn == 3


async def test_leaving_asks_only_when_the_last_turn_is_not_saved(make, saves):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        saves.full = True
        await press(pilot, "1", "q")
        assert isinstance(app.screen, AskScreen)
        await press(pilot, "n")
        assert isinstance(app.screen, PlayScreen)
        await press(pilot, "q", "y")
    assert app.return_value == 0

    app = make()
    saves.full = False
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "q")
    assert app.return_value == 0


async def test_a_save_by_name_that_fails_is_said(make, saves):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        saves.full = True
        await press(pilot, "s", *"gate", "enter")
        assert "Not saved: No space left on the disk." in screen_text(app)


async def test_markup_in_a_story_is_text(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "[@click=app.quit]Open door[/] [b]not bold[/i] [/]" in screen_text(app)
        await press(pilot, "3")
        shown = " ".join(screen_text(app).split())
        assert "[red]You say[/red] nothing [/] and [link='file:///etc/passwd']walk[/link] on." in shown
        await press(pilot, "j")
        for y in range(3, 20):
            await pilot.click(offset=(10, y))
        assert app._exit is False


@pytest.mark.parametrize("payload", ["[@click=app.quit]x[/][/]", *(pytest.param(p, marks=SLOW) for p in PAYLOADS[:3])])
async def test_markup_in_names_is_text_everywhere(make, payload):
    app = make(play=False)
    async with app.run_test(size=(140, 45)) as pilot:
        await press(pilot, "n")
        app.screen.field.value = payload
        await press(pilot, "enter")
        assert app.session.run.player[:10] in screen_text(app)
        await press(pilot, "s")
        app.screen.field.value = payload
        await press(pilot, "enter")
        assert f"Saved as {payload}." in screen_text(app)
        await press(pilot, "l")
        assert payload in screen_text(app)
        for y in range(2, 8):
            await pilot.hover(offset=(20, y))
        app.screen.entries.point(next(s.id for s in app.saves.slots() if s.title))
        await press(pilot, "d")
        assert payload in screen_text(app)
        await press(pilot, "n", "escape", "escape")
        assert "Continue" in screen_text(app)
        assert app._exit is False


HOSTILE = "a\x1b]52;c;AA\x1b\\b\x9bc\x07d\u202ee\u200bf\u2028g\x00h\ud800i\tj\nk"


def test_what_acts_on_a_terminal_is_shown_instead():
    cleaned = clean(HOSTILE)
    assert cleaned.replace("\n", "").isprintable()
    assert cleaned.count("\ufffd") == 9


async def test_a_pasted_name_is_cleaned(make):
    app = make(play=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        app.screen.field.value = HOSTILE
        assert app.screen.field.value.isprintable()
        assert len(app.screen.field.value) <= 24


async def test_actions_of_textuals_own_are_gone(make):
    app = make()
    async with app.run_test(size=(80, 24)):
        for name in REFUSED:
            assert not app.check_action(name, ()), name
            for owner in (app, app.screen):
                with pytest.raises(SkipAction):
                    getattr(owner, f"action_{name}")("x", "y")


async def test_any_size_down_to_one_by_one_and_back(make):
    app = make(1)
    async with app.run_test(size=(140, 45)) as pilot:
        for size in [(60, 20), (1, 1), (140, 45), (59, 20), (60, 19), (20, 3), (3, 40), (200, 60), (80, 24)]:
            await resize(pilot, size)
            shown = " ".join(screen_text(app).split())
            assert ("Too small" in shown) == (20 <= size[0] < 60 or (size[1] < 20 and size[0] >= 20))
        assert "You walk." in screen_text(app)


async def test_nothing_is_chosen_that_cannot_be_seen(make):
    app = make(1)
    async with app.run_test(size=(40, 10)) as pilot:
        await press(pilot, "1", "u", "enter")
        assert app.session.run.turn == 1
        await press(pilot, "q")
    assert app.return_value == 0


FROM = {
    "play": ["", "p", "i", "j", "s", "l", "t", "question_mark", "l d", "l r"],
    "title": ["", "n", "o", "d", "e"],
}
"""The keys that open every screen, from the page of a run and from the title page."""


@pytest.mark.parametrize("page", FROM)
@pytest.mark.parametrize(
    "sizes",
    [pytest.param([SIZES[0], SIZES[-1]], id="the least and the most"), pytest.param(SIZES, marks=SLOW, id="all")],
)
async def test_every_screen_fits_at_every_size(make, page, sizes):
    app = make(2, 1)
    async with app.run_test(size=(100, 30)) as pilot:
        if page == "title":
            await press(pilot, "escape")
        first = app.screen
        for keys in FROM[page]:
            await press(pilot, *keys.split())
            assert (app.screen is first) == (not keys), keys
            for size in sizes:
                await resize(pilot, size)
                check_fit(app, size)
            await press(pilot, *["escape"] * len(keys.split()))
            assert app.screen is first, keys


def check_fit(app, size) -> None:
    """No line of any page is wider than it is drawn, and no widget that is shown hangs over the edge."""
    assert [cell_len(line) for line in screen_lines(app)] == [size[0]] * size[1]
    desk = app.screen.query_one("#desk").region
    assert abs(desk.x - (size[0] - desk.right)) <= 1
    for widget in app.screen.query("*"):
        if widget.display and widget.region:
            assert widget.region in app.screen.region, widget
    for page in app.screen.query(Page):
        if page.size.width and page.size.height:
            for row in page._settle():
                if row.start >= 0:
                    line = page.line_of(row, say(" " * page.indent))
                    assert line.cell_length <= page.size.width, (page, line)


async def test_the_keys_that_fit_always_have_help_and_quit(make):
    app = make(1)
    async with app.run_test(size=(60, 20)) as pilot:
        last = screen_lines(app)[-1]
        assert "? Help" in last
        assert "q Quit" in last
        await press(pilot, "u")


async def test_a_story_without_a_way_on_says_so(make, monkeypatch):
    from dataclasses import replace

    from game.tui.screens import play

    whole = vars(play)["view"]
    monkeypatch.setattr(play, "view", lambda run: replace(whole(run), options=(), stranded=True))
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "a mistake in the story" in " ".join(screen_text(app).split())
        await press(pilot, "1", "enter", "u")
        assert app.session.run.turn == 0


async def test_a_closed_screen_leaves_nothing_drawn_behind(make):
    """Textual keeps the line caches of old widgets alive; ours are empty by then."""
    app = make(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "p")
        drawn = [app.screen, *app.screen.query("*")]
        await press(pilot, "escape")
        assert [widget for widget in drawn if widget._styles_cache._cache] == []


async def test_what_is_picked_twice_at_once_is_picked_once(make, tmp_path):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "x")
        screen = app.screen
        assert isinstance(screen, TranscriptScreen)
        below = app.screen_stack[-2]
        for _ in range(3):
            screen.menu.post_message(Menu.Picked(screen.menu, "txt"))
        await pilot.pause()
        assert app.screen is below
        await pilot.pause()
    written = list(tmp_path.rglob("transcripts/*.txt"))
    assert len(written) == 1


async def test_what_is_picked_below_the_palette_leaves_the_palette_open(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "x")
        screen = app.screen
        assert isinstance(screen, TranscriptScreen)
        await press(pilot, "ctrl+p")
        palette = app.screen
        for _ in range(2):
            screen.menu.post_message(Menu.Picked(screen.menu, "txt"))
            await pilot.pause()
        assert app.screen is palette
        await press(pilot, "escape")
        assert app.screen is screen
