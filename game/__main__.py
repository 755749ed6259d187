"""`python -m game` and `hyosan`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    # Nearly all that is made at the start stays: looking for rubbish among it costs a tenth of the time to first paint.
    gc.set_threshold(50_000, 20, 50)
    from game.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
