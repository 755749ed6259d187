"""Every text of paragraphs in a story, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from game.story.model import Block, Para, Story
from game.story.prose import paragraphs


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
