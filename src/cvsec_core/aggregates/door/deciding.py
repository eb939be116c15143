"""What a command makes happen to a door."""

from datetime import datetime
from typing import assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.aggregates.door.commands import (
    MOMENTARY_LIFE,
    ApplySchedule,
    DoorCommand,
    DoorHold,
    DoorOutcome,
    DoorRequest,
    DoorSetting,
    EndDoorRelease,
    EngageLockdown,
    ExpireDoorCommand,
    LiftLockdown,
    ReassertMode,
    RegisterDoor,
    ReleaseDoorForLifeSafety,
    ReportDoorCommandResult,
    ReportDoorCommandSent,
    ReportDoorState,
    ReportEgressImpaired,
    RequestAlarmCancel,
    RequestMode,
    RequestUnlock,
    SetDoorSchedule,
    SetLockdownMeans,
)
from cvsec_core.aggregates.door.events import (
    AlarmCancelRefused,
    AlarmCancelRequested,
    Cause,
    DoorCommandApplied,
    DoorCommandExpired,
    DoorCommandIndeterminate,
    DoorCommandRejected,
    DoorCommandSent,
    DoorEvent,
    DoorRegistered,
    DoorReleasedForLifeSafety,
    DoorReleaseEnded,
    DoorScheduleSet,
    LockdownEngaged,
    LockdownLifted,
    LockdownMeansLearned,
    ModeRefused,
    ModeRequested,
    ModeStepApplied,
    ScheduleApplied,
    UnlockRefused,
    UnlockRequested,
)
from cvsec_core.aggregates.door.sensing import impaired, sensed
from cvsec_core.aggregates.door.states import (
    DoorState,
    Pending,
    Registered,
    Unregistered,
    Wanted,
    confirmed,
    pending,
    pending_mode,
)
from cvsec_core.errors import CommandError, Reason, Words
from cvsec_core.ids import DoorId, GroupId, StreamId
from cvsec_core.values import ManualMode, invalid, require_choice, require_id

KIND = "door"


# Reasons and errors: the rule that was broken.
@frozen
class DoorUnderLockdown(Reason):
    """A door under lockdown takes no command but its release."""

    door: str
    groups: tuple[GroupId, ...]

    code = "under-lockdown"
    says = Words(
        "Door {door} is under lockdown ({groups}).", "La puerta {door} está bloqueada ({groups})."
    )
    advises = Words(
        "Cancel the lockdown of {groups} first.", "Levante antes el bloqueo de {groups}."
    )


@frozen
class DoorReleased(Reason):
    """A door that life safety has opened stays open until the release ends."""

    door: str

    code = "released-for-life-safety"
    says = Words(
        "Door {door} is open for life safety.",
        "La puerta {door} está abierta por seguridad de las personas.",
    )
    advises = Words(
        "End the life-safety release first.", "Termine antes la apertura de emergencia."
    )


@frozen
class EgressProtected(Reason):
    """Nothing takes the exit away from a door on an egress path."""

    door: str
    mode: str

    code = "egress-protected"
    says = Words(
        "Door {door} is a way out; {mode} could keep people in.",
        "La puerta {door} es una salida; {mode} podría retener a las personas.",
    )
    advises = Words("Lock it instead.", "Ciérrela con llave en su lugar.")


@frozen
class DoorBlocked(Reason):
    """A blocked door gives no momentary access."""

    door: str

    code = "door-blocked"
    says = Words("Door {door} is blocked.", "La puerta {door} está inhabilitada.")
    advises = Words("Set it to Locked first.", "Póngala antes en Locked.")


@define
class DoorUnknownError(CommandError):
    """No such door is registered."""

    door: str

    code = "door-unknown"
    says = Words("No door {door} is registered.", "La puerta {door} no está registrada.")
    advises = Words("See the doors with `doors list`.", "Vea las puertas con `doors list`.")


def stream_of(command: DoorCommand) -> StreamId:
    """The stream of the door that *command* is about."""
    return stream(command.door)


def stream(door: DoorId) -> StreamId:
    """The stream of *door*."""
    return StreamId(f"{KIND}-{door}")


def decide(state: DoorState, command: DoorCommand) -> tuple[DoorEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        DoorUnknownError: the door is not registered.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case RegisterDoor(door, device, number, at, egress), Unregistered():
            require_id("door", door)
            return (DoorRegistered(door, device, number, egress, at),)
        case RegisterDoor(), Registered():
            return ()
        case (_, Unregistered()):
            raise DoorUnknownError(command.door)
        case ReportDoorState() as report, Registered() as known:
            return sensed(known, report)
        case ReportEgressImpaired() as report, Registered() as known:
            return _egress_impaired(known, report)
        case (
            (ReportDoorCommandSent() | ReportDoorCommandResult() | ExpireDoorCommand()) as outcome,
            Registered() as known,
        ):
            return _outcome(known, outcome)
        case (
            (RequestUnlock() | RequestMode() | RequestAlarmCancel()) as wish,
            Registered() as known,
        ):
            return _request(known, wish)
        case (
            (
                EngageLockdown()
                | LiftLockdown()
                | ReleaseDoorForLifeSafety()
                | EndDoorRelease()
                | ReassertMode()
                | ApplySchedule()
            ) as hold,
            Registered() as known,
        ):
            return _hold(known, hold)
        case (SetDoorSchedule() | SetLockdownMeans()) as setting, Registered() as known:
            return _setting(known, setting)
        case _:
            assert_never(asked)


# Requests by people.
def _request(state: Registered, command: DoorRequest) -> tuple[DoorEvent, ...]:
    reasons = (*_against(state, command), *command.objections)
    match command:
        case RequestUnlock(door, by, at, _, on_behalf_of):
            if reasons:
                return (UnlockRefused(door, by, on_behalf_of, reasons, at),)
            return (_unlock(state, command),)
        case RequestMode(door, mode, by, at):
            require_choice("mode", mode, ManualMode)
            if reasons:
                return (ModeRefused(door, mode, by, reasons, at),)
            if state.wanted.mode == mode and state.wanted.manual == mode:
                return ()
            return (_mode(state, changed(state.wanted, manual=mode), "manual", at, by),)
        case RequestAlarmCancel(door, by, at):
            if reasons:
                return (AlarmCancelRefused(door, by, reasons, at),)
            identity, request = state.identity, state.asked.requests + 1
            return (
                AlarmCancelRequested(
                    door, identity.device, identity.number, request, by, at + MOMENTARY_LIFE, at
                ),
            )
        case _:
            assert_never(command)


def _unlock(state: Registered, command: RequestUnlock) -> UnlockRequested:
    if not 1 <= command.seconds <= 254:  # noqa: PLR2004  # the range that door controllers share
        invalid("seconds", command.seconds, "1 to 254 seconds", "de 1 a 254 segundos")
    return UnlockRequested(
        command.door,
        state.identity.device,
        state.identity.number,
        state.asked.requests + 1,
        command.seconds,
        command.by,
        command.on_behalf_of,
        command.at + MOMENTARY_LIFE,
        command.at,
    )


def _against(state: Registered, command: DoorRequest) -> tuple[Reason, ...]:
    """What the door itself has against it, lockdown first."""
    reasons: list[Reason] = []
    door, wanted = command.door, state.wanted
    if isinstance(command, RequestAlarmCancel):
        return ()
    if wanted.holds:
        reasons.append(DoorUnderLockdown(door, tuple(sorted(wanted.holds))))
    if isinstance(command, RequestMode) and wanted.released:
        reasons.append(DoorReleased(door))
    if (
        isinstance(command, RequestMode)
        and command.mode == "DoubleLocked"
        and state.identity.egress
    ):
        reasons.append(EgressProtected(door, command.mode))
    if isinstance(command, RequestUnlock) and wanted.mode == "Blocked":
        reasons.append(DoorBlocked(door))
    return tuple(reasons)


# Holds: what a lockdown, life safety, a schedule or a device that came back makes of the mode.
def _hold(state: Registered, command: DoorHold) -> tuple[DoorEvent, ...]:
    wanted = state.wanted
    match command:
        case EngageLockdown(door, group, at):
            if group in wanted.holds:
                return ()
            holds = wanted.holds | {group}
            had = wanted.mode == "LockedDown" and confirmed(state)
            engaged = LockdownEngaged(door, group, tuple(sorted(holds)), had, at)
            after = changed(wanted, holds=holds, manual=None)
            return (*_withdrawn(state, at), engaged, *_shifted(state, after, "lockdown", command))
        case LiftLockdown(door, group, at):
            if group not in wanted.holds:
                return ()
            holds = wanted.holds - {group}
            lifted = LockdownLifted(door, group, tuple(sorted(holds)), at)
            return (lifted, *_shifted(state, changed(wanted, holds=holds), "release", command))
        case ReleaseDoorForLifeSafety(door, at):
            if wanted.released:
                return ()
            after = changed(wanted, released=True, manual=None)
            released = DoorReleasedForLifeSafety(door, at)
            return (released, *_shifted(state, after, "life-safety", command))
        case EndDoorRelease(door, at):
            if not wanted.released:
                return ()
            after = changed(wanted, released=False)
            return (DoorReleaseEnded(door, at), *_shifted(state, after, "release", command))
        case ApplySchedule(door, unlocked, until, at):
            after = changed(wanted, scheduled_open=unlocked)
            applied = ScheduleApplied(door, unlocked, until, at)
            return (applied, *_shifted(state, after, "schedule", command))
        case ReassertMode(_, at):
            return (_mode(state, wanted, "reassert", at),) if _worth(state) else ()
        case _:
            assert_never(command)


def _withdrawn(state: Registered, at: datetime) -> tuple[DoorEvent, ...]:
    """An unlock that was not handed out before a lockdown must not be after it."""
    return tuple(
        DoorCommandExpired(state.identity.door, item.request, item.kind, at)
        for item in state.asked.pending
        if item.kind == "unlock" and not item.sent
    )


def _shifted(
    state: Registered, after: Wanted, cause: Cause, command: DoorHold
) -> tuple[DoorEvent, ...]:
    """The request for the new mode, where it is another. A release goes to locked first, and then
    to what the schedule says now: never blindly back to what was before.
    """
    if after.mode == state.wanted.mode:
        return ()
    return (_mode(state, after, cause, command.at),)


def _worth(state: Registered) -> bool:
    """Whether the device has to be told again: a locked door with nothing switched on need not."""
    return (
        state.wanted.mode != "Locked"
        or bool(state.asked.switched_on)
        or pending_mode(state) is not None
    )


def _mode(
    state: Registered,
    wanted: Wanted,
    cause: Cause,
    at: datetime,
    by: str | None = None,
) -> ModeRequested:
    identity = state.identity
    stays_on = {"LockedDown": "lockdown", "Unlocked": "normal-open", "LockedOpen": "normal-open"}
    keeps = stays_on.get(wanted.mode)
    if wanted.mode == "LockedDown" and wanted.means == "relock":
        keeps = None
    return ModeRequested(
        identity.door,
        identity.device,
        identity.number,
        state.asked.requests + 1,
        wanted.mode,
        wanted.means,
        tuple(sorted(on for on in state.asked.switched_on if on != keeps)),
        cause,
        by,
        at,
    )


# Settings.
def _setting(state: Registered, command: DoorSetting) -> tuple[DoorEvent, ...]:
    match command:
        case SetDoorSchedule(door, schedule, by, at):
            for interval in schedule.intervals:
                interval.check()
            same = schedule == state.wanted.schedule
            return () if same else (DoorScheduleSet(door, schedule, by, at),)
        case SetLockdownMeans(door, means, at):
            means = means if state.identity.egress else "lockdown"
            if means == state.wanted.means:
                return ()
            learned = LockdownMeansLearned(door, means, at)
            if state.wanted.mode != "LockedDown":
                return (learned,)
            after = changed(state.wanted, means=means)
            return (learned, _mode(state, after, "lockdown", at))
        case _:
            assert_never(command)


def _egress_impaired(state: Registered, command: ReportEgressImpaired) -> tuple[DoorEvent, ...]:
    """The alarm, and from now on the door is secured in a way that leaves the exit free."""
    if not state.identity.egress:
        return ()
    told = impaired(state, command)
    return (*told, *_setting(state, SetLockdownMeans(command.door, "relock", command.at)))


# What became of requests.
def _outcome(state: Registered, command: DoorOutcome) -> tuple[DoorEvent, ...]:
    item = pending(state, command.request)
    if item is None:
        return ()
    door, request, kind, at = command.door, item.request, item.kind, command.at
    match command:
        case ReportDoorCommandSent():
            return (
                ()
                if _not_to_be_sent(item, command)
                else (DoorCommandSent(door, request, kind, at),)
            )
        case ReportDoorCommandResult(code=code) if code < 0:
            return (DoorCommandRejected(door, request, kind, code, at),)
        case ReportDoorCommandResult(step=step, steps=steps):
            if len(item.steps | {step}) < steps:
                return () if step in item.steps else (ModeStepApplied(door, request, step, at),)
            mode = state.wanted.mode if kind == "mode" else None
            return (DoorCommandApplied(door, request, kind, mode, at),)
        case ExpireDoorCommand():
            if item.not_after is None or at < item.not_after:
                return ()
            if item.sent:
                return (DoorCommandIndeterminate(door, request, kind, at),)
            return (DoorCommandExpired(door, request, kind, at),)
        case _:
            assert_never(command)


def _not_to_be_sent(item: Pending, command: ReportDoorCommandSent) -> bool:
    """A momentary command is handed out once and in time, or not at all."""
    if item.not_after is None:
        return False
    return item.sent or command.at >= item.not_after
