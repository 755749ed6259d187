"""Contrast, measured on what the screens draw, in every theme that is offered (WCAG AA: 4.5 to 1 for all text)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.color import Color

from game.tui.app import HyosanApp
from game.tui.looks import Looks
from game.tui.render import STYLES, TONES
from game.tui.themes import LEAST, contrast, readable
from tests.tui.conftest import press

KEYS = ("", "i", "escape", "p", "escape", "j", "escape", "s", "escape", "escape", "e", "escape", "n")
"""Play, hands, people, journal, saving, title, settings, and the player's name."""


def drawn(app: HyosanApp) -> dict[tuple[str, str], str]:
    """The colours of all text on the screen, as (text, behind), each with a piece of it."""
    found = {}
    for strip in app.screen._compositor.render_strips(app.size):
        for segment in strip:
            style = segment.style
            if not segment.text.strip() or style is None or style.color is None or style.bgcolor is None:
                continue
            text, behind = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            found[text.hex, behind.hex] = segment.text.strip()
    return found


async def poor(make, themes: Callable[[HyosanApp], list[str]]) -> dict[tuple[str, str, str], tuple[float, str]]:
    """All text on the screens that has too little contrast, by theme and colours: how much, and a piece of it."""
    app = make(1)
    found = {}
    async with app.run_test(size=(140, 45)) as pilot:
        for key in KEYS:
            if key:
                await press(pilot, key)
            # First the one that is on: another one takes as long as all else on a screen.
            for theme in sorted(themes(app), key=lambda theme: theme != app.theme):
                if theme != app.theme:
                    app.theme = theme
                    await pilot.pause()
                colours = drawn(app)
                assert len(colours) > 1
                for (text, behind), words in colours.items():
                    ratio = contrast(Color.parse(text), Color.parse(behind))
                    if ratio < LEAST:
                        found[theme, text, behind] = (round(ratio, 2), words)
    return found


async def test_all_text_on_the_screens_can_be_read(make):
    assert await poor(make, lambda app: ["hyosan-light", "solarized-dark"]) == {}


@pytest.mark.slow
async def test_all_text_on_the_screens_can_be_read_in_every_theme(make):
    assert await poor(make, lambda app: [n for n, theme in app.available_themes.items() if not theme.ansi]) == {}


def test_every_style_and_tone_can_be_read_in_every_theme(make):
    """The looks of all text: on the page, dimmed, locked, and under the cursor."""
    themes = [theme for theme in make().available_themes.values() if not theme.ansi]
    assert len(themes) >= 15
    low = {}
    for theme in themes:
        looks = Looks(theme)
        for tone in ("", *TONES):
            for style in ("", *STYLES):
                look = looks.of(*filter(None, (tone, style)))
                assert look.foreground is not None
                assert look.background is not None
                if (ratio := contrast(look.foreground, look.background)) < LEAST:
                    low[theme.name, tone, style] = round(ratio, 2)
    assert low == {}


@pytest.mark.parametrize(("text", "behind"), [("#808080", "#777777"), ("#202020", "#000000"), ("#ffffff", "#eeeeee")])
def test_a_colour_that_cannot_be_read_is_mended(text, behind):
    mended = readable(Color.parse(text), Color.parse(behind))
    assert contrast(mended, Color.parse(behind)) >= LEAST


def test_a_colour_that_can_be_read_stays():
    assert readable(Color.parse("#d3ad74"), Color.parse("#16181d")) == Color.parse("#d3ad74")
