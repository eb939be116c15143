"""An alarm: a condition that somebody must see, after ISA-18.2.

    Unraised --RaiseAlarm--> Unacknowledged --AcknowledgeAlarm--> Acknowledged
                                  |                                    |
                            ReturnToNormal                       ReturnToNormal
                                  v                                    v
                       ReturnedUnacknowledged --AcknowledgeAlarm--> Settled

Shelving hides an alarm for a while and changes nothing else. Acknowledging never changes the
condition, and the condition's end never acknowledges.
"""

from cvsec_core.aggregates.alarm.commands import (
    AcknowledgeAlarm,
    AddRemark,
    AlarmCommand,
    RaiseAlarm,
    ReturnToNormal,
    ShelveAlarm,
    UnshelveAlarm,
)
from cvsec_core.aggregates.alarm.deciding import KIND, checked_remark, decide, stream_of
from cvsec_core.aggregates.alarm.errors import AlarmUnknownError, AlreadyAcknowledged
from cvsec_core.aggregates.alarm.events import (
    AcknowledgementRefused,
    AlarmAcknowledged,
    AlarmEvent,
    AlarmRaised,
    AlarmReturnedToNormal,
    AlarmShelved,
    AlarmUnshelved,
    RemarkAdded,
)
from cvsec_core.aggregates.alarm.evolving import evolve
from cvsec_core.aggregates.alarm.states import (
    INITIAL,
    Acknowledged,
    AlarmState,
    Facts,
    ReturnedUnacknowledged,
    Settled,
    Unacknowledged,
    Unraised,
)

__all__ = [
    "INITIAL",
    "KIND",
    "AcknowledgeAlarm",
    "Acknowledged",
    "AcknowledgementRefused",
    "AddRemark",
    "AlarmAcknowledged",
    "AlarmCommand",
    "AlarmEvent",
    "AlarmRaised",
    "AlarmReturnedToNormal",
    "AlarmShelved",
    "AlarmState",
    "AlarmUnknownError",
    "AlarmUnshelved",
    "AlreadyAcknowledged",
    "Facts",
    "RaiseAlarm",
    "RemarkAdded",
    "ReturnToNormal",
    "ReturnedUnacknowledged",
    "Settled",
    "ShelveAlarm",
    "Unacknowledged",
    "Unraised",
    "UnshelveAlarm",
    "checked_remark",
    "decide",
    "evolve",
    "stream_of",
]
