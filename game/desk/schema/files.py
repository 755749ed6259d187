"""The schemas of a story's files, one a kind of file."""

from __future__ import annotations

from game.desk.schema.ids import Ids
from game.desk.schema.shapes import of_shape
from game.desk.schema.storytests import Tests
from game.desk.schema.values import Definitions, Schema
from game.desk.schema.views import View
from game.story.declare import STORY_FILE
from game.story.shapes import CHAPTER_FILE

# The draft that every release of yaml-language-server reads in the same way.
DRAFT = "http://json-schema.org/draft-07/schema#"


def schemas(ids: Ids) -> dict[str, Schema]:
    """A schema for each kind of file: story, people, items, places, chapter and test."""
    out = {}
    for name in ("story", "people", "items", "places", "chapter", "test"):
        definitions = Definitions()
        body = _body(name, ids, definitions)
        out[name] = {"$schema": DRAFT, "type": "object", **body, "definitions": definitions.made()}
    return out


def _body(name: str, ids: Ids, definitions: Definitions) -> Schema:
    view = View(ids, definitions)
    if name == "story":
        return of_shape(STORY_FILE, view.section)
    if name == "chapter":
        return _chapters(ids, definitions)
    if name == "test":
        return Tests(ids, definitions).file()
    return {**view.section(name), "type": "object"}


def _chapters(ids: Ids, definitions: Definitions) -> Schema:
    """A file of a known chapter, of no chapter, or of a new one: what it says about `chapter` decides."""

    def file(view: View) -> Schema:
        return definitions.ref(view.mark, "file", lambda: of_shape(CHAPTER_FILE, view.section))

    new, none = file(View(ids, definitions, open=True)), file(View(ids, definitions))
    schema: Schema = {"if": {"required": ["chapter"]}, "then": new, "else": none}
    for chapter in reversed(ids.chapters()):
        named = {
            "anyOf": [
                {"const": chapter},
                {"type": "object", "properties": {"id": {"const": chapter}}, "required": ["id"]},
            ]
        }
        this = {"required": ["chapter"], "properties": {"chapter": named}}
        schema = {"if": this, "then": file(View(ids, definitions, chapter)), "else": schema}
    return schema
