"""Made-up stories, each with what a writer may have made of it a moment later."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st

from game.engine import Machine
from game.story import load_sources
from tests.engine.worlds import models

Pair: TypeAlias = "tuple[dict[str, str], dict[str, str]]"
"""The files of a story, and of the same after an edit."""

KINDS = ["rename", "guard", "do", "drop", "undo", "roll", "guard", "roll", "free", "start", "bell", "text"]


@st.composite
def edits(draw: Any, migrations: bool = False) -> Pair:
    """A random story, and the same with a few small changes; with `migrations`, it says what most of them mean."""
    sources = draw(models()).sources()
    trees = {name: json.loads(text) for name, text in sources.items()}
    said: dict[str, dict[str, str]] = {}
    for _ in range(draw(st.integers(1, 3))):
        edit(draw, trees, said)
    if not migrations:
        return sources, {name: json.dumps(tree) for name, tree in trees.items()}
    gone = draw(st.sampled_from(["", "i0", "k0"]))
    known = {f"{id}.{c}" for t in trees.values() for kind in ("scenes", "rooms") for id, s in t.get(kind, {}).items()
             for c in s["choices"]}  # fmt: skip
    said = {k: {old: new for old, new in v.items() if k != "choices" or (old not in known and new in known)}
            for k, v in said.items() if draw(st.booleans())}  # fmt: skip
    if gone and draw(st.booleans()):
        said |= {"items": {"i0": "i9"}} if gone == "i0" else {"flags": {"c0/k0": "c0/k9"}}
    trees["story.yaml"]["migrations"] = said
    texts = {name: json.dumps(tree) for name, tree in trees.items()}
    if gone:
        keep = json.dumps(said)
        called = {
            name: text.replace(keep, "@").replace(gone, f"{gone[0]}9").replace("@", keep)
            for name, text in texts.items()
        }
        texts = called
    return sources, texts


def edit(draw: Any, trees: dict[str, Any], said: dict[str, dict[str, str]]) -> None:
    chapters = [trees[name] for name in sorted(trees) if name.startswith("c") and name[1:-5].isdigit()]
    scenes = [s for c in chapters for s in (*c["scenes"].values(), *c["rooms"].values())]
    scene = draw(st.sampled_from([*scenes[:1] * 3, *scenes]))
    named = {id: s for c in chapters for kind in ("scenes", "rooms") for id, s in c[kind].items()}
    here = next(id for id, s in named.items() if s is scene)
    choices = scene["choices"]
    id = draw(st.sampled_from(sorted(choices)))
    choice = choices[id]
    guards = [c["when"] for s in scenes for c in s["choices"].values() if "when" in c] or ["true"]
    rolls = [c["roll"] for s in scenes for c in s["choices"].values() if "roll" in c]
    match draw(st.sampled_from(KINDS)):
        case "text":
            scene["text"] = "Other words."
        case "rename":
            said.setdefault("choices", {})[f"{here}.{id}"] = f"{here}.renamed"
            scene["choices"] = {("renamed" if key == id else key): value for key, value in choices.items()}
        case "drop" if id != "on":
            del choices[id]
        case "guard":
            choice["when"] = draw(st.sampled_from(guards))
        case "free":
            choice.pop("when", None)
        case "do":
            choice["do"] = [*choice.get("do", []), {"set": {"b0": draw(st.booleans())}}]
        case "undo":
            choice.pop("do", None)
        case "roll" if rolls:
            roll = draw(st.sampled_from(rolls))
            first = next(iter(roll))
            if draw(st.booleans()):
                roll[first]["weight"] = draw(st.integers(1, 3))
            else:
                roll[f"{first}7"] = roll.pop(first)
        case "start":
            trees["story.yaml"]["flags"]["b0"] = draw(st.booleans())
        case "bell":
            for chapter in chapters:
                for bell in chapter["bells"].values():
                    bell.pop("do", None)


def machines(pair: Pair) -> tuple[Machine, Machine]:
    """The stories before and after an edit; an example of which one cannot be read is not one."""
    old, new = (load_sources(sources).story for sources in pair)
    if old is None or new is None:
        reject()
    return Machine(old), Machine(new)
