"""What would be allowed instead. An alternative must itself pass every policy."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from itertools import islice

from attrs import evolve as changed

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.commit import Look
from cvsec_core.ids import DoorId
from cvsec_core.rules.access.deciding import decide_access
from cvsec_core.rules.access.facts import Alternative, Decision, Facts, Passing, gathered
from cvsec_core.rules.access.policies import names, standing_counts
from cvsec_core.rules.access.reasons import (
    CredentialNotActive,
    NotExpected,
    NotPermittedAtThisTime,
)
from cvsec_core.values import Standing

MOST_DOORS = 3
"""So many other doors are named at most, the nearest first."""
TIME_CURES = (CredentialNotActive, NotExpected, NotPermittedAtThisTime)


def explained(
    look: Look, passing: Passing, zone: tzinfo, standing: Callable[[], Standing]
) -> Decision:
    """The decision with the nearest alternatives: when this door would be passed as things stand,
    and which other doors would be passed now.

    Args:
        look: the state of a stream.
        passing: who wants to pass where; how they stand is asked for.
        zone: the site's own.
        standing: how the person stands; called where it makes a difference.
    """

    def whole(facts: Facts) -> Facts:
        return changed(facts, standing=standing()) if standing_counts(facts) else facts

    facts = whole(gathered(look, passing, zone))
    decision = decide_access(facts)
    if decision.granted or not _is_welcome(facts):
        return decision
    elsewhere = (
        whole(changed(facts, door_id=name, door_state=look(door.stream(name))))
        for name in _other_doors(facts)
    )
    open_now = islice((other for other in elsewhere if decide_access(other).granted), MOST_DOORS)
    doors = (Alternative(other.door_id, other.at) for other in open_now)
    return changed(decision, alternatives=(*_later(facts, decision), *doors))


def _other_doors(facts: Facts) -> list[DoorId]:
    """The other doors that the person's levels name: those of the same device first."""
    state = facts.door_state
    beside = f"{state.identity.device}-" if isinstance(state, door.Registered) else ""
    found = {
        name
        for level in facts.levels.values()
        if isinstance(level, access_level.Defined)
        for name in level.doors
        if name != facts.door_id
    }
    return sorted(found, key=lambda name: (not name.startswith(beside), name))


def _is_welcome(facts: Facts) -> bool:
    return isinstance(facts.person_state, person.Enrolled) and not facts.person_state.blocked


def _later(facts: Facts, decision: Decision) -> Iterator[Alternative]:
    """The first moment at which the door would be passed, where nothing but time stands against
    it.
    """
    if all(isinstance(reason, TIME_CURES) for reason in decision.reasons):
        for moment in _changes(facts):
            if decide_access(changed(facts, at=moment)).granted:
                yield Alternative(facts.door_id, moment)
                return


def _changes(facts: Facts) -> list[datetime]:
    """The moments to come at which a decision about the door may come out otherwise, in order."""
    zone, now = facts.at.tzinfo or UTC, facts.at.astimezone(UTC)
    begins = [moment for moment in _begins(facts) if moment > now]
    hours = [
        level.hours
        for level in facts.levels.values()
        if isinstance(level, access_level.Defined) and names(level, facts.door_id)
    ]
    edges = {
        moment
        for begin in (now, *begins)
        for schedule in hours
        for moment in schedule.moments(begin, zone)
    }
    # Moments of one zone are put in order by what its clock shows, which is not always later.
    return [moment.astimezone(zone) for moment in sorted({*edges, *begins})]


def _begins(facts: Facts) -> Iterator[datetime]:
    """When a credential or a visit begins to count."""
    state = facts.credential_state
    if isinstance(state, credential.Active) and state.issue.valid_from is not None:
        yield state.issue.valid_from.astimezone(UTC)
    yield from (visit.start.astimezone(UTC) for visit in facts.standing.visits)
