"""Every text of paragraphs in a story, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from game.story.model import Block, Para, Story
from game.story.prose import paragraphs


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the story and whose it is.

    `kind` is text, gentle, then, bell, rule or epilogue; `owner` the scene's, bell's or rule's id, or `person.fate`;
    `choice` and `outcome` the ids of what it follows, or ""; `chapter` where it counts, "" for what belongs to none.
    """

    kind: str
    chapter: str
    owner: str
    choice: str
    outcome: str
    blocks: tuple[Block, ...]


def texts(story: Story) -> Iterator[Text]:
    """Every text of paragraphs in a story, in the order written."""
    for scene in story.scenes.values():
        yield Text("text", scene.chapter, scene.id, "", "", scene.text)
        if scene.gentle is not None:
            yield Text("gentle", scene.chapter, scene.id, "", "", scene.gentle)
        for choice in scene.choices:
            for outcome in choice.outcomes:
                if outcome.then:
                    yield Text("then", scene.chapter, scene.id, choice.id, outcome.id, outcome.then)
    for chapter in story.chapters.values():
        for bell in chapter.bells:
            if bell.then:
                yield Text("bell", chapter.id, bell.id, "", "", bell.then)
    for rule in story.rules:
        if rule.then:
            yield Text("rule", "", rule.id, "", "", rule.then)
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
