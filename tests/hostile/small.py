"""Hostile files, each put beside a story that is well: its bytes, and the code of what is said ("" for harmless).

Large ones are in `large`, packs in `packs`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.texts import CONTROLS, MARKUP
from tests.stories.building import ENDINGS, HEAD, STORY

GO = "choices: {go: {text: Go., goto: end}}"
HOST = {"story.yaml": STORY, "day.yaml": f"{HEAD}scenes:\n  first: {{text: A., {GO}}}\n", "endings.yaml": ENDINGS}


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file that is put beside the host's, or over one of them. `code` is "" for what is harmless."""

    name: str
    code: str
    content: bytes
    file: str = "x.yaml"


def raw(name: str, code: str, text: str, file: str = "x.yaml") -> Hostile:
    return Hostile(name, code, text.encode("utf-8", "surrogatepass"), file)


def inside(name: str, code: str, text: str) -> Hostile:
    """A text of the first scene, in the YAML `text`."""
    return raw(name, code, f"{HEAD}flags: {{x: false}}\nscenes:\n  first:\n    text: {text}\n    {GO}\n", "day.yaml")


def asked(name: str, code: str, condition: str) -> Hostile:
    """A condition of the first scene's choice."""
    choices = f'choices: {{go: {{text: Go., when: "{condition}", goto: end}}, on: {{text: On., goto: end}}}}'
    return raw(name, code, f"{HEAD}flags: {{x: false}}\nscenes:\n  first: {{text: A., {choices}}}\n", "day.yaml")


def _escaped(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" if not (c.isascii() and c.isalnum()) else c for c in text) + '"'


YAML = [
    raw(
        "an alias bomb", "H005", "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 9))
    ),
    raw("an alias of itself", "H005", "a: &a [*a]\n"),
    raw("a merge bomb", "H005", "a: &a {b: c}\nd: {<<: [" + "*a, " * 40 + "]}\n"),
    raw("a merge key alone", "H005", "d: {<<: {a: b}}\n"),
    raw("brackets in brackets", "H007", "x: " + "[" * 2_000),
    raw("brackets beyond the stack", "H007", "[" * 60_000),
    raw("maps in maps", "H007", "{a: " * 30_000),
    raw("indents in indents", "H007", "".join(f"{' ' * n}a:\n" for n in range(400))),
    raw("lists in lists", "H007", "- " * 30_000),
    raw("questions in questions", "H007", "? " * 30_000),
    raw("a call, by a tag", "H005", "x: !!python/object/apply:os.system ['touch /tmp/pwned']\n"),
    raw("an object, by a tag", "H005", "x: !!python/object/new:subprocess.Popen [[ls]]\n"),
    raw("a module, by a tag", "H005", "x: !!python/module:antigravity ''\n"),
    raw("bytes, by a tag", "H005", "x: !!binary " + "QUFB" * 1_000 + "\n"),
    raw("a tag of its own", "H005", "%TAG ! tag:example.com,2000:\n---\nx: !foo y\n"),
    raw("a directive", "H005", "%YAML 1.1\n---\nx: y\n"),
    raw("keys written twice", "H004", "passages: {p: a, p: b}\n"),
    raw("a list as a key", "H005", "? [a, b]\n: c\n"),
    raw("a map as a key", "H005", "? {a: b}\n: c\n"),
    raw("many documents", "H005", "--- a\n" * 20_000),
    raw("many anchors", "H005", "".join(f"k{n}: &a{n} v\n" for n in range(20_000))),
    raw(
        "a number of 5,000 digits", "H012", f"passages: {{p: .}}\nendings: {{y: {{title: T, text: [{'9' * 5_000}]}}}}\n"
    ),
    raw(
        "a number where a number belongs",
        "H012",
        HEAD.replace("tick", "tack") + f"flags: {{x: {{range: 0..{'9' * 5_000}}}}}\n"
        f"scenes: {{first: {{text: A., {GO}}}}}\n",
        "day.yaml",
    ),
    raw(
        "words that are numbers and dates elsewhere",
        "",
        "endings: {y: {title: no, text: 'on 012 12:30:45 2026-99-99 1_000'}}\n",
    ),
    raw("an infinite number", "H012", "endings: {y: {title: T, text: T, notes: {.inf: .nan}}}\n"),
    raw("a character beyond Unicode", "H003", 'endings: {y: {title: T, text: "\\U00110000"}}\n'),
    raw("half a character", "H003", 'endings: {y: {title: T, text: "\\ud800"}}\n'),
    raw("half a character, as it is", "H001", "endings: {y: {title: T, text: '\ud800'}}\n"),
    Hostile("bytes that are no text", "H001", b"endings: {y: {title: T, text: caf\xe9}}\n"),
    Hostile("UTF-16", "H001", "endings: {}\n".encode("utf-16")),
    Hostile("UTF-16 without a mark", "H006", "endings: {}\n".encode("utf-16-le")),
    Hostile("a picture", "H001", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))),
    Hostile("nothing but zeros", "H006", bytes(10_000)),
    raw("a text too long", "H002", "passages: {p: " + "a" * 20_001 + "}\n"),
    raw("a key too long", "H012", "passages: {" + "a" * 20_000 + ": b}\n"),
    raw("another file asked for", "H010", "include: ../../../../etc/passwd\n"),
    raw("another file, in a text", "H025", "passages: {p: '{% include ../../../../etc/passwd %}'}\n"),
    raw("another file, on another system", "H025", "passages: {p: '{% include \\\\srv\\share\\x %}'}\n"),
    raw("an id that leaves its folder", "H013", "endings: {../../x: {title: T, text: T}}\n"),
    raw("the story's id leaves its folder", "H013", STORY.replace("id: small", "id: ../../../tmp/x"), "story.yaml"),
]

TEXTS = [
    *(raw(f"{name}, as it is", "H006", f"passages: {{p: 'a{text}b'}}\n") for name, text in CONTROLS.items()),
    *(inside(f"{name}, in an escape", "H006", _escaped(text)) for name, text in CONTROLS.items()),
    *(
        inside(name, "" if "{" not in text else "H024", f"'{text.replace(chr(39), chr(39) * 2)}'")
        for name, text in MARKUP.items()
    ),
    raw("a control character in a key", "H006", 'passages: {"a\\x1b]0;t\\x07b": x}\n'),
    raw("a control character in a comment", "H006", "# \x1b]0;t\x07\npassages: {p: x}\n"),
    raw("a tab for an indent", "H006", "passages:\n\tp: x\n"),
    inside("tags in tags", "H050", "'" + "{% if x %}" * 60 + "'"),
    inside("a tag not closed", "H050", "'" + "{% if " * 3_000 + "'"),
    inside("stars", "", "'" + "**" * 9_000 + "'"),
    inside("an attribute in a value", "H024", "'{{ player.__class__.__mro__ }}'"),
    inside("a call in a value", "H024", "'{{ ().__class__.__bases__[0].__subclasses__() }}'"),
    inside("one word of 20,000 letters", "", "'" + "a" * 19_999 + "'"),
    inside("marks upon marks", "", "'a" + "\u0301" * 19_000 + "'"),
    inside("wide letters", "", "'" + "한" * 19_000 + "'"),
    raw("passages in a circle", "H051", "passages: {p: '{% include q %}', q: '{% include p %}'}\n"),
]

CONDITIONS = [
    asked("an attribute", "H030", "().__class__.__bases__[0]"),
    asked("a dotted attribute", "H030", "x.__class__.__init__.__globals__"),
    asked("an import", "H030", "__import__('os').system('true')"),
    asked("a power", "H030", "9**9**9 == 1"),
    asked("a shift", "H030", "1<<1000000000 == 1"),
    asked("a long text", "H030", "'a'*10000000000 == 'b'"),
    asked("a format, asked", "H030", "'%99999999999d' % 1 == 'a'"),
    asked("a lambda", "H030", "(lambda: 1)() == 1"),
    asked("a list", "H030", "[y for y in (1,)] == 1"),
    asked("a number of 400 digits", "H030", f"x == {'9' * 400}"),
    asked("parentheses", "H032", "(" * 200 + "x" + ")" * 200),
    asked("denials", "H032", "not " * 100 + "x"),
    asked("500 characters and more", "H032", "x or " * 200 + "x"),
    asked("only signs", "H030", "((((<>=!,.'"),
    asked("letters that look like others", "H030", "х == true"),
]

SMALL = [*YAML, *TEXTS, *CONDITIONS]
