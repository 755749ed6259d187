"""`hyosan translate`: begin a translation, bring it up to date, look how far it has come."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from game.desk.translate.report import reported, shown
from game.language import is_code
from game.story import Story, load_story
from game.story.catalogues import LOCALES, read_catalogues
from game.story.diagnostics import Problems, printable, report
from game.story.shipped import shipped
from game.story.translated import Fault, entries, translate, units

OK, FAILED, USAGE = 0, 1, 2

EPILOG = """\
extract  writes a catalogue for every part of the story that has none yet: locales/LANGUAGE/PART.po
update   brings the catalogues that are there up to date; what changed is marked fuzzy and waits for you
check    says what is missing, stale (the original is another now) and faulty, part by part

a part is a chapter's id, story (what all chapters share), endings or epilogues.

exit codes: 0 all is well; 1 something is stale or faulty, or missing where --complete says it must not be, or a
file cannot be read or written; 2 the command line was not understood
"""


def main(arguments: list[str]) -> int:
    """Carry out one of the three. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="hyosan translate",
        description="A story in another language, by gettext catalogues.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="a story folder (Four Floors if left out)")
    parser.add_argument("action", choices=("extract", "update", "check"))
    parser.add_argument("--language", required=True, metavar="LANGUAGE", help="such as ko or pt_BR")
    parser.add_argument("--part", action="append", metavar="PART", help="only this part; may be given again")
    parser.add_argument("--complete", nargs="*", metavar="PART", help="check: nothing may be missing (in these parts)")
    parser.add_argument("--all", action="store_true", help="check: tell every id, missing ones too")
    parser.add_argument("--ui", action="store_true", help="the words of the game itself, in a checkout of it")
    options = parser.parse_args(arguments)
    if not is_code(options.language):
        parser.error(f"'{printable(options.language)}' is not the code of a language, such as ko or pt_BR")
    if options.action == "update" and options.part:
        parser.error("update has no --part: a text may have moved from one to another")
    if options.ui and (options.dir or options.part):
        parser.error("--ui is about the game itself: leave out DIR and --part")
    if options.action != "check" or options.ui:
        try:
            import babel  # noqa: F401
        except ImportError:
            print("hyosan translate: this needs Babel: pip install 'hyosan[translate]'", file=sys.stderr)
            return FAILED
        from game.desk.translate.books import Unwritable

        try:
            return _words(options) if options.ui else _write(options)
        except Unwritable as error:
            print(f"hyosan translate: {printable(str(error))}", file=sys.stderr)
            return FAILED
    return _check(options)


def _story(place: Path) -> Story | None:
    loaded = load_story(place)
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
    return loaded.story


def _parts(options: argparse.Namespace, story: Story) -> set[str] | None:
    """The parts to look at; None, with the reason told, when one of those asked for is none."""
    known = dict.fromkeys(unit.part for unit in units(story))
    asked = {*(options.part or ()), *(options.complete or ())}
    if wrong := sorted(asked - set(known)):
        names = ", ".join(known)
        print(f"hyosan translate: there is no part '{printable(wrong[0])}'; known: {names}", file=sys.stderr)
        return None
    return set(options.part) if options.part else set(known)


# --- writing --------------------------------------------------------------------------------------


def _write(options: argparse.Namespace) -> int:
    from game.desk.translate.books import opened, written
    from game.desk.translate.renew import renew

    place = options.dir or shipped()
    story = _story(place)
    if story is None:
        return FAILED
    if not place.is_dir():
        print("hyosan translate: a pack is not written into; unpack it first", file=sys.stderr)
        return FAILED
    parts = _parts(options, story)
    if parts is None:
        return USAGE
    folder = place / LOCALES / options.language
    there = {path.stem: path for path in sorted(folder.glob("*.po"))}
    old = {part: book for part, path in there.items() if (book := opened(path, options.language)) is not None}
    update = options.action == "update"
    if update and not old:
        print(f"hyosan translate: there are no catalogues in {printable(str(folder))}; begin with extract")
        return FAILED
    known = _hangul(story) if options.language == "ko" else {}
    renewed = renew(units(story), old, options.language, story.title, known)
    changed = 0
    for part, book in renewed.books.items():
        # Beginning a language leaves alone what is there; bringing it up to date begins nothing.
        if (part in old) == update and (update or part in parts):
            new = written(book, folder / f"{part}.po")
            changed += new
            print(f"{printable(str(folder / part))}.po: {len(book)} texts{'' if new else ', unchanged'}")
    if update:
        told = ", ".join(f"{n} {what}" for what, n in sorted(renewed.counts.items()) if what != "new")
        print(f"{told or 'nothing translated yet'}; {changed} files changed")
    return OK


def _hangul(story: Story) -> dict[str, str]:
    """Korean names that a story already has."""
    found = {f"person:{p.id}.name": p.hangul for p in story.people.values() if p.hangul}
    return found | ({"story:player": story.player.hangul} if story.player.hangul else {})


def _words(options: argparse.Namespace) -> int:
    """The game's own words: gathered anew, or looked at."""
    from game.desk.translate import words
    from game.desk.translate.books import entries as entries_of
    from game.desk.translate.books import filled, opened, written

    path = words.path(options.language)
    book, counts = words.renewed(options.language, opened(path, options.language))
    if options.action != "check":
        written(book, path)
        print(f"{path}: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
        return OK
    missing = [m for m in entries_of(book) if not filled(m)]
    fuzzy = [m for m in entries_of(book) if m.fuzzy]
    wrong = [(m, why) for m in entries_of(book) if (why := words.faulty(m))]
    for message, why in wrong:
        print(f"faulty: {message.id}: {why}")
    for message in missing if options.all or options.complete is not None else ():
        print(f"missing: {message.id}")
    print(f"{len(book)} words, {len(missing)} missing, {len(fuzzy)} stale, {len(wrong)} faulty")
    return FAILED if fuzzy or wrong or (missing and options.complete is not None) else OK


# --- checking -------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    place = options.dir or shipped()
    story = _story(place)
    if story is None:
        return FAILED
    parts = _parts(options, story)
    if parts is None:
        return USAGE
    problems = Problems()
    catalogues = read_catalogues(place, options.language, problems)
    if problems.has_errors():
        print(report(problems.sorted()), file=sys.stderr)
        return FAILED
    if not catalogues:
        print(f"there are no catalogues in {LOCALES}/{printable(options.language)} yet; begin with extract")
    told = translate(story, catalogues, options.language)
    ignored: list[Fault] = []
    found = reported(
        [u for u in units(story) if u.part in parts],
        told,
        [] if options.part else list(entries(catalogues, ignored)),
    )
    print(shown(found, options.all))
    return FAILED if found.fails(options.complete) else OK
