"""One class a place in the life of an organisation."""

from attrs import frozen

from cvsec_core.aggregates.organisation.events import MailConfigured, Shown
from cvsec_core.errors import Locale
from cvsec_core.ids import DoorId

VISIT_REASONS = ("meeting", "delivery", "interview", "maintenance", "other")
"""What a visit may be for until the organisation says otherwise."""

RETENTION_DAYS = 31
"""Visitors are forgotten so many days after their last visit until the organisation says otherwise:
the list of the month keeps its names until the month is over.
"""


@frozen
class Settings:
    """What holds whether the organisation is founded or not. Nothing personal is shown unless the
    organisation says so.
    """

    mail: MailConfigured | None = None
    policy: int = 0
    shown: tuple[Shown, ...] = ()
    visit_reasons: tuple[str, ...] = VISIT_REASONS
    retention_days: int | None = RETENTION_DAYS


@frozen
class Unfounded:
    """``released`` were opened for life safety by people, ``by_devices`` by their devices."""

    settings: Settings = Settings()
    released: tuple[DoorId, ...] = ()
    by_devices: tuple[DoorId, ...] = ()


@frozen
class Founded:
    name: str
    zone: str
    locale: Locale
    settings: Settings = Settings()
    released: tuple[DoorId, ...] = ()
    by_devices: tuple[DoorId, ...] = ()


OrganisationState = Unfounded | Founded
INITIAL = Unfounded()
