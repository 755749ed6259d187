"""Where the shipped story lies."""

from __future__ import annotations

from pathlib import Path


def shipped() -> Path:
    """The folder of Four Floors: inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parents[1] / "scenes"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "scenes"
