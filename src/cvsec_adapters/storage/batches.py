"""What every event log checks of a batch before it stores it, and whom it tells afterwards."""

from collections.abc import Callable, Mapping, Sequence

from cvsec_core.ids import StreamId
from cvsec_core.ports import Entry, Handled
from cvsec_core.recorded import Recorded

Watcher = Callable[[Sequence[Recorded]], None]
"""Is told of events as soon as they stand in the log."""


def check(
    entries: Sequence[Entry], expected: Mapping[StreamId, int], handled: Sequence[Handled]
) -> None:
    """Check that a batch fits together; whether it fits the log is another question.

    Raises:
        ValueError: a stream is written without an expected version, its versions do not run on
            from that version without a gap, or a command is answered by entries there are not.
    """
    reached = dict(expected)
    for stream, version, _, _ in entries:
        if stream not in reached:
            raise ValueError(f"{stream} is written, but no version of it is expected")
        if version != reached[stream] + 1:
            raise ValueError(f"{stream}: version {version} cannot follow {reached[stream]}")
        reached[stream] = version
    for answer in handled:
        if not 0 <= answer.start <= answer.stop <= len(entries):
            raise ValueError(
                f"{answer.command_id} is answered by entries that are not in the batch"
            )


def written(entries: Sequence[Entry]) -> tuple[StreamId, ...]:
    """The streams that a batch writes to, each once."""
    return tuple(dict.fromkeys(entry.stream for entry in entries))
