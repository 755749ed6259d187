"""Visitors: each has a random token in a cookie, and a folder whose name is made from it."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

COOKIE = "hyosan_visitor"

KEPT = 400 * 24 * 60 * 60
"""Seconds a browser keeps the cookie: as long as browsers allow."""

MOST = 5_000
"""Visitors who may have a folder here."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z", re.ASCII)
_FOLDER = re.compile(r"[0-9a-f]{40}\Z", re.ASCII)


class TooMany(Exception):
    """No more visitors can be taken in."""


def new_token() -> str:
    """A token that nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


def is_token(text: str | None) -> bool:
    """Whether `text` is what a token of ours looks like."""
    return bool(text and _TOKEN.match(text))


class Visitors:
    """The visitors' folders, all in `root`, which is made when it is needed."""

    def __init__(self, root: Path, most: int = MOST) -> None:
        self.root = root.absolute()
        self._most = most

    @staticmethod
    def name(token: str) -> str:
        """What a visitor is called here. The token does not follow from it: who sees the folders can be nobody else."""
        if not is_token(token):
            raise ValueError("not a token")
        return sha256(token.encode("ascii")).hexdigest()[:40]

    def folder(self, name: str) -> Path:
        """The folder of a visitor. Raises `TooMany` where a new one has no room, and OSError."""
        folder = self.root / name
        if not folder.is_dir():
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            if sum(1 for entry in self.root.iterdir() if _FOLDER.match(entry.name)) >= self._most:
                raise TooMany
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        return folder

    @property
    def reports(self) -> Path:
        """Where reports of crashes are kept: with whoever serves, and not with the visitor."""
        return self.root / "reports"
