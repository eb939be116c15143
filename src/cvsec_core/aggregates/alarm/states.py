"""What is known of an alarm: one class a place in its life."""

from datetime import datetime

from attrs import frozen

from cvsec_core.ids import DeviceId


@frozen
class Unraised: ...


@frozen
class Facts:
    """What stays the same through an alarm's life, and until when it is shelved."""

    device: DeviceId
    raised_at: datetime
    shelved_until: datetime | None = None


@frozen
class Unacknowledged:
    facts: Facts


@frozen
class Acknowledged:
    facts: Facts
    by: str


@frozen
class ReturnedUnacknowledged:
    facts: Facts


@frozen
class Settled:
    """Acknowledged, and the condition is over."""

    facts: Facts
    by: str


AlarmState = Unraised | Unacknowledged | Acknowledged | ReturnedUnacknowledged | Settled
INITIAL = Unraised()
