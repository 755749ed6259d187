"""The picture as one HTML file, to be read without a network: look around, search, open a scene and read it.

The story's words are in it twice: in the picture, escaped, and as data that the script only ever shows as text. The
page's own policy lets nothing else run or load, whatever a story says.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from game.desk.asking import Asking
from game.desk.graph.cards import Drawing
from game.desk.graph.legend import legend
from game.desk.graph.markup import escape, number, tag
from game.desk.graph.nodes import Graph, Row, Signal
from game.desk.graph.svg import body, defs, style, summary, title
from game.desk.reading import Source, choice_line, plain
from game.story.conditions import TRUE, Cond
from game.story.model import Block, Choice, InlineIf, Outcome, Para, Scene, Slot, Span, Story, Words
from game.story.prose import paragraphs

KEY = 620.0
"""How wide the legend is."""


def html(drawing: Drawing) -> str:
    """The whole page."""
    here = Path(__file__)
    css = style() + here.with_name("page.css").read_text(encoding="utf-8")
    script = here.with_name("page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(css)}; base-uri 'none'; form-action 'none'"
    )
    graph = drawing.graph
    head = "".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title(graph))}</title>",
            f"<style>{css}</style>",
        )
    )
    page = f'{_header(graph)}<main>{_stage(drawing)}<aside class="panel" id="panel" hidden></aside>{_key(graph)}</main>'
    data = f'<script type="application/json" id="story">{_json(_data(graph))}</script>'
    language = escape(graph.story.language or "en")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>{head}</head>\n'
        f'<body class="hyosan">{page}\n{data}\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _json(data: object) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


# --- the page -------------------------------------------------------------------------------------


def _header(graph: Graph) -> str:
    buttons = (("-", "−", "Smaller"), ("+", "+", "Larger"), ("0", "Fit", "All of it"), ("?", "Legend", "What it means"))
    shown = "".join(
        f'<button type="button" data-do="{key}" title="{label} ({key})">{sign}</button>' for key, sign, label in buttons
    )
    finder = (
        '<div class="finder"><input id="field" type="search" placeholder="Find an id or a word ( / )" '
        'aria-label="Find a scene" autocomplete="off" spellcheck="false">'
        '<ul class="results" id="results" role="listbox"></ul></div>'
    )
    name = f'<h1>{escape(title(graph))}</h1><span class="about">{escape(summary(graph))}</span>'
    return f"<header>{name}{finder}{shown}</header>"


def _stage(drawing: Drawing) -> str:
    world = tag("g", body(drawing), id="world")
    size: dict[str, str | float] = {"data_width": drawing.width, "data_height": drawing.height}
    return tag("svg", defs() + world, id="stage", role="application", aria_label="The story as a picture", **size)


def _key(graph: Graph) -> str:
    signs, high = legend(graph, KEY)
    inner = tag("svg", signs, width=KEY, height=high, viewBox=f"0 0 {number(KEY)} {number(high)}")
    return f'<div class="key" id="key" hidden>{inner}</div>'


# --- the data -------------------------------------------------------------------------------------


def _data(graph: Graph) -> dict[str, Any]:
    reader = _Reader(graph.story)
    scenes = {}
    for scene in graph.story.scenes.values():
        node = graph.nodes[scene.id]
        if graph.only in ("", scene.chapter):
            scenes[scene.id] = {
                "title": node.title,
                "kind": node.kind,
                "chapter": graph.story.chapters[scene.chapter].title if scene.chapter else "",
                "place": node.place,
                "time": node.time,
                "words": node.words,
                "count": node.count,
                "reached": node.reached,
                "start": node.start,
                "hint": scene.hint,
                "cast": [graph.story.people[p].short for p in scene.cast],
                "text": reader.blocks(scene.text, scene.chapter),
                "gentle": None if scene.gentle is None else reader.blocks(scene.gentle, scene.chapter),
                "summary": None if scene.summary is None else reader.blocks(scene.summary, scene.chapter),
                "choices": [reader.choice(scene, choice, node.rows) for choice in scene.choices],
                "search": _words(scene),
            }
    return {"plays": graph.heat.plays, "scenes": scenes, "signals": [_signal(s) for s in graph.signals]}


def _signal(signal: Signal) -> dict[str, object]:
    target = signal.link.target if signal.link else ""
    return {"kind": signal.kind, "id": signal.id, "when": signal.when, "asks": signal.asks, "target": target}


def _words(scene: Scene) -> str:
    texts = [scene.text, *(o.then for c in scene.choices for o in c.outcomes)]
    said = [plain(p.spans) for blocks in texts for p in paragraphs(blocks)]
    return " ".join([*said, *(f"{c.id} {plain(c.text)}" for c in scene.choices)])


class _Reader:
    """Texts as data: a paragraph is {who, p: spans}, a choice of texts {if: [[condition, texts], …]}."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.asking = Asking(story)
        self.source = Source(story)

    def blocks(self, blocks: Iterable[Block], chapter: str) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        for block in blocks:
            if isinstance(block, Para):
                who = self.story.people[block.speaker].short if block.speaker else ""
                out.append({"who": who, "p": self.spans(block.spans, chapter)})
            else:
                parts = [
                    [self.asked(cond, i, chapter), self.blocks(b, chapter)]
                    for i, (cond, b, _) in enumerate(block.branches)
                ]
                out.append({"if": parts})
        return out

    def asked(self, cond: Cond, i: int, chapter: str) -> str:
        if i and cond == TRUE:
            return "otherwise"
        return f"{'otherwise ' if i else ''}if {self.asking(cond, chapter)}"

    def spans(self, spans: Iterable[Span], chapter: str) -> list[Any]:
        out: list[Any] = []
        for span in spans:
            match span:
                case Words(text, style):
                    out.append([text, style])
                case Slot():
                    out.append([self.source.line((Slot(span.kind, span.var),), chapter), "slot"])
                case InlineIf(branches):
                    parts = [
                        [self.asked(cond, i, chapter), self.spans(s, chapter)] for i, (cond, s) in enumerate(branches)
                    ]
                    out.append({"if": parts})
        return out

    def choice(self, scene: Scene, choice: Choice, rows: tuple[Row, ...]) -> dict[str, Any]:
        own = [row for row in rows if row.choice == choice.id]
        return {
            "id": choice.id,
            "kind": own[0].kind,
            "text": choice_line(self.story, choice),
            "asks": own[0].asks,
            "reason": own[0].reason,
            "once": own[0].once,
            "count": own[0].count,
            "outcomes": [self.outcome(scene, outcome, own) for outcome in choice.outcomes],
        }

    def outcome(self, scene: Scene, outcome: Outcome, rows: list[Row]) -> dict[str, Any]:
        row = next(r for r in rows if r.outcome == outcome.id)
        return {
            "id": outcome.id,
            "odds": row.odds,
            "then": self.blocks(outcome.then, scene.chapter),
            "gentle": None if outcome.gentle is None else self.blocks(outcome.gentle, scene.chapter),
            "links": [{"target": link.target, "asks": link.asks} for link in row.links],
        }
