"""One door of the simulated controller: its lock, its sensor and its alarms."""

from datetime import datetime, timedelta

from attrs import define

HELD_AFTER = timedelta(seconds=30)
"""A door that stands open for longer than this is held open."""
STRIKE = timedelta(seconds=5)
"""For so long a grant or the exit button releases the lock."""


@define
class SimulatedDoor:
    """``released_until``: by a grant or a pulse, which a lockdown takes back; ``exit_until``: by
    the exit button, which it does not. ``exit_works``: the button opens also under lockdown.
    """

    number: int
    exit_works: bool = True
    open: bool = False
    normal_open: bool = False
    lockdown: bool = False
    released_until: datetime | None = None
    exit_until: datetime | None = None
    opened_at: datetime | None = None
    forced: bool = False
    held_open: bool = False
    tamper: bool = False

    def energised(self, now: datetime) -> bool:
        """Whether the relay lets the door be opened."""
        if self.exit_until is not None and now < self.exit_until:
            return True
        if self.lockdown:
            return False
        pulse = self.released_until is not None and now < self.released_until
        return self.normal_open or pulse

    def switched_off(self) -> None:
        """What a loss of power does: all that was switched on is forgotten."""
        self.normal_open = self.lockdown = self.forced = self.held_open = False
        self.released_until = self.exit_until = None
