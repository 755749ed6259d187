"""`python -m game` and `hyosan`."""

from __future__ import annotations

import errno
import gc
import os
import sys


def main() -> int:
    # Nearly all that is made at the start stays: looking for rubbish among it costs a tenth of the time to first paint.
    gc.set_threshold(50_000, 20, 50)
    from game.cli import run
    from game.story.clean import Cleaned

    # Whatever a command prints, a story's file names and an exception's words among it: text stays text.
    sys.stdout, sys.stderr = (stream and Cleaned(stream) for stream in (sys.stdout, sys.stderr))
    code = run(sys.argv[1:])
    _let_go()
    return code


def _let_go() -> None:
    """Where a terminal is gone, so is what was still to be written to it; that is no error to end with."""
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except OSError as error:
            # Of anything else, such as a full disk, Python tells.
            if error.errno in (errno.EIO, errno.EPIPE):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


if __name__ == "__main__":
    sys.exit(main())
