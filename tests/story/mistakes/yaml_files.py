"""Files that are not YAML, or not the YAML that stories are written in."""

from __future__ import annotations

from tests.stories.building import STORY
from tests.story.mistakes.world import Case, bare, declare

YAML: list[Case] = [
    ("an empty file", "H003", bare(more_yaml="«» \n"), "delete it"),
    ("a file of comments", "H003", bare(more_yaml="«#» nothing yet\n"), "empty"),
    ("a list not closed", "H003", bare(story_yaml="story: «[»a, b\n"), "close it with ]"),
    ("a map not closed", "H003", bare(story_yaml="story: «{»id: small\n"), "close it with }"),
    ("an open bracket at the end", "H003", bare(story_yaml="story: «[»"), "close it with ]"),
    ("a quote not closed", "H003", bare(story_yaml="story: «'»it is\n"), "double a '"),
    ("a quote inside a quote", "H003", bare(story_yaml="story: 'it'«s»'\n"), "|"),
    ("a colon in a text", "H003", bare(story_yaml="story: a«:» b\n"), "in quotes"),
    ("a text that starts with @", "H003", bare(story_yaml="story: «@»on_jo hello\n"), "|"),
    ("a text that starts with a star", "H003", bare(story_yaml="story: «*»They* run\n"), "in quotes"),
    ("a text that starts with &", "H003", bare(story_yaml="story: «&» so on\n"), "in quotes"),
    ("a text that starts with !", "H003", bare(story_yaml="story: «!»<so on\n"), "in quotes"),
    ("words beside a |", "H003", bare(story_yaml="story: «|»words\n"), "on the next lines"),
    (
        "a key without a colon",
        "H003",
        bare(story_yaml="story:\n  id: small\n  «t»itle\nclock: {tick: 10 min}\n"),
        "key",
    ),
    ("a line too far left", "H003", bare(story_yaml="story:\n   id: small\n  «t»itle: x\n"), "line it up"),
    ("a line too far right", "H003", bare(story_yaml="story:\n  id: small\n    title«:» x\n"), "line it up"),
    ("a map after a list", "H003", bare(story_yaml="- story\n«c»lock: x\n"), "line it up"),
    ("a list on the line of its key", "H003", bare(story_yaml="story: «-» a\n"), "next line"),
    ("a backslash that means nothing", "H003", bare(story_yaml='story: "a «\\»q"\n'), "' quotes"),
    ("a closing bracket too many", "H003", bare(story_yaml="story: [a]«]»\n"), "same line"),
    ("a comma in place of a value", "H003", bare(story_yaml="story: «,»\n"), "a value is expected"),
    ("a directive", "H005", bare(story_yaml=f"«%»YAML 1.1\n---\n{STORY}"), "delete the line"),
    ("a key written twice", "H004", declare("notes: {grief: Grief, «grief»: Grief}\n"), "keep one"),
    ("a top key written twice", "H004", declare("«player»: {name: Do-ha}\n"), "line 2"),
    ("an anchor", "H005", declare("notes: {grief: «&x» Grief}\n"), "passage"),
    ("an alias", "H005", declare("notes: {grief: «*x»}\n"), "needs quotes"),
    ("an alias as a key", "H005", declare("notes: {«*x» : Grief}\n"), "alias"),
    ("a tag", "H005", declare("notes: {grief: «!»!str Grief}\n"), "needs quotes"),
    ("a merge key", "H005", declare("notes: {«<<»: {grief: Grief}}\n"), "write the keys out"),
    ("a list as a key", "H005", declare("notes: {? «[»a] : Grief}\n"), "starts with { or ["),
    ("an empty key", "H005", declare("notes: {'«»': Grief}\n"), "one word"),
    ("a second document", "H005", declare("«---»\nmore: x\n"), "one document"),
    ("a tab", "H006", declare("notes:\n«\t»grief: Grief\n"), "spaces"),
    ("a control character", "H006", declare("notes: {grief: G«\x1b»[31mrief}\n"), "delete it"),
    ("a bidirectional override", "H006", declare("notes: {grief: G«\u202e»rief}\n"), "U+202E"),
    ("a zero-width space", "H006", declare("notes: {grief: G«\u200b»rief}\n"), "invisible"),
    ("an escape for a control character", "H006", declare('notes: {grief: «"»\\x1b[31mGrief"}\n'), "escape"),
    ("an escape for a tab", "H006", declare('notes: {grief: «"»a\\tb"}\n'), "U+0009"),
    ("nested too deeply", "H007", declare("notes: " + "[" * 23 + "«[»" + "[" * 100_000), "24 levels"),
    ("a text too long", "H002", declare(f"notes: {{grief: «»{'x' * 20_001}}}\n"), "20,000"),
]
