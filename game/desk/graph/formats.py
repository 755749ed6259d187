"""The graph for other programs: Mermaid, Graphviz DOT and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from game.desk.graph.nodes import Graph, Link, Node, Row, Signal
from game.desk.reading import shorten
from game.desk.wander import HOW

LABEL = 40
"""Characters of a choice that stand at its line."""

FILLS = ("#ffffff", "#fff3cf", "#fee2a0", "#fdc870", "#f8a556", "#ee8244")
COLOURS = {
    "choice": "#6f747d",
    "roll": "#7b4db5",
    "exit": "#3a79b8",
    "offer": "#23815a",
    "bell": "#c2452d",
    "rule": "#a8327c",
}
SHAPES = {"scene": ("[", "]"), "room": ("[[", "]]"), "ending": ("([", "])")}


def _nodes(graph: Graph) -> list[Node]:
    """The nodes to draw: with one chapter alone, also what its ways lead to."""
    if not graph.only:
        return list(graph.nodes.values())
    own = {n.id for n in graph.of(graph.only)}
    own |= {link.target for source, _, link in graph.ways() if source in own}
    own |= {s.link.target for s in _signals(graph) if s.link is not None}
    return [n for n in graph.nodes.values() if n.id in own]


def _ways(graph: Graph) -> Iterator[tuple[str, Row, Link]]:
    for source, row, link in graph.ways():
        if graph.only in ("", graph.nodes[source].chapter):
            yield source, row, link


def _signals(graph: Graph) -> list[Signal]:
    return [s for s in graph.signals if graph.only in ("", s.chapter)]


def _label(node: Node, row: Row, link: Link) -> str:
    """What stands at a line: the choice; of a roll, the odds and the outcome; of a branch, what it asks."""
    words = row.text or row.choice
    if row.outcome:
        words = f"{next(r.text for r in node.rows if r.choice == row.choice)} ({row.odds} {row.outcome})"
    words = shorten(words, LABEL)
    return f"{words} [{shorten(link.asks, LABEL)}]" if link.asks else words


def _heat(graph: Graph, count: int) -> str:
    return f" {count}/{graph.heat.plays}" if graph.heat.plays else ""


def _heading(graph: Graph) -> list[str]:
    lines = [f"{graph.story.id} {graph.story.version}: the story as a graph"]
    if graph.heat.plays:
        lines.append(f"n/{graph.heat.plays}: in how many of {graph.heat.plays} random plays; {HOW}")
    return lines


# --- Mermaid --------------------------------------------------------------------------------------


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart. Story text stands in quotes, its signs as numbered entities, so that none is syntax."""
    out = ["flowchart LR", *(f"  %% {_mermaid(line)}" for line in _heading(graph))]
    nodes = _nodes(graph)
    for chapter in graph.story.chapters.values():
        own = [n for n in nodes if n.chapter == chapter.id]
        if own:
            out.append(f'  subgraph ch_{chapter.id}["{_mermaid(chapter.title)}"]')
            out += [f"    {_mermaid_node(graph, n)}" for n in own]
            out.append("  end")
    out += [f"  {_mermaid_node(graph, n)}" for n in nodes if not n.chapter]
    styles: list[str] = []
    for source, row, link in _ways(graph):
        arrow = "-.->" if row.asks or link.asks else "==>" if link.kind == "roll" else "-->"
        words = _label(graph.nodes[source], row, link) + _heat(graph, link.count)
        out.append(f'  s_{source} {arrow}|"{_mermaid(words)}"| s_{link.target}')
        styles.append(link.kind)
    for signal in _signals(graph):
        if signal.link is not None:
            words = " ".join(w for w in (signal.when, signal.id, f"if {signal.asks}" if signal.asks else "") if w)
            name = f"{signal.kind}_{signal.chapter}_{signal.id}"
            out.append(f'  {name}(("{_mermaid(words + _heat(graph, signal.count))}"))')
            out.append(f"  {name} -.-> s_{signal.link.target}")
            styles.append(signal.kind)
    for kind, colour in COLOURS.items():
        drawn = ",".join(str(i) for i, style in enumerate(styles) if style == kind)
        if drawn:
            out.append(f"  linkStyle {drawn} stroke:{colour}")
    out.append("  classDef room fill:#e3edf8,stroke:#6a92bf,color:#23262c")
    out.append("  classDef ending fill:#f8e6cb,stroke:#bf8a3a,color:#23262c")
    out.append("  classDef lost fill:#f7dedb,stroke:#b3261e,stroke-dasharray:5 4,color:#23262c")
    return "\n".join(out) + "\n"


def _mermaid_node(graph: Graph, node: Node) -> str:
    start, end = SHAPES[node.kind]
    name = _mermaid(node.title or node.id)
    kind = "lost" if not node.reached else node.kind
    style = f":::{kind}" if kind != "scene" else ""
    return f's_{node.id}{start}"{name}<br/>{node.words} words{_heat(graph, node.count)}"{end}{style}'


def _mermaid(text: str) -> str:
    plain = " .,:!?'()/-–—’“”…=_"
    return "".join(c if c.isalnum() or c in plain else f"#{ord(c)};" for c in text)


# --- DOT ------------------------------------------------------------------------------------------


def dot(graph: Graph) -> str:
    """A Graphviz digraph, chapters as clusters."""
    out = ["digraph story {", *(f"  // {_dot(line)}" for line in _heading(graph))]
    out += ['  rankdir="LR"; compound="true";', '  node [shape="box" style="rounded,filled" fillcolor="#ffffff"];']
    nodes = _nodes(graph)
    for chapter in graph.story.chapters.values():
        own = [n for n in nodes if n.chapter == chapter.id]
        if own:
            out.append(f'  subgraph "cluster_{chapter.id}" {{ label="{_dot(chapter.title)}";')
            out += [f"    {_dot_node(graph, n)}" for n in own]
            out.append("  }")
    out += [f"  {_dot_node(graph, n)}" for n in nodes if not n.chapter]
    for source, row, link in _ways(graph):
        words = _label(graph.nodes[source], row, link) + _heat(graph, link.count)
        style = "dotted" if link.kind == "exit" else "dashed" if row.asks or link.asks else "solid"
        ink = f'color="{COLOURS[link.kind]}" style="{style}"'
        out.append(f'  "{source}" -> "{link.target}" [label="{_dot(words)}" {ink}];')
    for signal in _signals(graph):
        if signal.link is not None:
            name = f"{signal.kind}:{signal.chapter}/{signal.id}"
            words = " ".join(w for w in (signal.when, signal.id, f"if {signal.asks}" if signal.asks else "") if w)
            out.append(f'  "{name}" [shape="ellipse" label="{_dot(words + _heat(graph, signal.count))}"];')
            out.append(f'  "{name}" -> "{signal.link.target}" [style="dashed" color="{COLOURS[signal.kind]}"];')
    return "\n".join([*out, "}"]) + "\n"


def _dot_node(graph: Graph, node: Node) -> str:
    look = {"scene": "", "room": ' shape="box3d"', "ending": ' shape="octagon" fillcolor="#f8e6cb"'}[node.kind]
    if graph.heat.plays:
        part = node.count / graph.heat.plays
        look += f' fillcolor="{FILLS[(part > 0) + sum(part > e for e in (0.05, 0.2, 0.5, 0.8))]}"'
    if not node.reached:
        look += ' color="#b3261e" style="rounded,filled,dashed"'
    label = f"{_dot(node.title or node.id)}\\n{node.words} words{_heat(graph, node.count)}"
    return f'"{node.id}" [label="{label}" tooltip="{_dot(node.opening)}"{look}];'


def _dot(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


# --- JSON -----------------------------------------------------------------------------------------


def as_json(graph: Graph) -> str:
    """Everything the picture is drawn from. `count` is in how many of `coverage.plays` random plays, null without."""
    heat = graph.heat

    def count(number: int) -> int | None:
        return number if heat.plays else None

    nodes = [
        {
            "id": n.id,
            "kind": n.kind,
            "chapter": n.chapter or None,
            "title": n.title or None,
            "place": n.place or None,
            "time": n.time or None,
            "words": n.words,
            "opening": n.opening,
            "start": n.start,
            "reached": n.reached,
            "count": count(n.count),
        }
        for n in _nodes(graph)
    ]
    links: list[dict[str, Any]] = [
        {
            "from": source,
            "to": link.target,
            "kind": link.kind,
            "choice": row.choice,
            "outcome": row.outcome or None,
            "text": row.text,
            "odds": row.odds or None,
            "when": row.asks or None,
            "branch": link.asks or None,
            "locked": row.reason or None,
            "once": row.once,
            "dead": link.dead,
            "count": count(link.count),
        }
        for source, row, link in _ways(graph)
    ]
    signals = [
        {
            "id": s.id,
            "kind": s.kind,
            "chapter": s.chapter or None,
            "at": s.when or None,
            "when": s.asks or None,
            "to": s.link.target if s.link else None,
            "count": count(s.count),
        }
        for s in _signals(graph)
    ]
    story = graph.story
    chapters = [{"id": c.id, "title": c.title, "start": list(c.start)} for c in graph.chapters()]
    data = {
        "story": {"id": story.id, "title": story.title, "version": story.version, "start": story.start},
        "coverage": {"plays": heat.plays, "ended": heat.ended, "seed": 0, "how": HOW} if heat.plays else None,
        "chapters": chapters,
        "nodes": nodes,
        "links": links,
        "bells_and_rules": signals,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
