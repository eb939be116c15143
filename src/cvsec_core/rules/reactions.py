"""What follows from an event on other streams, in the same commit.

A reaction sees one event and its id. Only `decide` has a say in what it asks for.
"""

from collections.abc import Mapping
from typing import Any

from cvsec_core.aggregates import (
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
from cvsec_core.commit import Reaction
from cvsec_core.handling import SYSTEM
from cvsec_core.ids import AlarmId, DoorId, EventId, MailId, door_of
from cvsec_core.rules.reports import (
    Commands,
    a_credential_knows_where_it_was_shown,
    a_report_reaches_its_door_or_raises_an_alarm,
)
from cvsec_core.values import Means
from cvsec_core.vocabulary import (
    CLOCK_SKEW,
    DEVICE_OFFLINE,
    DURESS,
    EGRESS_IMPAIRED,
    FAULT,
    FORCED_OPEN,
    HELD_OPEN,
    MODE_REJECTED,
    REMOVAL_REJECTED,
    TAMPER,
    meaning,
)


# Devices and their doors.
def a_device_brings_its_doors(event: device.DeviceRegistered, _cause: EventId) -> Commands:
    means: Means = "lockdown" if "lockdown" in event.capabilities else "relock"
    for number in range(1, event.doors + 1):
        name = door_of(event.device, number)
        yield door.RegisterDoor(name, event.device, number, event.at, means=means)


def a_device_knows_its_doors(event: door.DoorRegistered, _cause: EventId) -> Commands:
    yield device.AttachDoor(event.device, event.door, event.number, event.at)


def doors_learn_how_to_be_secured(event: device.DeviceDescribed, _cause: EventId) -> Commands:
    if event.lockdown_blocks_exit:
        for name in event.doors:
            yield door.SetLockdownMeans(name, "relock", event.at)


def a_device_that_came_back_is_told_again(
    event: device.DeviceCameOnline, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.ReassertMode(name, event.at)
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def an_offline_device_is_an_alarm(event: device.DeviceWentOffline, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, DEVICE_OFFLINE, cause)


def a_clock_that_is_off_is_an_alarm(event: device.ClockSkewMeasured, cause: EventId) -> Commands:
    if event.alarm:
        yield _raised(event.alarm, event, CLOCK_SKEW, cause)
    if abs(event.offset_s) > device.CLOCK_TOLERANCE_S:
        yield device.RequestClockSet(event.device, None, event.at)
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def a_removal_that_is_not_taken_is_an_alarm(
    event: device.DeviceCommandRejected, cause: EventId
) -> Commands:
    if event.alarm:
        yield _raised(event.alarm, event, REMOVAL_REJECTED, cause)


def a_retired_devices_alarms_are_over(event: device.DeviceRetired, _cause: EventId) -> Commands:
    for name in event.ends_alarms:
        yield alarm.ReturnToNormal(name, event.at)


def a_gap_that_was_filled_is_not_asked_for(event: journal.GapFilled, _cause: EventId) -> Commands:
    yield device.WithdrawBackfill(event.device, event.first, event.at)


def a_gap_is_asked_for(event: journal.GapFound, _cause: EventId) -> Commands:
    yield device.RequestBackfill(event.device, event.first, event.last, None, event.at)


# Lockdown and life safety.
def lockdown_engages_every_door(
    event: lockdown_group.LockdownActivated, _cause: EventId
) -> Commands:
    if not event.drill:
        for name in event.doors:
            yield door.EngageLockdown(name, event.group, event.at)


def cancelling_lifts_every_door(
    event: lockdown_group.LockdownCancelled, _cause: EventId
) -> Commands:
    if not event.drill:
        for name in event.doors:
            yield door.LiftLockdown(name, event.group, event.at)


def a_change_of_doors_reaches_them(
    event: lockdown_group.GroupDoorsChanged, _cause: EventId
) -> Commands:
    if event.under_lockdown:
        for name in event.added:
            yield door.EngageLockdown(name, event.group, event.at)
        for name in event.removed:
            yield door.LiftLockdown(name, event.group, event.at)


def life_safety_opens_every_door(
    event: organisation.LifeSafetyReleaseBegun, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.ReleaseDoorForLifeSafety(name, event.at)


def the_end_of_life_safety_reaches_every_door(
    event: organisation.LifeSafetyReleaseEnded, _cause: EventId
) -> Commands:
    for name in event.doors:
        yield door.EndDoorRelease(name, event.at)


def a_device_that_started_is_told_again(event: device.DeviceStarted, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.ReassertMode(name, event.at)


def a_device_opens_all_its_doors(event: device.LifeSafetyOpened, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.ReleaseDoorForLifeSafety(name, event.at, "device")


def a_device_closes_all_its_doors(event: device.LifeSafetyOver, _cause: EventId) -> Commands:
    for name in event.doors:
        yield door.EndDoorRelease(name, event.at, "device")


def the_organisation_knows_what_devices_opened(
    event: door.DoorReleasedForLifeSafety, _cause: EventId
) -> Commands:
    if event.cause == "device":
        yield organisation.ReportDeviceRelease(event.door, event.at)


def the_organisation_knows_what_devices_closed(
    event: door.DoorReleaseEnded, _cause: EventId
) -> Commands:
    if "device" in event.ended:
        yield organisation.ReportDeviceReleaseEnded(event.door, event.at)


# Alarms of doors.
def a_forced_door_is_an_alarm(event: door.DoorForcedOpen, cause: EventId) -> Commands:
    yield from _replaced(event)
    yield _raised(event.alarm, event, FORCED_OPEN, cause, event.door)


def a_held_door_is_an_alarm(event: door.DoorHeldOpen, cause: EventId) -> Commands:
    yield from _replaced(event)
    yield _raised(event.alarm, event, HELD_OPEN, cause, event.door)


def tamper_is_an_alarm(event: door.TamperDetected, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, TAMPER, cause, event.door)


def a_fault_is_an_alarm(event: door.FaultDetected, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, FAULT, cause, event.door)


def duress_is_an_alarm(event: door.DuressReported, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, DURESS, cause, event.door, momentary=True)


def duress_at_a_door_reaches_it_or_is_an_alarm(
    event: credential.DuressShown, cause: EventId
) -> Commands:
    """The door knows whether it is news: a device that asked us has had the alarm raised already.
    What is told late says nothing of the door as it is now.
    """
    if event.late:
        name = AlarmId(cause.replace("@", "."))
        yield _raised(name, event, DURESS, cause, event.door, momentary=True)
    else:
        yield door.ReportDoorState(event.door, event.at, event.received_at, edge=True, duress=True)


def an_impaired_exit_is_an_alarm(event: door.EgressImpaired, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, EGRESS_IMPAIRED, cause, event.door, momentary=True)


def a_mode_that_is_not_taken_is_an_alarm(
    event: door.DoorCommandRejected, cause: EventId
) -> Commands:
    if event.alarm:
        yield _raised(event.alarm, event, MODE_REJECTED, cause, event.door)


def an_alarm_told_late_is_an_alarm(event: door.AlarmToldLate, cause: EventId) -> Commands:
    yield _raised(event.alarm, event, event.code, cause, event.door, momentary=True)


def a_condition_that_ended_returns_to_normal(
    event: door.DoorClosed
    | door.DoorAlarmEnded
    | door.TamperEnded
    | door.FaultEnded
    | door.DoorCommandApplied
    | device.DeviceCommandApplied,
    _cause: EventId,
) -> Commands:
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def _replaced(event: door.DoorForcedOpen | door.DoorHeldOpen) -> Commands:
    if event.ends_alarm:
        yield alarm.ReturnToNormal(event.ends_alarm, event.at)


def _raised(  # each is a fact of the alarm
    name: AlarmId,
    event: Any,
    code: int,
    cause: EventId,
    of_door: DoorId | None = None,
    *,
    momentary: bool = False,
) -> alarm.RaiseAlarm:
    level = meaning(code).level
    return alarm.RaiseAlarm(name, event.device, of_door, code, level, event.at, cause, momentary)


# People, invitations and visits.
def forgetting_somebody_revokes_their_credentials(
    event: person.PersonForgotten, _cause: EventId
) -> Commands:
    for name in event.credentials:
        yield credential.RevokeCredential(name, event.by, event.at, event.person)


def forgetting_a_guardian_ends_their_consents(
    event: person.PersonForgotten, _cause: EventId
) -> Commands:
    for ward in event.wards:
        for purpose in person.PURPOSES:
            yield person.WithdrawConsent(ward, purpose, event.by, event.at, event.person)


def an_invitation_is_sent_by_letter(
    event: invitation.InvitationIssued, _cause: EventId
) -> Commands:
    name = MailId(f"invitation.{event.invitation}")
    yield mail.QueueMail(name, "invitation", event.invitation, event.guest, event.at)


def a_withdrawal_is_told_by_letter(
    event: invitation.InvitationWithdrawn, _cause: EventId
) -> Commands:
    name = MailId(f"withdrawn.{event.invitation}")
    yield mail.QueueMail(name, "invitation-withdrawn", event.invitation, event.guest, event.at)


def a_host_is_told_who_has_come(event: visit.VisitorCheckedIn, _cause: EventId) -> Commands:
    if event.tells_host:
        name = MailId(f"arrived.{event.visit}")
        yield mail.QueueMail(name, "visitor-arrived", event.visit, event.host, event.at)


def a_redeemed_invitation_is_a_visit(
    event: invitation.InvitationRedeemed, _cause: EventId
) -> Commands:
    yield visit.RegisterVisit(
        event.visit,
        event.guest,
        event.host,
        event.start,
        event.end,
        event.reason or "",
        SYSTEM,
        event.at,
        event.visitors,
        event.invitation,
    )


REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    person.PersonForgotten: (
        forgetting_somebody_revokes_their_credentials,
        forgetting_a_guardian_ends_their_consents,
    ),
    invitation.InvitationIssued: (an_invitation_is_sent_by_letter,),
    invitation.InvitationWithdrawn: (a_withdrawal_is_told_by_letter,),
    invitation.InvitationRedeemed: (a_redeemed_invitation_is_a_visit,),
    visit.VisitorCheckedIn: (a_host_is_told_who_has_come,),
    device.DeviceRegistered: (a_device_brings_its_doors,),
    door.DoorRegistered: (a_device_knows_its_doors,),
    device.DeviceDescribed: (doors_learn_how_to_be_secured,),
    device.DeviceCameOnline: (a_device_that_came_back_is_told_again,),
    device.DeviceWentOffline: (an_offline_device_is_an_alarm,),
    device.ClockSkewMeasured: (a_clock_that_is_off_is_an_alarm,),
    device.DeviceCommandRejected: (a_removal_that_is_not_taken_is_an_alarm,),
    device.DeviceCommandApplied: (a_condition_that_ended_returns_to_normal,),
    device.DeviceRetired: (a_retired_devices_alarms_are_over,),
    device.DeviceStarted: (a_device_that_started_is_told_again,),
    device.LifeSafetyOpened: (a_device_opens_all_its_doors,),
    device.LifeSafetyOver: (a_device_closes_all_its_doors,),
    door.DoorReleasedForLifeSafety: (the_organisation_knows_what_devices_opened,),
    door.DoorReleaseEnded: (the_organisation_knows_what_devices_closed,),
    journal.GapFound: (a_gap_is_asked_for,),
    journal.GapFilled: (a_gap_that_was_filled_is_not_asked_for,),
    lockdown_group.LockdownActivated: (lockdown_engages_every_door,),
    lockdown_group.LockdownCancelled: (cancelling_lifts_every_door,),
    lockdown_group.GroupDoorsChanged: (a_change_of_doors_reaches_them,),
    organisation.LifeSafetyReleaseBegun: (life_safety_opens_every_door,),
    organisation.LifeSafetyReleaseEnded: (the_end_of_life_safety_reaches_every_door,),
    journal.PassageRecorded: (
        a_report_reaches_its_door_or_raises_an_alarm,
        a_credential_knows_where_it_was_shown,
    ),
    credential.DuressShown: (duress_at_a_door_reaches_it_or_is_an_alarm,),
    door.DoorForcedOpen: (a_forced_door_is_an_alarm,),
    door.DoorHeldOpen: (a_held_door_is_an_alarm,),
    door.TamperDetected: (tamper_is_an_alarm,),
    door.FaultDetected: (a_fault_is_an_alarm,),
    door.DuressReported: (duress_is_an_alarm,),
    door.EgressImpaired: (an_impaired_exit_is_an_alarm,),
    door.DoorCommandRejected: (a_mode_that_is_not_taken_is_an_alarm,),
    door.AlarmToldLate: (an_alarm_told_late_is_an_alarm,),
    door.DoorCommandApplied: (a_condition_that_ended_returns_to_normal,),
    door.DoorClosed: (a_condition_that_ended_returns_to_normal,),
    door.DoorAlarmEnded: (a_condition_that_ended_returns_to_normal,),
    door.TamperEnded: (a_condition_that_ended_returns_to_normal,),
    door.FaultEnded: (a_condition_that_ended_returns_to_normal,),
}
