"""`python -m game` and `hyosan`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    # Nearly all that is made at the start stays: looking for rubbish among it costs a tenth of the time to first paint.
    gc.set_threshold(50_000, 20, 50)
    from game.cli import run
    from game.story.clean import Cleaned

    # Whatever a command prints, a story's file names and an exception's words among it: text stays text.
    sys.stdout, sys.stderr = (stream and Cleaned(stream) for stream in (sys.stdout, sys.stderr))
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
