"""Finds the devices that have fallen silent."""

from datetime import datetime, timedelta

from cvsec_adapters.devices.handing import driver_of
from cvsec_core.aggregates import device
from cvsec_core.handling import Asked
from cvsec_core.ports import Presence
from cvsec_core.projections.devices import devices_in
from cvsec_core.site import Site

GRACE = timedelta(seconds=90)
"""Three polls of a device that asks every 30 seconds, as slow as the protocol lets it be."""


def report_silence(
    site: Site, presence: Presence, since: datetime, now: datetime, grace: timedelta = GRACE
) -> list[str]:
    """Report the devices as offline that were not heard of for longer than *grace*; return them.

    Args:
        site: the site.
        presence: who was heard of when.
        since: when this process began to serve. Nobody can have been heard before, so silence
            counts from then on.
        now: the time now, UTC.
        grace: how long a device may be silent.
    """
    silent = [
        row.id
        for row in site.query(devices_in, online=True)
        if now - (presence.last_heard(row.id) or since) > grace and now - since > grace
    ]
    site.handle_all(
        [Asked(device.ReportDeviceOffline(name, now), actor=driver_of(name)) for name in silent]
    )
    return list(silent)
