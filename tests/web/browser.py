"""A real browser, told what to do over the DevTools protocol, and what its terminals show."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

pyte = pytest.importorskip("pyte")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
}
"""Keys that are no letters: their code, number and text."""


@contextmanager
def chromium(folder: Path, scale: int = 1) -> Iterator[str]:
    """Run a browser that knows nobody, with `scale` dots a pixel; yields where it is spoken to."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    options += ["--disable-extensions", "--disable-sync", "--disable-component-update"]
    options += ["--remote-debugging-port=0", f"--force-device-scale-factor={scale}", f"--user-data-dir={folder}"]
    with open(folder / "browser.log", "wb") as log:
        process = subprocess.Popen(
            [str(CHROMIUM), *options, "about:blank"], stdout=log, stderr=log, start_new_session=True
        )
    try:
        port = folder / "DevToolsActivePort"
        end = time.monotonic() + 20
        while not (port.exists() and port.read_text().count("\n")):
            begins = process.poll() is None and time.monotonic() < end
            assert begins, (folder / "browser.log").read_text()[-2000:]
            time.sleep(0.05)
        number, path = port.read_text().split()
        yield f"ws://127.0.0.1:{number}{path}"
    finally:
        process.kill()
        process.wait()


class Browser:
    """A connection to a browser. Commands are answered; events go to the page they are of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self._last = 0

    async def send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        self._last += 1
        self._waiting[self._last] = asyncio.get_running_loop().create_future()
        told = {"id": self._last, "method": method, "params": params} | ({"sessionId": session} if session else {})
        await self._socket.send_json(told)
        return await asyncio.wait_for(self._waiting[self._last], 20)

    async def listen(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                answer = self._waiting.pop(said["id"])
                if "error" in said:
                    answer.set_exception(RuntimeError(str(said["error"])))
                else:
                    answer.set_result(said["result"])
            elif page := self._pages.get(said.get("sessionId", "")):
                page.heard(said["method"], said["params"])

    async def visitor(self) -> str:
        """Somebody with cookies of their own."""
        return str((await self.send("Target.createBrowserContext"))["browserContextId"])

    async def page(self, visitor: str, width: int = 1280, height: int = 800, phone: bool = False) -> Page:
        """A window of a visitor, of so many pixels."""
        made = await self.send("Target.createTarget", url="about:blank", browserContextId=visitor)
        session = (await self.send("Target.attachToTarget", targetId=made["targetId"], flatten=True))["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            await page.send(f"{domain}.enable")
        await page.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=0, mobile=phone,
        )  # fmt: skip
        await page.send("Emulation.setTouchEmulationEnabled", enabled=phone)
        return page


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Browser]:
    """A connection to the browser at `address`, and nothing of it left afterwards."""
    async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
        browser = Browser(socket)
        listening = asyncio.create_task(browser.listen())
        before = (await browser.send("Target.getBrowserContexts"))["browserContextIds"]
        try:
            yield browser
        finally:
            for visitor in (await browser.send("Target.getBrowserContexts"))["browserContextIds"]:
                if visitor not in before:
                    await browser.send("Target.disposeBrowserContext", browserContextId=visitor)
            listening.cancel()


class Page:
    """A window, with a screen that is drawn from all that its connection brings."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.asked: list[str] = []
        """Every address that was asked for."""
        self.complaints: list[str] = []
        """What the browser's console says is wrong."""

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.send(method, self._session, **params)

    def heard(self, event: str, said: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.asked.append(said["request"]["url"])
        elif event == "Network.webSocketCreated":
            self.asked.append(said["url"])
            size = parse_qs(urlsplit(said["url"]).query)
            self.screen = pyte.Screen(int(size["width"][0]), int(size["height"][0]))
            self._stream = pyte.ByteStream(self.screen)
        elif event == "Network.webSocketFrameSent":
            frame = json.loads(said["response"]["payloadData"])
            if frame[0] == "resize":
                self.screen.resize(frame[1]["height"], frame[1]["width"])
        elif event == "Network.webSocketFrameReceived" and said["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(said["response"]["payloadData"]))
        elif event == "Log.entryAdded" and said["entry"]["level"] == "error":
            self.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(said["exceptionDetails"]))

    # --- what it shows ---

    @property
    def shown(self) -> str:
        return "\n".join(self.screen.display)

    async def until(self, there: str | Callable[[], bool], seconds: float = 20) -> None:
        """Wait until the terminal shows a text, or something else is so."""

        def so() -> bool:
            return there in self.shown if isinstance(there, str) else there()

        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, f"{there!r} never was so; the page shows:\n{self.shown}\n{self.complaints}"
            await asyncio.sleep(0.02)

    async def evaluate(self, script: str) -> Any:
        done = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def says(self, selector: str, words: str, seconds: float = 20) -> None:
        """Wait until an element of the page shows `words`."""
        end = time.monotonic() + seconds
        found = ""
        while words not in found:
            assert time.monotonic() < end, f"{selector} says {found!r}"
            await asyncio.sleep(0.05)
            found = await self.evaluate(f"document.querySelector({selector!r})?.innerText ?? ''")

    async def picture(self, file: Path) -> None:
        data = await self.send("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(data["data"]))

    # --- what is done to it ---

    async def open(self, address: str) -> None:
        await self.send("Page.navigate", url=address)

    async def reload(self) -> None:
        self.screen.reset()
        await self.send("Page.reload")

    async def press(self, key: str) -> None:
        code, number, text = KEYS[key] if key in KEYS else (f"Key{key.upper()}", ord(key.upper()), key)
        at = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        await self.send("Input.dispatchKeyEvent", type="keyDown", **at, **({"text": text} if text else {}))
        await self.send("Input.dispatchKeyEvent", type="keyUp", **at)

    async def _turned(self, act: Callable[[], Awaitable[None]], shows: str) -> None:
        """Do what turns a page, once it has been there long enough to be read, until the terminal shows a text.

        On a busy machine a page can be drawn here before the game knows that it is: then it is done once more.
        """
        for _ in range(4):
            await asyncio.sleep(0.35)
            await act()
            with suppress(AssertionError):
                await self.until(shows, 4)
                return
        await self.until(shows, 1)

    async def turn(self, key: str, shows: str) -> None:
        """Press a key that turns the page."""
        await self._turned(lambda: self.press(key), shows)

    async def button(self, key: str, shows: str) -> None:
        """Press a button of the bar for fingers."""
        script = f"document.querySelector('[data-key={key}]').click()"
        await self._turned(lambda: self.evaluate(script), shows)

    async def click_on(self, words: str, shows: str) -> None:
        """Click where the terminal shows `words`."""

        async def click() -> None:
            x, y = await self._place(words)
            for kind in ("mousePressed", "mouseReleased"):
                await self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

        await self._turned(click, shows)

    async def tap_on(self, words: str, shows: str) -> None:
        """Touch the screen where the terminal shows `words`."""

        async def tap() -> None:
            x, y = await self._place(words)
            await self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            await self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

        await self._turned(tap, shows)

    async def _place(self, words: str) -> tuple[float, float]:
        """Where in the window the terminal shows `words`: pixels to the right and down."""
        row = next(n for n, line in enumerate(self.screen.display) if words in line)
        column = self.screen.display[row].index(words) + 1
        x, y, width, height = await self.evaluate(
            "(() => { const r = document.querySelector('.xterm-screen').getBoundingClientRect();"
            " return [r.x, r.y, r.width, r.height] })()"
        )
        return x + (column + 0.5) * width / self.screen.columns, y + (row + 0.5) * height / self.screen.lines
