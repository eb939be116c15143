"""What an organisation keeps. Stored for ever: never change a field; add a new class."""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.errors import Locale
from cvsec_core.ids import DoorId

MailSecurity = Literal["none", "starttls", "ssl"]
Shown = Literal["name", "department", "photo"]


@frozen
class OrganisationFounded:
    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class LifeSafetyReleaseBegun:
    """``missing`` were asked for too, and there are no such doors."""

    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime
    missing: tuple[DoorId, ...] = ()


@frozen
class LifeSafetyReleaseEnded:
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class DeviceReleaseBegun:
    """A device opened a door for life safety by itself."""

    door: DoorId
    at: datetime


@frozen
class DeviceReleaseEnded:
    door: DoorId
    at: datetime


@frozen
class MailConfigured:
    """``password_file`` is where the mail server's password is read from; it is never stored."""

    host: str
    port: int
    sender: str
    user: str | None
    password_file: str | None
    security: MailSecurity
    by: str
    at: datetime


@frozen
class PolicyPublished:
    version: int
    by: str
    at: datetime


@frozen
class DisplayOfPersonalDataSet:
    """What devices, boards, records and notifications show of a person beyond the id."""

    shown: tuple[Shown, ...]
    by: str
    at: datetime


@frozen
class VisitReasonsSet:
    reasons: tuple[str, ...]
    by: str
    at: datetime


@frozen
class RetentionSet:
    """Visitors are forgotten so many days after their last visit; None: never by themselves."""

    days: int | None
    by: str
    at: datetime


OrganisationEvent = (
    OrganisationFounded
    | LifeSafetyReleaseBegun
    | LifeSafetyReleaseEnded
    | DeviceReleaseBegun
    | DeviceReleaseEnded
    | MailConfigured
    | PolicyPublished
    | DisplayOfPersonalDataSet
    | VisitReasonsSet
    | RetentionSet
)
