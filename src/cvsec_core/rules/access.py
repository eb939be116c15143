"""May this credential pass this door now, and why, or why not?

Ordered policies, each a clause that says what it forbids. All of them are asked, and every reason
is told; the first in order is the one that is named first. The answer also tells the rule and its
version, and what would be allowed instead.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from attrs import frozen

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.errors import Reason, Words
from cvsec_core.ids import DoorId, LevelId
from cvsec_core.values import Direction

VERSION = 1
"""Raised whenever a policy comes to another answer for the same facts."""

Passback = Literal["none", "soft", "hard"]


@frozen
class Facts:
    """All that a decision needs, gathered by the caller.

    ``at`` is the moment in the site's own zone. ``credential_state`` is None where somebody asks
    without showing one. ``inside`` tells whether the person is
    inside the door's zone by its last passage, None where that is not known.
    """

    at: datetime
    door_id: DoorId
    door_state: door.DoorState
    person_state: person.PersonState
    levels: Mapping[LevelId, access_level.AccessLevelState]
    credential_state: credential.CredentialState | None = None
    direction: Direction = "in"
    passback: Passback = "none"
    inside: bool | None = None
    duress: bool = False


@frozen
class Alternative:
    """The nearest thing that would be allowed: this door later, or another door now."""

    door: DoorId
    at: datetime


@frozen
class Decision:
    """``reasons`` are empty where it is granted. ``noted`` are rules that were broken without
    denying, such as a soft anti-passback. ``duress``: let them in, and raise the alarm.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    noted: tuple[Reason, ...] = ()
    rule: str = ""
    version: int = VERSION
    duress: bool = False
    alternatives: tuple[Alternative, ...] = ()


# Reasons: ONVIF's denial reasons, told apart further.
@frozen
class UnknownPerson(Reason):
    """Who is not enrolled passes no door."""

    code = "unknown-person"
    says = Words(
        "Nobody is enrolled with this credential.", "Nadie está inscrito con esta credencial."
    )
    advises = Words("Go to reception.", "Diríjase a recepción.")


@frozen
class PersonBlocked(Reason):
    """Who is blocklisted passes no door."""

    code = "person-blocked"
    says = Words("This person is on the blocklist.", "Esta persona está en la lista de bloqueo.")
    advises = Words("Call security.", "Avise a seguridad.")


@frozen
class UnknownCredential(Reason):
    """Only a credential that was issued counts."""

    code = "unknown-credential"
    says = Words("This credential was never issued.", "Esta credencial nunca se emitió.")
    advises = Words("Go to reception.", "Diríjase a recepción.")


@frozen
class CredentialNotActive(Reason):
    """A credential does not count before its time."""

    valid_from: str

    code = "credential-not-active"
    says = Words(
        "The credential is valid from {valid_from}.", "La credencial es válida desde {valid_from}."
    )
    advises = Words("Come back then.", "Vuelva entonces.")


@frozen
class CredentialExpired(Reason):
    """A credential does not count after its time."""

    valid_until: str

    code = "credential-expired"
    says = Words(
        "The credential expired at {valid_until}.", "La credencial caducó el {valid_until}."
    )
    advises = Words("Ask for a new one.", "Solicite una nueva.")


@frozen
class NoAccessLevel(Reason):
    """A door is passed by an access level that names it."""

    door: str

    code = "no-access-level"
    says = Words(
        "No access level of theirs opens {door}.", "Ningún nivel de acceso suyo abre {door}."
    )
    advises = Words("Grant a level with that door.", "Conceda un nivel con esa puerta.")


@frozen
class NotPermittedAtThisTime(Reason):
    """A level counts within its hours."""

    levels: tuple[LevelId, ...]

    code = "not-permitted-at-this-time"
    says = Words("It is outside the hours of {levels}.", "Está fuera del horario de {levels}.")
    advises = Words("Come back within the hours.", "Vuelva dentro del horario.")


@frozen
class PassbackViolated(Reason):
    """Nobody enters twice without leaving in between."""

    code = "anti-passback"
    says = Words("They are inside already.", "Ya consta dentro.")
    advises = Words("Leave by a reader first, or reset them.", "Salga por un lector o restablezca.")


Denial = Callable[[Facts], Iterator[Reason]]


def nobody_enters_during_lockdown(facts: Facts) -> Iterator[Reason]:
    """Lockdown denies entry, never exit."""
    state = facts.door_state
    if facts.direction == "in" and isinstance(state, door.Registered) and state.wanted.holds:
        yield door.DoorUnderLockdown(facts.door_id, tuple(sorted(state.wanted.holds)))


def nobody_enters_a_blocked_door(facts: Facts) -> Iterator[Reason]:
    """A blocked door gives no momentary access."""
    state = facts.door_state
    if (
        facts.direction == "in"
        and isinstance(state, door.Registered)
        and state.wanted.mode == "Blocked"
    ):
        yield door.DoorBlocked(facts.door_id)


def only_who_is_enrolled_passes(facts: Facts) -> Iterator[Reason]:
    """A person who is unknown or forgotten holds nothing."""
    if not isinstance(facts.person_state, person.Enrolled):
        yield UnknownPerson()


def nobody_on_the_blocklist_passes(facts: Facts) -> Iterator[Reason]:
    """The blocklist goes before every level."""
    if isinstance(facts.person_state, person.Enrolled) and facts.person_state.blocked:
        yield PersonBlocked()


def only_a_credential_in_force_counts(facts: Facts) -> Iterator[Reason]:
    """Issued, not suspended or revoked, and within its time."""
    match facts.credential_state:
        case None:
            return
        case credential.Unissued():
            yield UnknownCredential()
        case credential.Suspended(reason=reason):
            yield credential.CredentialNotEnabled(reason)
        case credential.Revoked():
            yield credential.CredentialNotEnabled("Revoked")
        case credential.Active(issue):
            if issue.valid_from is not None and facts.at < issue.valid_from:
                yield CredentialNotActive(issue.valid_from.isoformat())
            if issue.valid_until is not None and facts.at >= issue.valid_until:
                yield CredentialExpired(issue.valid_until.isoformat())


def a_door_is_passed_by_a_level_within_its_hours(facts: Facts) -> Iterator[Reason]:
    """One level that names the door and is within its hours is enough."""
    naming = [name for name, level in facts.levels.items() if _names(level, facts.door_id)]
    if not naming:
        yield NoAccessLevel(facts.door_id)
    elif not any(_within(facts.levels[name], facts.at) for name in naming):
        yield NotPermittedAtThisTime(tuple(sorted(naming)))


def nobody_enters_twice_without_leaving(facts: Facts) -> Iterator[Reason]:
    """Anti-passback: never on the way out."""
    if facts.direction == "in" and facts.passback != "none" and facts.inside:
        yield PassbackViolated()


POLICIES: tuple[Denial, ...] = (
    nobody_enters_during_lockdown,
    nobody_enters_a_blocked_door,
    only_who_is_enrolled_passes,
    nobody_on_the_blocklist_passes,
    only_a_credential_in_force_counts,
    a_door_is_passed_by_a_level_within_its_hours,
    nobody_enters_twice_without_leaving,
)


def decide_access(facts: Facts) -> Decision:
    """Granted, or denied with every reason; ``rule`` is the policy of the first reason, or what
    granted.
    """
    noted: list[Reason] = []
    denied: list[Reason] = []
    rule = ""
    for policy in POLICIES:
        for reason in policy(facts):
            if isinstance(reason, PassbackViolated) and facts.passback == "soft":
                noted.append(reason)
                continue
            denied.append(reason)
            rule = rule or policy.__name__
    if denied:
        return Decision(granted=False, reasons=tuple(denied), noted=tuple(noted), rule=rule)
    return Decision(
        granted=True,
        reasons=(),
        noted=tuple(noted),
        rule=a_door_is_passed_by_a_level_within_its_hours.__name__,
        duress=facts.duress,
    )


def explained(facts: Facts, other_doors: Sequence[DoorId]) -> Decision:
    """The decision with the nearest alternatives: when this door would be passed by the levels the
    person holds, and which of *other_doors* would be passed now.
    """
    decision = decide_access(facts)
    return (
        decision if decision.granted else _with(decision, tuple(_alternatives(facts, other_doors)))
    )


def _with(decision: Decision, alternatives: tuple[Alternative, ...]) -> Decision:
    return Decision(
        decision.granted,
        decision.reasons,
        decision.noted,
        decision.rule,
        decision.version,
        decision.duress,
        alternatives,
    )


def _alternatives(facts: Facts, other_doors: Sequence[DoorId]) -> Iterator[Alternative]:
    moments = [
        moment
        for level in facts.levels.values()
        if _names(level, facts.door_id) and (moment := _next_within(level, facts.at))
    ]
    if moments:
        yield Alternative(facts.door_id, min(moments))
    for other in other_doors:
        if any(
            _names(level, other) and _within(level, facts.at) for level in facts.levels.values()
        ):
            yield Alternative(other, facts.at)


def _names(level: access_level.AccessLevelState, name: DoorId) -> bool:
    return isinstance(level, access_level.Defined) and name in level.doors


def _within(level: access_level.AccessLevelState, at: datetime) -> bool:
    if not isinstance(level, access_level.Defined) or at.date() in level.holidays:
        return False
    return level.hours.covers(at.replace(tzinfo=None))


def _next_within(level: access_level.AccessLevelState, at: datetime) -> datetime | None:
    """The first minute after *at*, within eight days, in the hours of the level."""
    if not isinstance(level, access_level.Defined):
        return None
    zone, moment = at.tzinfo or UTC, at.astimezone(UTC)
    while (change := level.hours.next_change(moment, zone)) is not None:
        moment = change
        if _within(level, moment.astimezone(zone)):
            return moment.astimezone(zone)
    return None
