"""What a command makes happen to an alarm."""

from typing import assert_never

from cvsec_core.aggregates.alarm.commands import (
    AcknowledgeAlarm,
    AddRemark,
    AlarmCommand,
    RaiseAlarm,
    ReturnToNormal,
    ShelveAlarm,
    UnshelveAlarm,
)
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
from cvsec_core.aggregates.alarm.states import (
    Acknowledged,
    AlarmState,
    Facts,
    ReturnedUnacknowledged,
    Settled,
    Unacknowledged,
    Unraised,
)
from cvsec_core.ids import StreamId
from cvsec_core.values import invalid

KIND = "alarm"


def stream_of(command: AlarmCommand) -> StreamId:
    """The stream of the alarm that *command* is about."""
    return StreamId(f"{KIND}-{command.alarm}")


def decide(state: AlarmState, command: AlarmCommand) -> tuple[AlarmEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        AlarmUnknownError: the alarm was never raised.
        InvalidFieldError: a remark is missing or too long, or a shelf would end before it begins.
    """
    asked = command, state
    match asked:
        case RaiseAlarm() as wish, Unraised():
            return _raise(wish)
        case RaiseAlarm(), Unacknowledged() | Acknowledged() | ReturnedUnacknowledged() | Settled():
            return ()
        case (
            AcknowledgeAlarm(alarm)
            | AddRemark(alarm)
            | ReturnToNormal(alarm)
            | ShelveAlarm(alarm)
            | UnshelveAlarm(alarm),
            Unraised(),
        ):
            raise AlarmUnknownError(alarm)
        case AcknowledgeAlarm() as wish, Unacknowledged(facts) | ReturnedUnacknowledged(facts):
            return (_acknowledge(wish, facts),)
        case AcknowledgeAlarm(alarm, remark, by, at), Acknowledged(by=first) | Settled(by=first):
            return (AcknowledgementRefused(alarm, by, remark, (AlreadyAcknowledged(first),), at),)
        case ReturnToNormal(alarm, at), Unacknowledged() | Acknowledged():
            return (AlarmReturnedToNormal(alarm, at),)
        case ReturnToNormal(), ReturnedUnacknowledged() | Settled():
            return ()
        case (
            AddRemark(alarm, remark, by, at),
            Unacknowledged() | Acknowledged() | ReturnedUnacknowledged() | Settled(),
        ):
            return (RemarkAdded(alarm, by, checked_remark(remark), at),)
        case (
            ShelveAlarm() as wish,
            Unacknowledged(facts)
            | Acknowledged(facts)
            | ReturnedUnacknowledged(facts)
            | Settled(facts),
        ):
            return _shelve(wish, facts)
        case (
            UnshelveAlarm(alarm, at),
            Unacknowledged(facts)
            | Acknowledged(facts)
            | ReturnedUnacknowledged(facts)
            | Settled(facts),
        ):
            return (AlarmUnshelved(alarm, at),) if facts.shelved_until else ()
        case _:
            assert_never(asked)


def _raise(command: RaiseAlarm) -> tuple[AlarmEvent, ...]:
    raised = AlarmRaised(
        command.alarm,
        command.device,
        command.door,
        command.code,
        command.level,
        command.cause,
        command.at,
    )
    return (
        (raised, AlarmReturnedToNormal(command.alarm, command.at))
        if command.momentary
        else (raised,)
    )


def _acknowledge(command: AcknowledgeAlarm, facts: Facts) -> AlarmAcknowledged:
    return AlarmAcknowledged(
        command.alarm,
        facts.device,
        facts.raised_at,
        command.by,
        command.on_behalf_of,
        checked_remark(command.remark),
        command.at,
    )


def _shelve(command: ShelveAlarm, facts: Facts) -> tuple[AlarmEvent, ...]:
    if command.until <= command.at:
        invalid("until", command.until.isoformat(), "a moment in the future", "un momento futuro")
    if facts.shelved_until == command.until:
        return ()
    return (
        AlarmShelved(
            command.alarm, command.by, command.until, checked_remark(command.remark), command.at
        ),
    )


def checked_remark(remark: str) -> str:
    """The remark without blanks around it.

    Raises:
        InvalidFieldError: nothing is left of it, or more than 1000 characters.
    """
    text = remark.strip()
    if not 0 < len(text) <= 1000:  # noqa: PLR2004  # stated above
        invalid("remark", remark[:40], "1 to 1000 characters", "de 1 a 1000 caracteres")
    return text
