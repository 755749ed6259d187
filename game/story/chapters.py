"""Everything in the chapter files, once all names are known: scenes, and the bells and rules that move between them."""

from __future__ import annotations

from dataclasses import replace

from game.story.conditions import TRUE
from game.story.declare import length
from game.story.effects import condition, read_effects
from game.story.fields import check_id, pairs, read, words, yes_no
from game.story.headers import ChapterFile, moment
from game.story.model import Bell, Block, Chapter, Rule
from game.story.names import Scope
from game.story.nodes import Node
from game.story.prose import paragraphs, parse_line, parse_text
from game.story.scenes import SceneReader
from game.story.shapes import BELL, RULE


class ChapterReader(SceneReader):
    """Reads what is in chapters: scenes, bells and rules."""

    def starts(self, chapter: Chapter, root: dict[str, Node]) -> None:
        """Check that a chapter's entries are scenes of it."""
        node = root["chapter"].value.get("start")
        for word in words(node[1] if node else None, self.problems, "'start'"):
            entry = self.names.scenes.get(word.value)
            if entry is None:
                own = [s.id for s in self.names.scenes.values() if s.chapter == chapter.id]
                self.names.unknown("H020", word.where, "scene", word.value, own)
            elif entry.chapter != chapter.id:
                self.problems.add("H061", word.where, f"'{word.value}' is not a scene of this chapter")

    def epilogues(self) -> None:
        """Read what became of people into those who were declared."""
        for person, node in self.declared.epilogues.items():
            cards: dict[str, tuple[Block, ...]] = {}
            for key, value in pairs(node, self.problems, "an epilogue is a map of fates and texts"):
                if key.value not in self.names.fates:
                    self.names.unknown("H027", key.where, "fate", key.value, self.names.fates)
                    continue
                cards[key.value] = parse_text(value, Scope(self.names), f"{person}.epilogue.{key.value}")
                for para in paragraphs(cards[key.value]):
                    if para.speaker:
                        message = "nobody speaks in an epilogue"
                        self.problems.add("H012", para.where, message, "tell it, or quote the words in the line")
            self.declared.people[person] = replace(self.declared.people[person], epilogue=cards)

    def bells(self, file: ChapterFile) -> tuple[Bell, ...]:
        """The chapter's bells so far and those of `file`, in the order in which they ring."""
        chapter = self.names.chapters[file.chapter]
        out = list(chapter.bells)
        earlier = {bell.id for bell in out}
        leading = {bell.at: bell.id for bell in reversed(out) if bell.goto}
        scope = Scope(self.names, file.chapter)
        for key, value in pairs(file.root.get("bells"), self.problems, "bells are a map of ids"):
            if not check_id(key, self.problems, "a bell"):
                continue
            if key.value in earlier:
                self.problems.add("H015", key.where, f"this chapter has a bell '{key.value}' already")
            got = read(value, BELL, self.problems, key.where)
            ticks = self.arrival(got.get("at"), scope)
            if ticks == 0 and moment(got.get("at"), self.names) == chapter.opens:
                message = "the chapter opens at this time, so the bell is never passed"
                self.problems.add("H062", got["at"].where, message, "ring it a tick later")
            goto = self.target(got["goto"], None, scope) or "" if "goto" in got else ""
            other = leading.get(ticks)
            if goto and ticks and other:
                message = f"'{other}' and '{key.value}' ring at the same time, and each leads somewhere"
                self.problems.add("H062", key.where, message, "move one of them a tick")
            if not {"goto", "do", "then"} & set(got):
                self.problems.add("H011", key.where, "a bell needs goto, do or then", BELL.keys["goto"].doc)
            if goto:
                leading.setdefault(ticks, key.value)
            out.append(
                Bell(
                    key.value,
                    ticks,
                    condition(got["when"], scope) if "when" in got else TRUE,
                    read_effects(got.get("do"), scope, passes=False),
                    parse_text(got["then"], scope, f"{file.chapter}.{key.value}") if "then" in got else (),
                    goto,
                    key.where,
                    self.gentler(got, scope, f"{file.chapter}.{key.value}"),
                )
            )
        return tuple(sorted(out, key=lambda bell: bell.at))

    def rules(self, node: Node | None) -> tuple[Rule, ...]:
        out = []
        scope = Scope(self.names)
        for key, value in pairs(node, self.problems, "rules are a map of ids"):
            if not check_id(key, self.problems, "a rule"):
                continue
            got = read(value, RULE, self.problems, key.where)
            if not {"goto", "do", "then"} & set(got):
                self.problems.add("H011", key.where, "a rule needs goto or do", RULE.keys["goto"].doc)
            once = -1
            if yes_no(got.get("once"), self.problems, "'once'", False):
                once = self.names.table.need(f"rule.{key.value}", "once", "", "").index
            goto = self.target(got["goto"], None, scope) or "" if "goto" in got else ""
            out.append(
                Rule(
                    key.value,
                    condition(got["when"], scope) if "when" in got else TRUE,
                    read_effects(got.get("do"), scope, passes=False),
                    parse_text(got["then"], scope, f"rule.{key.value}") if "then" in got else (),
                    goto,
                    once,
                    key.where,
                    self.gentler(got, scope, f"rule.{key.value}"),
                )
            )
        return tuple(out)

    def unused(self) -> None:
        """Read what nothing uses yet, so that faults in it are told too: passages, and exits that no room offers."""
        for (chapter, name), node in self.names.passages.items():
            # In a passage anybody may be present: who is depends on the scene that includes it.
            parse_text(node, Scope(self.names, chapter), f"{chapter}/{name}", (name,))
        for ends, node in self.declared.exit_nodes.items():
            if ends not in self.used:
                got = self.way(node)
                length(got.get("time"), self.names, 0)
                self.rises(got)
                for key in ("text", "locked"):
                    parse_line(got.get(key), Scope(self.names), f"'{key}'")
