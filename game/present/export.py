"""A run as a document to keep: plain text, Markdown, or one HTML file without scripts.

Words are put together once, as `Document`; each format only writes them down, with everything in them escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from game.engine import Piece, Run
from game.language import N_, _, n_
from game.present.view import Ended, Line, ending_roll, transcript
from game.story.clean import clean


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript. `lines` are the run's, up to the turn it stands at; `roll` is everybody met."""

    title: str
    language: str
    notice: tuple[str, ...]
    about: str
    """Who played, and how far."""
    lines: tuple[Line, ...]
    rolled: str
    """What the roll is called."""
    roll: tuple[Ended, ...]


def document(run: Run) -> Document:
    """The transcript of a run up to where it stands."""
    story = run.machine.story
    lines = [line for turn in range(run.turn + 1) for line in transcript(run, turn)]
    over = _("the run is over") if run.over else _("the run goes on")
    return Document(
        story.title,
        story.language,
        tuple(" ".join(part.split()) for part in story.notice.split("\n\n") if part.strip()),
        _(
            "Played by {player}, {turns}; {over}.",
            player=run.player,
            turns=n_("{n} turn", "{n} turns", run.turn),
            over=over,
        ),
        tuple(lines),
        _("Who they were, and what became of them") if run.over else _("Who they are, so far"),
        ending_roll(run),
    )


def written(run: Run, suffix: str) -> str:
    """The transcript of a run in one of `FORMATS`."""
    return FORMATS[suffix](document(run))


def one_line(text: str) -> str:
    """`text` as a single line that holds nothing a terminal acts on."""
    return " ".join(clean(text).split())


def roll_line(person: Ended) -> str:
    """What became of somebody, in one line."""
    decided = f" ({person.decided})" if person.decided else ""
    return one_line(f"{person.fate}{decided}")


# --- plain text -----------------------------------------------------------------------------------


def as_text(doc: Document) -> str:
    """Paragraphs with an empty line between them; a choice that was made begins with `>`."""
    out = [one_line(doc.title), *map(one_line, doc.notice), one_line(doc.about), "* * *"]
    out.extend(_text_line(line) for line in doc.lines)
    if doc.roll:
        out += ["* * *", doc.rolled]
    for person in doc.roll:
        out.append(f"{one_line(person.name)}: {roll_line(person)}")
        out.extend(_text_line(line) for line in person.words)
    return "\n\n".join(out) + "\n"


def _text_line(line: Line) -> str:
    text = one_line(line.text)
    match line.kind:
        case "chosen":
            return f"> {text}"
        case "changes":
            return f"({text})"
        case "heading":
            return f"-- {text} --"
        case "ending":
            return f"=== {text} ==="
        case "speech":
            return f"{one_line(line.speaker)}: {text}"
    return text


# --- Markdown -------------------------------------------------------------------------------------

# Every punctuation character that can mean something may stand behind a backslash (CommonMark, section 2.4).
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def _md(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _md_line(line: Line) -> str:
    if line.kind in ("heading", "ending"):
        return f"{'##' if line.kind == 'heading' else '#'} {_md(line.text)}"
    if line.kind == "chosen":
        return f"> **{_md(line.text)}**"
    if line.kind == "changes":
        return f"*{_md(line.text)}*"
    text = _styled(line.pieces, _md, {"em": ("*", "*"), "strong": ("**", "**")})
    return f"**{_md(line.speaker)}:** {text}" if line.speaker else text


def as_markdown(doc: Document) -> str:
    """CommonMark: headings for chapters and places, quotes for choices."""
    out = [f"# {_md(doc.title)}", *(f"*{_md(part)}*" for part in doc.notice), _md(doc.about), "---"]
    out.extend(_md_line(line) for line in doc.lines)
    if doc.roll:
        out += ["---", f"## {_md(doc.rolled)}"]
    for person in doc.roll:
        out.append(f"**{_md(person.name)}:** {_md(roll_line(person))}")
        out.extend(_md_line(line) for line in person.words)
    return "\n\n".join(part for part in out if part.strip("*# >")) + "\n"


# --- HTML -----------------------------------------------------------------------------------------

_STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 34em; margin: 3em auto; padding: 0 1em; font: 1.1em/1.55 Georgia, serif; }
h1, h2, h3, dt { font-weight: normal; } h3 { font-size: 1em; letter-spacing: .04em; margin-top: 2em; }
blockquote { margin: 1.6em 0; padding-left: 1em; border-left: 3px solid; font-style: italic; }
.quiet { opacity: .8; font-size: .9em; } dt { margin-top: .8em; font-weight: bold; }
"""


def _html(text: str) -> str:
    return html.escape(one_line(text))


def _html_line(line: Line) -> str:
    text = _styled(line.pieces, _html, {"em": ("<em>", "</em>"), "strong": ("<strong>", "</strong>")})
    match line.kind:
        case "chosen":
            return f"<blockquote>{text}</blockquote>"
        case "changes":
            return f'<p class="quiet">{text}</p>'
        case "heading":
            return f"<h3>{text}</h3>"
        case "ending":
            return f"<h2>{text}</h2>"
        case "speech":
            return f"<p><b>{_html(line.speaker)}:</b> {text}</p>"
    return f"<p>{text}</p>"


def as_html(doc: Document) -> str:
    """One file: no scripts, nothing fetched, and a policy that says so to the browser."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    out = [
        "<!DOCTYPE html>",
        f'<html lang="{_html(doc.language) or "en"}">',
        '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{_html(doc.title)}</title>",
        f"<style>\n{_STYLE}</style></head>",
        "<body>",
        f"<h1>{_html(doc.title)}</h1>",
        *(f'<p class="quiet">{_html(part)}</p>' for part in doc.notice),
        f'<p class="quiet">{_html(doc.about)}</p>',
        "<hr>",
        *map(_html_line, doc.lines),
    ]
    if doc.roll:
        out += ["<hr>", f"<h2>{_html(doc.rolled)}</h2>", "<dl>"]
        for person in doc.roll:
            out.append(f"<dt>{_html(person.name)}</dt><dd>{_html(roll_line(person))}")
            out.extend(_html_line(line) for line in person.words)
            out.append("</dd>")
        out.append("</dl>")
    out.append("</body></html>")
    return "\n".join(out) + "\n"


def _styled(pieces: Iterable[Piece], escape: Callable[[str], str], marks: Mapping[str, tuple[str, str]]) -> str:
    """Pieces of story text with the writer's emphasis; the spaces at a piece's ends stay outside of it."""
    out = []
    for piece in pieces:
        before, after = marks.get(piece.style, ("", ""))
        bare = escape(piece.text)
        lead = " " if piece.text[:1].isspace() else ""
        tail = " " if piece.text[-1:].isspace() and piece.text.strip() else ""
        out.append(f"{lead}{before}{bare}{after}{tail}" if bare else lead)
    return "".join(out).strip()


FORMATS: Mapping[str, Callable[[Document], str]] = {"txt": as_text, "md": as_markdown, "html": as_html}
"""The formats by the ending of the file's name."""

FORMAT_NAMES: Mapping[str, str] = {
    "txt": N_("Plain text"),
    "md": "Markdown",
    "html": N_("A web page in one file"),
}
