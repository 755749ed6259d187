"""A transcript holds every word of the run, in each format, and nothing of them is read as anything but words."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from game.engine import Piece
from game.present import Line
from game.present.export import FORMATS, Document, as_html, as_markdown, document, one_line, written
from game.present.view import Ended
from tests.again import LONG, run

TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "b", "em", "strong", "blockquote"} | {
    *("hr", "dl", "dt", "dd")
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class"}


class Seen(HTMLParser):
    """The tags and attributes of a page, and its text without the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.odd: list[str] = []
        self.style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.style = tag == "style"

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if not self.style:
            self.texts.append(data)

    def handle_comment(self, data):
        self.odd.append(data)

    def handle_pi(self, data):
        self.odd.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


ODD = st.lists(
    st.sampled_from(
        [
            *(
                "<script>alert(1)</script>",
                "</style>",
                "<!--",
                "]]>",
                "&amp;",
                "&lt;",
                '" onload="x',
                "'",
                "javascript:",
            ),
            *("[a](javascript:b)", "![i](x)", "*em*", "__b__", "`code`", "# ", "1. ", "- ", "+ ", "> ", "```", "~~~"),
            *(
                "---",
                "===",
                "| a | b |",
                "<b>",
                "http://a.b",
                "\\",
                "\n\n",
                "    ",
                "\t",
                "\x1b]0;x\x07",
                "a",
                "word",
                "Ã",
            ),
        ]
    )
    | st.text(max_size=6),
    min_size=1,
    max_size=6,
).map("".join)
LINES = st.builds(
    lambda kind, pieces, speaker: Line(
        kind,
        tuple(Piece(t, s if kind in ("text", "speech") else "") for t, s in pieces),
        speaker if kind == "speech" else "",
    ),
    st.sampled_from(["text", "speech", "chosen", "changes", "heading", "ending"]),
    st.lists(st.tuples(ODD, st.sampled_from(["", "em", "strong"])), min_size=1, max_size=3),
    ODD,
)
DOCUMENTS = st.builds(
    lambda title, notice, lines, name, fate, words: Document(
        title, "en", (notice,), "Played.", tuple(lines), "Who they were", (Ended(name, fate, "then", tuple(words)),)
    ),
    *(ODD, ODD, st.lists(LINES, max_size=4), ODD, ODD, st.lists(LINES, max_size=1)),
)


def said(doc: Document) -> list[str]:
    """Every stretch of words in a document that is not empty."""
    lines = [*doc.lines, *(line for person in doc.roll for line in person.words)]
    texts = [doc.title, *doc.notice, *(piece.text for line in lines for piece in line.pieces)]
    texts += [t for person in doc.roll for t in (person.name, person.fate)] + [line.speaker for line in lines]
    return [words for text in texts if (words := one_line(text))]


@given(DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_html_escapes_everything(doc):
    page = as_html(doc)
    seen = Seen(page)
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert seen.odd == []
    assert page.count("<style>") == 1
    for words in said(doc):
        assert words in seen.text
    assert not any(ord(c) < 32 and c != "\n" for c in page)


@given(DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_markdown_escapes_everything(doc):
    seen = Seen(MarkdownIt("commonmark").enable("table").render(as_markdown(doc)))
    assert seen.tags <= {"h1", "h2", "p", "em", "strong", "blockquote", "hr"}
    assert seen.attributes == set()
    # Emphasis that touches a word stays a star in CommonMark; no word of the story is changed by it.
    text = seen.text.replace("*", "")
    for words in said(doc):
        assert words.replace("*", "") in text


@given(DOCUMENTS)
@settings(max_examples=30, deadline=None)
def test_plain_text_has_all_words_and_no_control_character(doc):
    text = FORMATS["txt"](doc)
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    for person in doc.roll:
        assert one_line(person.name) in text
    for line in doc.lines:
        assert one_line(line.text) in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_run_is_told_from_its_title_to_the_roll(suffix):
    text = written(run("stay", "lose", "out"), suffix).replace("\\", "")
    where = [
        text.index(words)
        for words in (
            "Again",
            "Made by nobody.",
            LONG[:30],
            "Stay.",
            "He is not there",
            "By the Gate",
            "Air.",
            "became",
        )
    ]
    assert where == sorted(where)
    assert "Lee Cheong-san" in text[where[-1] :]
    assert "Mi-jin" not in text
    assert "the run is over" in text


def test_a_run_that_goes_on_is_told_up_to_where_it_stands():
    made = run("stay", "go", "out").go_to(1)
    doc = document(made)
    assert doc.rolled == "Who they are, so far"
    assert "It is noon." not in written(made, "txt")
