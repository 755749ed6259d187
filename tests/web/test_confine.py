"""A game that is served may touch nothing but its visitor's folder, whatever it tries."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("hyosan serve runs on Linux and macOS", allow_module_level=True)

from tests.web.conftest import ROOT

TRIES = """
import json, os, shutil, socket, subprocess, sys, resource
from pathlib import Path
from game.web.confine import confine, limit
home, story = Path.cwd(), Path(sys.argv[1])
os.umask(0o077)
limit()
confine([home], [story])
done = {}
def tried(name, act):
    try:
        act()
    except PermissionError:
        done[name] = "refused"
    except (OSError, MemoryError) as error:
        done[name] = type(error).__name__
    else:
        done[name] = "done"
other = str(home.parent / "other")
tried("keeps", lambda: Path("mine.json").write_text("x"))
tried("renames", lambda: os.replace("mine.json", "yours.json"))
tried("reads the story", lambda: (story / "story.yaml").read_text())
tried("imports", lambda: __import__("colorsys"))
tried("looks at the clock", lambda: open("/etc/localtime", "rb").close())
tried("reads another visitor", lambda: open(other + "/save.json").read())
tried("reads by a way round", lambda: open("../other/save.json").read())
tried("reads by a link", lambda: (os.symlink(other + "/save.json", "link"), open("link").read()))
tried("reads /etc/passwd", lambda: os.open("/etc/passwd", os.O_RDONLY))
tried("writes beside", lambda: Path(other, "new").write_text("x"))
tried("writes the story", lambda: (story / "story.yaml").open("a"))
tried("writes the program", lambda: open(confine.__code__.co_filename, "a"))
tried("moves out", lambda: os.rename("yours.json", other + "/yours.json"))
tried("deletes", lambda: os.remove(other + "/save.json"))
tried("empties", lambda: shutil.rmtree(other))
tried("makes a folder", lambda: os.mkdir(other + "/folder"))
tried("begins a process", lambda: subprocess.run(["true"]))
tried("begins a shell", lambda: os.system("true"))
tried("forks", os.fork)
tried("connects", lambda: socket.create_connection(("127.0.0.1", 9), 1))
tried("listens", lambda: socket.socket().bind(("127.0.0.1", 0)))
tried("asks for a name", lambda: socket.getaddrinfo("localhost", 80))
def grow():
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("big", "wb") as file:
        for _ in range(9):
            file.write(bytes(1024 * 1024))
tried("writes a large file", grow)
tried("takes memory", lambda: bytearray(2 * 1024**3))
print(json.dumps(done))
"""

ALLOWED = ("keeps", "renames", "reads the story", "imports", "looks at the clock")


def test_it_may_keep_what_is_its_own_and_nothing_else(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (other / "save.json").write_text("somebody else's")
    story = ROOT / "tests" / "tui" / "story"
    before = (story / "story.yaml").read_bytes()
    ran = subprocess.run(
        [sys.executable, "-c", TRIES, str(story)], cwd=home, capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert {name: what for name, what in done.items() if what == "done"} == dict.fromkeys(ALLOWED, "done")
    limits = {"writes a large file": "OSError"}
    if sys.platform == "linux":  # elsewhere there is no limit of this kind to be had
        limits["takes memory"] = "MemoryError"
    others = {name: what for name, what in done.items() if name not in (*ALLOWED, "takes memory", *limits)}
    assert set(others.values()) == {"refused"}, others
    assert {name: done[name] for name in limits} == limits
    assert [entry.name for entry in other.iterdir()] == ["save.json"]
    assert (story / "story.yaml").read_bytes() == before
    assert {entry.name for entry in home.iterdir()} <= {"yours.json", "link", "big"}
