"""What lets somebody pass whatever stands against it, and what denies it otherwise, in order."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.errors import Reason
from cvsec_core.ids import DoorId
from cvsec_core.rules.access.facts import Facts, holder_of
from cvsec_core.rules.access.reasons import (
    CredentialExpired,
    CredentialNotActive,
    CredentialOfSomebodyElse,
    NoAccessLevel,
    NotExpected,
    NotPermittedAtThisTime,
    PassbackViolated,
    PersonBlocked,
    UnknownCredential,
    UnknownPerson,
)

VERSION = 2
"""Raised whenever a policy comes to another answer for the same facts."""

Ground = Callable[[Facts], bool]
Denial = Callable[[Facts], Iterator[Reason]]


# What nothing stands against.
def life_safety_opens_to_everybody(facts: Facts) -> bool:
    """Life safety goes before lockdown and everything else."""
    state = facts.door_state
    return isinstance(state, door.Registered) and bool(state.wanted.released)


def nobody_is_kept_in(facts: Facts) -> bool:
    """Whoever leaves by a door on an egress path is asked for nothing."""
    state = facts.door_state
    return facts.direction == "out" and isinstance(state, door.Registered) and state.identity.egress


GROUNDS: tuple[Ground, ...] = (life_safety_opens_to_everybody, nobody_is_kept_in)


# What denies. Lockdown, modes, hours, visits and anti-passback speak of entering only.
def nobody_enters_during_lockdown(facts: Facts) -> Iterator[Reason]:
    """Lockdown denies entry, never exit."""
    state = facts.door_state
    if facts.direction == "in" and isinstance(state, door.Registered) and state.wanted.holds:
        yield door.DoorUnderLockdown(facts.door_id, tuple(sorted(state.wanted.holds)))


def nobody_enters_a_blocked_door(facts: Facts) -> Iterator[Reason]:
    """A blocked door gives no momentary access."""
    if facts.direction == "in" and _mode(facts) == "Blocked":
        yield door.DoorBlocked(facts.door_id)


def only_who_is_enrolled_passes(facts: Facts) -> Iterator[Reason]:
    """A person who is unknown or forgotten holds nothing."""
    if not isinstance(facts.person_state, person.Enrolled):
        yield UnknownPerson()


def nobody_on_the_blocklist_passes(facts: Facts) -> Iterator[Reason]:
    """The blocklist goes before every level."""
    if isinstance(facts.person_state, person.Enrolled) and facts.person_state.blocked:
        yield PersonBlocked()


def a_code_counts_once_and_in_time(facts: Facts) -> Iterator[Reason]:
    """What was wrong with the way in which the credential was shown."""
    yield from facts.objections


def a_credential_counts_for_its_holder_only(facts: Facts) -> Iterator[Reason]:
    """Only what was issued, and to this person."""
    if isinstance(facts.credential_state, credential.Unissued):
        yield UnknownCredential()
    elif holder_of(facts.credential_state) not in (None, facts.who):
        yield CredentialOfSomebodyElse()


def a_suspended_credential_opens_nothing(facts: Facts) -> Iterator[Reason]:
    """Nor does a revoked one."""
    match facts.credential_state:
        case credential.Suspended(reason=reason) if reason not in _of(facts.objections):
            yield credential.CredentialNotEnabled(reason)
        case credential.Revoked() if "Revoked" not in _of(facts.objections):
            yield credential.CredentialNotEnabled("Revoked")
        case _:
            return


def a_credential_counts_within_its_time(facts: Facts) -> Iterator[Reason]:
    """From when it is valid, until before it is no more."""
    state = facts.credential_state
    if isinstance(state, credential.Active | credential.Suspended):
        start, end, now = state.issue.valid_from, state.issue.valid_until, facts.at.astimezone(UTC)
        if start is not None and now < start:
            yield CredentialNotActive(start.isoformat())
        if end is not None and now >= end:
            yield CredentialExpired(end.isoformat())


def a_door_is_passed_by_a_level_within_its_hours(facts: Facts) -> Iterator[Reason]:
    """One level that names the door and is within its hours is enough; a door that stands unlocked
    asks for none, and nobody is kept in by hours.
    """
    if _mode(facts) == "Unlocked":
        return
    naming = [name for name, level in facts.levels.items() if names(level, facts.door_id)]
    if not naming:
        yield NoAccessLevel(facts.door_id)
    elif facts.direction == "in":
        local = facts.at.replace(tzinfo=None)
        if not any(_within(facts.levels[name], local) for name in naming):
            yield NotPermittedAtThisTime(tuple(sorted(naming)))


def a_visitor_enters_while_a_visit_lasts(facts: Facts) -> Iterator[Reason]:
    """Visitors hold levels as others do, and pass by them while they are expected."""
    known = facts.person_state
    if (
        facts.direction == "in"
        and isinstance(known, person.Enrolled)
        and known.kind == "visitor"
        and _mode(facts) != "Unlocked"
        and not _is_expected(facts)
    ):
        yield NotExpected()


def nobody_enters_twice_without_leaving(facts: Facts) -> Iterator[Reason]:
    """Anti-passback: never on the way out, and a door that stands unlocked cannot tell."""
    state = facts.door_state
    if (
        facts.direction == "in"
        and isinstance(state, door.Registered)
        and state.passback.mode != "none"
        and state.passback.zone in facts.standing.inside
        and state.wanted.mode != "Unlocked"
    ):
        yield PassbackViolated(state.passback.zone)


POLICIES: tuple[Denial, ...] = (
    nobody_enters_during_lockdown,
    nobody_enters_a_blocked_door,
    only_who_is_enrolled_passes,
    nobody_on_the_blocklist_passes,
    a_code_counts_once_and_in_time,
    a_credential_counts_for_its_holder_only,
    a_suspended_credential_opens_nothing,
    a_credential_counts_within_its_time,
    a_door_is_passed_by_a_level_within_its_hours,
    a_visitor_enters_while_a_visit_lasts,
    nobody_enters_twice_without_leaving,
)


def standing_counts(facts: Facts) -> bool:
    """Whether it makes a difference how the person stands."""
    state, known = facts.door_state, facts.person_state
    return (isinstance(known, person.Enrolled) and known.kind == "visitor") or (
        isinstance(state, door.Registered) and state.passback.mode != "none"
    )


def names(level: access_level.AccessLevelState, name: DoorId) -> bool:
    """Whether the level opens the door at all."""
    return isinstance(level, access_level.Defined) and name in level.doors


def _within(level: access_level.AccessLevelState, local: datetime) -> bool:
    """Whether the wall clock *local* falls into the level's hours, on no holiday."""
    return (
        isinstance(level, access_level.Defined)
        and level.hours.covers(local)
        and local.date() not in level.holidays
    )


def _is_expected(facts: Facts) -> bool:
    now = facts.at.astimezone(UTC)
    return any(visit.start <= now < visit.end for visit in facts.standing.visits)


def _mode(facts: Facts) -> str | None:
    state = facts.door_state
    return state.wanted.mode if isinstance(state, door.Registered) else None


def _of(objections: tuple[Reason, ...]) -> set[str]:
    """Why the credential was found disabled as it was shown, so that it is not told twice."""
    return {r.reason for r in objections if isinstance(r, credential.CredentialNotEnabled)}
