#!/usr/bin/env python3
"""Peer baselines, side by side:  python3 bench/run_peers.py [--ours 'CMD'] [--sizes 100,1000] ...

Sets up what it needs under $PEERS_DIR, writes the same synthetic story for every peer, checks that
all of them play it identically, measures, prints tables and leaves results.json in $PEERS_DIR.
See README.md. Every figure is the median of `--rounds` cold processes, peers taken in turn within
each round; ratios are medians of the per-round ratios, so that the machine's drift cancels.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = Path(os.environ.get("PEERS_DIR", str(Path(tempfile.gettempdir()) / "peers")))
NODE, VENV, STORIES = ROOT / "node", ROOT / "venv", ROOT / "stories"
CHOICESCRIPT = os.environ.get("CHOICESCRIPT_DIR", "")
PY, DRV = str(VENV / "bin/python"), HERE / "drivers"
OURS = shlex.join([sys.executable, str(HERE.parent / "adapter.py")])
NPM = ["inkjs@2.4.0", "extwee@2.3.18", "@mnbroatch/bondage@4.2.4"]
PIP = ["bink==0.7.1", "bardic==0.10.2"]


def setup():
    if not (VENV / "bin/bardic").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([PY, "-m", "pip", "install", "-q", *PIP], check=True)
    if not (NODE / "node_modules/inkjs").exists():
        NODE.mkdir(parents=True, exist_ok=True)
        (NODE / "package.json").write_text('{"private": true}')
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", *NPM], cwd=NODE, check=True)


def peers(ours):
    """name -> driver command (called with MODE STORYDIR SECONDS) and its modes"""
    table = {
        "inkjs": (["node", DRV / "inkjs.mjs"], "load loadc play save trace"),
        "bink": ([PY, DRV / "bink_driver.py"], "loadc play save trace"),
        "choicescript": (["node", DRV / "choicescript.mjs"], "load play save trace"),
        "bardic": ([PY, DRV / "bardic_driver.py"], "load loadc play save trace"),
        # bondage nests a generator per line and jump, hence the stack
        "yarn": (["node", "--stack-size=8000", DRV / "yarn.mjs"], "load play trace"),
        "extwee": (["node", DRV / "extwee.mjs"], "load"),
        "reference": ([sys.executable, DRV / "reference_driver.py"], "load play save trace"),
    }
    if not CHOICESCRIPT:
        del table["choicescript"]
    if ours:
        table["ours"] = (shlex.split(ours), "load loadc play save trace")
    return {k: ([str(c) for c in cmd], modes.split()) for k, (cmd, modes) in table.items()}


def checks(d, n):
    """name -> (command, cwd): the run that gives an author the list of errors"""
    out = {
        "inkjs compile": (
            ["node", NODE / "node_modules/inkjs/bin/inkjs-compiler.js", "-o", d / "checked.json", d / "story.ink"],
            d,
        ),
        "bardic lint": ([VENV / "bin/bardic", "lint", d / "story.bard"], d),
    }
    if CHOICESCRIPT:
        out["choicescript quicktest"] = (["node", "quicktest.js", game(d)], CHOICESCRIPT)
    if Path("/usr/games/renpy").exists():  # Debian's package, if someone installed it
        script = f"rm -rf renpy/game/*.rpyc renpy/game/cache; exec /usr/bin/python3 {DRV}/renpy_py311.py"
        out["renpy lint"] = (["sh", "-c", script + " renpy lint"], d)
    return {k: ([str(c) for c in cmd], str(cwd)) for k, (cmd, cwd) in out.items()}


def game(d):
    """Show the story's scenes to the ChoiceScript checkout as web/<name>; give the name."""
    link = Path(CHOICESCRIPT) / "web" / f"bench_{d.name}"
    if not link.is_symlink():
        link.symlink_to(d / "choicescript")
    return link.name


def run(cmd, cwd=None, timeout=300, count=None):
    """Run to the end: wall and CPU seconds, peak RSS in MiB, exit code, the output's end.

    The output stays out of this process: a child's peak RSS begins at its parent's size.
    """
    env = {
        **os.environ,
        "PEERS_NODE": str(NODE),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(ROOT / "pycache"),
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
    }
    with tempfile.TemporaryFile() as log:
        t0 = time.perf_counter()
        p = subprocess.Popen(cmd, cwd=cwd, env=env, stdout=log, stderr=subprocess.STDOUT)
        while True:
            pid, status, usage = os.wait4(p.pid, os.WNOHANG)
            wall = time.perf_counter() - t0
            if pid:
                break
            if wall > timeout:
                p.kill()
                os.wait4(p.pid, 0)
                return {"timeout": True, "wall_s": wall, "cpu_s": wall, "out": "", "rc": -9}
            time.sleep(0.002)
        p.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        counted = sum(line.count(count) for line in log) if count else 0
        log.seek(max(0, log.seek(0, 2) - 200_000))
        out = log.read().decode(errors="replace")
    return {
        "counted": counted,
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "rss_mib": usage.ru_maxrss / 1024,
        "rc": p.returncode,
        "out": out,
    }


def drive(cmd, mode, d, seconds):
    r = run([*cmd, mode, str(d), str(seconds)])
    try:
        r.update(json.loads(r["out"].strip().splitlines()[-1]))
    except (ValueError, IndexError):
        r["failed"] = r["out"][-300:] or "no output"
    return r


def prepare(n, ours, kind=""):
    """Write the story, plain or "faults" or "finite", in every language; give its directory."""
    d = STORIES / (f"{n}_{kind}" if kind else str(n))
    d.mkdir(parents=True, exist_ok=True)
    cmd = [sys.executable, HERE / "model.py", str(n), d / "model.json"] + ([f"--{kind}"] if kind else [])
    subprocess.run(cmd, check=True)
    subprocess.run([sys.executable, HERE / "emit.py", d / "model.json", d], check=True)
    if not kind:
        c, cwd = checks(d, n)["inkjs compile"]
        run(c, cwd)
        shutil.move(d / "checked.json", d / "story.ink.json")
        run([str(VENV / "bin/bardic"), "compile", str(d / "story.bard"), "-o", str(d / "story.bard.json")])
    if ours:
        subprocess.run([*shlex.split(ours), "prepare", str(d), "0"], check=True)
    return d


def med(rows, key):
    vals = [r[key] for r in rows if key in r]
    return statistics.median(vals) if vals else None


def ratio(rows, base, key):
    vals = [a[key] / b[key] for a, b in zip(rows, base, strict=False) if key in a and key in b]
    return statistics.median(vals) if vals else None


def num(x, digits=3):
    return "-" if x is None else f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.{digits}g}"


def table(head, rows):
    rows = [[c if isinstance(c, str) else num(c) for c in r] for r in [head, *rows]]
    widths = [max(map(len, col)) for col in zip(*rows, strict=False)]
    for i, r in enumerate(rows):
        print(
            "  ".join(
                c.ljust(w) if not j else c.rjust(w) for j, (c, w) in enumerate(zip(r, widths, strict=False))
            ).rstrip()
        )
        if not i:
            print("  ".join("-" * w for w in widths))
    print(flush=True)


def rounds_of(table_, mode, d, rounds, seconds, skip=()):
    """rows[name] = one result a round, peers in turn; a peer that fails or times out is dropped"""
    rows = {k: [] for k, (_, modes) in table_.items() if mode in modes and k not in skip}
    for _ in range(rounds):
        for k in list(rows):
            if rows[k] and ("failed" in rows[k][-1] or "timeout" in rows[k][-1]):
                continue
            rows[k].append(drive(table_[k][0], mode, d, seconds))
    return rows


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--sizes", default="100,1000,10000")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=4)
    ap.add_argument("--parts", default="trace,load,play,save,explore,check,randomtest")
    ap.add_argument("--peers", help="only these, comma separated")
    ap.add_argument("--ours", default=OURS, help="command of our adapter; '' for none (see bench/README.md)")
    ap.add_argument("--randomtest", type=int, default=1000, help="iterations")
    a = ap.parse_args()
    parts, results = a.parts.split(","), {}
    setup()
    tab = peers(a.ours)
    if a.peers:
        tab = {k: v for k, v in tab.items() if k in a.peers.split(",") or k == "ours"}
    print(f"load average {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores, rounds {a.rounds}\n")
    for n in map(int, a.sizes.split(",")):
        d, res = prepare(n, a.ours), results.setdefault(n, {})
        print(f"===== {n} scenes =====\n")
        if "trace" in parts:
            rows = rounds_of(tab, "trace", d, 1, 0)
            # The reference says what is right; without it, whoever is first.
            want = rows.get("reference", next(iter(rows.values())))[0].get("trace")
            res["trace"] = {k: r[0].get("trace", r[0].get("failed", "timeout")) for k, r in rows.items()}
            bad = {k: t for k, t in res["trace"].items() if t != want}
            print(
                "same playthroughs:",
                ", ".join(k for k in rows if k not in bad),
                f" DIFFERENT: {bad}" if bad else "",
                "\n",
            )
        for mode in [m for m in ("load", "loadc") if "load" in parts]:
            rows = res[mode] = rounds_of(tab, mode, d, a.rounds, 0)
            base = rows.get("inkjs", [])
            table(
                [f"{mode}, cold process", "wall s", "CPU s", "CPU x inkjs", "peak RSS MiB"],
                [
                    [k, med(r, "wall_s"), med(r, "cpu_s"), ratio(r, base, "cpu_s"), med(r, "rss_mib")]
                    if not any(x in r[-1] for x in ("timeout", "failed"))
                    else [k, "timeout" if "timeout" in r[-1] else "failed", "-", "-", "-"]
                    for k, r in rows.items()
                ],
            )
        if "play" in parts:
            rows = res["play"] = rounds_of(tab, "play", d, a.rounds, a.seconds)
            base = rows.get("inkjs", [])
            table(
                ["random play, warm, with text", "per wall s", "per CPU s", "CPU x inkjs", "peak RSS MiB"],
                [
                    [
                        k,
                        med(r, "choices_per_s"),
                        med(r, "choices_per_cpu_s"),
                        ratio(r, base, "choices_per_cpu_s"),
                        med(r, "rss_mib"),
                    ]
                    for k, r in rows.items()
                ],
            )
        if "save" in parts:
            rows = res["save"] = rounds_of(tab, "save", d, a.rounds, 0)
            table(
                ["save after 100 choices", "bytes", "save us", "restore us", "x inkjs: bytes", "save", "restore"],
                [
                    [k, *(med(r, key) for key in SAVED), *(ratio(r, rows.get("inkjs", []), key) for key in SAVED)]
                    for k, r in rows.items()
                ],
            )
        if a.ours and "explore" in parts:
            finite = prepare(n, a.ours, "finite")
            res["explore"] = drive(tab["ours"][0], "explore", finite, a.seconds)
            print(f"ours, explore: {trim(res['explore'])} (compare kernel_explore.py {finite})\n")
        if "check" in parts:
            bad = prepare(n, a.ours, "faults")
            tokens = [f"s99000{k}" for k in (0, 2, 4)] + ["q1", "q3", "q5"]
            lines = []
            clean, faulty = checks(d, n), checks(bad, n)
            if a.ours:
                for c, x in ((clean, d), (faulty, bad)):
                    c["ours"] = ([*shlex.split(a.ours), "check", str(x), "0"], str(x))
            runs = {k: [] for k in clean}
            for _ in range(3):
                for k in clean:
                    runs[k].append(run(*clean[k]))
            for k, rs in runs.items():
                f = run(*faulty[k])
                found = sum(t in f["out"] for t in tokens)
                res.setdefault("check", {})[k] = [rs, f]
                lines.append(
                    [
                        k,
                        "timeout" if "timeout" in rs[-1] else med(rs, "wall_s"),
                        med(rs, "cpu_s"),
                        ratio(rs, res["check"].get("inkjs compile", [[]])[0], "cpu_s"),
                        med(rs, "rss_mib"),
                        f["wall_s"],
                        f"{found} of 6",
                    ]
                )
            table(
                ["author's check", "clean wall s", "CPU s", "CPU x inkjs", "RSS MiB", "faulty wall s", "faults shown"],
                lines,
            )
        if "randomtest" in parts and a.ours:
            cmds = {
                "ours, hyosan stats": [*shlex.split(a.ours), "stats", str(d), str(a.randomtest)],
                "ours, without text": [*shlex.split(a.ours), "random", str(d), str(a.randomtest)],
            }
            rs = res["random"] = {k: [run(c) for _ in range(3)] for k, c in cmds.items()}
            table(
                [f"{a.randomtest} random runs, cold process", "wall s", "CPU s", "RSS MiB"],
                [[k, med(r, "wall_s"), med(r, "cpu_s"), med(r, "rss_mib")] for k, r in rs.items()],
            )
        if "randomtest" in parts and CHOICESCRIPT:
            cmd = ["node", "randomtest.js", f"num={a.randomtest}", f"game={game(d)}", "seed=0"]
            rs = {
                k: run([*cmd, k], CHOICESCRIPT, 600, b"*choice ")
                for k in ("showCoverage=false", "showCoverage=true", "showText=true")
            }
            res["randomtest"] = rs
            table(
                [f"choicescript randomtest num={a.randomtest}", "wall s", "CPU s", "per CPU s", "RSS MiB"],
                [
                    [k, r["wall_s"], r["cpu_s"], r.get("counted", 0) / r["cpu_s"], r.get("rss_mib")]
                    for k, r in rs.items()
                ],
            )
        (ROOT / "results.json").write_text(json.dumps(trim(results), indent=1))


SAVED = ("bytes", "save_us", "restore_us")


def trim(x):
    """Leave bulky output out of results.json."""
    if isinstance(x, dict):
        return {k: trim(v) for k, v in x.items() if k != "out"}
    return [trim(v) for v in x] if isinstance(x, list) else x


if __name__ == "__main__":
    main()
