"""A visit: somebody is expected, comes, and leaves again.

    Unregistered --RegisterVisit--> Expected --CheckIn--> CheckedIn --CheckOut--> CheckedOut
                                      |--CancelVisit--> Cancelled
                                      '--RecordNoShow--> NoShow

Nobody is checked out before they are checked in; a check-out that nobody saw says that it is
assumed.
"""

from datetime import datetime
from typing import assert_never

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Refusal, Words
from cvsec_core.ids import InvitationId, PersonId, StreamId, VisitId
from cvsec_core.values import invalid, personal, require_id, require_party, require_text

KIND = "visit"


# Events: stored for ever. Never change a field; add a new class.
@frozen
class VisitRegistered:
    """``pictures`` are the names under which photographs are kept, each with what it shows before
    it: ``photo:``, ``plate:`` or ``goods:``.
    """

    visit: VisitId
    visitor: PersonId
    host: PersonId
    start: datetime
    end: datetime
    party: int
    invitation: InvitationId | None
    by: str
    at: datetime
    reason: str | None = personal()
    pictures: tuple[str, ...] | None = personal()

    @property
    def subject(self) -> PersonId:
        """Whose personal data it carries."""
        return self.visitor


@frozen
class VisitRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    host: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitorCheckedIn:
    """So many came together; ``end`` is when the visit is planned to be over. ``tells_host``: the
    host is told by letter.
    """

    visit: VisitId
    visitor: PersonId
    host: PersonId
    party: int
    end: datetime
    by: str
    at: datetime
    tells_host: bool = False


@frozen
class CheckInRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitorCheckedOut:
    """``assumed``: nobody saw them leave; the day was over."""

    visit: VisitId
    visitor: PersonId
    assumed: bool
    by: str | None
    at: datetime


@frozen
class CheckOutRefused(Refusal):
    visit: VisitId
    visitor: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class VisitCancelled:
    visit: VisitId
    visitor: PersonId
    by: str
    at: datetime


@frozen
class NoShowRecorded:
    visit: VisitId
    visitor: PersonId
    at: datetime


VisitEvent = (
    VisitRegistered
    | VisitRefused
    | VisitorCheckedIn
    | CheckInRefused
    | VisitorCheckedOut
    | CheckOutRefused
    | VisitCancelled
    | NoShowRecorded
)


# Commands: all that the decision needs, the time included.
@frozen
class RegisterVisit:
    visit: VisitId
    visitor: PersonId
    host: PersonId
    start: datetime
    end: datetime
    reason: str
    by: str
    at: datetime
    party: int = 1
    invitation: InvitationId | None = None
    pictures: tuple[str, ...] = ()
    objections: tuple[Reason, ...] = ()


@frozen
class CheckIn:
    """``tells_host``: the host has an address, and there is a mail server; it is filled in."""

    visit: VisitId
    by: str
    at: datetime
    objections: tuple[Reason, ...] = ()
    tells_host: bool = False


@frozen
class CheckOut:
    visit: VisitId
    by: str
    at: datetime


@frozen
class CancelVisit:
    visit: VisitId
    by: str
    at: datetime


@frozen
class AssumeCheckOut:
    visit: VisitId
    at: datetime


@frozen
class RecordNoShow:
    visit: VisitId
    at: datetime


VisitCommand = RegisterVisit | CheckIn | CheckOut | CancelVisit | AssumeCheckOut | RecordNoShow


# States: one class a place in the life of a visit.
@frozen
class Unregistered: ...


@frozen
class Plan:
    """Who comes, to whom, with how many, and until when."""

    visitor: PersonId
    host: PersonId
    party: int
    end: datetime


@frozen
class Expected:
    plan: Plan


@frozen
class CheckedIn:
    plan: Plan


@frozen
class CheckedOut:
    plan: Plan


@frozen
class Cancelled:
    plan: Plan


@frozen
class NoShow:
    plan: Plan


VisitState = Unregistered | Expected | CheckedIn | CheckedOut | Cancelled | NoShow
INITIAL = Unregistered()


# Reasons and errors: the rule that was broken.
@frozen
class NotCheckedIn(Reason):
    """Nobody is checked out before they are checked in."""

    code = "not-checked-in"
    says = Words("This visitor is not checked in.", "Este visitante no ha registrado su entrada.")
    advises = Words("Check them in first.", "Registre antes su entrada.")


@frozen
class VisitOver(Reason):
    """A visit that has ended does not begin again."""

    code = "visit-over"
    says = Words("This visit is over.", "Esta visita ha terminado.")
    advises = Words("Register a new visit.", "Registre una visita nueva.")


@define
class VisitUnknownError(CommandError):
    """No such visit is registered."""

    visit: str

    code = "visit-unknown"
    says = Words("There is no visit {visit}.", "No existe la visita {visit}.")
    advises = Words("See `visits list`.", "Vea `visits list`.")


@define
class VisitTakenError(CommandError):
    """A visit is registered once."""

    visit: str

    code = "visit-taken"
    says = Words(
        "The visit {visit} is registered already.", "La visita {visit} ya está registrada."
    )
    advises = Words("Register it under another id.", "Regístrela con otro id.")


@define
class VisitClosedError(CommandError):
    """Only a visit that is still expected is cancelled."""

    visit: str

    code = "visit-closed"
    says = Words(
        "The visit {visit} is no longer expected.", "La visita {visit} ya no está prevista."
    )
    advises = Words("See `visits list`.", "Vea `visits list`.")


def stream_of(command: VisitCommand) -> StreamId:
    """The stream of the visit that *command* is about."""
    return stream(command.visit)


def stream(visit: VisitId) -> StreamId:
    """The stream of *visit*."""
    return StreamId(f"{KIND}-{visit}")


def decide(state: VisitState, command: VisitCommand) -> tuple[VisitEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        VisitUnknownError: the visit is not registered.
        VisitTakenError: it is registered already.
        VisitClosedError: it is to be cancelled, and is no longer expected.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case RegisterVisit() as wish, Unregistered():
            return (_registered(wish),)
        case (
            RegisterVisit(visit),
            Expected() | CheckedIn() | CheckedOut() | Cancelled() | NoShow(),
        ):
            raise VisitTakenError(visit)
        case (_, Unregistered()):
            raise VisitUnknownError(command.visit)
        case CheckIn() as arrival, Expected(plan) | NoShow(plan):
            return (_checked_in(arrival, plan),)
        case CheckIn(), CheckedIn():
            return ()
        case CheckIn(visit, by, at, objections), CheckedOut(plan) | Cancelled(plan):
            reasons = (VisitOver(), *objections)
            return (CheckInRefused(visit, plan.visitor, reasons, by, at),)
        case CheckOut(visit, by, at), CheckedIn(plan):
            return (VisitorCheckedOut(visit, plan.visitor, False, by, at),)  # noqa: FBT003  # in the event's order
        case CheckOut(), CheckedOut():
            return ()
        case CheckOut(visit, by, at), Expected(plan) | Cancelled(plan) | NoShow(plan):
            return (CheckOutRefused(visit, plan.visitor, (NotCheckedIn(),), by, at),)
        case AssumeCheckOut(visit, at), CheckedIn(plan):
            gone = VisitorCheckedOut(visit, plan.visitor, True, None, at)  # noqa: FBT003
            return (gone,) if at >= plan.end else ()
        case AssumeCheckOut(), Expected() | CheckedOut() | Cancelled() | NoShow():
            return ()
        case CancelVisit(visit, by, at), Expected(plan):
            return (VisitCancelled(visit, plan.visitor, by, at),)
        case CancelVisit(), Cancelled():
            return ()
        case CancelVisit(visit), CheckedIn() | CheckedOut() | NoShow():
            raise VisitClosedError(visit)
        case RecordNoShow(visit, at), Expected(plan):
            return (NoShowRecorded(visit, plan.visitor, at),) if at >= plan.end else ()
        case RecordNoShow(), CheckedIn() | CheckedOut() | Cancelled() | NoShow():
            return ()
        case _:
            assert_never(asked)


def _registered(command: RegisterVisit) -> VisitRegistered | VisitRefused:
    require_id("visit", command.visit)
    require_text("reason", command.reason)
    require_party("party", command.party)
    if command.end <= max(command.start, command.at):
        invalid(
            "end",
            command.end.isoformat(),
            "a moment to come, after the start",
            "un momento futuro, posterior al inicio",
        )
    if command.objections:
        return VisitRefused(
            command.visit,
            command.visitor,
            command.host,
            command.objections,
            command.by,
            command.at,
        )
    return VisitRegistered(
        command.visit,
        command.visitor,
        command.host,
        command.start,
        command.end,
        command.party,
        command.invitation,
        command.by,
        command.at,
        command.reason,
        command.pictures or None,
    )


def _checked_in(arrival: CheckIn, plan: Plan) -> VisitorCheckedIn | CheckInRefused:
    """Whoever stands at the desk has come, early or late: who is inside must be known."""
    visit, by, at = arrival.visit, arrival.by, arrival.at
    if arrival.objections:
        return CheckInRefused(visit, plan.visitor, arrival.objections, by, at)
    return VisitorCheckedIn(
        visit, plan.visitor, plan.host, plan.party, plan.end, by, at, arrival.tells_host
    )


def evolve(state: VisitState, event: VisitEvent) -> VisitState:
    """The state after *event*; never refuses, for it has happened."""
    if isinstance(event, VisitRegistered):
        return Expected(Plan(event.visitor, event.host, event.party, event.end))
    if isinstance(state, Unregistered):
        return state
    match event:
        case VisitorCheckedIn():
            return CheckedIn(state.plan)
        case VisitorCheckedOut():
            return CheckedOut(state.plan)
        case VisitCancelled():
            return Cancelled(state.plan)
        case NoShowRecorded():
            return NoShow(state.plan)
        case VisitRefused() | CheckInRefused() | CheckOutRefused():
            return state
        case _:
            assert_never(event)
