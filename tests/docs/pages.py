"""The pages of the writer's handbook as examples: what stands in their yaml blocks, and what they say of it.

A comment before a block says what the block belongs to; a reader of the page does not see it.

    <!-- story: ferry -->     the block, and those after it that name a file, are the files of a whole story
    <!-- in: house -->        the block is a part of the story in scaffolds/house.yaml (see `Scaffold`)
    <!-- in: hyosan new -->   the block is put before the first choice of what `hyosan new` makes
    <!-- message -->          the next text block is what `hyosan check` prints about the story above
    <!-- message: … -->       the same, but for the file and the line, which may be others
    <!-- shows: wait, wait --> the next text block is what the player reads after these choices
    <!-- test: … -->          the comment is a story test of the story above, see docs/writing/testing.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITING = ROOT / "docs" / "writing"
SCAFFOLDS = Path(__file__).parent / "scaffolds"
# Their examples are run by tests of their own.
ELSEWHERE = (
    "language.md",
    "testing.md",
    "editor.md",
    "seeing.md",
    "checking.md",
    "watching.md",
    "compat.md",
    "proving.md",
    "playthroughs.md",
    "translating.md",
)
HERE = "# the example stands here"
PART = "02-example.yaml"
NEW = "hyosan new"

_FILE = re.compile(r"# ([\w-]+\.yaml)\Z")
_FENCE = re.compile(r"(\s*)(`{3,})(\w*)\s*\Z")


@dataclass(slots=True)
class Example:
    """A story that a page shows, or shows a part of, with what the page says it does.

    `sources` are its files; a `whole` one has nothing but what the page shows. Numbers are lines of the page.
    """

    page: Path
    line: int
    whole: bool
    sources: dict[str, str]
    blocks: int = 1
    tests: list[tuple[int, str]] = field(default_factory=list)
    messages: list[tuple[int, str, bool]] = field(default_factory=list)
    """(line, what is printed, whether it is to be the same file and line)"""
    shows: list[tuple[int, list[str], str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.page.relative_to(WRITING)}:{self.line}"


@dataclass(slots=True)
class Scaffold:
    """A story in one file, each of its files after a line that names it (`# story.yaml`).

    `# like: house` in the first line takes all the files of that scaffold which this one does not have. A part of a
    chapter goes where the line HERE is, indented like it; without that line it is a second file of the first chapter.
    Blocks that name a file are put at the end of it, or are a new file.
    """

    sources: dict[str, str]

    @classmethod
    def read(cls, name: str) -> Scaffold:
        text = (SCAFFOLDS / f"{name}.yaml").read_text(encoding="utf-8")
        first, _, _ = text.partition("\n")
        base = cls.read(first.removeprefix("# like: ")).sources if first.startswith("# like: ") else {}
        own: dict[str, list[str]] = {}
        lines: list[str] = []
        for line in text.split("\n"):
            if match := _FILE.match(line):
                lines = own.setdefault(match[1], [])
            lines.append(line)
        return cls(base | {name: "\n".join(lines) + "\n" for name, lines in own.items()})

    def put(self, block: str) -> None:
        first, _, _ = block.partition("\n")
        if match := _FILE.match(first):
            self.sources[match[1]] = self.sources.get(match[1], "") + block
            return
        for name, text in self.sources.items():
            if marker := re.search(rf"^( *){HERE}$", text, re.MULTILINE):
                self.sources[name] = text.replace(marker[0], indented(block, marker[1]))
                return
        chapter = next(m[1] for t in self.sources.values() if (m := re.search(r"^chapter: \{id: (\w+)", t, re.M)))
        self.sources[PART] = f"chapter: {chapter}\n" + block


def indented(block: str, margin: str) -> str:
    """`block` with its least indented line at `margin`."""
    lines = block.rstrip("\n").split("\n")
    least = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(margin + line[least:] if line.strip() else "" for line in lines)


def handbook() -> list[Path]:
    """The pages whose examples are run here."""
    return sorted(p for p in WRITING.rglob("*.md") if p.name not in ELSEWHERE)


def parts(text: str) -> list[tuple[int, str, str]]:
    """(line, kind, content) of a page's comments and fenced blocks. A block's kind is its word, such as yaml."""
    out: list[tuple[int, str, str]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        began = at
        if match := _FENCE.match(lines[at]):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].strip() == match[2])
            body = [line.removeprefix(match[1]) for line in lines[at + 1 : end]]
            out.append((began + 1, match[3], "\n".join(body) + "\n"))
            at = end
        elif lines[at].startswith("<!--"):
            while "-->" not in lines[at]:
                at += 1
            body = lines[began : at + 1]
            out.append((began + 1, "comment", "\n".join(body).removeprefix("<!--").removesuffix("-->").strip()))
        at += 1
    return out


def commands(page: Path) -> list[list[str]]:
    """The `hyosan` commands of a page, in order, as words."""
    blocks = [content for _, kind, content in parts(page.read_text(encoding="utf-8")) if kind == "sh"]
    return [line.split() for block in blocks for line in block.splitlines()]


def examples(page: Path, new: dict[str, str]) -> list[Example]:
    """The examples of a page, in order. `new` are the files of a story that has just been begun."""
    out: list[Example] = []
    said = ("", "")
    for line, kind, content in parts(page.read_text(encoding="utf-8")):
        where = f"{page.relative_to(WRITING)}:{line}"
        if kind == "comment":
            assert said == ("", ""), f"{where}: the comment before this one is about no block"
            word, _, rest = content.partition(":")
            assert word in ("story", "in", "message", "shows", "test"), f"{where}: what does '{word}' mean?"
            if word == "test":
                out[-1].tests.append((line, content))
            else:
                said = (word, rest.strip())
            continue
        match kind, said:
            case "yaml", ("story" | "in", _):
                out.append(_begun(page, line, content, said, new))
            case "yaml", _:
                name = _FILE.match(content.partition("\n")[0])
                assert name, f"{where}: a block that does not say what it is a part of"
                last = out[-1]
                last.blocks += 1
                if last.whole:
                    assert name[1] not in last.sources, f"{where}: {name[1]} again"
                    last.sources[name[1]] = content
                else:
                    scaffold = Scaffold(last.sources)
                    scaffold.put(content)
            case "text", ("message", free):
                out[-1].messages.append((line, content, not free))
            case "text", ("shows", choices):
                out[-1].shows.append((line, [c.strip() for c in choices.split(",") if c.strip()], content))
            case "sh", ("", _):
                pass
            case _:
                raise AssertionError(f"{where}: a block of {kind or 'nothing'} that nothing is checked of")
        said = ("", "")
    assert said == ("", ""), f"{page}: the last comment is about no block"
    return out


def _begun(page: Path, line: int, block: str, said: tuple[str, str], new: dict[str, str]) -> Example:
    if said[0] == "story":
        name = _FILE.match(block.partition("\n")[0])
        assert name, f"{page}:{line}: a whole story's files say their names"
        return Example(page, line, True, {name[1]: block})
    scaffold = Scaffold(dict(new)) if said[1] == NEW else Scaffold.read(said[1])
    scaffold.put(block)
    return Example(page, line, False, scaffold.sources)
