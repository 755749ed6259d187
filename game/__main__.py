"""`python -m game` and `hyosan`."""

from __future__ import annotations

import sys


def main() -> int:
    from game.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
