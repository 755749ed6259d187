"""Commands as a person runs them, but in the tests' own process: a start of the program costs half a second."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from game import language
from game.__main__ import main

ROOT = Path(__file__).parents[1]

Done = subprocess.CompletedProcess[str]


def hyosan(*arguments: str, cwd: Path | None = None, answers: str = "", **env: str) -> Done:
    """Run a command with no terminal. A fault of the program is raised here; a process would print it and end."""
    before = language.current()
    given = io.TextIOWrapper(io.BytesIO(answers.encode()), encoding="utf-8")
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with (
        mock.patch.dict(os.environ, env),
        contextlib.chdir(cwd or ROOT),
        mock.patch.multiple(sys, argv=["hyosan", *arguments], stdin=given, stdout=streams[0], stderr=streams[1]),
    ):
        try:
            code = main()
        finally:
            language.use(before)
    told = []
    for stream in streams:
        stream.seek(0)
        told.append(stream.read())
    return subprocess.CompletedProcess(arguments, code, *told)


def process(
    *arguments: str, cwd: Path | None = None, answers: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "game", *arguments],
        cwd=cwd or ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        input=answers,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
