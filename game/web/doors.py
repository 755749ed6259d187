"""Who may speak with the server, and how much: hosts, origins, sizes, and the number of keys."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

LEAST, WIDEST, HIGHEST = (10, 5), 300, 100
"""Columns and rows that a browser may ask for: a larger screen costs its game memory by the square."""

RATE, BURST = 8_000, 16_000
"""Bytes that one page may type in a second, and at once. A mouse that never rests sends about 2,000 a second."""


def split_host(netloc: str) -> str:
    """The name in `name:port`, in small letters and without the brackets of IPv6; "" when it makes no sense."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_here(host: str) -> bool:
    """Whether only this machine can reach what listens on `host`."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def known_host(netloc: str, names: Iterable[str]) -> bool:
    """Whether a request's Host header names this server: by an address, as `localhost`, or by one of `names`.

    A page of a stranger can make its own name point here (DNS rebinding), but then it has to use that name.
    """
    host = split_host(netloc)
    return host == "localhost" or is_address(host) or host in {name.lower() for name in names}


def own_origin(origin: str | None, netloc: str) -> bool:
    """Whether a page's Origin is the very server it speaks with, port included. A browser always says its origin."""
    if not origin:
        return False
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc.lower() == netloc.lower() != ""
    except ValueError:
        return False


def clamped(width: object, height: object) -> tuple[int, int]:
    """The columns and rows of a game whose page asks for these; 80 and 24 for what is no number."""
    sizes = []
    for asked, least, most, unless_said in ((width, LEAST[0], WIDEST, 80), (height, LEAST[1], HIGHEST, 24)):
        if isinstance(asked, str):
            asked = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 9 else None
        number = asked if isinstance(asked, int) and not isinstance(asked, bool) else unless_said
        sizes.append(max(least, min(number, most)))
    return sizes[0], sizes[1]


class Allowance:
    """How much a page may still type. It fills up by `RATE` bytes a second, to `BURST` at most."""

    def __init__(self, now: float) -> None:
        self._left = float(BURST)
        self._last = now

    def spend(self, size: int, now: float) -> bool:
        """Whether `size` bytes may come at `now` (seconds). What may not is dropped, and costs nothing."""
        self._left = min(float(BURST), self._left + (now - self._last) * RATE)
        self._last = now
        if size > self._left:
            return False
        self._left -= size
        return True
