"""Asks every policy, and makes the decision of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo

from attrs import evolve as changed

from cvsec_core.aggregates import credential, door, organisation, person
from cvsec_core.commit import Enrichment, Look
from cvsec_core.errors import Reason
from cvsec_core.ids import StreamId
from cvsec_core.ports import Zones
from cvsec_core.rules.access.facts import Decision, Facts, Passing, gathered
from cvsec_core.rules.access.policies import (
    GROUNDS,
    POLICIES,
    VERSION,
    Denial,
    Ground,
    a_door_is_passed_by_a_level_within_its_hours,
)
from cvsec_core.rules.access.reasons import PassbackViolated

_NAMED_GROUNDS: tuple[tuple[str, Ground], ...] = tuple((g.__name__, g) for g in GROUNDS)
_NAMED_POLICIES: tuple[tuple[str, Denial], ...] = tuple((p.__name__, p) for p in POLICIES)
_ORDINARY = a_door_is_passed_by_a_level_within_its_hours.__name__


def decide_access(facts: Facts) -> Decision:
    """Granted, or denied with every reason."""
    denied, noted, rule = list[Reason](), list[Reason](), ""
    for name, policy in _NAMED_POLICIES:
        for reason in policy(facts):
            if isinstance(reason, PassbackViolated) and _is_soft(facts):
                noted.append(reason)
            else:
                denied.append(reason)
                rule = rule or name
    duress = _under_duress(facts)
    for name, holds in _NAMED_GROUNDS:
        if holds(facts):
            return Decision(True, (), (*denied, *noted), name, VERSION, duress)  # noqa: FBT003  # granted
    if denied:
        return Decision(False, tuple(denied), tuple(noted), rule, VERSION, duress)  # noqa: FBT003  # denied
    return Decision(True, (), tuple(noted), _ORDINARY, VERSION, duress)  # noqa: FBT003  # granted


def _is_soft(facts: Facts) -> bool:
    state = facts.door_state
    return isinstance(state, door.Registered) and state.passback.mode == "soft"


def _under_duress(facts: Facts) -> bool:
    """Whatever becomes of it: who shows a duress credential is in need of help."""
    state = facts.credential_state
    if state is None or isinstance(state, credential.Unissued):
        return False
    return state.issue.duress


def with_the_decision(zones: Zones) -> Enrichment:
    """A request for access with what is decided about it, in the commit that records it."""

    def decided(command: door.RequestAccess, look: Look) -> door.RequestAccess:
        facts = gathered(look, _passing(command), _zone(zones, look))
        decision = decide_access(facts)
        return changed(
            command,
            person=facts.who,
            objections=decision.reasons,
            noted=decision.noted,
            rule=decision.rule,
            version=decision.version,
            duress=decision.duress,
        )

    return decided


def _zone(zones: Zones, look: Look) -> tzinfo:
    """The site's zone; UTC until it is founded, and where this machine does not know the zone."""
    site: organisation.OrganisationState = look(organisation.STREAM)
    try:
        return zones(site.zone) if isinstance(site, organisation.Founded) else UTC
    except KeyError:
        return UTC


def _passing(command: door.RequestAccess) -> Passing:
    return Passing(
        command.at,
        command.door,
        command.person,
        command.credential,
        command.direction,
        command.standing,
        command.objections,
    )


def _needs(command: door.RequestAccess) -> Sequence[StreamId]:
    needed = [organisation.STREAM]
    if command.person is not None:
        needed.append(person.stream(command.person))
    if command.credential is not None:
        needed.append(credential.stream(command.credential))
    return needed


DECISION_NEEDS: dict[type, Callable[[door.RequestAccess], Sequence[StreamId]]] = {
    door.RequestAccess: _needs
}
