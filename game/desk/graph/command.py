"""`hyosan graph`: the story as a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from game.desk.arguments import add_folder, plays
from game.desk.graph import formats
from game.desk.graph.graphviz import DotFailed
from game.desk.graph.nodes import Graph, build
from game.desk.unwritten import unwritten
from game.story import load_story
from game.story.diagnostics import did_you_mean, printable, report
from game.story.model import Story
from game.story.shipped import shipped

FORMATS = ("svg", "html", "mermaid", "dot", "json")
ENDINGS = {
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".mmd": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".json": "json",
}
MOST_PLAYS = 100_000

EPILOG = """\
the picture is drawn the same on every machine. --layout dot asks Graphviz to place the scenes instead.

exit codes: 0 drawn; 1 the story or the file has a problem; 2 the command line was not understood
"""


def main(arguments: list[str]) -> int:
    """Draw a story to a file, or to standard output. Returns the exit code."""
    options = _parser().parse_args(arguments)
    loaded = load_story(options.dir or shipped())
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
        return 1
    if options.chapter and options.chapter not in loaded.story.chapters:
        return _fail(_unknown(loaded.story, options.chapter), 2)
    graph = build(loaded.story, options.coverage, options.chapter)
    if options.output is None and sys.stdout.isatty():
        # Nobody wants a picture's source poured over their screen.
        options.output = Path(f"{loaded.story.id or 'story'}.{_ending(options.format or 'html')}")
    to_file = options.output is not None and str(options.output) != "-"
    format = options.format or (ENDINGS.get(options.output.suffix.lower()) if to_file else None) or "svg"
    try:
        picture = render(graph, format, options.layout)
    except DotFailed as error:
        return _fail(f"{error}; leave --layout out to draw without it", 1)
    if not to_file:
        sys.stdout.write(picture)
        return 0
    try:
        options.output.write_text(picture, encoding="utf-8", newline="\n")
    except OSError as error:
        return _fail(unwritten(error, options.output), 1)
    print(f"written to {printable(str(options.output))}", file=sys.stderr)
    return 0


def _ending(format: str) -> str:
    return next(ending for ending, known in ENDINGS.items() if known == format).lstrip(".")


def render(graph: Graph, format: str, layout: str = "own") -> str:
    """The graph in a format of `FORMATS`. Raises `DotFailed` for the layout "dot" where Graphviz cannot do it."""
    if format == "json":
        return formats.as_json(graph)
    if format == "mermaid":
        return formats.mermaid(graph)
    if format == "dot":
        return formats.dot(graph)
    from game.desk.graph import graphviz
    from game.desk.graph import layout as own
    from game.desk.graph.html import html
    from game.desk.graph.page import compose
    from game.desk.graph.svg import svg

    drawing = compose(graph, graphviz.lay_out if layout == "dot" else own.lay_out)
    return html(drawing) if format == "html" else svg(drawing)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyosan graph",
        description="Draw a story: chapters, scenes, choices, endings, and how often each is come to.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write here; - for standard output")
    parser.add_argument("--format", choices=FORMATS, help="by the file's ending unless said; otherwise svg")
    parser.add_argument("--chapter", default="", metavar="ID", help="only this chapter")
    parser.add_argument(
        "--coverage",
        type=plays(MOST_PLAYS),
        default=0,
        metavar="N",
        help="colour by N random plays: what is come to how often",
    )
    parser.add_argument("--layout", choices=("own", "dot"), default="own", help="who places the scenes")
    return parser


def _unknown(story: Story, chapter: str) -> str:
    hint = did_you_mean(chapter, story.chapters)
    return f"there is no chapter '{printable(chapter)}'" + (f"; {hint}" if hint else "")


def _fail(message: str, code: int) -> int:
    print(f"hyosan graph: {message}", file=sys.stderr)
    return code
