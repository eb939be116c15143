"""Remembers in memory when each device was last heard of."""

from datetime import datetime

from cvsec_core.ids import DeviceId


class MemoryPresence:
    """Presence on one node; gone when the program ends."""

    def __init__(self) -> None:
        self._heard: dict[DeviceId, datetime] = {}

    def heard(self, device: DeviceId, at: datetime) -> None:
        """The device made itself heard at *at*."""
        self._heard[device] = max(at, self._heard.get(device, at))

    def last_heard(self, device: DeviceId) -> datetime | None:
        """When the device was last heard of here, or None."""
        return self._heard.get(device)
