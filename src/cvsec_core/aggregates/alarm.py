"""An alarm: a condition that somebody must see, after ISA-18.2.

    Unraised --RaiseAlarm--> Unacknowledged --AcknowledgeAlarm--> Acknowledged
                                  |                                    |
                            ReturnToNormal                       ReturnToNormal
                                  v                                    v
                       ReturnedUnacknowledged --AcknowledgeAlarm--> Settled

Shelving hides an alarm for a while and changes nothing else. Acknowledging never changes the
condition, and the condition's end never acknowledges.
"""

from datetime import datetime
from typing import assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Reason, Refusal, Words
from cvsec_core.ids import AlarmId, DeviceId, DoorId, EventId, StreamId
from cvsec_core.values import Level, invalid

KIND = "alarm"


# Events: stored for ever. Never change a field; add a new class.
@frozen
class AlarmRaised:
    alarm: AlarmId
    device: DeviceId
    door: DoorId | None
    code: int
    level: Level
    cause: EventId | None
    at: datetime


@frozen
class AlarmAcknowledged:
    alarm: AlarmId
    device: DeviceId
    raised_at: datetime
    by: str
    on_behalf_of: str | None
    remark: str
    at: datetime


@frozen
class AcknowledgementRefused(Refusal):
    alarm: AlarmId
    by: str
    remark: str
    reasons: tuple[Reason, ...]
    at: datetime


@frozen
class RemarkAdded:
    alarm: AlarmId
    by: str
    remark: str
    at: datetime


@frozen
class AlarmReturnedToNormal:
    alarm: AlarmId
    at: datetime


@frozen
class AlarmShelved:
    alarm: AlarmId
    by: str
    until: datetime
    remark: str
    at: datetime


@frozen
class AlarmUnshelved:
    alarm: AlarmId
    at: datetime


AlarmEvent = (
    AlarmRaised
    | AlarmAcknowledged
    | AcknowledgementRefused
    | RemarkAdded
    | AlarmReturnedToNormal
    | AlarmShelved
    | AlarmUnshelved
)


# Commands: all that the decision needs, the time included.
@frozen
class RaiseAlarm:
    """``momentary``: the condition is over as it is told, as with a refused card."""

    alarm: AlarmId
    device: DeviceId
    door: DoorId | None
    code: int
    level: Level
    at: datetime
    cause: EventId | None = None
    momentary: bool = False


@frozen
class AcknowledgeAlarm:
    alarm: AlarmId
    remark: str
    by: str
    at: datetime
    on_behalf_of: str | None = None


@frozen
class AddRemark:
    alarm: AlarmId
    remark: str
    by: str
    at: datetime


@frozen
class ReturnToNormal:
    alarm: AlarmId
    at: datetime


@frozen
class ShelveAlarm:
    """Hide the alarm until a moment, for a stated cause."""

    alarm: AlarmId
    until: datetime
    remark: str
    by: str
    at: datetime


@frozen
class UnshelveAlarm:
    alarm: AlarmId
    at: datetime


AlarmCommand = (
    RaiseAlarm | AcknowledgeAlarm | AddRemark | ReturnToNormal | ShelveAlarm | UnshelveAlarm
)


# States: one class a place in the life of an alarm.
@frozen
class Unraised: ...


@frozen
class Facts:
    """What stays the same through an alarm's life, and until when it is shelved."""

    device: DeviceId
    raised_at: datetime
    shelved_until: datetime | None = None


@frozen
class Unacknowledged:
    facts: Facts


@frozen
class Acknowledged:
    facts: Facts
    by: str


@frozen
class ReturnedUnacknowledged:
    facts: Facts


@frozen
class Settled:
    """Acknowledged, and the condition is over."""

    facts: Facts
    by: str


AlarmState = Unraised | Unacknowledged | Acknowledged | ReturnedUnacknowledged | Settled
INITIAL = Unraised()


# Reasons and errors: the rule that was broken.
@frozen
class AlreadyAcknowledged(Reason):
    """An alarm is acknowledged once."""

    by: str

    code = "already-acknowledged"
    says = Words("{by} has acknowledged this alarm already.", "{by} ya ha reconocido esta alarma.")
    advises = Words(
        "Add a remark if there is more to say.", "Añada una observación si hay algo más que decir."
    )


@define
class AlarmUnknownError(CommandError):
    """Nobody raised this alarm."""

    alarm: str

    code = "alarm-unknown"
    says = Words("There is no alarm {alarm}.", "No existe la alarma {alarm}.")
    advises = Words("List the alarms with `alarms list`.", "Vea las alarmas con `alarms list`.")


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
        invalid("until", command.until.isoformat(), "a moment to come", "un momento futuro")
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


def evolve(state: AlarmState, event: AlarmEvent) -> AlarmState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, AlarmRaised):
        return Unacknowledged(Facts(event.device, event.at))
    if isinstance(state, Unraised):
        return state
    match event:
        case AlarmAcknowledged(by=by):
            over = isinstance(state, ReturnedUnacknowledged | Settled)
            return Settled(state.facts, by) if over else Acknowledged(state.facts, by)
        case AlarmReturnedToNormal():
            acknowledged = isinstance(state, Acknowledged | Settled)
            return (
                Settled(state.facts, state.by)
                if acknowledged
                else ReturnedUnacknowledged(state.facts)
            )
        case AlarmShelved(until=until):
            return changed(state, facts=changed(state.facts, shelved_until=until))
        case AlarmUnshelved():
            return changed(state, facts=changed(state.facts, shelved_until=None))
        case RemarkAdded() | AcknowledgementRefused():
            return state
        case _:
            assert_never(event)
