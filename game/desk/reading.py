"""A story's texts as a writer counts and compares them: whole, with every branch, not as one play shows them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from game.story.model import Block, Branches, Choice, InlineIf, Para, Scene, Slot, Span, Story, Words
from game.story.prose import paragraphs


@lru_cache(maxsize=1 << 16)
def words(text: str) -> int:
    """How many words `text` has: what stands between spaces and holds a letter or a digit."""
    return sum(any(c.isalnum() for c in part) for part in text.split())


def first_words(blocks: Iterable[Block], most: int = 160) -> str:
    """How a text begins, in at most `most` characters, with the first branch of whatever branches."""
    out = ""
    for block in blocks:
        while isinstance(block, Branches):
            inner = next((b for _, b, _ in block.branches if b), ())
            if not inner:
                break
            block = inner[0]
        if isinstance(block, Para):
            out = f"{out} {plain(block.spans)}".strip()
        if len(out) > most:
            return shorten(out, most)
    return out


def shorten(text: str, most: int) -> str:
    """`text` in at most `most` characters, cut between words where that is near, with … for what is left out."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 0.6 else cut).rstrip(" ,.;:") + "…"


def plain(spans: Iterable[Span]) -> str:
    """A line without its styles: of an {% if %} the first branch, of a value its kind in brackets."""
    out = []
    for span in spans:
        match span:
            case Words(text, _):
                out.append(text)
            case Slot(kind, _, _):
                out.append("[name]" if kind == "player" else f"[{kind}]")
            case InlineIf(branches):
                out.append(plain(branches[0][1]))
    return " ".join("".join(out).split())


def counted(spans: Iterable[Span]) -> int:
    """The words of a line, those of every branch of it included."""
    return words(_every(spans))


def _every(spans: Iterable[Span]) -> str:
    out = []
    for span in spans:
        match span:
            case Words(text, _):
                out.append(text)
            case Slot():
                out.append("x")
            case InlineIf(branches):
                out.append(" ".join(_every(inner) for _, inner in branches))
    return "".join(out)


def counted_blocks(blocks: Iterable[Block]) -> int:
    """The words of a text, those of every branch included."""
    return sum(counted(p.spans) for p in paragraphs(blocks))


def choice_line(story: Story, choice: Choice) -> str:
    """A choice as one reads it in a list; a way without words is named after where it leads."""
    text = plain(choice.text)
    if not text and choice.kind == "exit":
        return f"Go to {story.places[choice.place].short}."
    return text


def scene_words(scene: Scene) -> int:
    """The words of a scene: its text and whatever its choices add to it, every branch, without the gentle version."""
    return counted_blocks(scene.text) + sum(counted_blocks(o.then) for c in scene.choices for o in c.outcomes)
