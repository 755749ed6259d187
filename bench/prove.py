"""What `hyosan prove` costs and finds: on synthetic stories of several sizes, and on Four Floors.

    python bench/prove.py [--size 500|1150|10000|shipped|all] [--seeds 1 2 3] [--locality scoped] [--dry]

Each story is written into a folder of its own and proved by the real command line in a process of its own. A row has
that process's wall and CPU seconds and the most memory it held (with whatever processes it started and waited for),
how many questions were proved, refuted and left open, and how many of the planted defects were found.

With `--dry` nothing is proved: each story is only loaded, and a row has what that costs and how large the story is.
`raw` is how many states its variables could have, as a power of ten; `live` is the same with only those variables
that something before the scene may have changed and something after it may ask for, in the scene where they are most.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# The largest of these stories are larger than one from a stranger may be.
os.environ["HYOSAN_LARGE"] = "1"

SIZES: dict[str, list[str]] = {
    "500": ["--scenes", "500"],
    "1150": ["--scenes", "1150"],
    "10000": ["--scenes", "10000", "--chapters", "240", "--locality", "scoped", "--clock", "none"],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost. `memory` is the peak resident size in bytes of the largest process among it and its own."""

    wall: float
    cpu: float
    memory: int
    code: int
    out: str
    err: str


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end.

    This process has to stay small: what it holds while it starts another counts as that one's peak.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return Cost(
            wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, child.returncode, out.read(), err.read()
        )


# --- proving --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a proof came to: how many questions have each verdict, and the planted defects it told."""

    proved: int
    refuted: int
    open: int
    told: int
    planted: int
    rung: str
    states: int | None


def prove(folder: Path, more: Sequence[str]) -> Cost:
    """The command line that is measured."""
    return measure([sys.executable, "-m", "game", "prove", str(folder), "--format", "json", *more])


def read(report: Mapping[str, Any], planted: Sequence[Mapping[str, str]]) -> Found:
    """What stands in the JSON of `hyosan prove`."""
    answers: list[Mapping[str, Any]] = report["answers"]
    verdicts = [answer["verdict"] for answer in answers]
    effort = report.get("effort", {})
    return Found(
        verdicts.count("proved"),
        verdicts.count("refuted"),
        verdicts.count("open"),
        sum(any(_tells(answer, defect) for answer in answers) for defect in planted),
        len(planted),
        effort.get("rung", ""),
        effort.get("states"),
    )


def _tells(answer: Mapping[str, Any], defect: Mapping[str, str]) -> bool:
    """Whether an answer is about a planted defect."""
    question = {**answer, **answer.get("question", {})}
    if answer["verdict"] != "refuted" or question["kind"] != defect["kind"]:
        return False
    if defect["kind"] == "speaks":
        about = str(question["subject"]).startswith(f"{defect['person']}@{defect['file']}:")
        return about and question.get("scene", defect["scene"]) in ("", defect["scene"])
    return bool(question["subject"] == defect["scene"])


def prove_row(name: str, folder: Path, more: Sequence[str]) -> str:
    cost = prove(folder, more)
    start = f"{name:28} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.memory / 1e6:8.0f}"
    kept = folder / "planted.json"
    planted = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    try:
        found = read(json.loads(cost.out), planted)
    except (ValueError, KeyError, TypeError) as error:
        last = (cost.err.strip() or cost.out.strip() or repr(error)).splitlines()[-1]
        return f"{start}  exit {cost.code}: {last[:100]}"
    states = f"{found.states:.1e}" if found.states else "-"
    defects = f"{found.told}/{found.planted}"
    return f"{start} {found.proved:7} {found.refuted:7} {found.open:6} {defects:>7} {states:>9}  {found.rung}"


# --- loading only ---------------------------------------------------------------------------------------


def dry_row(name: str, folder: Path) -> str:
    cost = measure([sys.executable, str(Path(__file__).resolve()), "--look", str(folder)])
    start = f"{name:28} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.memory / 1e6:8.0f}"
    if cost.code:
        return f"{start}  {(cost.err.strip() or 'failed').splitlines()[-1][:120]}"
    seen = json.loads(cost.out)
    return (
        f"{start} {seen['load']:7.2f} {seen['load_memory'] / 1e6:8.0f} {seen['scenes']:7} {seen['choices']:8}"
        f" {seen['variables']:9} {seen['raw']:6.0f} {seen['live']:6.0f} {seen['live_variables']:9}"
    )


def look(folder: Path) -> dict[str, Any]:
    """How long a story takes to load, and how large it is; in a process of its own."""
    import resource

    from game.story import load_story

    began = time.perf_counter()
    loaded = load_story(folder)
    seconds = time.perf_counter() - began
    # From here on memory is ours, not the loader's.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    story = loaded.story
    if story is None:
        raise SystemExit(f"{loaded.diagnostics[0].where}: {loaded.diagnostics[0].message}")
    sizes = [math.log10(v.size) for v in story.variables]
    counted = sorted(_live(story).values(), key=int.bit_count)[-50:]
    most = max(([size for i, size in enumerate(sizes) if mask >> i & 1] for mask in counted), key=sum)
    return {
        "load": seconds,
        "load_memory": memory,
        "scenes": len(story.scenes),
        "choices": sum(len(scene.choices) for scene in story.scenes.values()),
        "variables": len(sizes),
        "raw": sum(sizes),
        "live": sum(most),
        "live_variables": len(most),
    }


def _live(story: Any) -> dict[str, int]:
    """For each scene the variables that may have changed by then and that may be asked for from there on, as a mask.

    Words are left out: they are only shown. That a variable is overwritten first is not looked at, except where
    a chapter is forgotten.
    """
    clock = 1 << story.by_name["clock"].index
    passing = clock | sum(1 << meter.var for meter in story.meters.values() if meter.decay)
    always, changing, outs = 0, 0, []
    for rule in story.rules:
        always |= _asked(rule.when) | _asked_by(rule.do)
        changing |= _changed_by(rule.do, passing)
        outs.extend([rule.goto] if rule.goto else [])
    asked: dict[str, int] = {}
    changed: dict[str, int] = {}
    leads: dict[str, set[str]] = {}
    for scene in story.scenes.values():
        ask, change = always | _asked_by(scene.do), changing | (passing if scene.arrive else 0)
        ways = set(outs)
        for name in (f"seen.{scene.id}", *(f"chosen.{scene.id}.{choice.id}" for choice in scene.choices)):
            change |= 1 << story.by_name[name].index if name in story.by_name else 0
        for choice in scene.choices:
            ask |= _asked(choice.shown) | _asked(choice.when) | _asked_by(choice.do)
            change |= _changed_by(choice.do, passing)
            for outcome in choice.outcomes:
                ask |= _asked_by(outcome.do)
                change |= _changed_by(outcome.do, passing)
                for cond, target in outcome.goto.branches:
                    ask |= _asked(cond)
                    ways.add(target)
        for bell in story.chapters[scene.chapter].bells if scene.chapter else ():
            ask |= clock | _asked(bell.when) | _asked_by(bell.do)
            change |= _changed_by(bell.do, passing)
            ways |= {bell.goto} - {""}
        asked[scene.id] = 0 if scene.is_ending else ask
        changed[scene.id], leads[scene.id] = change, set() if scene.is_ending else ways
    forgotten = {c: clock | sum(1 << v.index for v in story.variables if v.chapter == c) for c in story.chapters}
    steps = [
        (id, to, ~0 if story.scenes[id].chapter == story.scenes[to].chapter else ~forgotten[story.scenes[id].chapter])
        for id in leads
        for to in leads[id]
    ]
    before = {id: _changed_by(story.scenes[id].do, passing) for id in leads}
    after = dict(asked)
    moved = True
    while moved:
        moved = False
        for id, to, kept in steps:
            new = before[to] | ((before[id] | changed[id]) & kept)
            moved, before[to] = moved or new != before[to], new
        for id, to, kept in reversed(steps):
            new = after[id] | (after[to] & kept)
            moved, after[id] = moved or new != after[id], new
    return {id: before[id] & after[id] for id in leads}


def _changed_by(effects: Any, passing: int) -> int:
    """The variables that effects change, as a mask; `passing` are those that time changes."""
    mask = 0
    for effect in effects:
        if hasattr(effect, "cond"):
            mask |= _changed_by(effect.then, passing) | _changed_by(effect.otherwise, passing)
        elif hasattr(effect, "ops"):
            mask |= _changed_by(effect.ops, passing)
        elif hasattr(effect, "table"):
            mask |= 1 << effect.var
        elif hasattr(effect, "ticks") or hasattr(effect, "tick"):
            mask |= passing
    return mask


def _asked(cond: Any) -> int:
    """The variables of a condition, as a mask."""
    if hasattr(cond, "var"):
        return 1 << int(cond.var)
    mask = 0
    for part in getattr(cond, "parts", getattr(cond, "tests", ())):
        mask |= _asked(part)
    return mask


def _asked_by(effects: Any) -> int:
    """The variables that effects, or the operations of a branch, ask for."""
    mask = 0
    for effect in effects:
        if hasattr(effect, "cond"):
            mask |= _asked(effect.cond) | _asked_by(effect.then) | _asked_by(effect.otherwise)
        else:
            mask |= _asked_by(getattr(effect, "ops", ()))
    return mask


# --- the command ----------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure `hyosan prove`; further options are handed on to it.")
    parser.add_argument("--size", choices=(*SIZES, "shipped", "all"), default="500")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--locality", choices=("scoped", "mixed", "sprawl"), help="for the sizes 500 and 1150")
    parser.add_argument("--clock", choices=("chapter", "none"), help="for the sizes 500 and 1150")
    parser.add_argument("--ticks", type=int, help="for the sizes 500 and 1150")
    parser.add_argument("--dry", action="store_true", help="only write and load the stories")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the stories in this folder")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    given, more = parser.parse_known_args()
    if given.look:
        print(json.dumps(look(given.look)))
        return
    head = f"{'story':28} {'wall s':>8} {'CPU s':>8} {'MB':>8}"
    if given.dry:
        head += f" {'load s':>7} {'load MB':>8} {'scenes':>7} {'choices':>8} {'variables':>9}"
        head += f" {'raw':>6} {'live':>6} {'live vars':>9}"
    else:
        head += f" {'proved':>7} {'refuted':>7} {'open':>6} {'planted':>7} {'states':>9}  kept"
    print(head, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        for size in (*SIZES, "shipped") if given.size == "all" else (given.size,):
            for name, story in _stories(size, given, folder):
                print(dry_row(name, story) if given.dry else prove_row(name, story, more), flush=True)


def _stories(size: str, given: argparse.Namespace, folder: Path) -> list[tuple[str, Path]]:
    """The stories of a size, written: the name of each row and the story's folder."""
    if size == "shipped":
        return [("four-floors", ROOT / "scenes")]
    said = list(SIZES[size])
    if size != "10000":
        for option in ("locality", "clock", "ticks"):
            if (value := getattr(given, option)) is not None:
                said += [f"--{option}", str(value)]
    out = []
    for seed in given.seeds:
        words = [size, *(w for w in (given.locality, given.clock) if w and size != "10000"), f"seed {seed}"]
        name = " ".join(words)
        story = folder / name.replace(" ", "-")
        written = measure([sys.executable, "bench/stories.py", str(story.resolve()), *said, "--seed", str(seed)])
        if written.code:
            raise SystemExit(written.err)
        out.append((name, story.resolve()))
    return out


if __name__ == "__main__":
    main()
