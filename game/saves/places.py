"""Where saves are kept, and what slots are called."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

SLOT = re.compile(r"[a-z0-9-]{1,40}\Z", re.ASCII)
"""The id of a slot, which is also the name of its folder."""

# Names that a Windows disk takes for devices.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")


def slug(title: str) -> str:
    """`before-the-gate` for `Before the gate!`; "" where no letter of a title can stand in a slot's id."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    return f"save-{name}" if _DEVICE.match(name) else name


def default_folder(checkout_ok: bool = True) -> Path:
    """Where saves are kept unless the player says otherwise.

    `$HYOSAN_SAVES` when set; a checkout's own `saves/` when the game runs from one; else the user's data folder.
    """
    if named := os.environ.get("HYOSAN_SAVES"):
        return Path(named).expanduser()
    root = Path(__file__).resolve().parents[2]
    if checkout_ok and _is_checkout(root):
        return root / "saves"
    from platformdirs import user_data_path  # only an installed game needs it

    return user_data_path("hyosan") / "saves"


def _is_checkout(root: Path) -> bool:
    try:
        project = (root / "pyproject.toml").read_text("utf-8")
    except (OSError, ValueError):
        return False
    return re.search(r'^name\s*=\s*"hyosan"\s*$', project, re.MULTILINE) is not None and (root / "saves").is_dir()
