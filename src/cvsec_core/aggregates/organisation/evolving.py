"""How an organisation changes."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.organisation.events import (
    DeviceReleaseBegun,
    DeviceReleaseEnded,
    DisplayOfPersonalDataSet,
    LifeSafetyReleaseBegun,
    LifeSafetyReleaseEnded,
    MailConfigured,
    OrganisationEvent,
    OrganisationFounded,
    PolicyPublished,
    RetentionSet,
    VisitReasonsSet,
)
from cvsec_core.aggregates.organisation.states import Founded, OrganisationState


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case OrganisationFounded(name, zone, locale):
            return Founded(name, zone, locale, state.settings, state.released, state.by_devices)
        case LifeSafetyReleaseBegun(doors):
            return changed(state, released=(*state.released, *doors))
        case LifeSafetyReleaseEnded():
            return changed(state, released=(), by_devices=())
        case DeviceReleaseBegun(door=door):
            return changed(state, by_devices=(*state.by_devices, door))
        case DeviceReleaseEnded(door=door):
            kept = tuple(other for other in state.by_devices if other != door)
            return changed(state, by_devices=kept)
        case MailConfigured():
            return changed(state, settings=changed(state.settings, mail=event))
        case PolicyPublished(version=version):
            return changed(state, settings=changed(state.settings, policy=version))
        case DisplayOfPersonalDataSet(shown=shown):
            return changed(state, settings=changed(state.settings, shown=shown))
        case VisitReasonsSet(reasons=reasons):
            return changed(state, settings=changed(state.settings, visit_reasons=reasons))
        case RetentionSet(days):
            return changed(state, settings=changed(state.settings, retention_days=days))
        case _:
            assert_never(event)
