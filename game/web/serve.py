"""`hyosan serve`: let others play in their browsers."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import sys
from pathlib import Path

from game.desk.arguments import add_folder, whole
from game.story import load_story
from game.story.clean import clean
from game.story.diagnostics import printable, report
from game.story.shipped import shipped
from game.web.doors import is_here, split_host

OK, FAILED, USAGE = 0, 1, 2

PORT, SESSIONS, IDLE = 8000, 20, 15

EPILOG = """\
whoever opens the page plays a run of their own, kept in a folder of their own; their browser finds it again
by a cookie. only this machine can open the page, unless --host says otherwise. docs/serving.md has the rest.

    hyosan serve                                   # Four Floors, at http://127.0.0.1:8000/
    hyosan serve my-story --sessions 30            # a class of thirty
    hyosan serve --host 0.0.0.0 --public --name library.example.org
"""

PUBLIC = """\
hyosan serve: --host {host} lets everybody who can reach this machine open the page.
Nobody is asked for a password, nothing is encrypted on its way, and every player uses this machine's processor and
disk. If that is what you want (a network of your own, or a proxy with TLS in front), add --public.
"""

MISSING = """\
hyosan serve needs what plays in a browser, and that is not installed ({missing} is missing):

    pip install 'hyosan[web]'
"""


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="hyosan serve",
        description="Let others play a story in their browsers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    port = whole(0, 65535, "a port is 0 to 65535, 0 for any that is free")
    sessions = whole(1, 500, "1 to 500 can play at once")
    idle = whole(1, 24 * 60, "a number of minutes, 1 to 1440")
    parser.add_argument("--port", type=port, default=PORT, metavar="N", help=f"where to listen ({PORT})")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="HOST", help="the address to listen on (127.0.0.1: this machine alone)"
    )
    parser.add_argument(
        "--sessions", type=sessions, default=SESSIONS, metavar="N", help=f"how many may play at once ({SESSIONS})"
    )
    parser.add_argument(
        "--idle", type=idle, default=IDLE, metavar="MINUTES", help=f"without a key, a game ends after so long ({IDLE})"
    )
    parser.add_argument("--saves", type=Path, metavar="DIR", help="keep the visitors' folders in this one")
    parser.add_argument("--public", action="store_true", help="others than this machine may open the page")
    parser.add_argument(
        "--name", action="append", default=[], metavar="NAME", help="a name the page is opened by, besides addresses"
    )
    return parser


def main(arguments: list[str]) -> int:
    """Serve until Ctrl+C or SIGTERM. 1 when that cannot be, 2 when the command line was not understood."""
    parser = options()
    chosen = parser.parse_args(arguments)
    host = chosen.host.strip("[]")
    for name in chosen.name:
        if split_host(name) != name.lower():
            parser.error(f"--name is the name of a machine, such as library.example.org, not {printable(name)}")
    if not is_here(host) and not chosen.public:
        print(PUBLIC.format(host=printable(host)), end="", file=sys.stderr)
        return USAGE
    if sys.platform == "win32":
        print("hyosan serve runs on Linux and macOS; on Windows, in WSL.", file=sys.stderr)
        return FAILED
    try:
        from game.web.server import Server, serve
        from game.web.visitors import Visitors
    except ModuleNotFoundError as error:
        print(MISSING.format(missing=error.name), end="", file=sys.stderr)
        return FAILED
    folder = chosen.dir or shipped()
    loaded = load_story(folder)
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
        return FAILED
    visitors = Visitors(chosen.saves or default_root())
    title = clean(loaded.story.title)
    server = Server(
        folder, title, visitors, sessions=chosen.sessions, idle=chosen.idle * 60.0, names=tuple(chosen.name), note=say
    )

    def ready(port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        say(f"{title}: http://{shown}:{port}/ for {chosen.sessions} at once")
        say(f"the visitors' saves: {visitors.root}")
        say("Ctrl+C ends it; nobody loses a turn.")

    async def until_told() -> None:
        told = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # With nohup it is meant to go on when its terminal goes.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, told.set)
        await serve(server, host, chosen.port, told, ready)

    try:
        asyncio.run(until_told())
    except OSError as error:
        print(f"hyosan serve: {why_not(error, host, chosen.port)}", file=sys.stderr)
        return FAILED
    say("everybody's game is saved and closed.")
    return OK


def default_root() -> Path:
    """Where the visitors' folders are kept unless --saves says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("hyosan") / "visitors"


def why_not(error: OSError, host: str, port: int) -> str:
    """Why it cannot listen there, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is taken by another program; name another, such as --port {port + 1 if port < 65535 else 0}"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is not for everybody to use; name one above 1023"
    return f"{printable(host)} cannot be listened on: {os.strerror(error.errno) if error.errno else error}"


def say(line: str) -> None:
    """Tell whoever serves, at once, also where the output goes to a file."""
    print(line, flush=True)
