"""What is known about a story after it was looked at: plain data, for terminals, pages and machines to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from game.story.diagnostics import Where

Verdict: TypeAlias = 'Literal["proved", "refuted", "open"]'
"""proved: it holds in every state there is. refuted: it does not. open: neither was found within the limits."""

MUCH = 1_000_000
"""Choices in the playthroughs of a report, all together, that are still written down."""

Luck: TypeAlias = 'Literal["sure", "luck", "never", "open"]'
"""sure: by choices alone, whatever the dice. luck: only if dice fall well. never: not at all."""

KINDS = {
    "scene": "every scene can be reached",
    "ending": "every ending can be reached",
    "choice": "every choice can be made",
    "outcome": "every outcome of a roll can happen",
    "text": "every text can be read",
    "stuck": "there is always a choice",
    "stranded": "an ending is always within reach",
    "speaks": "only who is there speaks",
    "acts": "only who is there acts",
    "fates": "fates change as declared",
    "ranges": "numbers stay in their ranges",
    "always": "what must always hold holds",
    "never": "what must never be never is",
    "reachable": "what must be possible is",
    "bug": "what must not happen cannot",
}
"""The kinds of questions, in the order in which they are shown, and what an author wants to hear."""


LAYING = "laying the story out (time)"
"""What was cut short, where there was no time to ask anything."""

COVERED = ("scene", "choice", "outcome", "text")
"""Kinds of questions that are asked about everything that is written."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A playthrough, as `scene.choice` for each choice. `dice` has what each roll in it comes to, by its id.

    What it shows is seen after the last choice. `shortest` says that no way with fewer choices shows it.
    """

    log: Sequence[str]
    dice: Mapping[str, str]
    shortest: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked about every state there is.

    `kind` is one of KINDS. `subject` names what it is about: a scene, `scene.choice`, `scene.choice.outcome`,
    `person@file:line`, or `file:line` of a text or a promise. `words` say it to an author: "the choice 'Hide.'".
    """

    kind: str
    subject: str
    words: str
    where: Where
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`how` says what decided it: "played", "values", "sets", "search" or "formula". `because` explains it, in lines.

    A question that asks whether something is possible is proved by its witness; one that asks whether something never
    happens is refuted by its witness.
    """

    question: Question
    verdict: Verdict
    how: str
    witness: Witness | None = None
    because: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Where sets decided it: the names of the variables that were kept of a state. () for all that mattered."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a person can have a fate at an ending. `verdict` is proved (possible), refuted (impossible) or open."""

    verdict: Verdict
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Alive:
    """The fewest and the most people alive at an ending. Where not `exact`, there are no fewer and no more than these.

    None when no way to the ending is known.
    """

    fewest: int
    most: int
    exact: bool
    few: Witness | None = None
    many: Witness | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The fate matrix. `cells` has one for each (ending, person, fate); `alive` one for each reachable ending."""

    endings: tuple[str, ...]
    people: tuple[str, ...]
    fates: tuple[str, ...]
    cells: Mapping[tuple[str, str, str], Cell]
    alive: Mapping[str, Alive]


@dataclass(frozen=True, slots=True)
class Goal:
    """Something a player may want: an `ending`, or the `life` of a person at whatever ending. `id` names which."""

    kind: Literal["ending", "life"]
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely something is for one kind of player. `low` and `high` bound it; they are equal when it is `exact`.

    When it is not, it was sampled in `runs` plays, and the bounds are Wilson's 95 % interval.
    """

    value: float
    low: float
    high: float
    exact: bool
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Prospect:
    """A goal: whether it takes luck, and how likely it is, by the name of the kind of player (the first is random).

    `witness` reaches it; for `sure` it is one way of doing so, with no roll in it when `free`.
    """

    goal: Goal
    luck: Luck
    witness: Witness | None
    free: bool
    odds: Mapping[str, Chance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loss:
    """A choice after which goals that were within reach are lost for good. `witness` ends with it.

    `telling` is polite (said before and after), tough (said before), nasty (said after) or cruel (not said); `line` and
    `quote` are where, and in which words. `always` says that the choice loses them whenever they are not lost already.
    """

    goals: tuple[Goal, ...]
    scene: str
    choice: str
    outcome: str
    always: bool
    telling: Literal["polite", "tough", "nasty", "cruel"]
    line: Where | None
    quote: str
    where: Where
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Better:
    """In `scene`, whoever makes the choice `better` is at least as likely to reach every goal as with `worse`.

    `gains` has, for the goals where it matters, the two chances: (with `better`, with `worse`).
    """

    scene: str
    better: str
    worse: str
    exact: bool
    gains: Mapping[str, tuple[Chance, Chance]]
    where: Where


@dataclass(frozen=True, slots=True)
class Memory:
    """What remembering a variable costs. `scenes` is in how many scenes it still matters, `chapters` in which.

    `values` is how many of its values must be told apart where most of them must.
    """

    name: str
    kind: str
    scenes: int
    values: int
    chapters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """What was done. `rung` says how much of a state was kept: "everything", or what was left out.

    `states` is how many states there are, as far as anything still matters in them; None when they were not counted.
    `limits` are the limits that stopped something, in words. `seconds` are of the clock, `cpu` of all processors
    together, and `cores` how many of them there were to be used.
    """

    rung: str
    limits: tuple[str, ...]
    states: int | None
    played: int
    seconds: float
    scenes: int
    choices: int
    variables: int
    reused: int = 0
    cores: int = 1
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Basis:
    """What answers rest on, as digests.

    `whole` is of the story but for its scenes; `scenes` are of each scene with its choices, and of what coming to it
    does; `sites` are those of each answer's question, in the order of the answers, "" for what is asked anew each time.
    """

    whole: str
    scenes: Mapping[str, tuple[str, str]]
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say. `matrix` is None when it was not asked for; so are empty `prospects`.

    `asked` are all questions but those about being stranded, in the order of the story; a kept report is without them.
    `basis` is what the answers rest on, None where they were not found anew.
    """

    story: str
    title: str
    version: str
    digest: str
    answers: tuple[Answer, ...]
    effort: Effort
    matrix: Matrix | None = None
    prospects: tuple[Prospect, ...] = ()
    losses: tuple[Loss, ...] = ()
    better: tuple[Better, ...] = ()
    memory: tuple[Memory, ...] = ()
    asked: tuple[Question, ...] = field(default=(), compare=False)
    basis: Basis | None = field(default=None, compare=False)

    @property
    def unasked(self) -> bool:
        """Whether time ended before anything was asked."""
        return LAYING in self.effort.limits

    def of(self, verdict: Verdict) -> list[Answer]:
        """The answers with one verdict, in the order of the kinds and of the story."""
        return [answer for answer in self.answers if answer.verdict == verdict]

    def lightened(self, most: int = MUCH) -> Report:
        """This report, to be written down, without what can be asked of the story again.

        If its answers' playthroughs come to more than `most` choices, it is without those that only show that a scene,
        choice, outcome or text can be come to: there is one for each, through all of a long story.
        """
        if sum(len(answer.witness.log) for answer in self.answers if answer.witness is not None) <= most:
            return replace(self, asked=()) if self.asked else self
        answers = tuple(
            replace(a, witness=None) if a.verdict == "proved" and a.question.kind in COVERED else a
            for a in self.answers
        )
        return replace(self, answers=answers, asked=())
