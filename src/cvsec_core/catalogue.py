"""All aggregates, rules and projections there are: what a site is made of."""

from types import ModuleType
from typing import get_args

from cvsec_core.aggregates import (
    access_level,
    alarm,
    credential,
    device,
    door,
    invitation,
    journal,
    lockdown_group,
    mail,
    organisation,
    person,
    visit,
)
from cvsec_core.commit import Aggregate, Rules
from cvsec_core.projections import (
    access_records,
    alarm_center,
    deadlines,
    device_journals,
    device_outbox,
    device_rights,
    devices,
    directory,
    door_board,
    invitations,
    lockdown_board,
    mail_outbox,
    notification_center,
    occupancy,
    retention,
    standing,
    visitor_list,
)
from cvsec_core.rows import Projection
from cvsec_core.rules import visiting
from cvsec_core.rules.access import DECISION_NEEDS
from cvsec_core.rules.preconditions import ENRICHMENTS, NEEDS, POLICIES
from cvsec_core.rules.reactions import REACTIONS


def _aggregate(module: ModuleType, commands: object, events: object) -> Aggregate:
    return Aggregate(
        module.KIND,
        get_args(commands),
        get_args(events),
        module.INITIAL,
        module.stream_of,
        module.decide,
        module.evolve,
    )


AGGREGATES: tuple[Aggregate, ...] = (
    _aggregate(organisation, organisation.OrganisationCommand, organisation.OrganisationEvent),
    _aggregate(person, person.PersonCommand, person.PersonEvent),
    _aggregate(access_level, access_level.AccessLevelCommand, access_level.AccessLevelEvent),
    _aggregate(credential, credential.CredentialCommand, credential.CredentialEvent),
    _aggregate(visit, visit.VisitCommand, visit.VisitEvent),
    _aggregate(invitation, invitation.InvitationCommand, invitation.InvitationEvent),
    _aggregate(mail, mail.MailCommand, mail.MailEvent),
    _aggregate(device, device.DeviceCommand, device.DeviceEvent),
    _aggregate(door, door.DoorCommand, door.DoorEvent),
    _aggregate(
        lockdown_group, lockdown_group.LockdownGroupCommand, lockdown_group.LockdownGroupEvent
    ),
    _aggregate(journal, journal.JournalCommand, journal.JournalEvent),
    _aggregate(alarm, alarm.AlarmCommand, alarm.AlarmEvent),
)
"""The write side, in the order in which a site comes to be."""

EVENTS: tuple[type, ...] = tuple(event for aggregate in AGGREGATES for event in aggregate.events)
"""Every event that can stand in the log."""

RULES = Rules(
    {**POLICIES, **visiting.POLICIES},
    {**ENRICHMENTS, **visiting.ENRICHMENTS},
    {**NEEDS, **visiting.NEEDS, **DECISION_NEEDS},
    REACTIONS,
)
"""What spans the aggregates."""

PROJECTIONS: tuple[Projection, ...] = (
    devices.PROJECTION,
    alarm_center.PROJECTION,
    door_board.PROJECTION,
    lockdown_board.PROJECTION,
    device_outbox.PROJECTION,
    deadlines.PROJECTION,
    retention.PROJECTION,
    access_records.PROJECTION,
    device_journals.PROJECTION,
    directory.PROJECTION,
    visitor_list.PROJECTION,
    invitations.PROJECTION,
    mail_outbox.PROJECTION,
    occupancy.PROJECTION,
    standing.PROJECTION,
    device_rights.PROJECTION,
    notification_center.PROJECTION,
)
"""The read side."""
