"""Days and hours: `D1 12:40` is a moment, `1 h 20 min` a length."""

from __future__ import annotations

import re

DAY = 24 * 60

_MOMENT = re.compile(r"D(\d{1,3})\s+(\d{1,2}):(\d{2})\Z", re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*min)?\Z", re.ASCII)


def parse_moment(text: str) -> int | None:
    """Minutes since D1 00:00, or None."""
    match = _MOMENT.match(text.strip())
    if not match:
        return None
    day, hour, minute = map(int, match.groups())
    if day < 1 or hour > 23 or minute > 59:
        return None
    return (day - 1) * DAY + hour * 60 + minute


def parse_length(text: str) -> int | None:
    """Minutes, more than none, or None."""
    match = _LENGTH.match(text.strip())
    if not match:
        return None
    hours, minutes = match.groups()
    return int(hours or 0) * 60 + int(minutes or 0) or None


def clock_text(minutes: int) -> str:
    """`D1 12:40`."""
    return f"D{minutes // DAY + 1} {hour_text(minutes)}"


def hour_text(minutes: int) -> str:
    """`12:40`."""
    return f"{minutes % DAY // 60:02d}:{minutes % 60:02d}"
