#!/usr/bin/env python3
"""Abstract choice story, made from a seed: the one input that every peer format is emitted from.

  model.py N OUT.json [--seed 1] [--turns 200] [--faults | --finite]

JSON:
  flags {name: false}, ints {name: 10}           (the counter `turn` starts at 0, +1 per choice)
  turn_limit, start, endings [{id, if, text}]    first ending whose `if` holds; the last has none
  scenes [{id, text: [paragraph], extra: {if, text} | null,
           choices: [{text, if: COND | null, do: [EFFECT], to: scene id}]}]
  COND    {"op": "and"|"or", "atoms": [[flag, bool] | [int, ">="|"<=", k]]}
  EFFECT  ["set", flag, bool] | ["add", int, k]
  {n0} in a text is replaced by the integer's value.
Entering a scene with turn >= turn_limit shows an ending instead. Invisible choices are left out.
--faults plants six author's errors (see FAULTS) for the "how soon, how many" check.
--finite uses 8 flags and 1 integer, for exhaustive search (turn left out, n0 clamped to 0..63): few
enough states to find them all, 713,732 for N = 100 and seed 1.
"""

import argparse
import json
import random

WORDS = """the river camp fire smoke wolf ridge snow cabin axe rope lamp oil water ration bread
trail ash stone pine marsh fog wind storm north hill road bridge tower gate wall door key map boat
net fish berry root herb knife spear hide bone salt coal iron glass wire radio signal battery tent
blanket boot coat glove wound fever sleep dream watch night dawn dusk noon hour day week winter
spring thaw ice frost rain mud cave tunnel shaft ladder well pump field barn mill farm orchard fence
dog horse crow owl fox deer hare rat moth bee stranger trader scout guard medic child elder friend
rival voice song bell drum flag letter promise debt rumor secret plan choice risk luck hope fear
cold hungry tired quiet broken empty hidden narrow steep dark bright distant old young careful slow
you walk climb wait listen search carry trade build mend burn break follow leave enter cross keep
lose find open close cut tie light drink eat rest hide run stand turn look hear smell feel know
and but while until because before after near under over beyond against with without toward from
a one two three another every some few many most less more again still never always almost""".split()  # noqa: SIM905

FAULTS = "3 choices that lead to a missing scene, 3 conditions on an undeclared variable"


def sentence(rng, n):
    words = [rng.choice(WORDS) for _ in range(n)]
    return " ".join(words).capitalize() + "."


def condition(rng, flags, ints):
    def atom():
        if rng.random() < 0.65:
            return [rng.choice(flags), rng.random() < 0.6]
        return [rng.choice(ints), rng.choice([">=", "<="]), rng.randint(8, 12)]

    atoms = [atom()]
    if rng.random() < 0.5:
        second = atom()
        while second[0] == atoms[0][0]:
            second = atom()
        atoms.append(second)
    return {"op": "and" if rng.random() < 0.7 else "or", "atoms": atoms}


def effects(rng, flags, ints):
    out = []
    for _ in range(rng.randint(1, 2)):
        if rng.random() < 0.5:
            out.append(["set", rng.choice(flags), rng.random() < 0.6])
        else:
            out.append(["add", rng.choice(ints), rng.choice([-2, -1, 1, 2])])
    return out


def make(n, seed=1, turns=200, chapter=50):
    rng = random.Random(f"{seed}/{n}")
    flags = [f"f{i}" for i in range(20)]
    ints = [f"n{i}" for i in range(5)]

    def target(i):
        if rng.random() < 0.02:  # now and then to another chapter
            return rng.randrange(n)
        base = i - i % chapter
        return rng.randrange(base, min(base + chapter, n))

    scenes = []
    for i in range(n):
        text = [
            sentence(rng, 20),
            sentence(rng, 12) + f" You have {{{rng.choice(ints)}}} left. " + sentence(rng, 8),
            sentence(rng, 16),
        ]
        extra = None
        if rng.random() < 0.33:
            extra = {"if": condition(rng, flags, ints), "text": sentence(rng, 10)}
        free = rng.randrange(3)
        choices = [
            {
                "text": f"{sentence(rng, 5)[:-1]} {i} {k}",
                "if": None if k == free else condition(rng, flags, ints),
                "do": effects(rng, flags, ints),
                "to": target(i),
            }
            for k in range(3)
        ]
        scenes.append({"id": i, "text": text, "extra": extra, "choices": choices})
    endings = [
        {
            "id": f"end{k}",
            "if": condition(rng, flags, ints) if k < 3 else None,
            "text": f"Ending {k}. " + sentence(rng, 30),
        }
        for k in range(4)
    ]
    return {
        "seed": seed,
        "turn_limit": turns,
        "chapter": chapter,
        "start": 0,
        "flags": dict.fromkeys(flags, False),
        "ints": dict.fromkeys(ints, 10),
        "scenes": scenes,
        "endings": endings,
    }


def plant_faults(m):
    """Break six scenes in place; return [(kind, scene id)]."""
    n, planted = len(m["scenes"]), []
    for k in range(6):
        i = (2 * k + 1) * n // 12
        choices = m["scenes"][i]["choices"]
        if k % 2 == 0:
            choices[0]["to"] = 990000 + k
            planted.append(("missing scene", i))
        else:
            c = next(c for c in choices if c["if"])
            c["if"]["atoms"][0][0] = f"q{k}"
            planted.append(("undeclared variable", i))
    return planted


def narrow(m):
    """Fold all flags into 8 and all integers into 1, in place."""

    def name(x):
        return f"f{int(x[1:]) % 8}" if x[0] == "f" else "n0"

    for s in m["scenes"]:
        for c in s["choices"]:
            for a in c["if"]["atoms"] if c["if"] else ():
                a[0] = name(a[0])
            for e in c["do"]:
                e[1] = name(e[1])


# ---- reference semantics: slow and plain; drivers must print the same trace -----------------


def holds(cond, st):
    if cond is None:
        return True
    vals = []
    for a in cond["atoms"]:
        v = st[a[0]]
        vals.append(v is a[1] if len(a) == 2 else (v >= a[2] if a[1] == ">=" else v <= a[2]))
    return all(vals) if cond["op"] == "and" else any(vals)


def fill(text, st):
    for k in ("n0", "n1", "n2", "n3", "n4"):
        text = text.replace(f"{{{k}}}", str(st[k]))
    return text


class Reference:
    """The interface that every driver's engine has: reset, page, choose, save, restore."""

    def __init__(self, model):
        self.m = model

    def reset(self):
        self.st = {**self.m["flags"], **self.m["ints"], "turn": 0}
        self.at = self.m["start"]

    def page(self):
        if self.st["turn"] >= self.m["turn_limit"]:
            end = next(e for e in self.m["endings"] if holds(e["if"], self.st))
            self.visible = []
            return end["text"], []
        s = self.m["scenes"][self.at]
        lines = [fill(p, self.st) for p in s["text"]]
        if s["extra"] and holds(s["extra"]["if"], self.st):
            lines.append(s["extra"]["text"])
        self.visible = [c for c in s["choices"] if holds(c["if"], self.st)]
        return "\n".join(lines), [c["text"] for c in self.visible]

    def choose(self, i):
        c = self.visible[i]
        for e in c["do"]:
            self.st[e[1]] = e[2] if e[0] == "set" else self.st[e[1]] + e[2]
        self.st["turn"] += 1
        self.at = c["to"]

    def save(self):
        return json.dumps([self.at, self.st])

    def restore(self, s):
        self.at, self.st = json.loads(s)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("n", type=int)
    ap.add_argument("out")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--turns", type=int, default=200)
    ap.add_argument("--faults", action="store_true")
    ap.add_argument("--finite", action="store_true")
    a = ap.parse_args()
    m = make(a.n, a.seed, a.turns)
    if a.faults:
        m["faults"] = plant_faults(m)
    if a.finite:
        narrow(m)
    with open(a.out, "w") as f:
        json.dump(m, f)
