"""Story text in `hyosan graph` is only ever text, in every format."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from game.desk.graph import graphviz
from game.desk.graph.boxes import Box, Wire
from game.desk.graph.command import render
from game.desk.graph.layout import lay_out
from game.desk.graph.nodes import build
from game.desk.graph.page import compose
from game.story import Story
from tests.desk.graph_stories import SVG, cards, picture, words
from tests.stories.building import story

NASTY = "</script><script>document.title='hacked'</script><img src=x onerror=alert(1)> ]]> \"'&amp; --> <!--"


def hostile() -> Story:
    """A story whose every word wants to be markup."""
    quoted = json.dumps(NASTY)
    text = f"{NASTY}\n\n@eve: {NASTY}\n"
    chapter = f"""
scenes:
  first:
    title: {quoted}
    place: yard
    cast: [eve]
    text: {json.dumps(text)}
    choices:
      go: {{text: {quoted}, when: seen.other, locked: {quoted}, goto: end}}
      on: {{text: {quoted}, then: {quoted}, goto: other}}
  other: {{text: {quoted}, choices: {{on: {{text: On., goto: end}}}}}}
"""
    return story(
        chapter,
        people=f"eve: {{name: {quoted}, short: {quoted}}}",
        places=f"yard: {{name: {quoted}, short: {quoted}, floor: 0, at: [0, 0]}}",
        endings=f"endings: {{end: {{title: {quoted}, hint: {quoted}, text: {quoted}}}}}",
    )


def test_svg_holds_no_markup_of_a_storys():
    root = picture(hostile(), plays=3)

    active = {f"{SVG}{name}" for name in ("script", "img", "image", "foreignObject", "a", "animate", "set")}
    assert not {e.tag for e in root.iter()} & active
    assert not [k for e in root.iter() for k in e.attrib if k.lower().startswith("on")]
    # Every reference stays within the picture.
    assert all(e.get("href", "#").startswith("#") for e in root.iter())
    assert any(w.startswith("</script><script>") for w in words(cards(root)["first"]))


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        if self.lasttag == "script" and data.strip():
            self.scripts.append(data)


def test_html_holds_no_markup_of_a_storys_and_lets_nothing_else_run():
    text = render(build(hostile(), plays=3), "html")
    page = Page(text)

    assert page.tags.count("script") == 2
    assert not {"img", "iframe", "link", "object", "base"} & set(page.tags)
    assert not [a for a in page.attributes if a.startswith("on") or a == "src"]
    data = json.loads(page.scripts[0])
    assert data["scenes"]["first"]["title"] == hostile().scenes["first"].title
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    # One file that asks for nothing: no address but the name of SVG's own language.
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_mermaid_and_dot_keep_a_storys_words_in_quotes():
    graph = build(hostile())

    for label in re.findall(r'"([^"]*)"', render(graph, "mermaid")):
        assert not set(label.replace("<br/>", "")) & set("<>[]{}|`;") - set(";")
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", render(graph, "dot"))
    assert "script" not in outside
    assert "onerror" not in outside


def test_graphviz_is_told_no_word_of_the_story():
    seen = []

    def layout(boxes: list[Box], wires: list[Wire]) -> tuple[float, float]:
        seen.append(graphviz.source(boxes, wires))
        return lay_out(boxes, wires)

    compose(build(hostile()), layout)
    assert seen
    assert not re.search(r"script|onerror|first|eve", seen[0])


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no browser on this machine")
def test_in_a_browser_a_scene_opens_and_its_text_does_not_run(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(render(build(hostile()), "html"), encoding="utf-8")

    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"{page.as_uri()}#first"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    if "<html" not in done.stdout:
        pytest.skip("the browser does not run here")
    panel = done.stdout.partition('id="panel"')[2].partition("</aside>")[0]
    assert "Who leads here" in panel
    assert "&lt;img src=x onerror=alert(1)&gt;" in panel
    assert "<title>hacked" not in done.stdout
