"""Names that must not be mixed up; each is plain text."""

from typing import NewType

StreamId = NewType("StreamId", str)
EventId = NewType("EventId", str)
CommandId = NewType("CommandId", str)

DeviceId = NewType("DeviceId", str)
DoorId = NewType("DoorId", str)
GroupId = NewType("GroupId", str)
AlarmId = NewType("AlarmId", str)
PersonId = NewType("PersonId", str)
LevelId = NewType("LevelId", str)
CredentialId = NewType("CredentialId", str)
VisitId = NewType("VisitId", str)
InvitationId = NewType("InvitationId", str)
MailId = NewType("MailId", str)


def door_of(device: DeviceId, number: int) -> DoorId:
    """The id of the device's door *number*, counted from 1."""
    return DoorId(f"{device}-{number}")
