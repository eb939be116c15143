"""A visit: somebody is expected, comes, and leaves again.

    Unregistered --RegisterVisit--> Expected --CheckIn--> CheckedIn --CheckOut--> CheckedOut
                                      |--CancelVisit--> Cancelled
                                      '--RecordNoShow--> NoShow

Nobody is checked out before they are checked in; a check-out that nobody saw says that it is
assumed.
"""

from cvsec_core.aggregates.visit.commands import (
    AssumeCheckOut,
    CancelVisit,
    CheckIn,
    CheckOut,
    RecordNoShow,
    RegisterVisit,
    VisitCommand,
)
from cvsec_core.aggregates.visit.deciding import (
    KIND,
    decide,
    stream,
    stream_of,
)
from cvsec_core.aggregates.visit.errors import (
    NotCheckedIn,
    VisitClosedError,
    VisitEarly,
    VisitOver,
    VisitTakenError,
    VisitUnknownError,
)
from cvsec_core.aggregates.visit.events import (
    CheckInRefused,
    CheckOutRefused,
    NoShowRecorded,
    VisitCancelled,
    VisitEvent,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitRefused,
    VisitRegistered,
)
from cvsec_core.aggregates.visit.evolving import (
    evolve,
)
from cvsec_core.aggregates.visit.states import (
    INITIAL,
    Cancelled,
    CheckedIn,
    CheckedOut,
    Expected,
    NoShow,
    Plan,
    Unregistered,
    VisitState,
)

__all__ = [
    "INITIAL",
    "KIND",
    "AssumeCheckOut",
    "CancelVisit",
    "Cancelled",
    "CheckIn",
    "CheckInRefused",
    "CheckOut",
    "CheckOutRefused",
    "CheckedIn",
    "CheckedOut",
    "Expected",
    "NoShow",
    "NoShowRecorded",
    "NotCheckedIn",
    "Plan",
    "RecordNoShow",
    "RegisterVisit",
    "Unregistered",
    "VisitCancelled",
    "VisitClosedError",
    "VisitCommand",
    "VisitEarly",
    "VisitEvent",
    "VisitOver",
    "VisitRefused",
    "VisitRegistered",
    "VisitState",
    "VisitTakenError",
    "VisitUnknownError",
    "VisitorCheckedIn",
    "VisitorCheckedOut",
    "decide",
    "evolve",
    "stream",
    "stream_of",
]
