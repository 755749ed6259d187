"""No code of a story's, no network, no process, no file but its own: watched from outside, and looked for inside."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.conftest import put
from tests.hostile.packs import PACKS, write
from tests.hostile.small import HOST, SMALL
from tests.hostile.texts import MARKUP

ROOT = Path(__file__).parents[2]
TURNS = int(os.environ.get("HYOSAN_TURNS", "60"))
NETWORK = {
    *("socket", "socketserver", "ssl", "select", "http", "urllib.request", "urllib.robotparser", "ftplib", "smtplib"),
    *("imaplib", "poplib", "telnetlib", "nntplib", "xmlrpc", "wsgiref", "webbrowser", "requests", "httpx", "aiohttp"),
    *("urllib3", "websockets", "pickle", "shelve", "marshal", "dill", "ctypes", "cffi", "textual_serve"),
}
PROCESSES = {"subprocess", "multiprocessing", "pty"}
MAY_START_PROCESSES = {
    *("game/desk/diff/sources.py", "game/desk/graph/graphviz.py", "game/desk/prove/beside.py"),
    "game/web/games.py",
}
"""git, Graphviz, and our own prover, for writers, and the games of `hyosan serve`. Each is asked by name and with fixed
options.
"""
MAY_FORK = {"game/prove/parallel.py", "game/desk/prove/stay.py"}
"""What proofs share their work with, among processes that speak in JSON through pipes; and what stays by the editor.
No game imports it.
"""
MAY_WAIT = {"game/desk/prove/stay.py"}
"""What waits for pipes, as one does for the network."""
MAY_SERVE = {"game/web/games.py", "game/web/server.py"}
"""What `hyosan serve` listens with. No other command imports it, and no game does."""
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """Stories to be read and to be played, in folders."""
    work: Path = tmp_path_factory.mktemp("work")
    for name in ("hostile", "played", "saves", "config", "cache"):
        (work / name).mkdir()
    for number, hostile in enumerate(SMALL):
        home = work / "hostile" / f"f{number:03}"
        home.mkdir()
        shutil.move(put(hostile, home), work / "hostile" / f"s{number:03}")
        home.rmdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, pack in enumerate(PACKS):
            write(pack, work / "hostile").rename(work / "hostile" / f"p{number:03}.zip")
    shutil.copytree(ROOT / "tests" / "stories" / "cold-hands", work / "played" / "cold-hands")
    written = work / "played" / "markup"
    written.mkdir()
    for name, text in {**HOST, "day.yaml": markup()}.items():
        (written / name).write_text(text, encoding="utf-8")
    return work


def markup() -> str:
    """A story in circles, whose every text is taken from the payloads."""
    texts = [text.replace("'", "''") for text in MARKUP.values() if "{" not in text]
    scenes = "".join(
        f"  {'first' if n == 0 else f's{n}'}:\n    title: '{text}'\n    text: '{text}'\n    choices:\n"
        f"      on: {{text: '{text}', then: '{text}', goto: {f's{n + 1}' if n + 1 < len(texts) else 'first'}}}\n"
        f"      no: {{text: '{text}', when: x, locked: '{text}', goto: end}}\n"
        for n, text in enumerate(texts)
    )
    head = "chapter: {id: day, title: '[b]Day[/i]', from: D1 10:00, until: D1 16:00, start: first}\n"
    return f"{head}flags: {{x: false}}\nscenes:\n{scenes}"


def test_nothing_is_run_fetched_or_opened_but_the_story_and_its_saves(work):
    command = [sys.executable, "-m", "tests.hostile.audited", str(work), str(TURNS)]
    own = {"HYOSAN_CONFIG": str(work / "config"), "HYOSAN_CACHE": str(work / "cache")}
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""}
    env = {**os.environ, **own, **quiet, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])

    print(f"\n{found['read']} hostile stories read, {found['turns']} turns played, {found['shown']} on the screens")
    assert found["wrong"] == []
    assert found["read"] == len(SMALL) + len(PACKS)
    assert found["turns"] >= TURNS
    assert found["shown"] >= 5


def test_the_watch_sees_what_it_is_there_for(work):
    """A watch that is never alarmed proves nothing: each of these alarms it."""
    deeds = [
        "open('/etc/hosts').close()",
        "open(str(work / 'hostile' / 'new'), 'w').close()",
        "compile('1', 'x.yaml', 'eval')",
        "eval('1')",
        "__import__('socket').socket().close()",
        "__import__('subprocess').run(['true'])",
        "os.mkdir('/tmp')",
    ]
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom tests.hostile.audited import Watch\n"
        f"work = Path({str(work)!r})\nwatch = Watch([work], [work / 'saves'])\nsys.addaudithook(watch)\nseen = []\n"
    )
    for deed in deeds:
        program += f"watch.wrong.clear()\nwatch.on = True\ntry:\n    {deed}\nexcept OSError:\n    pass\n"
        program += "watch.on = False\nseen.append(bool(watch.wrong))\n"
    command = [sys.executable, "-c", f"{program}print(*seen)"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True"] * len(deeds)


# --- the code -----------------------------------------------------------------------------------------


@cache
def sources() -> list[tuple[str, list[ast.AST]]]:
    """The nodes of every file of the game."""
    found = sorted((ROOT / "game").rglob("*.py"))
    trees = ((p.relative_to(ROOT).as_posix(), ast.parse(p.read_text(encoding="utf-8"))) for p in found)
    return [(name, list(ast.walk(tree))) for name, tree in trees]


def imported(nodes: list[ast.AST]) -> set[str]:
    out: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            out |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return out


def test_no_module_of_the_game_knows_the_network_or_runs_what_it_reads():
    for name, nodes in sources():
        if name == "game/saves/slot.py":
            # A lock says on which machine it is held.
            attributes = (n for n in nodes if isinstance(n, ast.Attribute))
            used = {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id == "socket"}
            assert used <= {"gethostname"}
            continue
        known = {".".join(m.split(".")[:n]) for m in imported(nodes) for n in range(1, 4)}
        if name in MAY_WAIT:
            known.discard("select")
        assert known & NETWORK <= ({"aiohttp", "textual_serve"} if name in MAY_SERVE else set()), name
        assert not known & PROCESSES or name in MAY_START_PROCESSES, name
        called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        assert not called & CALLS, name
        attributes = (n for n in nodes if isinstance(n, ast.Attribute))
        used = {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id == "os"}
        begins = any(one.startswith(("fork", "exec", "spawn", "posix_spawn")) for one in used)
        assert not begins or name in MAY_FORK, name


def test_only_the_command_that_serves_knows_the_server():
    knowing = {name for name, nodes in sources() if any(m.startswith("game.web") for m in imported(nodes))}
    assert {name for name in knowing if not name.startswith("game/web/")} == set()
