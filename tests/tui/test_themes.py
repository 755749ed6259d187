"""Our own themes can be read."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from game.tui.themes import CONTRAST, OWN


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""

    def luminance(color: Color) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_all_text_has_enough_contrast(theme: Theme):
    """AA for every colour of text on the page and under the cursor; AAA in the high-contrast theme."""
    assert theme.background is not None
    assert theme.panel is not None
    assert theme.foreground is not None
    least = 7.0 if theme is CONTRAST else 4.5
    texts = [theme.foreground, theme.variables["foreground-muted"], theme.primary, theme.error]
    for text in texts:
        assert text is not None
        for behind in (theme.background, theme.panel):
            assert contrast(text, behind) >= least, (text, behind)
