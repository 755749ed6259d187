"""Small stories, put together from the parts a test is about."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from game.story import Loaded, Story, load_sources

STORY = """\
story: {id: small, title: A Small Story, version: 1.0.0, start: first}
player: {name: Do-ha}
clock: {tick: 10 min}
"""
HEAD = "chapter: {id: day, title: Day, from: D1 10:00, until: D1 16:00, start: first}\n"
ENDINGS = """\
endings:
  end: {title: The End, text: It is over.}
"""


def files(chapter: str, *, head: str = HEAD, declare: str = "", **others: str) -> dict[str, str]:
    """The files of a story whose one chapter holds `chapter`, after `head`; `declare` goes on story.yaml.

    Others are named by keyword, without `.yaml`; `_` in a name of a chapter's file is as it stands. There is an
    ending `end` outside of chapters unless `endings` says otherwise.
    """
    found = {"story.yaml": STORY + dedent(declare), "day.yaml": head + dedent(chapter), "endings.yaml": ENDINGS}
    found |= {f"{name}.yaml": dedent(text) for name, text in others.items()}
    return {name: found[name] for name in sorted(found)}


def loaded(sources: Mapping[str, str]) -> Loaded:
    """What comes of the files, with all they have to say shown when a test fails."""
    return load_sources(sources)


def load(sources: Mapping[str, str]) -> Story:
    """The story in the files, which must be without any finding."""
    found = load_sources(sources)
    assert not found.diagnostics, "\n" + "\n".join(d.render() for d in found.diagnostics)
    assert found.story is not None
    return found.story


def story(chapter: str, *, head: str = HEAD, declare: str = "", **others: str) -> Story:
    """A story whose one chapter holds `chapter`: see `files`."""
    return load(files(chapter, head=head, declare=declare, **others))
