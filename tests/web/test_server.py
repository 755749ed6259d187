"""The server, asked as a browser asks it, and as no browser would."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("textual_serve", reason="the extra 'web' is not installed")

import aiohttp
from aiohttp import WSMsgType, web

from game.web import endings
from game.web.server import Server
from game.web.visitors import COOKIE, Visitors, new_token
from tests.web.conftest import STORY, games


class Asked:
    """A running server. `lines` is what it told whoever serves."""

    def __init__(self, server: Server, address: str, lines: list[str]) -> None:
        self.server = server
        self.address = address
        self.lines = lines
        self.origin = address.rstrip("/")

    @asynccontextmanager
    async def visitor(self, token: str | None = "", **headers: str) -> AsyncIterator[aiohttp.ClientSession]:
        """Somebody with a cookie: a new one, unless `token` says otherwise; None for no cookie."""
        jar = aiohttp.CookieJar(unsafe=True)
        if token is not None:
            jar.update_cookies({COOKIE: token or new_token()})
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self.origin, **headers}) as session:
            yield session

    def play(self, session: aiohttp.ClientSession, width: object = 80, height: object = 24):
        return session.ws_connect(f"{self.address}ws?width={width}&height={height}")


@pytest.fixture
async def asked(tmp_path) -> AsyncIterator[Callable[..., object]]:
    """Begins servers in this process."""
    runners = []

    async def begin(sessions: int = 2, idle: float = 60.0, most: int = 100, story: Path = STORY) -> Asked:
        lines: list[str] = []
        server = Server(
            story,
            "Four <Walls>",
            Visitors(tmp_path / "visitors", most),
            sessions=sessions,
            idle=idle,
            note=lines.append,
        )
        runner = web.AppRunner(server.app())
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return Asked(server, f"http://127.0.0.1:{runner.addresses[0][1]}/", lines)

    yield begin
    for runner in runners:
        await runner.cleanup()


async def drawn(socket: aiohttp.ClientWebSocketResponse, words: str) -> bytes:
    """All that came until a game had drawn `words`."""
    sent = b""
    async with asyncio.timeout(20):
        while words.encode() not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", sent):
            message = await socket.receive()
            assert message.type is WSMsgType.BINARY, (message, sent)
            sent += message.data
    return sent


async def ended(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code with which a connection ends."""
    async with asyncio.timeout(20):
        while not socket.closed:
            await socket.receive()
    return socket.close_code


def furthest(sent: bytes) -> tuple[int, int]:
    """The lowest row and the rightmost column that something was drawn at."""
    found = [(int(row), int(column)) for row, column in re.findall(rb"\x1b\[(\d+);(\d+)H", sent)]
    return max(row for row, _ in found), max(column for _, column in found)


async def test_pages_come_from_here_alone_and_are_for_nobody_to_frame(asked):
    server = await asked()
    async with server.visitor(None) as session:
        async with session.get(server.address) as page:
            text = await page.text()
            assert page.status == 200
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert page.headers["X-Frame-Options"] == "DENY"
            (cookie,) = page.headers.getall("Set-Cookie")
            assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
            assert "Four &lt;Walls&gt;" in text
            assert "://" not in text
        for path in re.findall(r'(?:href|src)="(/[^"]+)"', text):
            async with session.get(server.address + path[1:]) as file:
                assert file.status == 200, path
                if path.endswith(("page.css", "page.js", ".css")):
                    assert not re.search(
                        r"https?://(?!\S*w3\.org)", re.sub(r"/\*.*?\*/", "", await file.text(), flags=re.S)
                    )
        # What is asked for again comes with the cookie that was given: nobody is made somebody new.
        async with session.get(server.address) as page:
            assert page.cookies[COOKIE].value == cookie.partition("=")[2].partition(";")[0]


@pytest.mark.parametrize(
    "path", ["terminal/", "terminal/js", "download/x", "static/", "terminal/%2e%2e/server.py", "page.py"]
)
async def test_nothing_else_is_there_to_be_had(asked, path):
    server = await asked()
    async with server.visitor() as session, session.get(server.address + path) as page:
        assert page.status in (403, 404)
        assert str(STORY.parents[2]) not in await page.text()


async def test_a_name_that_was_made_to_point_here_gets_nothing(asked):
    server = await asked()
    async with server.visitor() as session:
        for path in ("", "ws", "page.js", "terminal/js/textual.js"):
            async with session.get(server.address + path, headers={"Host": "evil.example:80"}) as page:
                assert page.status == 421
    port = int(server.address.rpartition(":")[2].strip("/"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert b" 421 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:{port}", ""])
async def test_a_foreign_origin_begins_no_game(asked, origin):
    server = await asked()
    port = server.address.rpartition(":")[2].strip("/")
    async with server.visitor(Origin=origin.format(port=port)) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await server.play(session)
    assert refused.value.status == 403
    assert not server.server.visitors.root.exists()


@pytest.mark.parametrize("token", [None, "x", "../../../../tmp/abcdefghijklmnopqrstuvwxyz01234"])
async def test_without_a_token_of_ours_there_is_no_folder_and_no_game(asked, token):
    server = await asked()
    async with server.visitor(token) as session, server.play(session) as socket:
        assert await ended(socket) == endings.NO_COOKIE.code
    assert not server.server.visitors.root.exists()


async def test_a_game_is_as_large_as_it_may_be_whatever_its_page_asks_for(asked):
    server = await asked(sessions=1)
    async with server.visitor() as session, server.play(session, 99999, 99999) as socket:
        sent = await drawn(socket, "New run")
        assert 90 <= furthest(sent)[0] <= 100
        assert furthest(sent)[1] <= 300
        # What makes no sense is passed over; half a character is none; a size that is typed is no size.
        for frame in ("", "[", "{}", "[1]", '["stdin"]', '["stdin",5]', '["resize",[]]', '["focus"]', "[" * 5000):
            await socket.send_str(frame)
        await socket.send_bytes(b"M\xff\xff\xff\xff")
        await socket.send_json(["stdin", "\ud800\x1b[48;400;400;1;1t"])
        await socket.send_json(["stdin", "\x1b[99999999999;1u"])
        await socket.send_json(["resize", {"width": 10**9, "height": 60}])
        await socket.send_json(["stdin", "o"])
        sent = await drawn(socket, "Blood and injury")
        assert furthest(sent)[0] <= 100

        # All seats are taken; the page says so and a connection is not made to wait.
        async with server.visitor() as late:
            async with late.get(server.address) as page:
                assert page.status == 503
                assert "seats are taken" in await page.text()
            async with server.play(late) as refused:
                assert await ended(refused) == endings.FULL.code
        # Who plays already is let in, and the game before makes room.
        async with session.get(server.address) as page, server.play(session) as again:
            assert page.status == 200
            await drawn(again, "New run")
            assert await ended(socket) == endings.ELSEWHERE.code
            await again.send_json(["stdin", "q"])
            assert await ended(again) == endings.LEFT.code
    assert len(server.server.seats) == 0
    assert len(list(server.server.visitors.root.glob("?" * 40))) == 1


async def test_a_game_nobody_plays_ends(asked):
    server = await asked(idle=4)
    async with server.visitor() as session, server.play(session) as socket:
        await drawn(socket, "New run")
        assert await ended(socket) == endings.IDLE.code
    assert len(server.server.seats) == 0


@pytest.mark.slow
async def test_a_game_that_does_not_end_is_ended(asked, monkeypatch):
    monkeypatch.setattr("game.web.games.LEAVING", 0.5)
    server = await asked()
    async with server.visitor() as session, server.play(session) as socket:
        await drawn(socket, "New run")
        (game,) = games(os.getpid(), server.server.visitors.root)
        os.kill(game, signal.SIGSTOP)
    await until(lambda: not len(server.server.seats))
    assert games(os.getpid(), server.server.visitors.root) == []


@pytest.mark.slow
async def test_a_game_that_dies_takes_nobody_with_it_and_says_so(asked):
    server = await asked()
    async with server.visitor() as one, server.visitor() as other, server.play(one) as dies:
        await drawn(dies, "New run")
        (game,) = games(os.getpid(), server.server.visitors.root)
        async with server.play(other) as lives:
            await drawn(lives, "New run")
            os.kill(game, signal.SIGKILL)
            assert await ended(dies) == endings.FAULT.code
            await lives.send_json(["stdin", "o"])
            await drawn(lives, "Blood and injury")


@pytest.mark.slow
async def test_somebody_who_reads_nothing_holds_up_nobody(asked):
    server = await asked()
    async with (
        server.visitor() as slow,
        server.visitor() as quick,
        server.play(slow, 300, 100) as stuck,
        server.play(quick) as socket,
    ):
        for _ in range(200):
            await stuck.send_json(["stdin", "o\x1b"])
        await drawn(socket, "New run")
        await socket.send_json(["stdin", "o"])
        await drawn(socket, "Blood and injury")


@pytest.mark.slow
async def test_a_story_that_cannot_be_read_any_more_is_said(asked, tmp_path):
    server = await asked(story=tmp_path / "gone")
    async with server.visitor() as session, server.play(session) as socket:
        assert await ended(socket) == endings.NO_STORY.code


async def test_no_more_folders_are_made_than_there_may_be(asked):
    server = await asked(most=0)
    async with server.visitor() as session, server.play(session) as socket:
        assert await ended(socket) == endings.NO_ROOM.code
    assert [line for line in server.lines if "turned away" in line]


@pytest.mark.slow
async def test_everybody_gets_a_turn_to_begin_also_after_games_that_never_did(asked, tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    story = tmp_path / "gone"
    server = await asked(story=story, sessions=9)
    for _ in range(3):
        async with server.visitor() as session, server.play(session) as socket:
            assert await ended(socket) == endings.NO_STORY.code
        async with server.visitor() as session, server.play(session):
            pass
    shutil.copytree(STORY, story)
    async with (
        server.visitor() as one,
        server.visitor() as other,
        server.play(one) as first,
        server.play(other) as second,
    ):
        await asyncio.gather(drawn(first, "New run"), drawn(second, "New run"))


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not so():
            await asyncio.sleep(0.02)
