"""A journal: what one device says happened on one day of its own clock, each thing once.

    Blank --RecordPassages | RecordGap | RecordUnrecognised--> Kept

A device repeats what it is not sure to have delivered, sends late what it buffered, and starts its
numbers again after a restart. A record is the same when its number and its line agree.
"""

from cvsec_core.aggregates.journal.commands import (
    JournalCommand,
    Line,
    RecordGap,
    RecordPassages,
    RecordUnrecognised,
)
from cvsec_core.aggregates.journal.deciding import (
    ISO_DATE,
    KIND,
    RAW_LIMIT,
    day_before,
    decide,
    stream,
    stream_of,
)
from cvsec_core.aggregates.journal.events import (
    GapFilled,
    GapFound,
    JournalEvent,
    PassageRecorded,
    UnrecognisedKept,
)
from cvsec_core.aggregates.journal.evolving import RELEASES_KEPT, RUN, evolve
from cvsec_core.aggregates.journal.states import INITIAL, MARK, Journal, JournalState, Run

__all__ = [
    "INITIAL",
    "ISO_DATE",
    "KIND",
    "MARK",
    "RAW_LIMIT",
    "RELEASES_KEPT",
    "RUN",
    "GapFilled",
    "GapFound",
    "Journal",
    "JournalCommand",
    "JournalEvent",
    "JournalState",
    "Line",
    "PassageRecorded",
    "RecordGap",
    "RecordPassages",
    "RecordUnrecognised",
    "Run",
    "UnrecognisedKept",
    "day_before",
    "decide",
    "evolve",
    "stream",
    "stream_of",
]
