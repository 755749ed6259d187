"""`hyosan prove`: what holds in every state of a story there is, as text, as data, as a page and as story tests.

`command` is the command line; `summary`, `formats`, `page` and `tests_out` show a report; `kept` remembers one;
`beside` proves in a process of its own, for `hyosan watch`.
"""

from game.desk.prove.command import main

__all__ = ["main"]
