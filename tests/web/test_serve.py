"""`hyosan serve`: its command line, what it says when it cannot, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from game.cli import run
from tests.web.conftest import STORY


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def hyosan(capsys) -> Callable[..., Done]:
    """Carry out `hyosan serve`, where it ends by itself."""

    def carry_out(*arguments: str) -> Done:
        code = run(["serve", *arguments])
        return Done(code, *capsys.readouterr())

    return carry_out


@pytest.mark.parametrize("missing", ["textual_serve", "aiohttp"])
def test_without_the_extra_it_says_how_to_get_it(hyosan, missing, monkeypatch):
    for module in ("game.web.server", "game.web.games"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    done = hyosan(str(STORY))
    assert done.returncode == 1
    assert "pip install 'hyosan[web]'" in done.stderr
    assert missing in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "library.example"])
def test_others_are_let_in_only_on_purpose(hyosan, host):
    done = hyosan(str(STORY), "--host", host)
    assert done.returncode == 2
    assert "--public" in done.stderr
    assert "Nobody is asked for a password" in done.stderr
    assert "http://" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "65536"),
        ("--port", "x"),
        ("--sessions", "0"),
        ("--idle", "0"),
        ("--name", "http://x"),
        ("--name", "x:1"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_not_guessed_at(hyosan, arguments):
    done = hyosan(str(STORY), *arguments)
    assert done.returncode == 2
    assert arguments[0] in done.stderr


def test_the_help_says_what_it_is_for(hyosan):
    done = hyosan("--help")
    assert done.returncode == 0
    for option in ("--port", "--host", "--sessions", "--idle", "--saves", "--public", "--name"):
        assert option in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120


class TestServing:
    """What needs the extra."""

    @pytest.fixture(autouse=True)
    def _web(self):
        pytest.importorskip("textual_serve", reason="the extra 'web' is not installed")

    def test_a_story_with_mistakes_is_not_served(self, hyosan, tmp_path):
        (tmp_path / "story.yaml").write_text("story: {id: x}\n")
        done = hyosan(str(tmp_path), "--port", "0")
        assert done.returncode == 1
        assert "story.yaml" in done.stderr

    def test_a_port_that_is_taken_is_named(self, hyosan, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = hyosan(str(STORY), "--port", str(port), "--saves", str(tmp_path))
        assert done.returncode == 1
        assert f"port {port} is taken" in done.stderr

    def test_an_address_of_another_machine_is_no_place_to_listen(self, hyosan, tmp_path):
        done = hyosan(str(STORY), "--host", "192.0.2.1", "--public", "--port", "0", "--saves", str(tmp_path))
        assert done.returncode == 1
        assert "192.0.2.1 cannot be listened on" in done.stderr

    @pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGTERM", marks=pytest.mark.slow)])
    def test_it_ends_when_it_is_told_to_and_leaves_nothing_behind(self, serving, name):
        served = serving()
        code, said = served.end(getattr(signal, name))
        assert code == 0
        assert "everybody's game is saved" in said
        assert "Traceback" not in said

    @pytest.mark.slow
    async def test_when_it_is_killed_no_game_goes_on(self, serving):
        import aiohttp

        from game.web.visitors import COOKIE, new_token

        served = serving()
        headers = {"Origin": served.address.rstrip("/"), "Cookie": f"{COOKIE}={new_token()}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.ws_connect(served.address + "ws") as socket,
        ):
            await socket.receive()
            (game,) = served.games
            served.process.kill()
            end = time.monotonic() + 10
            while (
                f"{game}"
                in subprocess.run(["ps", "-o", "pid=", "-p", f"{game}"], capture_output=True, text=True).stdout
            ):
                assert time.monotonic() < end, "the game goes on"
                time.sleep(0.05)
