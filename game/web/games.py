"""The games behind the server: one process each, spoken with as textual-serve does."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

LEAVING = 4.0
"""Seconds for a game to end in when it is told to; then it is ended. Its turns are on the disk already."""

KEPT = ("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "HYOSAN_LARGE", "HYOSAN_TAP")
"""Of our environment, what a game gets to see."""


AHEAD = 1.0
"""Seconds after a game has begun in which the next one is not made ready, to leave it the processor."""


class Ready:
    """Games that have read the story and wait for somebody to play: one ahead of time, as reading takes a while."""

    def __init__(self, story: Path, reports: Path) -> None:
        self._arguments = [str(story), str(reports)]
        self._ahead: asyncio.Task[Process] | None = None
        self.beginning = asyncio.Semaphore(os.cpu_count() or 1)
        """Held by a game until it draws something. All at once would only all be late."""

    def prepare(self, after: float = 0.0) -> None:
        """Make one ready, in so many seconds."""
        self._ahead = asyncio.create_task(self._begin(after))

    async def take(self) -> Process:
        """One that is ready, or will be. Raises OSError when no process can be had."""
        ahead, self._ahead = self._ahead, None
        process = None
        if ahead is not None and (ahead.done() or not ahead.cancel()):
            with suppress(OSError):  # there was none to be had then
                process = await ahead
        if process is None or process.returncode is not None:
            process = await self._begin()
        self.prepare(AHEAD)
        return process

    async def close(self) -> None:
        """End the one that nobody took."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or (not ahead.done() and ahead.cancel()):
            return
        with suppress(OSError, ProcessLookupError):
            process = await ahead
            process.kill()
            await process.wait()

    async def _begin(self, after: float = 0.0) -> Process:
        await asyncio.sleep(after)
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "game.web.played", *self._arguments,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # Ctrl+C in our terminal is for us to hear, and for us to pass on
        )  # fmt: skip


def environment() -> dict[str, str]:
    """What a game gets to see of ours, and what it needs."""
    package = str(Path(__file__).parents[2])
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))),
        "PYTHONUTF8": "1",
        "TEXTUAL_FPS": "60",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
    }


class Game(AppService):
    """The game of one visitor: a process that has `home` as its folder and may touch nothing else.

    What it draws is given to `write`, a coroutine function of bytes. `over` is a task that ends with the process.
    """

    over: asyncio.Task[int]

    def __init__(self, ready: Ready, home: Path, write: Callable[[bytes], Awaitable[None]]) -> None:
        async def nothing(*_: object) -> None:
            """Of all that an app can ask of a page, ours asks for nothing but to be drawn."""

        # The command that textual-serve would give to a shell is never used.
        super().__init__("", write_bytes=write, write_str=nothing, close=nothing, download_manager=DownloadManager())
        self._ready = ready
        self._home = home
        self._beginning = False

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = process = await self._ready.take()
        self._stdin = process.stdin
        assert process.stdin is not None
        place = {"home": str(self._home), "columns": width, "rows": height}
        with suppress(ConnectionError):  # it has ended already; its exit code says why
            process.stdin.write(json.dumps(place).encode() + b"\n")
            await process.stdin.drain()
        return process

    async def start(self, width: int, height: int) -> None:
        """Begin, when it is our turn. Raises OSError when no process can be had."""
        await self._ready.beginning.acquire()
        self._beginning = True
        try:
            await super().start(width, height)
        except BaseException:
            self._begun()
            raise
        assert self._process is not None
        self.over = asyncio.create_task(self._process.wait())

    def _begun(self) -> None:
        if self._beginning:
            self._beginning = False
            self._ready.beginning.release()

    async def on_data(self, payload: bytes) -> None:
        self._begun()
        # A page that is gone is no reason to stop listening: a game that cannot speak cannot end.
        with suppress(ConnectionError, RuntimeError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Files to deliver and addresses to open: asked for by no game of ours, and given to none."""

    async def on_packed(self, payload: bytes) -> None:
        """As for `on_meta`."""

    async def stop(self) -> None:
        """End the game, by force if it takes longer than `LEAVING`."""
        self._begun()
        task, self._task = self._task, None
        if task is None:
            return
        assert self._process is not None
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(LEAVING):
                await self.send_meta({"type": "quit"})
                await asyncio.shield(self.over)
        if not self.over.done():
            self._process.kill()
        await self.over
        task.cancel()
        await asyncio.wait({task})
