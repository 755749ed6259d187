"""Story tests: choices by their ids, and what must hold afterwards.

`read` makes typed tests out of YAML, `play` plays one, `blessed` compares its words, `report` says what came of all,
`record` goes from a run to a test and back. `command` is `hyosan test`.
"""

from game.desk.storytest.command import main
from game.desk.storytest.model import Report, Result, StoryTest
from game.desk.storytest.record import Replayed, load_test

__all__ = ["Replayed", "Report", "Result", "StoryTest", "load_test", "main"]
