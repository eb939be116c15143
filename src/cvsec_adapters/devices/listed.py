"""Finds who must go of those that a device says it knows."""

from collections.abc import Iterable
from datetime import datetime

from cvsec_core.ids import DeviceId, PersonId
from cvsec_core.projections import device_rights
from cvsec_core.site import Site


def strangers(site: Site, name: DeviceId, pins: Iterable[str], now: datetime) -> list[str]:
    """Those of *pins* that lead to nobody whom the device shall know: their bearers were forgotten,
    may pass none of its doors, or have the number anew.

    Args:
        site: where people have rights.
        name: the device.
        pins: the numbers under which it knows anybody.
        now: the time now, UTC.
    """
    listed = list(pins)
    ids = site.pseudonyms.known([("number", pin) for pin in listed])
    bearers = {pin: PersonId(id_) for (_, pin), id_ in ids.items()}
    stay = site.query(device_rights.who_stays, name, bearers.values(), now, site.zone())
    return [pin for pin in listed if bearers.get(pin) not in stay]
