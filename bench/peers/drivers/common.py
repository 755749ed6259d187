"""Python twin of common.mjs:  python DRIVER.py MODE STORYDIR SECONDS  prints one JSON line."""

import hashlib
import json
import statistics
import sys
import time


def picker(seed):
    s = seed

    def pick(n):
        nonlocal s
        s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
        return (s >> 16) % n

    return pick


def play_once(engine, pick, visit=None):
    engine.reset()
    choices = chars = 0
    while True:
        text, options = engine.page()
        chars += len(text)
        if visit:
            visit(text, options)
        if not options:
            return choices, chars
        engine.choose(pick(len(options)))
        choices += 1


def play_for(engine, seconds, pick):
    t0, cpu0 = time.perf_counter(), time.process_time()
    games = choices = chars = 0
    t = 0.0
    while t < seconds:
        c, n = play_once(engine, pick)
        games, choices, chars = games + 1, choices + c, chars + n
        t = time.perf_counter() - t0
    return {
        "games": games,
        "choices": choices,
        "chars": chars,
        "choices_per_s": choices / t,
        "choices_per_cpu_s": choices / (time.process_time() - cpu0),
    }


def trace(engine):
    h, pick, total = hashlib.sha256(), picker(7), 0

    def visit(text, options):
        line = " ".join(text.split()) + "|" + "|".join(o.strip() for o in options) + "\n"
        h.update(line.encode())

    for _ in range(5):
        total += play_once(engine, pick, visit)[0]
    return {"choices": total, "trace": h.hexdigest()[:16]}


def timed(f, *a):
    t = time.perf_counter()
    r = f(*a)
    return r, (time.perf_counter() - t) * 1e6


def save_cost(engine):
    pick, saves, restores = picker(3), [], []
    engine.reset()
    for _ in range(100):
        engine.choose(pick(len(engine.page()[1])))
    before = list(engine.page()[1])
    for _ in range(300):
        s, us = timed(engine.save)
        saves.append(us)
        restores.append(timed(engine.restore, s)[1])
    return {
        "bytes": len(s.encode()),
        "save_us": statistics.median(saves),
        "restore_us": statistics.median(restores),
        "same": list(engine.page()[1]) == before,
    }


def main(make_engine):
    mode, directory, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    engine = make_engine(directory, mode)
    if mode in ("load", "loadc"):
        engine.reset()
        engine.page()
        out = {}
    elif mode == "trace":
        out = trace(engine)
    elif mode == "play":
        pick = picker(1)
        play_for(engine, min(2, seconds / 2), pick)
        out = play_for(engine, seconds, pick)
    else:
        out = save_cost(engine)
    print(json.dumps(out))
