"""The games behind the server: one process each, spoken with as textual-serve does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

LEAVING = 4.0
"""Seconds for a game to end in when it is told to; then it is ended. Its turns are on the disk already."""

KEPT = ("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "HYOSAN_LARGE", "HYOSAN_TAP")
"""Of our environment, what a game gets to see."""


class Game(AppService):
    """The game of one visitor: a process that has `home` as its folder, plays `story`, and may touch nothing else.

    What it draws is given to `write`, a coroutine function of bytes. `over` is a task that ends with the process.
    """

    over: asyncio.Task[int]

    def __init__(self, story: Path, home: Path, reports: Path, write: Callable[[bytes], Awaitable[None]]) -> None:
        async def nothing(*_: object) -> None:
            """Of all that an app can ask of a page, ours asks for nothing but to be drawn."""

        # The command that textual-serve would give to a shell is never used.
        super().__init__("", write_bytes=write, write_str=nothing, close=nothing, download_manager=DownloadManager())
        self.home = home
        self._arguments = [str(story), str(reports)]

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        given: Mapping[str, str] = super()._build_environment(width, height)
        ours = ("COLUMNS", "ROWS", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM")
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        return {name: given[name] for name in (*KEPT, *ours) if name in given} | {
            "HOME": str(self.home),
            "PYTHONPATH": path,
            "PYTHONUTF8": "1",
        }

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "game.web.played", *self._arguments,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self.home,
            env=self._build_environment(width, height),
            start_new_session=True,  # Ctrl+C in our terminal is for us to hear, and for us to pass on
        )  # fmt: skip
        self._stdin = process.stdin
        return process

    async def start(self, width: int, height: int) -> None:
        """Begin. Raises OSError when no process can be had."""
        await super().start(width, height)
        assert self._process is not None
        self.over = asyncio.create_task(self._process.wait())

    async def on_data(self, payload: bytes) -> None:
        # A page that is gone is no reason to stop listening: a game that cannot speak cannot end.
        with suppress(ConnectionError, RuntimeError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Files to deliver and addresses to open: asked for by no game of ours, and given to none."""

    async def on_packed(self, payload: bytes) -> None:
        """As for `on_meta`."""

    async def stop(self) -> None:
        """End the game, by force if it takes longer than `LEAVING`."""
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
