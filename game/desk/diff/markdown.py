"""A difference as Markdown for a pull request. Story text is never markup there, mentions nobody and links nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from game.desk.diff.alike import Ids, word_diff
from game.desk.diff.compare import KINDS, Difference
from game.desk.diff.po import Stale
from game.desk.diff.rewritten import Changed, Paragraph
from game.story.model import Story

ROOM = 60_000
"""Characters after which changed paragraphs are no longer written out: GitHub takes 65,536."""
LONG = 200

# GitHub makes links of @name and #1, and pictures of :name:, wherever they stand.
_REFERENCE = re.compile(r"([@#])(?=\w)|:(?=[\w+-]+:)")
_JOINER = "\u2060"


def html(text: str) -> str:
    """`text` as it may stand within HTML in Markdown."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return _REFERENCE.sub(lambda m: m[0] + _JOINER, " ".join(text.split()))


def inline(text: str) -> str:
    """`text` as it may stand in a line of Markdown: every sign that could mean something is an entity."""
    return re.sub(r"[\\`*_{}\[\]()|~$!]", lambda m: f"&#{ord(m[0])};", html(text))


def code(text: str) -> str:
    return f"`{' '.join(text.replace('`', ' ').split())}`"


def markdown(
    found: Difference, stale: tuple[Stale, ...], notes: tuple[str, ...], old: Story, new: Story, room: int = ROOM
) -> str:
    """The whole difference. No more than about `room` characters; what is left out then is said."""
    version = found.new if found.old == found.new else f"{found.old} → {found.new}"
    before, after = (sum(getattr(w, side) for w in found.words) for side in ("before", "after"))
    out = [f"### {inline(found.title)} {inline(version)}", "", _gist(found, before, after), ""]
    out += [f"> {inline(note)}\n" for note in notes]
    out += [*_ids(found), *_choices(found), *_words(found, new, old), *_saves(found), *_stale(stale)]
    text = "\n".join(out)
    return text + _texts(found, new, room - len(text))


def _gist(found: Difference, before: int, after: int) -> str:
    parts = []
    for kind in KINDS:
        ids = found.ids[kind]
        changes = ((len(ids.gained), "gained"), (len(ids.lost), "lost"), (len(ids.renamed), "likely renamed"))
        told = ", ".join(f"{count} {word}" for count, word in changes if count)
        if told:
            parts.append(f"{kind}: {told}")
    counts = (
        (len(found.reworded), "reworded choice"),
        (len(found.rewired), "changed way"),
        (len(found.texts), "changed text"),
    )
    parts += [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
    if before != after:
        parts.append(f"words: {before:,} → {after:,} ({after - before:+,})")
    return ("; ".join(parts) or "No difference that a reader or a writer would notice.") + ("." if parts else "")


def _ids(found: Difference) -> Iterator[str]:
    rows = [(kind, found.ids[kind]) for kind in KINDS if found.ids[kind]]
    if not rows:
        return
    yield from ("| | gained | lost | likely renamed |", "|---|---|---|---|")
    for kind, ids in rows:
        yield f"| {kind} | {_listed(ids.gained)} | {_listed(ids.lost)} | {_renamed(ids)} |"
    yield ""


def _listed(ids: tuple[str, ...], most: int = 40) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(code(id) for id in ids[:most]) + more


def _renamed(ids: Ids) -> str:
    return ", ".join(f"{code(r.old)} → {code(r.new)} ({100 * r.likeness:.0f}%)" for r in ids.renamed)


def _choices(found: Difference) -> Iterator[str]:
    if found.reworded:
        yield from ("#### Reworded choices", "")
        yield from (f"- {code(r.id)}: {_words_of(r.old, r.new)}" for r in found.reworded)
        yield ""
    if found.rewired:
        yield from ("#### Choices that do something else", "")
        for r in found.rewired:
            if len(r.old) + len(r.new) > LONG:
                yield f"- {code(r.id)}: other {r.what}"
            else:
                was, now = (code(side) if side else "none" for side in (r.old, r.new))
                yield f"- {code(r.id)}: {r.what} {was} → {now}"
        yield ""


def _words_of(old: str, new: str, shown: Callable[[str], str] = inline) -> str:
    """What went and what came, in <del> and <ins>."""
    out = ""
    for what, words in word_diff(old, new):
        tag = {"gone": "del", "come": "ins"}.get(what)
        bare = words.rstrip()
        # GitHub sets what went and what came without a space between them unless there is one.
        space = " " if bare != words or tag == "del" else ""
        out += (f"<{tag}>{shown(bare)}</{tag}>" if tag else shown(bare)) + space
    return out.rstrip()


def _words(found: Difference, new: Story, old: Story) -> Iterator[str]:
    if all(w.before == w.after for w in found.words):
        return
    yield from ("#### Words", "", "| chapter | before | after | |", "|---|---:|---:|---:|")
    for w in found.words:
        chapter = new.chapters.get(w.id) or old.chapters.get(w.id)
        name = inline(chapter.title) if chapter else "(no chapter)"
        yield f"| {name} | {w.before:,} | {w.after:,} | {f'{w.after - w.before:+,}' if w.before != w.after else ''} |"
    yield ""


def _saves(found: Difference) -> Iterator[str]:
    """What the change means for runs that were saved before it."""
    gone = []
    for kinds in (("choices",), ("scenes", "rooms")):
        count = sum(len(found.ids[kind].lost) + len(found.ids[kind].renamed) for kind in kinds)
        gone += [f"{count} {kinds[0][:-1]}{'' if count == 1 else 's'}"] if count else []
    lines = []
    if gone:
        told = f"{' and '.join(gone)} that a save may hold went or got another id"
        lines.append(f"- {told}: a run is played again as far as the first of them.")
    for v in found.variables:
        lines.append(f"- {code(v.name)}: {inline(v.old)} → {inline(v.new)}: {inline(v.meaning)}.")
    if lines:
        yield from ("#### Saves", "", "A save holds the choices of a run, which are made again when it is loaded.", "")
        yield from (*lines, "")


def _stale(stale: tuple[Stale, ...]) -> Iterator[str]:
    if not stale:
        return
    yield from ("#### Stale translations", "")
    for s in stale:
        where = f"{s.file}:{s.line}"
        what = f"moved to {code(s.now)}" if s.what == "moved" else s.what
        words = f": {_words_of(s.was, s.now)}" if s.what == "changed" else ""
        yield f"- {code(s.id)} ({inline(where)}) {what}{words}"
    yield ""


# --- changed texts --------------------------------------------------------------------------------


def _texts(found: Difference, new: Story, room: int) -> str:
    if not found.texts:
        return ""
    out = ["", "#### Changed texts", ""]
    left: list[Changed] = []
    for text in found.texts:
        block = _block(text, new)
        if len(block) > room:
            left.append(text)
            continue
        room -= len(block)
        out.append(block)
    if left:
        names = ", ".join(f"{code(t.name)} ({t.before:,} → {t.after:,})" for t in left[:60])
        more = f" and {len(left) - 60} more" if len(left) > 60 else ""
        out += ["", f"Not written out for their length: {names}{more}. `hyosan diff --full` writes out all.", ""]
    return "\n".join(out)


def _block(text: Changed, new: Story) -> str:
    words = f"{text.before:,} words" if text.before == text.after else f"{text.before:,} → {text.after:,} words"
    lines = [f"<details><summary><code>{html(text.name)}</code> {words}</summary>"]
    lines += [_paragraph(p, new) for p in text.paragraphs]
    # Without an empty line between them all of it is one block of HTML, in which no sign of Markdown means anything.
    return "\n".join([*lines, "</details>", ""])


def _paragraph(para: Paragraph, new: Story) -> str:
    person = new.people.get(para.speaker)
    who = f"<b>{html(person.short if person else para.speaker)}</b> " if para.speaker else ""
    return f"<p>{who}{_words_of(para.old, para.new, html)}</p>"
