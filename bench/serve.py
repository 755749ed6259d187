"""How many can play at once: begins `hyosan serve`, sits readers down at it, and measures.

    python bench/serve.py [STORY] [--readers 20]

Prints seconds to the first page for one reader and for all the others at once, megabytes and processor time, and
milliseconds from a key to its answer while everybody presses two keys a second. All on this machine, the readers too.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from game.story.shipped import shipped
from game.web.visitors import COOKIE, new_token

KEYS, PAUSE = 10, 0.5


class Reader:
    """Somebody at a page: what came, and when the last of it did."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sent = b""
        self.last = time.monotonic()
        self.listening = asyncio.create_task(self.listen())

    async def listen(self) -> None:
        async for message in self.socket:
            self.sent += message.data
            self.last = time.monotonic()

    async def shows(self, words: bytes) -> None:
        while words not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", self.sent):
            assert not self.listening.done(), "the game is over"
            await asyncio.sleep(0.02)

    async def answer(self) -> float:
        """Press a key that moves the cursor; seconds until something was drawn."""
        pressed = time.monotonic()
        await self.socket.send_json(["stdin", "\x1b[B"])
        while self.last < pressed:
            await asyncio.sleep(0.001)
        return self.last - pressed


def memory(pid: int) -> tuple[int, int]:
    """Resident and private megabytes of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    private = sum(int(size) for size in re.findall(r"^Private_\w+:\s+(\d+)", text, re.MULTILINE))
    return int(re.findall(r"^Rss:\s+(\d+)", text, re.MULTILINE)[0]) // 1024, private // 1024


def processor(pids: list[int]) -> float:
    """Seconds of processor time that processes have used."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


async def measure(address: str, server: int, readers: int) -> None:
    async with aiohttp.ClientSession() as session:

        async def sit() -> Reader:
            headers = {"Origin": address.rstrip("/"), "Cookie": f"{COOKIE}={new_token()}"}
            reader = Reader(await session.ws_connect(f"{address}ws?width=120&height=40", headers=headers))
            await reader.shows(b"New run")
            return reader

        await asyncio.sleep(5)
        began = time.monotonic()
        sitting = [await sit()]
        print(f"first page, one reader: {time.monotonic() - began:.2f} s")
        began = time.monotonic()
        sitting += await asyncio.gather(*(sit() for _ in range(readers - 1)))
        print(f"first page, {readers - 1} readers at once: {time.monotonic() - began:.2f} s for the last")
        await asyncio.sleep(2)

        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        games = [int(child) for child in children]
        resident, private = zip(*map(memory, games), strict=True)
        print(f"megabytes a game: {max(resident)} resident, {max(private)} its own; the server {memory(server)[0]}")
        used = processor([server, *games])
        await asyncio.sleep(5)
        print(f"processor, nobody pressing a key: {(processor([server, *games]) - used) / 5:.1%}")

        waits: list[float] = []

        async def play(reader: Reader, delay: float) -> None:
            await asyncio.sleep(delay)
            for _ in range(KEYS):
                waits.append(await reader.answer())
                await asyncio.sleep(PAUSE)

        used, began = processor([server, *games]), time.monotonic()
        await asyncio.gather(*(play(reader, number * PAUSE / readers) for number, reader in enumerate(sitting)))
        spent = (processor([server, *games]) - used) / (time.monotonic() - began)
        waits.sort()
        middle, late = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
        print(f"key to answer: median {middle * 1000:.1f} ms, p95 {late * 1000:.1f} ms; processor {spent:.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("story", nargs="?", type=Path, default=shipped())
    parser.add_argument("--readers", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = ["serve", str(options.story), "--port", "0", "--saves", folder, "--sessions", str(options.readers)]
        server = subprocess.Popen([sys.executable, "-m", "game", *command], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        found = re.search(r"http://\S+/", server.stdout.readline())
        assert found, "the server did not begin"
        try:
            asyncio.run(measure(found[0], server.pid, options.readers))
        finally:
            began = time.monotonic()
            server.send_signal(signal.SIGINT)
            server.communicate()
            print(f"closed in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
