"""Rebuilds a group of views in a process of its own, for `cvsec_adapters.storage.rebuilding`.

The job comes in at the standard input; what there is to say goes out at the standard output, both
pickled. The main module here is this one: that of the caller is never run again.
"""

import gc
import pickle
import sys
import traceback
from contextlib import suppress
from typing import IO

from cvsec_adapters.storage.rebuilding import Failed, Job, Reached, Rebuilt, Said


def main() -> None:
    """Do the job and say how it ended; nothing, where the job itself cannot be understood."""
    output, sys.stdout = sys.stdout.buffer, sys.stderr  # a projection may print
    try:
        job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the process that started this
    except Exception:  # noqa: BLE001  # the caller does the job itself, and meets the error if there is one
        sys.exit(1)
    _say(output, _done(job, output))


def _done(job: Job, output: IO[bytes]) -> Rebuilt | Failed:
    gc.disable()  # the process makes millions of small objects, none of them in a circle
    try:
        job.run(lambda position, head: _say(output, Reached(position, head)))
    except Exception as error:  # noqa: BLE001  # the caller raises it
        return Failed(error, traceback.format_exc())
    return Rebuilt()


def _say(output: IO[bytes], said: Said) -> None:
    pickle.dump(said, output)
    output.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):  # the caller has ended, or will
        main()
