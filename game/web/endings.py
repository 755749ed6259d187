"""Why a game in a browser is over, and what its page says then."""

from __future__ import annotations

from dataclasses import dataclass

UNREADABLE = 66
"""The exit code of a game whose story cannot be read (EX_NOINPUT): somebody is writing in it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The code that closes a connection (RFC 6455: 4000 to 4999 are ours), and its reason, of at most 123 bytes."""

    code: int
    reason: str


GONE = Ending(1000, "")
"""The page is gone: there is nobody to be told."""

LEFT = Ending(4000, "You have left the game. Your run is saved.")
FULL = Ending(4001, "All seats are taken just now. Try again in a while.")
ELSEWHERE = Ending(4002, "You play on in another window.")
IDLE = Ending(4003, "Nobody has played here for a while. Your run is saved.")
CLOSING = Ending(4004, "The game is being closed for everybody. Your run is saved.")
FAULT = Ending(4005, "Something went wrong in the program. Your run is saved up to the last choice.")
NO_COOKIE = Ending(4006, "Your saves are found again by a cookie, and your browser keeps none.")
NO_STORY = Ending(4007, "The story cannot be read just now. Try again in a while.")
NO_ROOM = Ending(4008, "No more new readers can be taken in here.")


def after(exit_code: int) -> Ending:
    """What to say when a game has ended by itself."""
    return {0: LEFT, UNREADABLE: NO_STORY}.get(exit_code, FAULT)
