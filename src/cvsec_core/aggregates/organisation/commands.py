"""What can be asked of an organisation: all that the decision needs, the time included."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.organisation.events import MailSecurity, Shown
from cvsec_core.errors import Locale
from cvsec_core.ids import DoorId


@frozen
class FoundOrganisation:
    """``zone`` is an IANA name that the caller has resolved."""

    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class ReleaseForLifeSafety:
    """Open these doors for life safety; it goes before every lockdown.

    ``missing`` are those of them that there are not; they are filled in, and keep no other door
    shut.
    """

    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime
    missing: tuple[DoorId, ...] = ()


@frozen
class EndLifeSafetyRelease:
    """End what people and devices opened, wherever it is still open."""

    by: str
    at: datetime


@frozen
class ReportDeviceRelease:
    door: DoorId
    at: datetime


@frozen
class ReportDeviceReleaseEnded:
    door: DoorId
    at: datetime


@frozen
class ConfigureMail:
    host: str
    port: int
    sender: str
    by: str
    at: datetime
    user: str | None = None
    password_file: str | None = None
    security: MailSecurity = "starttls"


@frozen
class PublishPolicy:
    """A new version of the privacy policy, which people accept anew; versions count up."""

    version: int
    by: str
    at: datetime


@frozen
class SetDisplayOfPersonalData:
    shown: tuple[Shown, ...]
    by: str
    at: datetime


@frozen
class SetVisitReasons:
    reasons: tuple[str, ...]
    by: str
    at: datetime


@frozen
class SetRetention:
    """Forget visitors so many days after their last visit; None: not by itself."""

    days: int | None
    by: str
    at: datetime


OrganisationSetting = (
    ConfigureMail | PublishPolicy | SetDisplayOfPersonalData | SetVisitReasons | SetRetention
)
LifeSafety = (
    ReleaseForLifeSafety | EndLifeSafetyRelease | ReportDeviceRelease | ReportDeviceReleaseEnded
)
OrganisationCommand = FoundOrganisation | LifeSafety | OrganisationSetting
