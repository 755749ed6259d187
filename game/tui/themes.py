"""Our own themes: calm colours, all text at WCAG AA contrast or better (AAA in the high-contrast one)."""

from __future__ import annotations

import os

from textual.color import Color
from textual.theme import Theme

from game.language import N_, _

DARK = Theme(
    name="hyosan-dark",
    primary="#d3ad74",
    secondary="#9db4c0",
    accent="#d3ad74",
    warning="#e0b060",
    error="#ec8a80",
    success="#9cc09a",
    foreground="#dcd8ce",
    background="#16181d",
    surface="#1e2128",
    panel="#2c3039",
    variables={"foreground-muted": "#9a9890", "border": "#3a3f4a", "border-blurred": "#2c3039"},
)

LIGHT = Theme(
    name="hyosan-light",
    primary="#7a4d0c",
    secondary="#36586b",
    accent="#7a4d0c",
    warning="#7d4e00",
    error="#a32a22",
    success="#2f6636",
    foreground="#2b2924",
    background="#f7f4ec",
    surface="#eeeae0",
    panel="#e4dece",
    dark=False,
    variables={"foreground-muted": "#5e5b52", "border": "#c9c2b2", "border-blurred": "#e4dece"},
)

CONTRAST = Theme(
    name="hyosan-contrast",
    primary="#ffd75f",
    secondary="#87d7ff",
    accent="#ffd75f",
    warning="#ffd75f",
    error="#ff9c94",
    success="#87ff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    variables={"foreground-muted": "#d0d0d0", "border": "#ffffff", "border-blurred": "#8a8a8a"},
)

OWN = (DARK, LIGHT, CONTRAST)

NAMES = {"hyosan-dark": N_("Dark"), "hyosan-light": N_("Light"), "hyosan-contrast": N_("High contrast")}


LEAST = 4.5
"""WCAG AA: the least contrast of text with what is behind it."""


def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio, from 1 to 21."""

    def luminance(color: Color) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(color: Color, *behind: Color) -> Color:
    """`color`, or the next lighter or darker one with enough contrast with all that can be `behind` it."""

    def least(color: Color) -> float:
        return min(contrast(color, other) for other in behind)

    ends = max((Color(255, 255, 255), Color(0, 0, 0)), key=least)
    return next((c for i in range(21) if least(c := color.blend(ends, i / 20, alpha=1.0)) >= LEAST), ends)


def default_theme() -> str:
    """The theme before one was chosen: the terminal's own colours when NO_COLOR asks for none."""
    return "ansi-dark" if os.environ.get("NO_COLOR") else DARK.name


def theme_label(name: str) -> str:
    """What a theme is called in menus."""
    return _(NAMES.get(name, name))
