"""A story of two chapters and three endings, for what is kept across runs."""

from __future__ import annotations

from functools import cache

from game.engine import Machine, Run
from game.story import load_sources

LONG = (
    "The corridor is full of people who are pretending that it is a normal corridor, and the light hums above them "
    "as it has since the spring, when somebody wrote a letter about it."
)

STORY = {
    "story.yaml": """
story: {id: again, title: "Again & <Again>", version: 1.0.0, start: hall, notice: "Made by nobody. *Free.*"}
player: {name: Do-ha}
clock: {tick: 10 min}
fates: {well: {becomes: [missing, dead]}, missing: {is: away, becomes: [well]}, dead: {is: gone}}
""",
    "people.yaml": """
jo: {name: Nam On-jo, short: On-jo, hangul: 남온조, memories: {rain: She walked home in the rain.}}
san: {name: Lee Cheong-san, short: Cheong-san}
mi: {name: Mi-jin}
""",
    "places.yaml": "hall: {name: The hall, short: the hall, floor: 1, at: [0, 0]}",
    "01.yaml": f"""
chapter: {{id: first, title: The Morning, from: D1 10:00, until: D1 12:00, start: hall}}
scenes:
  hall:
    place: hall
    cast: [jo, san]
    text: |
      {LONG}

      @jo: Wait for me, {{{{ player }}}}, at the gate, at ten past, and not before then, whatever anybody says.
    choices:
      go: {{text: Go on., do: [{{join: jo}}, {{remember: rain}}, {{pass: 10 min}}], goto: noon}}
      lose: {{text: Look away., do: [{{fate: {{san: dead}}}}], then: He is not there any more., goto: noon}}
      stay: {{text: Stay., do: [{{pass: 10 min}}], goto: hall}}
""",
    "02.yaml": """
chapter: {id: second, title: The Noon, from: D1 12:00, until: D1 18:00, start: noon}
scenes:
  noon:
    place: hall
    text: It is noon.
    choices:
      out: {text: Leave., goto: out}
      up: {text: Climb., goto: roof}
      down: {text: Hide., goto: under}
      on: {text: Wait., goto: noon}
endings:
  out: {title: By the Gate, text: Air.}
  roof: {title: On the Roof, hint: Some doors lead up., text: Wind.}
  under: {title: Under the Stairs, text: Dust.}
""",
}


@cache
def machine() -> Machine:
    loaded = load_sources(STORY)
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return Machine(loaded.story)


def run(*choices: str, seed: int = 1, player: str = "") -> Run:
    """A run of it after these choices."""
    made = Run.new(machine(), seed, player)
    for choice in choices:
        made = made.choose(choice)
    return made
