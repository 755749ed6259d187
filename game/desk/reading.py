"""A story's texts as a writer counts and compares them: whole, with every branch, not as one play shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from game.desk.asking import Asking
from game.story.conditions import TRUE
from game.story.model import Block, Branches, Choice, InlineIf, Para, Scene, Slot, Span, Story, Words
from game.story.prose import paragraphs

STARS = {"": "", "em": "*", "strong": "**"}


@lru_cache(maxsize=1 << 14)
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


class Source:
    """Texts in the notation they were written in: `*stars*`, `{{ values }}`, `{% if … %}`."""

    def __init__(self, story: Story, renamed: Mapping[str, str] | None = None) -> None:
        """`renamed` gives scenes the names by which conditions call them from now on."""
        self.story = story
        self.asking = Asking(story, renamed)

    def line(self, spans: Iterable[Span], chapter: str = "") -> str:
        out = []
        for span in spans:
            match span:
                case Words(text, style):
                    out.append(f"{STARS[style]}{text}{STARS[style]}")
                case Slot(kind, var, style):
                    out.append(f"{STARS[style]}{{{{ {self._slot(kind, var, chapter)} }}}}{STARS[style]}")
                case InlineIf(branches):
                    out.append(self._inline(branches, chapter))
        return " ".join("".join(out).split())

    def _inline(self, branches: Iterable[tuple[object, tuple[Span, ...]]], chapter: str) -> str:
        out, tag = "", "if"
        for cond, inner in branches:
            asked = "else" if cond == TRUE and tag == "elif" else f"{tag} {self.asking(cond, chapter)}"  # type: ignore[arg-type]
            out += f"{{% {asked} %}}{self.line(inner, chapter)}"
            tag = "elif"
        return f"{out}{{% endif %}}"

    def _slot(self, kind: str, var: int, chapter: str) -> str:
        if kind in ("player", "time"):
            return kind
        name = self.story.variables[var].name.removeprefix(f"{chapter}/")
        return f"{name}.word" if kind == "word" else name


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the story and whose it is.

    `kind` is text, then, bell, rule, epilogue, summary, gentle (of a scene or an outcome), gentle bell or gentle rule;
    `owner` the scene's, bell's or rule's id, or `person.fate`; `choice` and `outcome` the ids of what it follows, or
    ""; `chapter` where it counts, "" for what belongs to none.
    """

    kind: str
    chapter: str
    owner: str
    choice: str
    outcome: str
    blocks: tuple[Block, ...]

    @property
    def besides(self) -> bool:
        """Whether it is read in place of another text: it counts for nothing where words of the story are counted."""
        return self.kind == "summary" or self.kind.startswith("gentle")


def texts(story: Story) -> Iterator[Text]:
    """Every text of paragraphs in a story, in the order written."""
    for scene in story.scenes.values():
        yield Text("text", scene.chapter, scene.id, "", "", scene.text)
        if scene.gentle is not None:
            yield Text("gentle", scene.chapter, scene.id, "", "", scene.gentle)
        if scene.summary is not None:
            yield Text("summary", scene.chapter, scene.id, "", "", scene.summary)
        for choice in scene.choices:
            for outcome in choice.outcomes:
                if outcome.then:
                    yield Text("then", scene.chapter, scene.id, choice.id, outcome.id, outcome.then)
                if outcome.gentle is not None:
                    yield Text("gentle", scene.chapter, scene.id, choice.id, outcome.id, outcome.gentle)
    for chapter in story.chapters.values():
        for bell in chapter.bells:
            if bell.then:
                yield Text("bell", chapter.id, bell.id, "", "", bell.then)
            if bell.gentle is not None:
                yield Text("gentle bell", chapter.id, bell.id, "", "", bell.gentle)
    for rule in story.rules:
        if rule.then:
            yield Text("rule", "", rule.id, "", "", rule.then)
        if rule.gentle is not None:
            yield Text("gentle rule", "", rule.id, "", "", rule.gentle)
    for person in story.people.values():
        for fate, blocks in person.epilogue.items():
            yield Text("epilogue", "", f"{person.id}.{fate}", "", "", blocks)


def each_paragraph(story: Story) -> Iterator[tuple[Text, Para]]:
    """Every paragraph once, with the text it stands in: a passage that several scenes include is written once."""
    known: set[str] = set()
    for text in texts(story):
        for para in paragraphs(text.blocks):
            if para.id not in known:
                known.add(para.id)
                yield text, para


def choice_line(story: Story, choice: Choice) -> str:
    """A choice as one reads it in a list; a way without words is named after where it leads."""
    text = plain(choice.text)
    if not text and choice.kind == "exit":
        return f"Go to {story.places[choice.place].short}."
    return text


def scene_words(scene: Scene) -> int:
    """The words of a scene: its text and whatever its choices add to it, every branch, without the gentle version."""
    return counted_blocks(scene.text) + sum(counted_blocks(o.then) for c in scene.choices for o in c.outcomes)
