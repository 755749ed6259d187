"""The server of `hyosan serve`: pages, and a connection for each game. What comes in is looked at here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import textual_serve
from aiohttp import WSMsgType, web

from game.web import endings
from game.web.doors import Allowance, clamped, known_host, own_origin
from game.web.endings import Ending
from game.web.games import Game, Ready
from game.web.seats import NoSeat, Seat, Seats
from game.web.visitors import COOKIE, KEPT, TooMany, Visitors, is_token, new_token

LARGEST_FRAME = 64 * 1024
"""Bytes of a message from a page."""

HEARTBEAT = 15.0
"""Seconds between questions whether a page is still there."""

GOODBYE = 2.0
"""Seconds that a page has to answer when its connection is closed."""

RESIZING = 1_000
"""What a change of size costs of what a page may type: everything is laid out anew."""

LOOK_AGAIN = 15
"""Seconds after which somebody who found no seat looks again."""

TERMINAL = Path(textual_serve.__file__).parent / "static"
"""The terminal that textual-serve brings along: a script, its style, and a typeface."""

PAGES = files("game.web") / "pages"

HEADERS = {
    # Nothing from anywhere else, and nobody puts the page into another one. (The terminal makes styles of its own.)
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "hyosan",
}


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Serves the story at `story`, called `title`, to at most `sessions` visitors at once.

    `names` are the names it goes by, besides addresses and `localhost`; `idle` is after how many seconds without a key
    a game ends. `note` is called with a line for whoever serves.
    """

    def __init__(
        self,
        story: Path,
        title: str,
        visitors: Visitors,
        *,
        sessions: int,
        idle: float,
        names: tuple[str, ...] = (),
        note: Callable[[str], None] = print,
    ) -> None:
        self.ready = Ready(story.absolute(), visitors.reports)
        self.title = title
        self.visitors = visitors
        self.seats = Seats(sessions)
        self.idle = idle
        self.names = names
        self.note = note

    def app(self) -> web.Application:
        """The pages and the connection, as an application of aiohttp."""

        @web.middleware
        async def doorkeeper(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not known_host(request.headers.get("Host", ""), self.names):
                raise web.HTTPMisdirectedRequest(text="This server does not go by that name.")
            return await handler(request)

        app = web.Application(middlewares=[doorkeeper], client_max_size=LARGEST_FRAME)
        app.on_response_prepare.append(with_headers)
        app.on_startup.append(self._open)
        app.on_shutdown.append(self._close)
        app.add_routes(
            [
                web.get("/", self.index),
                web.get("/ws", self.play, allow_head=False),
                web.get("/page.js", page_file("page.js", "text/javascript")),
                web.get("/page.css", page_file("page.css", "text/css")),
                web.static("/terminal", TERMINAL),
            ]
        )
        return app

    async def _open(self, app: web.Application) -> None:
        self.ready.prepare()

    async def _close(self, app: web.Application) -> None:
        await self.seats.clear()
        await self.ready.close()

    # --- pages ---

    async def index(self, request: web.Request) -> web.Response:
        """The page with the terminal, or the one that says that there is no seat."""
        token = request.cookies.get(COOKIE)
        known = token if is_token(token) else None
        if not self.seats.room_for(Visitors.name(known) if known else "", request.remote or ""):
            page = web.Response(
                text=self._page("full.html", seats=str(self.seats.most), seconds=str(LOOK_AGAIN)),
                content_type="text/html",
                status=503,
                headers={"Retry-After": str(LOOK_AGAIN)},
            )
        else:
            page = web.Response(text=self._page("index.html"), content_type="text/html")
        page.headers["Cache-Control"] = "no-store"
        page.set_cookie(
            COOKIE,
            known or new_token(),
            max_age=KEPT,
            httponly=True,
            # With Strict, somebody who comes by a link would be taken for a new visitor, and lose their saves.
            samesite="Lax",
            secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return page

    def _page(self, name: str, **words: str) -> str:
        text = (PAGES / name).read_text("utf-8")
        return Template(text).substitute(title=escape(self.title), **words)

    # --- games ---

    async def play(self, request: web.Request) -> web.WebSocketResponse:
        """The connection of a game, until the game or the connection is over."""
        if not own_origin(request.headers.get("Origin"), request.host):
            raise web.HTTPForbidden(text="Only this server's own page may play here.")
        connection = web.WebSocketResponse(timeout=GOODBYE, heartbeat=HEARTBEAT, max_msg_size=LARGEST_FRAME)
        await connection.prepare(request)
        why = await self._play(request, connection)
        await connection.close(code=why.code, message=why.reason.encode())
        return connection

    async def _play(self, request: web.Request, connection: web.WebSocketResponse) -> Ending:
        token = request.cookies.get(COOKIE)
        if token is None or not is_token(token):
            return endings.NO_COOKIE
        visitor = Visitors.name(token)
        try:
            async with self.seats.sit(visitor, request.remote or "") as seat:
                home = self.visitors.folder(visitor)
                game = Game(self.ready, home, connection.send_bytes)
                await game.start(*clamped(request.query.get("width"), request.query.get("height")))
                self.note(f"somebody has begun to play: {len(self.seats)} of {self.seats.most}")
                try:
                    why = await self._until_over(connection, game, seat)
                finally:
                    await game.stop()
        except NoSeat:
            return endings.FULL
        except TooMany:
            self.note(f"a new reader was turned away: {self.visitors.root} has as many folders as it may")
            return endings.NO_ROOM
        except OSError as error:
            self.note(f"a game could not begin: {error}")
            return endings.FAULT
        self.note(f"somebody has stopped playing: {len(self.seats)} of {self.seats.most}")
        return why

    async def _until_over(self, connection: web.WebSocketResponse, game: Game, seat: Seat) -> Ending:
        """Pass on what the page sends until the first has had enough: the page, the game, or somebody else."""
        listening = asyncio.create_task(self._listen(connection, game))
        first: list[asyncio.Future[Any]] = [listening, game.over, seat.told]
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if seat.told.done():
                return seat.told.result()
            if game.over.done():
                return endings.after(game.over.result())
            return listening.result()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _listen(self, connection: web.WebSocketResponse, game: Game) -> Ending:
        clock = asyncio.get_running_loop().time
        allowance = Allowance(clock())
        try:
            async with asyncio.timeout(self.idle) as limit:
                async for message in connection:
                    if message.type is not WSMsgType.TEXT:
                        continue
                    kind, said = read_frame(message.data)
                    if kind == "stdin" and isinstance(said, str):
                        # Half characters pass: the game reads them as U+FFFD, like all that is no text.
                        typed = said.encode("utf-8", "surrogatepass")
                        limit.reschedule(clock() + self.idle)
                        if allowance.spend(len(typed), clock()):
                            await game.send_bytes(typed)
                    elif kind == "resize" and isinstance(said, dict) and allowance.spend(RESIZING, clock()):
                        await game.set_terminal_size(*clamped(said.get("width"), said.get("height")))
        except TimeoutError:
            return endings.IDLE
        return endings.GONE


async def with_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def read_frame(text: str) -> tuple[str, object]:
    """The kind of a message from a page, and what it says; ("", None) for what makes no sense."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return "", None
    match frame:
        case [str(kind), said, *_]:
            return kind, said
    return "", None


def page_file(name: str, kind: str) -> Handler:
    """What answers with a file of `pages/`."""
    text = (PAGES / name).read_text("utf-8")

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=kind, headers={"Cache-Control": "no-cache"})

    return answer


async def serve(server: Server, host: str, port: int, until: asyncio.Event, ready: Callable[[int], None]) -> None:
    """Serve until `until` is set; then end all games. `ready` is called with the port, which is chosen for 0.

    Raises OSError when `host` and `port` cannot be had.
    """
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        ready(runner.addresses[0][1])
        await until.wait()
    finally:
        await runner.cleanup()
