#!/usr/bin/env python3
"""Write one model JSON as native source for each peer:  emit.py MODEL.json OUTDIR [FORMAT ...]

OUTDIR gets story.ink, choicescript/scenes/*.txt, story.bard, story.yarn, story.twee,
renpy/game/script.rpy and story.yaml (a plain YAML form, for parser timings only).
"""

import json
import re
import sys
from pathlib import Path


def cond(c, *, var="{}", yes="{}", no="not {}", both=" and ", either=" or ", atom="{}"):
    """COND to an infix expression; the keywords say how the language spells things."""
    parts = []
    for a in c["atoms"]:
        v = var.format(a[0])
        parts.append(atom.format((yes if a[1] else no).format(v) if len(a) == 2 else f"{v} {a[1]} {a[2]}"))
    return (both if c["op"] == "and" else either).join(parts)


def plus(e, var="{}"):
    v = var.format(e[1])
    return f"{v} = {v} {'+-'[e[2] < 0]} {abs(e[2])}"


def sub(text, pattern):
    return re.sub(r"\{(n\d)\}", lambda m: pattern.format(m[1]), text)


def ink(m, out):
    def c(x):
        return cond(x, no="not {}", both=" && ", either=" || ")

    w = [f"VAR {f} = false" for f in m["flags"]]
    w += [f"VAR {k} = {v}" for k, v in m["ints"].items()] + ["VAR turn = 0", "-> s0"]
    for s in m["scenes"]:
        w += [f"=== s{s['id']} ===", f"{{turn >= {m['turn_limit']}: -> finale}}", *s["text"]]
        if s["extra"]:
            w.append(f"{{{c(s['extra']['if'])}: {s['extra']['text']}}}")
        for ch in s["choices"]:
            w.append("+ " + ("{{{}}} ".format(c(ch["if"])) if ch["if"] else "") + f"[{ch['text']}]")
            for e in ch["do"]:
                w.append(f"  ~ {e[1]} = {str(e[2]).lower()}" if e[0] == "set" else f"  ~ {plus(e)}")
            w += ["  ~ turn = turn + 1", f"  -> s{ch['to']}"]
    w.append("=== finale ===")
    w.append("{")
    for e in m["endings"]:
        w += [f"- {c(e['if']) if e['if'] else 'else'}:", f"  {e['text']}"]
    w += ["}", "-> END"]
    (out / "story.ink").write_text("\n".join(w) + "\n")


def choicescript(m, out):
    d = out / "choicescript" / "scenes"
    d.mkdir(parents=True, exist_ok=True)
    for old in d.glob("*.txt"):
        old.unlink()

    def c(x):
        return "(" + cond(x, no="not({})", atom="({})") + ")"

    size = m["chapter"]
    chapters = [m["scenes"][i : i + size] for i in range(0, len(m["scenes"]), size)]
    w = ["*title Bench", "*author Bench", "*scene_list", "  startup"]
    w += [f"  c{k}" for k in range(len(chapters))] + ["  finale"]
    w += [f"*create {f} false" for f in m["flags"]]
    w += [f"*create {k} {v}" for k, v in m["ints"].items()]
    w += ["*create turn 0", "*goto_scene c0 s0"]
    (d / "startup.txt").write_text("\n".join(w) + "\n")
    for k, scenes in enumerate(chapters):
        w = []
        for s in scenes:
            w += [f"*label s{s['id']}", f"*if turn >= {m['turn_limit']}", "  *goto_scene finale"]
            w.append("\n\n".join(sub(p, "${{{}}}") for p in s["text"]))
            if s["extra"]:
                w += ["", f"*if {c(s['extra']['if'])}", f"  {s['extra']['text']}"]
            w.append("*choice")
            for ch in s["choices"]:
                w.append("  " + (f"*if {c(ch['if'])} " if ch["if"] else "") + f"#{ch['text']}")
                for e in ch["do"]:
                    w.append(f"    *set {e[1]} {str(e[2]).lower()}" if e[0] == "set" else f"    *set {e[1]} {e[2]:+d}")
                w.append("    *set turn +1")
                w.append(
                    f"    *goto s{ch['to']}"
                    if ch["to"] // size in (k, 990000 // size)
                    else f"    *goto_scene c{ch['to'] // size} s{ch['to']}"
                )
        (d / f"c{k}.txt").write_text("\n".join(w) + "\n")
    w = []
    for e in m["endings"]:
        w += [f"*if {c(e['if'])}", f"  {e['text']}", "  *ending"] if e["if"] else [e["text"], "*ending"]
    (d / "finale.txt").write_text("\n".join(w) + "\n")


def bard(m, out):
    w = [":: Start"] + [f"~ {f} = False" for f in m["flags"]]
    w += [f"~ {k} = {v}" for k, v in m["ints"].items()] + ["~ turn = 0", "-> s0", ""]
    for s in m["scenes"]:
        w += [f":: s{s['id']}", f"@if turn >= {m['turn_limit']}:", "-> finale", "@endif", *s["text"]]
        if s["extra"]:
            w += [f"@if {cond(s['extra']['if'])}:", s["extra"]["text"], "@endif"]
        w.append("")
        w += [
            f"+ {'{{{}}} '.format(cond(ch['if'])) if ch['if'] else ''}[{ch['text']}] -> s{s['id']}_{j}"
            for j, ch in enumerate(s["choices"])
        ]
        w.append("")
        for j, ch in enumerate(s["choices"]):  # effects sit in a passage per choice
            w.append(f":: s{s['id']}_{j}")
            w += [f"~ {e[1]} = {e[2]}" if e[0] == "set" else f"~ {plus(e)}" for e in ch["do"]]
            w += ["~ turn = turn + 1", f"-> s{ch['to']}", ""]
    w.append(":: finale")
    for k, e in enumerate(m["endings"]):
        w += [("@else:" if not e["if"] else f"@{'el' if k else ''}if {cond(e['if'])}:"), e["text"]]
    (out / "story.bard").write_text("\n".join([*w, "@endif"]) + "\n")


def yarn(m, out):
    def c(x):
        return cond(x, var="${}", atom="({})")  # `not` binds loosely in bondage

    w = ["title: Start", "---"] + [f"<<declare ${f} = false>>" for f in m["flags"]]
    w += [f"<<declare ${k} = {v}>>" for k, v in m["ints"].items()]
    w += ["<<declare $turn = 0>>", "<<jump s0>>", "==="]
    for s in m["scenes"]:
        w += [
            f"title: s{s['id']}",
            "---",
            f"<<if $turn >= {m['turn_limit']}>>",
            "<<jump finale>>",
            "<<endif>>",
            *(sub(p, "{{${}}}") for p in s["text"]),
        ]
        if s["extra"]:
            w += [f"<<if {c(s['extra']['if'])}>>", s["extra"]["text"], "<<endif>>"]
        for ch in s["choices"]:
            w.append(f"-> {ch['text']}" + (f" <<if {c(ch['if'])}>>" if ch["if"] else ""))
            w += [
                f"    <<set ${e[1]} = {str(e[2]).lower()}>>" if e[0] == "set" else f"    <<set {plus(e, '${}')}>>"
                for e in ch["do"]
            ]
            w += ["    <<set $turn = $turn + 1>>", f"    <<jump s{ch['to']}>>"]
        w.append("===")
    w += ["title: finale", "---"]
    for k, e in enumerate(m["endings"]):
        w += [("<<else>>" if not e["if"] else f"<<{'else' if k else ''}if {c(e['if'])}>>"), e["text"]]
    (out / "story.yarn").write_text("\n".join([*w, "<<endif>>", "==="]) + "\n")


def twee(m, out):
    def c(x):
        return cond(x, var="${}")

    w = [
        ":: StoryTitle",
        "Bench",
        "",
        ":: StoryData",
        '{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "start": "s0"}',
        "",
        ":: StoryInit",
    ]
    w += [f"<<set ${k} to {str(v).lower()}>>" for k, v in {**m["flags"], **m["ints"]}.items()]
    for s in m["scenes"]:
        w += ["", f":: s{s['id']}", *(sub(p, "<<print ${}>>") for p in s["text"])]
        if s["extra"]:
            w.append(f"<<if {c(s['extra']['if'])}>>{s['extra']['text']}<</if>>")
        for ch in s["choices"]:
            sets = "".join(
                f"<<set ${e[1]} to {str(e[2]).lower()}>>" if e[0] == "set" else f"<<set {plus(e, '${}')}>>"
                for e in ch["do"]
            )
            link = f"<<link [[{ch['text']}|s{ch['to']}]]>>{sets}<<set $turn to $turn + 1>><</link>>"
            w.append(f"<<if {c(ch['if'])}>>{link}<</if>>" if ch["if"] else link)
    (out / "story.twee").write_text("\n".join(w) + "\n")


def renpy(m, out):
    d = out / "renpy" / "game"
    d.mkdir(parents=True, exist_ok=True)
    w = [f"default {k} = {v}" for k, v in {**m["flags"], **m["ints"], "turn": 0}.items()]
    w += ["label start:", "    jump s0"]
    for s in m["scenes"]:
        w += [f"label s{s['id']}:", f"    if turn >= {m['turn_limit']}:", "        jump finale"]
        w += [f'    "{sub(p, "[{}]")}"' for p in s["text"]]
        if s["extra"]:
            w += [f"    if {cond(s['extra']['if'])}:", f'        "{s["extra"]["text"]}"']
        w.append("    menu:")
        for ch in s["choices"]:
            w.append(f'        "{ch["text"]}"' + (f" if {cond(ch['if'])}" if ch["if"] else "") + ":")
            w += [
                f"            $ {e[1]} = {e[2]}" if e[0] == "set" else f"            $ {e[1]} += {e[2]}"
                for e in ch["do"]
            ]
            w += ["            $ turn += 1", f"            jump s{ch['to']}"]
    w.append("label finale:")
    for k, e in enumerate(m["endings"]):
        w += ["    else:" if not e["if"] else f"    {'el' if k else ''}if {cond(e['if'])}:", f'        "{e["text"]}"']
    (d / "script.rpy").write_text("\n".join([*w, "    return"]) + "\n")


def yaml(m, out):
    w = ["start: s0", f"turn_limit: {m['turn_limit']}", "vars:"]
    w += [f"  {k}: {str(v).lower()}" for k, v in {**m["flags"], **m["ints"]}.items()]
    w.append("scenes:")
    for s in m["scenes"]:
        w += [f"  s{s['id']}:", "    text: |", *("      " + p for p in s["text"])]
        if s["extra"]:
            w += ["    extra:", f"      if: {cond(s['extra']['if'])}", f"      text: {s['extra']['text']}"]
        w.append("    choices:")
        for ch in s["choices"]:
            w.append(f"      - text: {ch['text']}")
            if ch["if"]:
                w.append(f"        if: {cond(ch['if'])}")
            w += ["        do:"] + [
                f"          - {e[1]} = {str(e[2]).lower()}" if e[0] == "set" else f"          - {plus(e)}"
                for e in ch["do"]
            ]
            w.append(f"        goto: s{ch['to']}")
    w.append("endings:")
    for e in m["endings"]:
        w += [f"  - id: {e['id']}", f"    text: {e['text']}"]
        if e["if"]:
            w.append(f"    if: {cond(e['if'])}")
    (out / "story.yaml").write_text("\n".join(w) + "\n")


FORMATS = {f.__name__: f for f in (ink, choicescript, bard, yarn, twee, renpy, yaml)}

if __name__ == "__main__":
    model = json.loads(Path(sys.argv[1]).read_text())
    outdir = Path(sys.argv[2])
    outdir.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:] or FORMATS:
        FORMATS[name](model, outdir)
