"""Contrast, measured on what the screens draw, in every theme that is offered (WCAG AA: 4.5 to 1 for all text)."""

from __future__ import annotations

import pytest
from textual.color import Color

from game.tui.app import HyosanApp
from game.tui.themes import contrast, readable
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


async def test_all_text_on_the_screens_can_be_read_in_every_theme(make):
    app = make(1)
    poor = {}
    async with app.run_test(size=(140, 45)) as pilot:
        themes = [name for name, theme in app.available_themes.items() if not theme.ansi]
        measured = 0
        for key in KEYS:
            if key:
                await press(pilot, key)
            for theme in themes:
                app.theme = theme
                await pilot.pause()
                colours = drawn(app)
                assert colours
                measured += len(colours)
                for (text, behind), words in colours.items():
                    ratio = contrast(Color.parse(text), Color.parse(behind))
                    if ratio < 4.5:
                        poor[theme, text, behind] = (round(ratio, 2), words)
    assert len(themes) >= 15
    assert measured > 3 * len(KEYS) * len(themes), "several colours a screen"
    assert poor == {}


@pytest.mark.parametrize(("text", "behind"), [("#808080", "#777777"), ("#202020", "#000000"), ("#ffffff", "#eeeeee")])
def test_a_colour_that_cannot_be_read_is_mended(text, behind):
    mended = readable(Color.parse(text), Color.parse(behind))
    assert contrast(mended, Color.parse(behind)) >= 4.5


def test_a_colour_that_can_be_read_stays():
    assert readable(Color.parse("#d3ad74"), Color.parse("#16181d")) == Color.parse("#d3ad74")
